/**
 * The list of one endpoint: pages by cursor, live arrivals, and what waits so that nothing moves under the reader's eyes.
 */
import { batch, computed, createModel, signal } from '@preact/signals'
import type { FeedEvent } from '../../shared/feed.ts'
import { type Api, sentence } from '../api.ts'
import { createHolding, type Holding } from './holding.ts'

/** Captures asked for at first, and when the end of the list is neared: whoever scrolls that far is likely to go on. */
const PAGE = 100
const OLDER_PAGE = 500

type Phase = { kind: 'idle' } | { kind: 'loading' } | { kind: 'ready' } | { kind: 'failed'; why: string }

/** The list as it is to be drawn: a new object whenever something in it changed. */
export interface Shown extends Pick<Holding['list'], 'at' | 'idAt' | 'indexOf'> {
  readonly count: number
}

export const Inbox = createModel((api: Pick<Api, 'captures'>) => {
  const holding = createHolding()
  const { list } = holding
  const endpoint = signal<string | undefined>(undefined)
  const phase = signal<Phase>({ kind: 'idle' })
  const revision = signal(0)
  const more = signal(false)
  let reading = false
  let buffered: FeedEvent[] | undefined
  let loads = 0
  let fetching = false

  const changed = () => {
    revision.value += 1
  }

  function apply(events: readonly FeedEvent[]): void {
    const own = endpoint.peek()
    const ours = events.filter((event) => event.type !== 'endpoint' && event.endpoint === own)
    if (ours.length === 0) return
    holding.take(ours, reading)
    if (list.size === 0 && ours.some((event) => event.type === 'deleted' && 'query' in event)) more.value = false
    changed()
  }

  async function load(): Promise<void> {
    const id = endpoint.peek()
    if (id === undefined) return
    const mine = ++loads
    // What the feed says meanwhile is newer than the page that is under way.
    buffered ??= []
    if (list.size === 0) phase.value = { kind: 'loading' }
    try {
      const page = await api.captures(id, { limit: PAGE })
      if (mine !== loads) return
      holding.clear()
      holding.add(page.captures)
      more.value = page.more
      phase.value = { kind: 'ready' }
    } catch (error) {
      if (mine !== loads) return
      phase.value = { kind: 'failed', why: sentence(error) }
    }
    const waiting = buffered ?? []
    buffered = undefined
    apply(waiting)
    changed()
  }

  /** Fetches a page before a position, one at a time; where it fails, the next look asks again. */
  async function fetchBefore(seq: number, limit: number, done: (page: Page) => void): Promise<void> {
    const id = endpoint.peek()
    if (id === undefined || fetching) return
    fetching = true
    const mine = loads
    try {
      const page = await api.captures(id, { before: seq, limit })
      if (mine !== loads) return
      batch(() => {
        done(page)
        changed()
      })
    } catch {
      // The list stays as it is.
    } finally {
      fetching = false
    }
  }

  return {
    endpoint,
    phase,
    /** How many captures arrived while something was being read, and wait. */
    waiting: computed(() => (revision.value < 0 ? 0 : holding.waiting())),
    /** Whether older ones are there that were not fetched yet. */
    more,
    unreadCount: computed(() => (revision.value < 0 ? 0 : holding.unread())),
    shown: computed<Shown>(() => {
      const count = revision.value < 0 ? 0 : list.size
      return { count, at: list.at, idAt: list.idAt, indexOf: list.indexOf }
    }),

    async open(id: string) {
      if (endpoint.peek() === id) return
      endpoint.value = id
      holding.clear()
      more.value = false
      reading = false
      changed()
      await load()
    },
    reload: load,

    /** Takes in events of the feed. They may come twice after a reconnect; a capture is shown once. */
    take(events: readonly FeedEvent[]) {
      if (buffered === undefined) apply(events)
      else buffered.push(...events)
    },

    /** While something is being read, arrivals wait. */
    setReading(now: boolean) {
      reading = now
    },

    /** Puts what waited on top. */
    showNew() {
      if (holding.waiting() === 0) return
      holding.showWaiting()
      changed()
    },

    /** Fetches the next older page. */
    async older() {
      const before = list.seqAt(list.size - 1)
      if (before === undefined || !more.peek()) return
      await fetchBefore(before, OLDER_PAGE, (page) => {
        list.add(page.captures)
        more.value = page.more
      })
    },

    /** These rows are looked at: what was let go of is fetched again, what is far away is let go of. */
    async need(from: number, to: number) {
      list.forgetBeyond(from, to)
      let missing = from
      while (missing < to && list.at(missing) !== undefined) missing += 1
      const seq = list.seqAt(missing)
      if (missing >= to || seq === undefined) return
      await fetchBefore(seq + 1, PAGE, (page) => page.captures.forEach(list.update))
    },
  }
})
export type Inbox = InstanceType<typeof Inbox>

type Page = Awaited<ReturnType<Api['captures']>>
