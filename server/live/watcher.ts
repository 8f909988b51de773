/**
 * One watcher of the feed: first it reads the log at its own pace, from its cursor to the tail; from there on it is handed what the tail
 * hands to all. One that stops reading is cut, which costs it nothing: it comes back with its cursor.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { FEED_BUFFER_BYTES } from '../../shared/limits.ts'
import type { Log } from '../log.ts'
import type { Store } from '../store/store.ts'
import type { Batch } from './batch.ts'
import { batchesOf, message } from './batch.ts'
import type { Tail } from './tail.ts'

/** Events read at a time for one watcher that catches up. Bounds the memory that a slow one can hold. */
const PAGE = 200

export interface WatcherSettings {
  readonly socket: WebSocket
  /** Events of this endpoint only, by id; without it, of all. */
  readonly endpoint: string | undefined
  /** The seq to go on after; without it, from now on. */
  readonly after: number | undefined
  readonly store: Store
  readonly tail: Tail
  readonly captureBase: () => string
  readonly log: Log
}

export interface Watcher {
  readonly socket: WebSocket
  /** Sends what is after the cursor, up to the tail. @throws what the store throws when it cannot be read */
  catchUp(): Promise<void>
  /** Sends a batch of the tail; leaves it where the watcher is not there yet. */
  take(batch: Batch | 'reset'): void
  /** Cuts the connection when the last ping was never answered. */
  ping(): void
}

export function createWatcher(settings: WatcherSettings): Watcher {
  const { socket, endpoint, after, store, tail, captureBase, log } = settings
  // All up to this seq was sent, or is not for this watcher.
  let cursor = after ?? store.lastSeq()
  let atTail = false
  let answered = true
  socket.on('pong', () => {
    answered = true
  })

  /** Sends without waiting. A message alone may be of any size; behind others it may not pass the limit. */
  function push(bytes: Buffer): void {
    const waiting = socket.bufferedAmount
    if (waiting > 0 && waiting + bytes.length > FEED_BUFFER_BYTES) {
      log('A watcher of the feed does not read and was cut.', { waiting, after: cursor })
      socket.terminate() // a closing frame would wait behind all that is not read
    } else socket.send(bytes, AS_TEXT)
  }

  function startAnew(): void {
    cursor = store.lastSeq()
    atTail = true
    push(RESET)
  }

  return {
    socket,

    async catchUp() {
      const goal = store.lastSeq()
      if (cursor > goal) return startAnew()
      while (cursor < Math.max(goal, tail.cursor())) {
        const reached = store.lastSeq()
        const events = await store.events(cursor, PAGE)
        if (events === 'reset') return startAnew()
        for (const batch of batchesOf(events, cursor, captureBase())) {
          const due = batch.message(endpoint, cursor)
          // The next page only when this one has left: what waits for a watcher is one page.
          if (due !== undefined) await drained(socket, due)
          cursor = batch.to
        }
        // Nothing left although the log goes on: places without an event. Only up to `reached` is that known.
        if (events.length === 0) cursor = Math.max(cursor, reached)
        await nextTurn() // where nothing had to be sent, nothing was waited for
        if (socket.readyState !== WebSocket.OPEN) return
      }
      // Nothing was awaited since the cursor was held against the tail's, so the tail stands where it stood: no event is missed or doubled.
      atTail = true
      push(CAUGHT_UP)
    },

    take(batch) {
      if (!atTail) return
      if (batch === 'reset') return startAnew()
      if (batch.to <= cursor) return
      const due = batch.message(endpoint, cursor)
      cursor = batch.to
      if (due !== undefined) push(due)
    },

    ping() {
      if (!answered) return socket.terminate()
      answered = false
      socket.ping()
      if (atTail) push(PING)
    },
  }
}

const AS_TEXT = { binary: false, compress: false }
const CAUGHT_UP = message([{ type: 'caught-up' }])
const RESET = message([{ type: 'reset' }, { type: 'caught-up' }])
const PING = message([{ type: 'ping' }])

/** Resolves when the bytes have left the process, or the watcher has. */
function drained(socket: WebSocket, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => socket.send(bytes, AS_TEXT, () => resolve()))
}
