/**
 * What could not be found out before the answer is found out here, a moment later: a follower of the store that goes through the captures
 * which still wait for it. What a killed process left undone is done by the next; what failed for now only is tried again later.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { CaptureSummary } from '../../shared/capture.ts'
import { findAndKeep } from './keep-findings.ts'
import type { StoredCheck } from './stored-check.ts'

/**
 * Captures looked at side by side. Each kind has room of its own, so that small ones, most of which wait for a provider's key, never wait
 * for large ones, which go through the thread one at a time.
 */
const LANES = [
  { heavy: false, atOnce: 8 },
  { heavy: true, atOnce: 1 },
] as const

/** The shortest time between two looks at what waits, and how long after a failure it is tried again, in ms. */
const ROUND_MS = 20
const RETRY_MS = 1_000

/**
 * How often it is looked whether the time of one that rests has come, in ms. By the clock on the wall, not by one long timer: a machine
 * that slept looks at once.
 */
const LOOK_MS = 10_000

/** Goes on until the signal aborts. */
export async function runLateCheck(parts: StoredCheck, signal: AbortSignal): Promise<void> {
  const { store, now, log } = parts
  const lanes = LANES.map((lane) => ({ ...lane, busy: new Set<string>() }))
  let failedAt = Number.NEGATIVE_INFINITY
  let oneIsDone = Promise.withResolvers<void>()
  let alarm = nextAlarm()

  /** One at a time, however often it is raced with others. */
  function nextAlarm(): Promise<void> {
    return pause(LOOK_MS, signal).then(() => {
      if (!signal.aborted) alarm = nextAlarm()
    })
  }

  async function look(summary: CaptureSummary, busy: Set<string>): Promise<void> {
    busy.add(summary.id)
    try {
      const endpoint = store.endpoint(summary.endpoint)
      if (endpoint !== undefined) await findAndKeep(parts, endpoint, summary, 'all', signal)
    } catch (error) {
      failedAt = performance.now()
      if (!signal.aborted) log('A capture could not be checked.', { capture: summary.id, error: String(error) })
    } finally {
      busy.delete(summary.id)
      oneIsDone.resolve() // there may be others for which there was no room
    }
  }

  while (!signal.aborted) {
    const awaited: Promise<unknown>[] = [store.changed(signal), oneIsDone.promise, alarm]
    const rest = failedAt + RETRY_MS - performance.now()
    if (rest > 0) awaited.push(pause(rest, signal))
    else
      for (const { heavy, atOnce, busy } of lanes) {
        if (busy.size >= atOnce) continue
        const free = store
          .lateCaptures(busy.size + atOnce, { heavy, dueBy: now() })
          .filter(({ id }) => !busy.has(id))
          .slice(0, atOnce - busy.size)
        for (const summary of free) void look(summary, busy)
      }
    await Promise.race(awaited)
    oneIsDone = Promise.withResolvers()
    await pause(ROUND_MS, signal)
  }
}

/** Resolves early, and does not reject, where the signal aborts: then the loop ends. */
const pause = (ms: number, signal: AbortSignal): Promise<unknown> =>
  sleep(ms, undefined, { signal }).catch(() => undefined)
