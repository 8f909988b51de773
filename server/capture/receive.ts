/**
 * The one path of a webhook: read → check → decide → keep → answer, top to bottom. The answer goes out only after the commit, so what
 * was acknowledged is never lost; what could not be kept is said, and kept as a rejection where possible.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { AppError } from '../../shared/errors.ts'
import { newId } from '../id.ts'
import { findAtOnce } from '../signatures/findings.ts'
import { headerValuesOf } from '../signatures/request.ts'
import { signedRequestOf } from '../signatures/signed-request.ts'
import type { EndpointRecord, NewCapture } from '../store/store.ts'
import { type Decided, decideAnswer } from './answer.ts'
import { readBody } from './read-body.ts'
import type { Door, Receiving } from './receiving.ts'
import { recordAborted, refuse, refuseTooLarge } from './refuse.ts'

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
  { store, publicBase, log }: Receiving,
  used: EndpointRecord,
  capture: NewCapture,
): Promise<void> {
  const endpoint = store.endpoint(used.id)
  if (endpoint === undefined || endpoint.signing === used.signing) return
  const { verdict, late } = foundAtOnce({ publicBase, log }, endpoint, capture)
  await store.updateFindings(capture.id, { verdict, ...(late ? { late } : {}) })
}

/** A check that fails is a fault of ours, and no reason to lose what arrived: it is kept, and looked at again a moment later. */
function foundAtOnce(
  { publicBase, log }: Pick<Receiving, 'publicBase' | 'log'>,
  endpoint: EndpointRecord,
  arrived: Pick<NewCapture, 'id' | 'method' | 'target' | 'headers' | 'body' | 'receivedAt'>,
): ReturnType<typeof findAtOnce> {
  const { signing } = endpoint
  try {
    return findAtOnce(signing, endpoint, signedRequestOf(signing, arrived, publicBase), arrived.receivedAt)
  } catch (error) {
    // Only its name: its message may quote the request.
    const name = error instanceof Error ? error.name : 'unknown'
    log('A capture could not be checked when it arrived.', { capture: arrived.id, error: name })
    const scheme = signing === undefined ? {} : { scheme: signing.scheme }
    const verdict = { kind: 'unchecked' as const, ...scheme, reason: 'Checking this failed.' }
    return { verdict, eventType: undefined, eventId: undefined, late: true, heavy: false }
  }
}

function captureOf(
  { publicBase, log }: Receiving,
  endpoint: EndpointRecord,
  request: IncomingMessage,
  body: Buffer,
  receivedAt: number,
  startedAt: number,
): NewCapture {
  const headers = request.rawHeaders
  const method = request.method ?? ''
  const target = request.url ?? ''
  const id = newId(receivedAt)
  const arrived = { id, method, target, headers, body, receivedAt }
  return {
    ...arrived,
    endpoint: endpoint.id,
    httpVersion: request.httpVersion,
    remoteAddress: request.socket.remoteAddress ?? '',
    trailers: request.rawTrailers,
    contentType: headerValuesOf(headers, 'content-type')[0],
    ...foundAtOnce({ publicBase, log }, endpoint, arrived),
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
