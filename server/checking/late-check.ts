/**
 * What could not be found out before the answer is found out here, a moment later: a follower of the store that goes through the captures
 * which still wait for it. What a killed process left undone is done by the next.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { CaptureSummary } from '../../shared/capture.ts'
import { isHeavy } from '../signatures/findings.ts'
import { checkStored, type StoredCheck } from './stored-check.ts'

/** Captures looked at side by side: most of them wait for a provider's key. Of those with large bodies one at a time. */
const AT_ONCE = 8

/** The shortest time between two looks at what waits, and how long after a failure it is tried again, in ms. */
const ROUND_MS = 20
const RETRY_MS = 1_000

/** Goes on until the signal aborts. */
export async function runLateCheck(parts: StoredCheck, signal: AbortSignal): Promise<void> {
  const { store, log } = parts
  const busy = new Map<string, CaptureSummary>()
  let failedAt = Number.NEGATIVE_INFINITY
  let oneIsDone = Promise.withResolvers<void>()

  function begin(summary: CaptureSummary): Promise<void> {
    busy.set(summary.id, summary)
    return findLate(parts, summary)
      .catch((error: unknown) => {
        failedAt = performance.now()
        if (!signal.aborted) log('A capture could not be checked.', { capture: summary.id, error: String(error) })
      })
      .finally(() => busy.delete(summary.id))
  }

  while (!signal.aborted) {
    const awaited: Promise<unknown>[] = [store.changed(signal), oneIsDone.promise]
    const rest = failedAt + RETRY_MS - performance.now()
    if (rest > 0) awaited.push(pause(rest, signal))
    else
      for (const summary of store.lateCaptures(2 * AT_ONCE)) {
        if (busy.size >= AT_ONCE) break
        if (busy.has(summary.id) || (isHeavy(summary.bodySize) && hasHeavy(busy))) continue
        void begin(summary).then(() => oneIsDone.resolve()) // there may be others for which there was no room
      }
    await Promise.race(awaited)
    oneIsDone = Promise.withResolvers()
    await pause(ROUND_MS, signal)
  }
}

const hasHeavy = (busy: ReadonlyMap<string, CaptureSummary>): boolean =>
  [...busy.values()].some(({ bodySize }) => isHeavy(bodySize))

async function findLate(parts: StoredCheck, { id, endpoint }: CaptureSummary): Promise<void> {
  const { store } = parts
  const record = store.endpoint(endpoint)
  if (record === undefined) return
  const found = await checkStored(parts, record, id)
  if (found === undefined) return
  // Changed meanwhile: what was found out is of the past, and it goes on waiting.
  if (store.endpoint(endpoint)?.signing !== record.signing) return
  const { verdict, eventType, eventId } = found
  await store.updateFindings(id, { verdict, event: { type: eventType, id: eventId }, late: false })
}

/** Resolves early, and does not reject, where the signal aborts: then the loop ends. */
const pause = (ms: number, signal: AbortSignal): Promise<unknown> =>
  sleep(ms, undefined, { signal }).catch(() => undefined)
