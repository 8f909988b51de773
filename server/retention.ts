/** Deletes what is too old, too many or too large, the oldest first, in slices that captures do not feel. Pinned captures stay. */
import { setTimeout as sleep } from 'node:timers/promises'
import { sizeBytes, spanMs } from '../shared/amounts.ts'
import type { Log } from './log.ts'
import type { EndpointRecord, Store } from './store/store.ts'

/** Captures deleted at a time, the pause after, and the time between two rounds, in ms. */
const SLICE = 200
const PAUSE_MS = 5
const ROUND_MS = 500

export interface Retention {
  readonly store: Store
  readonly now: () => number
  readonly keep: { readonly captures: number; readonly forMs: number; readonly bytes: number }
  readonly log: Log
}

/** Goes on until the signal aborts. A round that fails is told and tried again: capturing never depends on it. */
export async function runRetention(retention: Retention, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await enforceLimits(retention, signal)
    } catch (error) {
      if (!signal.aborted) retention.log('Old captures could not be deleted.', { error: String(error) })
    }
    await sleep(ROUND_MS, undefined, { signal }).catch(() => undefined) // aborted: the loop ends
  }
}

/** One round over all endpoints; resolves when no limit is passed any more, or nothing but pinned captures is left to delete. */
export async function enforceLimits({ store, now, keep }: Retention, signal: AbortSignal): Promise<void> {
  for (const endpoint of await store.endpoints()) {
    const limits = limitsOf(endpoint, keep)
    await untilNothingGoes(signal, () =>
      store.dropOldest(endpoint.id, { ...limits, receivedBefore: now() - limits.forMs }, SLICE),
    )
  }
  await untilNothingGoes(signal, () => store.dropOldestAnywhere(keep.bytes, SLICE))
}

async function untilNothingGoes(signal: AbortSignal, drop: () => Promise<number>): Promise<void> {
  while (!signal.aborted && (await drop()) > 0) await sleep(PAUSE_MS)
}

/** An endpoint's own limits, else the server's. */
function limitsOf(
  { keep: own }: EndpointRecord,
  keep: Retention['keep'],
): { captures: number; bytes: number | undefined; forMs: number } {
  return {
    captures: own?.captures ?? keep.captures,
    bytes: own?.size === undefined ? undefined : sizeBytes(own.size),
    forMs: (own?.for === undefined ? undefined : spanMs(own.for)) ?? keep.forMs,
  }
}
