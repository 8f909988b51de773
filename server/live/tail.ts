/**
 * The newest end of the log, read once for all who are there. One reader, one serialisation, one message a tick: what fifty viewers cost
 * is then little more than what one costs.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { FEED_TICK_MS } from '../../shared/limits.ts'
import type { Store } from '../store/store.ts'
import type { Batch } from './batch.ts'
import { batchesOf } from './batch.ts'
import { follow } from './follow.ts'

/** Events of a tick at most, 20,000 a second. Where more is captured for long, watchers hear of it later, but of all of it. */
const PAGE = 1000

export interface Tail {
  /** All events up to this seq were handed on. */
  cursor(): number
  /** Begins at the newest event; does nothing where it runs. */
  start(): void
  stop(): void
}

export interface TailSettings {
  readonly store: Store
  readonly captureBase: () => string
  /** Takes each batch in order, at most one a tick; `reset` where the log was cut before it was read. */
  readonly take: (batch: Batch | 'reset') => void
  /** The log cannot be read; the tail has stopped. */
  readonly failed: (error: unknown) => void
}

export function createTail({ store, captureBase, take, failed }: TailSettings): Tail {
  let cursor = 0
  let running: AbortController | undefined

  async function run(signal: AbortSignal): Promise<void> {
    for await (const events of follow(store, cursor, PAGE, signal)) {
      if (events === 'reset') {
        cursor = store.lastSeq()
        take('reset')
        continue
      }
      for (const batch of batchesOf(events, cursor, captureBase())) {
        if (signal.aborted) return
        const began = performance.now()
        cursor = batch.to
        take(batch)
        // After, not before: what comes in a quiet time is pushed at once, and what comes meanwhile is read together.
        await pause(Math.max(1, FEED_TICK_MS - (performance.now() - began)), undefined, { ref: false })
      }
    }
  }

  function start(): void {
    if (running !== undefined) return
    const mine = new AbortController()
    running = mine
    cursor = store.lastSeq()
    run(mine.signal).catch((error: unknown) => {
      if (running !== mine) return
      running = undefined
      failed(error)
    })
  }

  return {
    cursor: () => cursor,
    start,
    stop() {
      running?.abort()
      running = undefined
    },
  }
}
