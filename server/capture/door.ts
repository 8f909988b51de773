/**
 * The front door: webhooks are taken here by plain node:http, before any framework sees them.
 *
 * A Fetch `Request` cannot carry what a webhook may be: it drops the body of a GET, joins repeated headers, resolves `..` in the path
 * and refuses an odd `Host` outright. So the door works on what Node parsed, routes by the first segment of the raw target, and
 * answers 404 to everything that is not an endpoint. What Node's parser refuses is kept as a rejection: no other place sees it.
 */
import { createServer, type IncomingMessage, METHODS, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { AppError } from '../../shared/errors.ts'
import { withoutAuthority } from '../../shared/target.ts'
import { rawProblem } from '../problem.ts'
import { REJECTED_HEAD_BYTES } from '../../shared/limits.ts'
import { createRoom, readBody } from './read-body.ts'
import { receive } from './receive.ts'
import type { Receiving } from './receiving.ts'
import { keepRejection, sendProblem } from './refuse.ts'
import { forget, HEADERS_MAX, owedOn, type ParserError, refuseUnparsed, remember } from './unparsed.ts'

/**
 * Ours instead of Node's defaults: room for 128 KiB of headers, a sender that dawdles over its head is cut after 10 s, connections
 * are kept longer than any tunnel keeps them (so that the tunnel closes first), and a request without Host is a capture like others.
 */
const SERVER_OPTIONS = {
  maxHeaderSize: HEADERS_MAX,
  headersTimeout: 10_000,
  requestTimeout: 120_000,
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 95_000,
  requireHostHeader: false,
} as const

const CONNECTIONS_MAX = 12_000

/** Bytes of bodies that are being received at a time. Beyond, senders are told to come back: memory is not theirs to fill. */
export interface Rooms {
  readonly bodies: number
  /** Beside these, for bodies up to 64 KiB alone. */
  readonly small: number
  /** Strangers have a room of their own: what they send to no endpoint takes nothing from those that are awaited. */
  readonly unknown: number
}

const ROOMS: Rooms = {
  bodies: 256 * 1024 * 1024,
  small: 32 * 1024 * 1024,
  unknown: CONNECTIONS_MAX * REJECTED_HEAD_BYTES,
}

/** Bytes of a body that go unread past a 404; longer ones end the connection. */
const UNKNOWN_BODY_BYTES = 64 * 1024

export interface DoorSettings extends Receiving {
  readonly inspectorUrl: () => string
  /** There is always room for two of the largest bodies. */
  readonly rooms?: Rooms
}

export function createDoor(parts: DoorSettings): Server {
  const server = createServer(SERVER_OPTIONS)
  const { bodies, small, unknown } = parts.rooms ?? ROOMS
  const receiving = {
    ...parts,
    room: createRoom(Math.max(bodies, 2 * parts.maxBodyBytes) + small, small),
    isOpen: () => server.listening,
  }
  const unknownRoom = createRoom(unknown)
  server.maxConnections = CONNECTIONS_MAX

  const take = (request: IncomingMessage, response: ServerResponse): void => {
    remember(request, response)
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
    const { bytes, state } = await readBody(request, UNKNOWN_BODY_BYTES, unknownRoom, REJECTED_HEAD_BYTES)
    unknownRoom.giveBack(bytes.length)
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
    const error = new AppError('method_not_allowed', 'CONNECT names no endpoint, so it cannot be captured.', {
      allow: METHODS.filter((method) => method !== 'CONNECT'),
    })
    keepRejection(receiving, request, Buffer.alloc(0), {
      reason: 'unknown_endpoint',
      status: 405,
      detail: error.message,
    })
    socket.on('error', () => undefined)
    const refuse = () => socket.end(rawProblem(error))
    const owed = owedOn(socket)
    if (owed === undefined) refuse()
    else owed.once('finish', refuse)
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
