/**
 * What Node's parser refuses. No request object exists for it, so the answer is written by hand; and no other place in the program ever
 * sees it, so what little is known is kept as a rejection.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { AppError, STATUS_OF } from '../../shared/errors.ts'
import { REJECTED_HEAD_BYTES } from '../../shared/limits.ts'
import { rawProblem } from '../problem.ts'
import type { Receiving } from './receiving.ts'
import { markRecorded } from './refuse.ts'
import { rejectionOf } from './rejection.ts'

/** Bytes of headers that are taken: room for the largest cookies and tokens, and eight times Node's default. */
export const HEADERS_MAX = 128 * 1024

/** The newest request of each connection until it is answered: what the connection owes when something goes wrong on it. */
interface Newest {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** The answer to the request before it, where that was still to come: answers go out in the order of their requests. */
  readonly before: ServerResponse | undefined
}
const newest = new WeakMap<object, Newest>()

export function remember(request: IncomingMessage, response: ServerResponse): void {
  newest.set(request.socket, { request, response, before: owedOn(request.socket) })
}

/** The last answer to a whole request that is still to go out on a connection. */
export function owedOn(socket: object): ServerResponse | undefined {
  const last = newest.get(socket)
  const response = last?.request.complete === true ? last.response : last?.before
  return response === undefined || response.writableFinished || response.destroyed ? undefined : response
}

/** One that is answered before it is whole stays: its connection ends with it. The others would be held by thousands of idle connections. */
export function forget(request: IncomingMessage): void {
  if (request.complete && newest.get(request.socket)?.request === request) newest.delete(request.socket)
}

export interface ParserError extends Error {
  readonly code?: string
  readonly reason?: string
  readonly rawPacket?: Buffer
}

export function refuseUnparsed(
  receiving: Receiving,
  error: ParserError,
  socket: Duplex & { remoteAddress?: string },
): void {
  if (error.code === 'ECONNRESET' || error.code === 'EPIPE') {
    socket.destroy()
    return
  }
  // The sender closed its half amid a body. Who reads that body tells of it, with all that came; the parser would only repeat it.
  const last = newest.get(socket)
  if (error.code === 'HPE_INVALID_EOF_STATE' && last?.request.complete === false) {
    socket.end()
    return
  }
  const refusal = refusalOf(error)
  // A whole request before the broken one has its answer coming: first that, then the refusal, unless the connection ends with it.
  const owed = owedOn(socket)
  const canHear = socket.writable && !socket.destroyed && owed?.shouldKeepAlive !== false
  markRecorded(socket)
  const rejection = rejectionOf(
    { reason: 'parse', status: canHear ? STATUS_OF[refusal.code] : 0, detail: refusal.message },
    socket.remoteAddress ?? '',
    (error.rawPacket ?? Buffer.alloc(0)).subarray(0, REJECTED_HEAD_BYTES),
    receiving.now(),
  )
  void receiving.store.addRejection(rejection) // never rejects
  socket.on('error', () => undefined)
  const refuse = (): void => {
    if (canHear) socket.end(rawProblem(refusal))
    else socket.destroy()
  }
  if (owed === undefined) refuse()
  else if (canHear) owed.once('finish', refuse)
}

function refusalOf(error: ParserError): AppError {
  if (error.code === 'HPE_HEADER_OVERFLOW')
    return new AppError('headers_too_large', `The headers are larger than ${HEADERS_MAX} bytes.`)
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return new AppError('timeout', 'The request did not arrive in time.')
  const why = error.reason ?? error.message
  return new AppError('bad_request', `This is not a request that HTTP allows: ${why} (${error.code ?? 'unknown'}).`)
}
