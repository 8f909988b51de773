/**
 * The one path of a webhook: read → check → decide → keep → answer, top to bottom. The answer goes out only after the commit, so what
 * was acknowledged is never lost; what could not be kept is said, and kept as a rejection where possible.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { AppError, STATUS_OF, toProblem } from '../../shared/errors.ts'
import { newId } from '../id.ts'
import type { Log } from '../log.ts'
import { verdictOf } from '../signatures/endpoint-check.ts'
import { lazyJson } from '../signatures/json-body.ts'
import { headerValuesOf } from '../signatures/request.ts'
import { signedUrl } from '../signatures/signed-url.ts'
import type { EndpointRecord, NewCapture, Store } from '../store/store.ts'
import { type Decided, decideAnswer } from './answer.ts'
import { eventIdOf, eventTypeOf } from './event.ts'
import { type Room, readBody } from './read-body.ts'
import { arrivedOf, rejectionOf, type Refused } from './rejection.ts'

export interface Receiving {
  readonly store: Store
  /** Unix milliseconds. */
  readonly now: () => number
  readonly maxBodyBytes: number
  /** The public address of the capture listener, where the user has named one. */
  readonly publicBase: string | undefined
  readonly log: Log
}

/** What the door adds. */
export interface Door extends Receiving {
  readonly room: Room
  /** False once the listener is being closed: then each answer is the last on its connection, so that the stop need not wait for it. */
  readonly isOpen: () => boolean
}

/** How long, in ms, a sender that was refused may go on sending: cut off at once, it would see a reset instead of the answer. */
const DRAIN_MS = 1_000

export async function receive(
  receiving: Door,
  endpoint: EndpointRecord,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const startedAt = performance.now()
  const receivedAt = receiving.now()
  const { maxBodyBytes } = receiving
  const declared = Number(request.headers['content-length'] ?? 0)
  if (declared > maxBodyBytes) return refuseTooLarge(receiving, endpoint, request, response, Buffer.alloc(0), declared)
  const { state, bytes } = await readBody(request, maxBodyBytes, receiving.room)
  try {
    if (state === 'aborted') return recordAborted(receiving, endpoint, request, bytes)
    if (state === 'too_large') return refuseTooLarge(receiving, endpoint, request, response, bytes)
    if (state === 'no_room') return refuse(receiving, endpoint, request, response, bytes, NO_ROOM)
    // As it is now: a body may take a minute to arrive, and its endpoint may have been changed meanwhile.
    const current = receiving.store.endpoint(endpoint.id) ?? endpoint
    const capture = captureOf(receiving, current, request, bytes, receivedAt, startedAt)
    try {
      await receiving.store.addCapture(capture)
    } catch (error) {
      return refuse(receiving, endpoint, request, response, bytes, error)
    }
    if (!receiving.isOpen()) response.shouldKeepAlive = false
    send(response, capture.answered)
    await correctVerdict(receiving, current, capture)
  } finally {
    receiving.room.giveBack(bytes.length)
  }
}

const NO_ROOM = new AppError('storage_unavailable', 'More arrives than can be kept.', {
  hint: 'Try again in a moment.',
})

/** Where the scheme or a secret changed between the check and the commit: whoever checks stored captures again may just have missed it. */
async function correctVerdict(
  { store, publicBase }: Receiving,
  used: EndpointRecord,
  capture: NewCapture,
): Promise<void> {
  const signing = store.endpoint(used.id)?.signing
  if (signing === used.signing || store.endpoint(used.id) === undefined) return
  const { method, target, headers, body, receivedAt } = capture
  const signed = { method, url: '', target, headers, body, json: lazyJson(body) }
  if (signing !== undefined) signed.url = signedUrl(signed, signing.publicUrl, publicBase)
  await store.updateVerdict(capture.id, verdictOf(signing, signed, receivedAt))
}

function captureOf(
  { publicBase }: Receiving,
  endpoint: EndpointRecord,
  request: IncomingMessage,
  body: Buffer,
  receivedAt: number,
  startedAt: number,
): NewCapture {
  const headers = request.rawHeaders
  const method = request.method ?? ''
  const target = request.url ?? ''
  const json = lazyJson(body)
  const { signing } = endpoint
  const settings = { scheme: signing?.scheme, eventType: endpoint.eventType, eventId: endpoint.eventId }
  const signed = { method, url: '', target, headers, body, json }
  if (signing !== undefined) signed.url = signedUrl(signed, signing.publicUrl, publicBase)
  const id = newId(receivedAt)
  return {
    id,
    endpoint: endpoint.id,
    receivedAt,
    method,
    target,
    httpVersion: request.httpVersion,
    remoteAddress: request.socket.remoteAddress ?? '',
    headers,
    trailers: request.rawTrailers,
    body,
    contentType: headerValuesOf(headers, 'content-type')[0],
    eventType: eventTypeOf(settings, headers, json),
    eventId: eventIdOf(settings, headers, json),
    verdict: verdictOf(signing, signed, receivedAt),
    answered: { ...decideAnswer(endpoint, { method, headers }, id), startedAt },
  }
}

