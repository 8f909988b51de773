/**
 * The socket, with resume: what was missed while it was away is sent first, by the cursor, and nothing in the page needs to know.
 */
import { createModel, signal } from '@preact/signals'
import type { FeedEvent, FeedFrame } from '../shared/feed.ts'

export type FeedState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** Moments in Unix milliseconds. */
  | { readonly kind: 'down'; readonly since: number; readonly retryAt: number }

export interface FeedListener {
  /** Events in order. After a reconnect some may come that were seen before. */
  take(events: FeedEvent[]): void
  /** The gap is closed. `missed`: captures that arrived while the socket was away. */
  caughtUp(missed: number): void
  /** The cursor is of no use any more: read everything again. */
  reset(): void
}

/** The server pings every 20 s. Longer silence means a dead connection that nobody closed. */
const SILENCE_MS = 45_000
const RETRY_MS = [250, 500, 1000, 2000, 3000, 5000]

export const Feed = createModel((open: (after: number | undefined) => WebSocket, listener: FeedListener) => {
  const state = signal<FeedState>({ kind: 'connecting' })
  let cursor: number | undefined
  let socket: WebSocket | undefined
  let failures = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let silence: ReturnType<typeof setTimeout> | undefined
  let downSince: number | undefined
  let missed = 0
  let catchingUp = false

  function connect(): void {
    clearTimeout(timer)
    const before = socket
    const mine = open(cursor)
    socket = mine // from here on the one before is not listened to
    before?.close()
    catchingUp = true
    missed = 0
    mine.addEventListener('open', listen)
    mine.addEventListener('message', (message) => {
      if (socket !== mine) return
      listen()
      receive(JSON.parse(String(message.data)) as FeedFrame[]) // our own server, by the shared contract
    })
    mine.addEventListener('close', () => {
      if (socket === mine) lost()
    })
    listen()
  }

  /** Starts the wait for the next sign of life anew. */
  function listen(): void {
    clearTimeout(silence)
    silence = setTimeout(() => {
      const dead = socket
      lost()
      dead?.close()
    }, SILENCE_MS)
  }

  function lost(): void {
    clearTimeout(silence)
    socket = undefined
    downSince ??= Date.now()
    const wait = RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] ?? 5000
    failures += 1
    state.value = { kind: 'down', since: downSince, retryAt: Date.now() + wait }
    timer = setTimeout(connect, wait)
  }

  function receive(frames: FeedFrame[]): void {
    const events: FeedEvent[] = []
    const flush = () => {
      if (events.length > 0) listener.take(events.splice(0))
    }
    for (const frame of frames) {
      if (frame.type === 'ping') continue
      if (frame.type === 'reset') {
        cursor = undefined
        flush()
        listener.reset()
      } else if (frame.type === 'caught-up') {
        flush()
        const wasDown = downSince !== undefined
        catchingUp = false
        failures = 0
        downSince = undefined
        state.value = { kind: 'live' }
        if (wasDown) listener.caughtUp(missed)
      } else {
        if (catchingUp && frame.type === 'capture') missed += 1
        cursor = Math.max(cursor ?? 0, frame.seq)
        events.push(frame)
      }
    }
    flush()
  }

  return {
    state,
    connect,
    /** Everything up to here is known from elsewhere, a list for instance; a reconnect asks for what is later. */
    know(seq: number) {
      cursor = Math.max(cursor ?? 0, seq)
    },
    /** Tries at once instead of waiting. */
    retry() {
      if (state.peek().kind === 'down') connect()
    },
  }
})
export type Feed = InstanceType<typeof Feed>
