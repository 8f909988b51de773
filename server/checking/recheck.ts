/**
 * Verdicts again, after a scheme or a secret changed. A follower of the store like any other: it goes through what is stored, newest
 * first, one a turn of the event loop, so that neither senders nor the page wait for it.
 */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { EndpointRecord } from '../store/store.ts'
import { findAndKeep } from './keep-findings.ts'
import type { StoredCheck } from './stored-check.ts'

/** Captures read at a time, and the shortest time between two looks at the settings, in ms. */
const PAGE = 50
const ROUND_MS = 50

/** How long after a failure, in ms, it is tried again at the latest: nothing else may ever be written that would wake it. */
const RETRY_MS = 1_000

export interface Rechecking {
  /** Goes on until the signal aborts. What an earlier run did not finish is finished first. */
  run(signal: AbortSignal): Promise<void>
  /** How many of an endpoint's captures have been checked with its settings as they are now. */
  progress(endpointId: string): { running: boolean; done: number; total: number }
}

export function createRecheck(parts: StoredCheck): Rechecking {
  const { store, log } = parts
  // Of rounds that go on now. It is not kept: a round that was cut off begins again.
  const checked = new Map<string, number>()

  async function round(endpoint: EndpointRecord, signal: AbortSignal): Promise<void> {
    checked.set(endpoint.id, 0)
    try {
      await recheckAll(parts, endpoint, signal, () => checked.set(endpoint.id, (checked.get(endpoint.id) ?? 0) + 1))
    } finally {
      checked.delete(endpoint.id)
    }
  }

  return {
    async run(signal) {
      while (!signal.aborted) {
        const changed = store.changed(signal)
        let failed = false
        for (const endpoint of store.toRecheck()) {
          await round(endpoint, signal).catch((error: unknown) => {
            failed = true
            if (!signal.aborted)
              log('Stored captures could not be checked again.', { endpoint: endpoint.id, error: String(error) })
          })
        }
        await (failed ? Promise.race([changed, pause(RETRY_MS, signal)]) : changed)
        await pause(ROUND_MS, signal)
      }
    },

    progress(endpointId) {
      const total = store.counters(endpointId).captures
      const running = store.toRecheck().some(({ id }) => id === endpointId)
      // Captures that come meanwhile are right already, and those that go are no longer counted.
      return { running, done: running ? Math.min(checked.get(endpointId) ?? 0, total) : total, total }
    },
  }
}

/** Resolves early, and does not reject, where the signal aborts: then the loop ends. */
const pause = (ms: number, signal: AbortSignal): Promise<unknown> =>
  sleep(ms, undefined, { signal }).catch(() => undefined)

/** Stops early where the settings change again: that change brings its own round. */
async function recheckAll(
  parts: StoredCheck,
  endpoint: EndpointRecord,
  signal: AbortSignal,
  oneDone: () => void,
): Promise<void> {
  const { store } = parts
  let before: number | undefined
  for (;;) {
    const { captures, more } = await store.captures({
      endpoint: endpoint.id,
      limit: PAGE,
      ...(before === undefined ? {} : { before }),
    })
    for (const summary of captures) {
      if (signal.aborted || !(await findAndKeep(parts, endpoint, summary, 'verdict', signal))) return
      oneDone()
      await nextTurn()
    }
    before = captures.at(-1)?.seq
    if (!more || before === undefined) return store.rechecked(endpoint)
  }
}
