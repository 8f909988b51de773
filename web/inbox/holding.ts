/**
 * What the page holds of one endpoint: the list, the arrivals that wait beside it, and which of both are unread. Events are taken in by the
 * batch and nothing is copied for each, so that an arrival costs the same behind ten that wait and behind a hundred thousand.
 */
import type { CaptureSummary } from '../../shared/capture.ts'
import type { FeedEvent, PushedDelivery } from '../../shared/feed.ts'
import { createOrder, type Order } from './order.ts'

export interface Holding {
  readonly list: Order
  /** How many wait. */
  waiting(): number
  /** How many are unread, of the list and of those that wait. */
  unread(): number
  /** Puts fetched captures into the list. */
  add(captures: readonly CaptureSummary[]): void
  /** Takes in events of this endpoint. @param reading arrivals are to wait */
  take(events: readonly FeedEvent[], reading: boolean): void
  /** Puts what waits on top of the list. */
  showWaiting(): void
  clear(): void
}

export function createHolding(): Holding {
  const list = createOrder()
  const held = createOrder()
  const unread = new Set<string>()

  const mark = (capture: CaptureSummary) => {
    if (capture.read) unread.delete(capture.id)
    else unread.add(capture.id)
  }

  function arrive(capture: CaptureSummary, reading: boolean): void {
    const waits = held.has(capture.id) || (reading && !list.has(capture.id))
    const order = waits ? held : list
    order.add([capture])
    mark(capture)
  }

  function refresh(capture: CaptureSummary): void {
    for (const order of [list, held]) {
      if (!order.has(capture.id)) continue
      order.update(capture)
      mark(capture)
    }
  }

  /** Where the row is not here, the list says the same when it is fetched. */
  function note({ capture, outcome }: PushedDelivery): void {
    const delivered = 'error' in outcome ? { error: outcome.error.code } : { status: outcome.status }
    for (const order of [list, held]) {
      const row = order.at(order.indexOf(capture))
      if (row !== undefined) order.update({ ...row, delivered })
    }
  }

  function removeBefore(seq: number): void {
    list.removeBefore(seq)
    held.removeBefore(seq)
    for (const id of unread) if (!list.has(id) && !held.has(id)) unread.delete(id)
  }

  return {
    list,
    waiting: () => held.size,
    unread: () => unread.size,
    add(captures) {
      list.add(captures)
      captures.forEach(mark)
    },
    take(events, reading) {
      // A capture that is gone never comes again, so what goes may go at the end, all at once: each removal walks the whole list.
      const gone: string[] = []
      let clearedBefore = 0
      for (const event of events) {
        if (event.type === 'capture') arrive(event.capture, reading)
        else if (event.type === 'updated') refresh(event.capture)
        else if (event.type === 'delivery') note(event.delivery)
        else if (event.type === 'deleted') {
          if ('ids' in event) gone.push(...event.ids)
          else clearedBefore = event.seq
        }
      }
      if (clearedBefore > 0) removeBefore(clearedBefore)
      if (gone.length > 0) {
        list.remove(gone)
        held.remove(gone)
        for (const id of gone) unread.delete(id)
      }
      // Nobody looks at what waits. Its newest rows are what is seen first once it is shown.
      held.forgetBeyond(0, 0)
    },
    showWaiting() {
      list.absorb(held)
      held.clear()
    },
    clear() {
      list.clear()
      held.clear()
      unread.clear()
    },
  }
}
