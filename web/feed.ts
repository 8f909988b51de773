/**
 * The socket, with resume: what was missed while it was away is sent first, by the cursor, and nothing in the page needs to know.
 */
import { createModel, signal } from '@preact/signals'
import type { FeedEvent, FeedFrame } from '../shared/feed.ts'

type FeedState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** Moments in Unix milliseconds. */
  | { readonly kind: 'down'; readonly since: number; readonly retryAt: number }

interface FeedListener {
  /** Events in order. After a reconnect some may come that were seen before. */
  take(events: FeedEvent[]): void
  /** The gap is closed. `missed`: captures that arrived while the socket was away; undefined where that cannot be said, after a `reset`. */
  caughtUp(missed: number | undefined): void
  /** What was read before is no ground to go on from: read everything anew, and say by `know` up to where that goes. */
  reset(): void
}

type Open = (after: number | undefined) => WebSocket

/** Milliseconds. The server pings every 20 s; longer silence means a dead connection that nobody closed. */
const SILENCE_MS = 45_000
const RETRY_MS = [250, 500, 1000, 2000, 3000, 5000]

/** @param silenceMs without a sign of life after which a connection counts as dead */
export const Feed = createModel((open: Open, listener: FeedListener, silenceMs: number = SILENCE_MS) => {
  const state = signal<FeedState>({ kind: 'connecting' })
  /** The latest event heard or known. */
  let latest = 0
  /** Whether something was read that the events go on from. Until then there is no cursor: what came before the first event is not known. */
  let grounded = false
  /** Whether the listener was told, on this connection, to read everything anew. */
  let told = false
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
    // Without ground the server starts with what is new, and what came before is for the listener to read.
    const resumes = grounded
    const mine = open(resumes ? latest : undefined)
    socket = mine // from here on the one before is not listened to
    before?.close()
    catchingUp = true
    missed = 0
    told = false
    mine.addEventListener('open', listen)
    mine.addEventListener('message', (message) => {
      if (socket !== mine) return
      listen()
      receive(JSON.parse(String(message.data)) as FeedFrame[], resumes) // our own server, by the shared contract
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
    }, silenceMs)
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

  function receive(frames: FeedFrame[], resumes: boolean): void {
    const events: FeedEvent[] = []
    const flush = () => {
      if (events.length > 0) listener.take(events.splice(0))
    }
    for (const frame of frames) {
      if (frame.type === 'ping') continue
      if (frame.type === 'reset') {
        flush()
        lose()
      } else if (frame.type === 'caught-up') {
        flush()
        const wasDown = downSince !== undefined
        const goesOn = resumes && !told
        catchingUp = false
        failures = 0
        downSince = undefined
        state.value = { kind: 'live' }
        if (!resumes && !told) lose()
        if (wasDown) listener.caughtUp(goesOn ? missed : undefined)
      } else {
        if (catchingUp && frame.type === 'capture') missed += 1
        latest = Math.max(latest, frame.seq)
        events.push(frame)
      }
    }
    flush()
  }

  /** The ground is gone, and with it all positions: a store that was replaced may count from 1 again. */
  function lose(): void {
    grounded = false
    latest = 0
    told = true
    listener.reset()
  }

  return {
    state,
    connect,
    /** Everything up to here is known from elsewhere, a list for instance; a reconnect asks for what is later. */
    know(seq: number) {
      grounded = true
      latest = Math.max(latest, seq)
    },
    /** Tries at once instead of waiting. */
    retry() {
      if (state.peek().kind === 'down') connect()
    },
  }
})
export type Feed = InstanceType<typeof Feed>
