/**
 * The front door: webhooks are taken here by plain node:http, before any framework sees them.
 *
 * A Fetch `Request` cannot carry what a webhook may be: it drops the body of a GET, joins repeated headers, resolves `..` in the path
 * and refuses an odd `Host` outright. So the door works on what Node parsed, routes by the first segment of the raw target, and
 * answers 404 to everything that is not an endpoint. What Node's parser refuses is kept as a rejection: no other place sees it.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { AppError, toProblem } from '../../shared/errors.ts'
import { withoutAuthority } from '../../shared/capture.ts'
import { REJECTED_HEAD_BYTES } from '../../shared/limits.ts'
import { createRoom, readBody } from './read-body.ts'
import { keepRejection, markRecorded, type Receiving, receive, sendProblem } from './receive.ts'
import { rejectionOf } from './rejection.ts'

/**
 * Ours instead of Node's defaults: room for 128 KiB of headers, a sender that dawdles over its head is cut after 10 s, connections
 * are kept longer than any tunnel keeps them (so that the tunnel closes first), and a request without Host is a capture like others.
 */
const SERVER_OPTIONS = {
  maxHeaderSize: 128 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 120_000,
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 95_000,
  requireHostHeader: false,
} as const

const CONNECTIONS_MAX = 12_000

/** Bytes of bodies being received at a time. Beyond, senders are told to come back: memory is not theirs to fill. */
const BODIES_IN_FLIGHT_BYTES = 256 * 1024 * 1024

/** Bytes of a body that go unread past a 404; longer ones end the connection. */
const UNKNOWN_BODY_BYTES = 64 * 1024

export function createDoor(parts: Receiving & { readonly inspectorUrl: () => string }): Server {
  const server = createServer(SERVER_OPTIONS)
  const receiving = {
    ...parts,
    room: createRoom(Math.max(BODIES_IN_FLIGHT_BYTES, 2 * parts.maxBodyBytes)),
    isOpen: () => server.listening,
  }
  server.maxConnections = CONNECTIONS_MAX

  const take = (request: IncomingMessage, response: ServerResponse): void => {
    newest.set(request.socket, { request, response })
    if (!server.listening) response.shouldKeepAlive = false
    const endpoint = receiving.store.endpoint(firstSegment(request.url ?? ''))
    const work = endpoint === undefined ? turnAway(request, response) : receive(receiving, endpoint, request, response)
    const failed = (error: unknown): void => {
      receiving.log('A request could not be handled.', {
        error: error instanceof Error ? (error.stack ?? '') : String(error),
      })
      request.socket.destroy() // headers may be out already; a reset is the one thing left that says "not received"
    }
    void work.catch(failed).then(() => forget(request))
  }

  /** 404, whatever else it is: no endpoint has this name. */
  async function turnAway(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { bytes, state } = await readBody(request, UNKNOWN_BODY_BYTES, receiving.room)
    receiving.room.giveBack(bytes.length)
    const name = firstSegment(request.url ?? '')
    const error = new AppError(
      'not_found',
      name === ''
        ? 'This is where webhooks arrive; no endpoint is named in the path.'
        : `There is no endpoint ${JSON.stringify(name)} here.`,
      {
        hint: `Create it in the inspector, ${receiving.inspectorUrl()}, or claim its id there.`,
      },
    )
    keepRejection(receiving, request, bytes, {
      reason: 'unknown_endpoint',
      status: state === 'aborted' ? 0 : 404,
      detail: error.message,
    })
    if (state !== 'aborted') sendProblem(request, response, error)
  }

  server.on('request', take)
  // Says "go on" only to whom we would listen; a body that is declared too large is refused unsent.
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    if (Number(request.headers['content-length'] ?? 0) <= receiving.maxBodyBytes) response.writeContinue()
    take(request, response)
  })
  // Node would answer 417 to any other expectation without a word to us, and the webhook were lost (RFC 9110 §10.1.1 leaves it open).
  server.on('checkExpectation', take)
  // CONNECT names a host and no path, so no endpoint; without a listener the sender would hear nothing at all.
  server.on('connect', (request: IncomingMessage, socket: Duplex) => {
    const error = new AppError('method_not_allowed', 'CONNECT names no endpoint, so it cannot be captured.')
    keepRejection(receiving, request, Buffer.alloc(0), {
      reason: 'unknown_endpoint',
      status: 405,
      detail: error.message,
    })
    socket.on('error', () => undefined).end(rawProblem(error))
  })
  server.on('clientError', (error: ParserError, socket: Duplex) => refuseUnparsed(receiving, error, socket))
  return server
}

/** The first segment of the raw target, after the authority of an absolute-form one. Nothing is decoded. */
function firstSegment(target: string): string {
  const path = withoutAuthority(target)
  if (!path.startsWith('/')) return ''
  const end = path.slice(1).search(/[/?#]/)
  return end < 0 ? path.slice(1) : path.slice(1, end + 1)
}

/** The newest request of each connection until it is answered: what the connection owes when something goes wrong on it. */
const newest = new WeakMap<object, { readonly request: IncomingMessage; readonly response: ServerResponse }>()

/** One that is answered before it is whole stays: its connection ends with it. The others would be held by thousands of idle connections. */
function forget(request: IncomingMessage): void {
  if (request.complete && newest.get(request.socket)?.request === request) newest.delete(request.socket)
}

interface ParserError extends Error {
  readonly code?: string
  readonly reason?: string
  readonly rawPacket?: Buffer
}

function refuseUnparsed(receiving: Receiving, error: ParserError, socket: Duplex & { remoteAddress?: string }): void {
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
  const owed = last?.request.complete === true && !last.response.writableFinished ? last.response : undefined
  const canHear = socket.writable && !socket.destroyed && owed?.shouldKeepAlive !== false
  markRecorded(socket)
  const rejection = rejectionOf(
    { reason: 'parse', status: canHear ? toProblem(refusal).status : 0, detail: refusal.message },
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
    return new AppError('headers_too_large', `The headers are larger than ${SERVER_OPTIONS.maxHeaderSize} bytes.`)
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return new AppError('timeout', 'The request did not arrive in time.')
  const why = error.reason ?? error.message
  return new AppError('bad_request', `This is not a request that HTTP allows: ${why} (${error.code ?? 'unknown'}).`)
}

/** An answer written by hand, where there is no response object to write it with. */
function rawProblem(error: AppError): string {
  const problem = toProblem(error)
  const body = JSON.stringify(problem)
  return [
    `HTTP/1.1 ${problem.status} ${problem.title}`,
    'Content-Type: application/problem+json',
    'Content-Security-Policy: sandbox',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n')
}
