/**
 * The list of one endpoint: pages by cursor, live arrivals, and what waits so that nothing moves under the reader's eyes.
 */
import { computed, createModel, signal } from '@preact/signals'
import type { CaptureSummary } from '../../shared/capture.ts'
import type { FeedEvent, PushedDelivery } from '../../shared/feed.ts'
import { type Api, sentence } from '../api.ts'
import { createOrder } from './order.ts'

/** Captures asked for at first, and when the end of the list is neared: whoever scrolls that far is likely to go on. */
const PAGE = 100
const OLDER_PAGE = 500

export type Phase = { kind: 'idle' } | { kind: 'loading' } | { kind: 'ready' } | { kind: 'failed'; why: string }

/** How the latest delivery of a capture ended, as far as it was heard of. */
export type LastDelivery = { status: number } | { error: string }

/** The list as it is to be drawn: a new object whenever something in it changed. */
export interface Shown {
  readonly count: number
  /** Undefined where the row has yet to be fetched: say so by `need`. */
  at(index: number): CaptureSummary | undefined
  idAt(index: number): string | undefined
  indexOf(id: string): number
  deliveryOf(id: string): LastDelivery | undefined
}

export const Inbox = createModel((api: Pick<Api, 'captures'>) => {
  const order = createOrder()
  const endpoint = signal<string | undefined>(undefined)
  const phase = signal<Phase>({ kind: 'idle' })
  const revision = signal(0)
  const held = signal<readonly CaptureSummary[]>([])
  const unread = signal<ReadonlySet<string>>(new Set())
  const more = signal(false)
  const lastDeliveries = new Map<string, LastDelivery>()
  let reading = false
  let buffered: FeedEvent[] | undefined
  let loads = 0
  let fetching = false

  const changed = () => {
    revision.value += 1
  }
  const markUnread = (captures: readonly CaptureSummary[]) => {
    const next = new Set(unread.peek())
    for (const capture of captures) {
      if (capture.read) next.delete(capture.id)
      else next.add(capture.id)
    }
    unread.value = next
  }
  const forget = (ids: readonly string[]) => {
    const next = new Set(unread.peek())
    for (const id of ids) {
      next.delete(id)
      lastDeliveries.delete(id)
    }
    unread.value = next
  }

  function note(capture: string, outcome: PushedDelivery['outcome']): void {
    lastDeliveries.set(capture, 'error' in outcome ? { error: outcome.error.code } : { status: outcome.status })
    changed()
  }

  function apply(event: FeedEvent): void {
    if (event.type === 'endpoint' || event.type === 'rejection' || event.endpoint !== endpoint.peek()) return
    if (event.type === 'capture') arrive(event.capture)
    if (event.type === 'updated') refresh(event.capture)
    if (event.type === 'delivery') {
      note(event.delivery.capture, event.delivery.outcome)
    }
    if (event.type !== 'deleted') return
    if ('ids' in event) {
      const gone = new Set(event.ids)
      order.remove(event.ids)
      held.value = held.peek().filter((capture) => !gone.has(capture.id))
      forget(event.ids)
    } else {
      order.removeBefore(event.seq)
      held.value = held.peek().filter((capture) => capture.seq > event.seq)
      const left = [...unread.peek()].filter((id) => order.has(id) || held.peek().some((capture) => capture.id === id))
      unread.value = new Set(left)
      if (order.size === 0) more.value = false
    }
    changed()
  }

  function arrive(capture: CaptureSummary): void {
    if (order.has(capture.id) || held.peek().some((waiting) => waiting.id === capture.id)) {
      refresh(capture)
      return
    }
    markUnread([capture])
    if (reading) {
      held.value = [...held.peek(), capture]
    } else {
      order.add([capture])
      changed()
    }
  }

  function refresh(capture: CaptureSummary): void {
    order.update(capture)
    held.value = held.peek().map((waiting) => (waiting.id === capture.id ? capture : waiting))
    if (unread.peek().has(capture.id) || order.has(capture.id)) markUnread([capture])
    changed()
  }

  async function load(): Promise<void> {
    const id = endpoint.peek()
    if (id === undefined) return
    const mine = ++loads
    // What the feed says meanwhile is newer than the page that is under way.
    buffered ??= []
    if (order.size === 0) phase.value = { kind: 'loading' }
    try {
      const page = await api.captures(id, { limit: PAGE })
      if (mine !== loads) return
      order.clear()
      held.value = []
      order.add(page.captures)
      unread.value = new Set()
      markUnread(page.captures)
      more.value = page.more
      phase.value = { kind: 'ready' }
    } catch (error) {
      if (mine !== loads) return
      phase.value = { kind: 'failed', why: sentence(error) }
    }
    const waiting = buffered ?? []
    buffered = undefined
    for (const event of waiting) apply(event)
    changed()
  }

  return {
    endpoint,
    phase,
    /** Captures that arrived while something was being read, oldest first. */
    held,
    /** Whether older ones are there that were not fetched yet. */
    more,
    unreadCount: computed(() => unread.value.size),
    shown: computed<Shown>(() => {
      const now = revision.value
      return {
        count: now < 0 ? 0 : order.size,
        at: order.at,
        idAt: order.idAt,
        indexOf: order.indexOf,
        deliveryOf: (id) => lastDeliveries.get(id),
      }
    }),

    async open(id: string) {
      if (endpoint.peek() === id) return
      endpoint.value = id
      order.clear()
      held.value = []
      unread.value = new Set()
      lastDeliveries.clear()
      more.value = false
      reading = false
      changed()
      await load()
    },
    reload: load,

    /** Takes in events of the feed. They may come twice after a reconnect; a capture is shown once. */
    take(events: readonly FeedEvent[]) {
      for (const event of events) {
        if (buffered !== undefined) buffered.push(event)
        else apply(event)
      }
    },

    /** While something is being read, arrivals wait. */
    setReading(now: boolean) {
      reading = now
    },

    /** Puts what waited on top. */
    showNew() {
      if (held.peek().length === 0) return
      order.add(held.peek())
      held.value = []
      changed()
    },

    /** Fetches the next older page. */
    async older() {
      const id = endpoint.peek()
      const before = order.seqAt(order.size - 1)
      if (id === undefined || before === undefined || !more.peek() || fetching) return
      fetching = true
      const mine = loads
      try {
        const page = await api.captures(id, { before, limit: OLDER_PAGE })
        if (mine !== loads) return
        order.add(page.captures)
        more.value = page.more
        changed()
      } catch {
        // The list stays as it is; the next scroll asks again.
      } finally {
        fetching = false
      }
    },

    /** These rows are looked at: what was let go of is fetched again, what is far away is let go of. */
    async need(from: number, to: number) {
      order.forgetBeyond(from, to)
      const id = endpoint.peek()
      let missing = from
      while (missing < to && order.at(missing) !== undefined) missing += 1
      const seq = order.seqAt(missing)
      if (id === undefined || missing >= to || seq === undefined || fetching) return
      fetching = true
      const mine = loads
      try {
        const page = await api.captures(id, { before: seq + 1, limit: PAGE })
        if (mine !== loads) return
        for (const capture of page.captures) order.update(capture)
        changed()
      } catch {
        // As above.
      } finally {
        fetching = false
      }
    },

    noteDelivery: note,
  }
})
export type Inbox = InstanceType<typeof Inbox>
