/**
 * Saying no. A sender that is refused hears why, even while it is still sending; and what arrived of its request is kept as a rejection,
 * because a webhook that is missing without a trace is what people search for longest.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { AppError, STATUS_OF, toProblem } from '../../shared/errors.ts'
import { problemHeaders } from '../problem.ts'
import type { EndpointRecord } from '../store/store.ts'
import type { Receiving } from './receiving.ts'
import { arrivedOf, type Refused, rejectionOf } from './rejection.ts'

/** How long, in ms, a sender that was refused may go on sending: cut off at once, it would see a reset instead of the answer. */
const DRAIN_MS = 1_000

export function recordAborted(
  receiving: Receiving,
  endpoint: EndpointRecord,
  request: IncomingMessage,
  bytes: Buffer,
): void {
  if (wasRecorded(request)) return
  keepRejection(receiving, request, bytes, {
    reason: 'aborted',
    status: 0,
    detail: `The sender went away after ${bytes.length} bytes of the body${request.headers['content-length'] === undefined ? '' : ` of ${request.headers['content-length']}`}.`,
    endpoint: endpoint.id,
  })
}

export function refuseTooLarge(
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
export function refuse(
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
  response.writeHead(STATUS_OF[error.code], {
    ...problemHeaders(error),
    'Content-Length': body.length,
    ...(unread ? { Connection: 'close' } : {}),
  })
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