/** Bytes of an answer up to which it goes out in one write with its head. */
const ONE_WRITE_BYTES = 16 * 1024

function send(response: ServerResponse, { status, headers, body }: Decided): void {
  response.writeHead(status, headers as string[]) // Node does not change it
  // As latin-1 text, which is the same bytes, Node joins it to the head; a Buffer would cost a second system call (a sixth of the CPU).
  if (body.length <= ONE_WRITE_BYTES) response.end(body.toString('latin1'), 'latin1')
  else response.end(body)
}

function recordAborted(receiving: Receiving, endpoint: EndpointRecord, request: IncomingMessage, bytes: Buffer): void {
  if (wasRecorded(request)) return
  keepRejection(receiving, request, bytes, {
    reason: 'aborted',
    status: 0,
    detail: `The sender went away after ${bytes.length} bytes of the body${request.headers['content-length'] === undefined ? '' : ` of ${request.headers['content-length']}`}.`,
    endpoint: endpoint.id,
  })
}

function refuseTooLarge(
  receiving: Receiving,
  endpoint: EndpointRecord,
  request: IncomingMessage,
  response: ServerResponse,
  arrived: Buffer,
  declared?: number,
): void {
  const size = declared === undefined ? `more than ${receiving.maxBodyBytes}` : `${declared}`
  const error = new AppError(
    'body_too_large',
    `The body has ${size} bytes; at most ${receiving.maxBodyBytes} are kept.`,
    {
      hint: 'Start Hookwell with a larger --max-body.',
    },
  )
  keepRejection(receiving, request, arrived, {
    reason: 'too_large',
    status: 413,
    detail: error.message,
    endpoint: endpoint.id,
  })
  sendProblem(request, response, error)
}

/** Not kept, so not acknowledged: 503 or 507 with `Retry-After`, on which providers come back. */
function refuse(
  receiving: Receiving,
  endpoint: EndpointRecord,
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
  cause: unknown,
): void {
  const error =
    cause instanceof AppError ? cause : new AppError('internal', 'The request could not be kept.', { cause })
  if (error.code === 'internal')
    receiving.log('A request could not be kept.', {
      error: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause),
    })
  const refused: Refused = {
    reason: error.code === 'not_found' ? 'unknown_endpoint' : 'storage', // it was deleted while the request came in
    status: STATUS_OF[error.code],
    detail: error.message,
    endpoint: endpoint.id,
  }
  keepRejection(receiving, request, body, refused)
  sendProblem(request, response, error)
}

const recorded = new WeakSet<object>()
/** A request whose end the parser refused is heard of twice: by its socket, and by its body that never ends. */
export const markRecorded = (socket: object): void => {
  recorded.add(socket)
}
const wasRecorded = (request: IncomingMessage): boolean => recorded.has(request.socket)

export function keepRejection(receiving: Receiving, request: IncomingMessage, body: Buffer, refused: Refused): void {
  const rejection = rejectionOf(refused, request.socket.remoteAddress ?? '', arrivedOf(request, body), receiving.now())
  void receiving.store.addRejection(rejection) // never rejects
}

/** Says no in a way that the sender gets to hear, even while it is still sending. */
export function sendProblem(request: IncomingMessage, response: ServerResponse, error: AppError): void {
  const body = Buffer.from(JSON.stringify(toProblem(error)))
  const unread = !request.complete
  const headers = [
    'Content-Type',
    'application/problem+json',
    'Content-Security-Policy',
    'sandbox',
    'Content-Length',
    String(body.length),
  ]
  if (error.code === 'storage_full' || error.code === 'storage_unavailable') headers.push('Retry-After', '5')
  if (unread) headers.push('Connection', 'close')
  response.writeHead(STATUS_OF[error.code], headers)
  if (!unread || request.method === 'HEAD') {
    response.end(body)
    return
  }
  response.write(body)
  const done = (): void => {
    clearTimeout(timer)
    response.end()
  }
  const timer = setTimeout(done, DRAIN_MS)
  request.on('end', done).on('close', done).on('error', done).resume()
}
