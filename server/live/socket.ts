/** The WebSocket door of the feed: who watches what, from where on, and how all of them are let go. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { WebSocketServer } from 'ws'
import { AppError } from '../../shared/errors.ts'
import { FEED_PING_MS } from '../../shared/limits.ts'
import type { Log } from '../log.ts'
import type { Store } from '../store/store.ts'
import { refuseUpgrade } from './refuse-upgrade.ts'
import { createTail } from './tail.ts'
import type { Watcher } from './watcher.ts'
import { createWatcher } from './watcher.ts'

/** Watchers at a time. Each may hold `FEED_BUFFER_BYTES`; more are told to try again later (close code 1013). */
const WATCHERS_MAX = 64

/** Bytes a watcher may send at once. Nothing is expected from it. */
const INCOMING_BYTES = 64 * 1024

/** Milliseconds that a watcher has to answer the closing handshake when the server stops. */
const CLOSE_MS = 1000

/** Selected where it is offered; a token may stand beside it, and is never selected. */
const SUBPROTOCOL = 'hookwell.v1'

/** Close codes (RFC 6455 §7.4.1 and its registry). */
const GOING_AWAY = 1001
const INTERNAL_ERROR = 1011
const TRY_AGAIN_LATER = 1013

export interface FeedSettings {
  readonly store: Store
  /** The address by which senders reach the capture listener, without a slash at the end. */
  readonly captureBase: () => string
  readonly log: Log
  /** Milliseconds between two pings; a watcher that has not answered one by the next is gone. */
  readonly pingMs?: number
}

export interface Feed {
  /** Opens the feed for a request that has passed the gate, or refuses it with a problem. `url` carries `endpoint`, `after`, `query`. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, url: URL): void
  watchers(): number
  /** Tells every watcher that the server goes away, and waits a moment for them. */
  close(): Promise<void>
}

export function createFeed({ store, captureBase, log, pingMs = FEED_PING_MS }: FeedSettings): Feed {
  const door = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: INCOMING_BYTES,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  })
  const watchers = new Set<Watcher>()
  let closing = false
  let pings: NodeJS.Timeout | undefined

  const tail = createTail({
    store,
    captureBase,
    take(batch) {
      for (const watcher of watchers) watcher.take(batch)
    },
    failed: (error) => sendAway(error, [...watchers]),
  })

  function sendAway(error: unknown, concerned: Watcher[]): void {
    log('The log cannot be read; watchers were sent away.', { error: String(error) })
    for (const { socket } of concerned) socket.close(INTERNAL_ERROR, 'The log cannot be read.')
  }

  function open(socket: WebSocket, asked: Asked): void {
    socket.on('error', () => undefined) // the line or the protocol was broken; `close` follows
    if (watchers.size >= WATCHERS_MAX) {
      socket.close(TRY_AGAIN_LATER, 'Too many watchers.')
      return
    }
    tail.start()
    pings ??= setInterval(() => {
      for (const each of watchers) each.ping()
    }, pingMs).unref()
    const watcher = createWatcher({ socket, ...asked, store, tail, captureBase, log })
    watchers.add(watcher)
    socket.on('close', () => leave(watcher))
    watcher.catchUp().catch((error: unknown) => sendAway(error, [watcher]))
  }

  /** With nobody there, nothing is read and nothing ticks. */
  function leave(watcher: Watcher): void {
    watchers.delete(watcher)
    if (watchers.size > 0) return
    tail.stop()
    clearInterval(pings)
    pings = undefined
  }

  return {
    upgrade(request, socket, head, url) {
      if (closing) {
        socket.destroy()
        return
      }
      const asked = read(url.searchParams, store)
      if (asked instanceof AppError) refuseUpgrade(socket, asked)
      else door.handleUpgrade(request, socket, head, (opened) => open(opened, asked))
    },
    watchers: () => watchers.size,
    async close() {
      closing = true
      tail.stop()
      const left = [...watchers].map(({ socket }) => new Promise((resolve) => socket.once('close', resolve)))
      for (const { socket } of watchers) socket.close(GOING_AWAY, 'The server stops.')
      const late = setTimeout(() => {
        for (const { socket } of watchers) socket.terminate()
      }, CLOSE_MS)
      await Promise.all(left)
      clearTimeout(late)
    },
  }
}

interface Asked {
  /** An id. */
  readonly endpoint: string | undefined
  readonly after: number | undefined
}

function read(parameters: URLSearchParams, store: Store): Asked | AppError {
  const name = parameters.get('endpoint') || undefined // an empty parameter asks for nothing
  const after = parameters.get('after') || undefined
  if (parameters.get('query')) {
    return new AppError('invalid_query', 'The feed cannot be searched yet.', {
      issues: [{ path: 'query', message: 'Leave it out.', position: 0 }],
    })
  }
  if (after !== undefined && !(/^\d+$/.test(after) && Number.isSafeInteger(Number(after)))) {
    return new AppError('invalid_input', '`after` is the seq of an event, a whole number from 0 on.', {
      issues: [{ path: 'after', message: 'Not a seq.' }],
    })
  }
  const endpoint = name === undefined ? undefined : store.endpoint(name)
  if (name !== undefined && endpoint === undefined) {
    return new AppError('not_found', `There is no endpoint ${JSON.stringify(name)}.`, {
      hint: 'It may have been deleted. `GET /api/endpoints` lists those that are there.',
    })
  }
  return { endpoint: endpoint?.id, after: after === undefined ? undefined : Number(after) }
}
