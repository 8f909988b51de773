/**
 * Following the log: what is after a cursor, then each new thing. Catching up and live are one loop, so there is no moment between the two
 * in which an event could be lost or come twice.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { LoggedEvent, Store } from '../store/store.ts'

/**
 * Pages of events in order, each event once, until the signal aborts; `reset` where the cursor is not kept, and from then on what is new.
 * A consumer that takes its time gets larger pages, never a queue.
 * @param after the seq of the last event that is known already
 * @param limit events a page at most
 * @throws what the store throws when it cannot be read
 */
export async function* follow(
  store: Pick<Store, 'events' | 'changed' | 'lastSeq'>,
  after: number,
  limit: number,
  signal: AbortSignal,
): AsyncGenerator<LoggedEvent[] | 'reset', void, undefined> {
  let cursor = after
  while (!signal.aborted) {
    // Wait before reading, so that an event that lands in between is not slept through.
    const changed = store.changed(signal)
    const events = await store.events(cursor, limit)
    if (signal.aborted) return
    if (events === 'reset') {
      cursor = store.lastSeq()
      yield 'reset'
      continue
    }
    const last = events.at(-1)
    if (last === undefined) {
      await changed
      // The commit that rang still has its senders to answer. They come first; and what else arrives in this turn comes along.
      await nextTurn()
      continue
    }
    cursor = last.seq
    yield events
  }
}
