import { expect, test } from 'vitest'
import type { CaptureSummary } from '../../../shared/capture.ts'
import type { FeedEvent, PushedDelivery } from '../../../shared/feed.ts'
import { Inbox } from '../../../web/inbox/inbox.ts'
import { aSummary } from '../a-summary.ts'

const arrival = (seq: number, said: Partial<CaptureSummary> = {}): FeedEvent => ({
  type: 'capture',
  seq,
  endpoint: said.endpoint ?? 'e1',
  capture: aSummary({ seq, ...said }),
})

/** A server's list: pages by cursor out of what is there when it is asked. */
function serverWith(there: CaptureSummary[]) {
  const asked: (number | undefined)[] = []
  return {
    asked,
    there,
    async captures(_: string, { before, limit }: { before?: number; limit: number }) {
      asked.push(before)
      const found = there.filter((one) => before === undefined || one.seq < before).sort((a, b) => b.seq - a.seq)
      return { captures: found.slice(0, limit), more: found.length > limit }
    },
  }
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => aSummary({ seq: index + 1, read: true }))

async function inboxWith(there: CaptureSummary[]) {
  const server = serverWith(there)
  const inbox = new Inbox(server)
  await inbox.open('e1')
  return {
    inbox,
    server,
    ids: () => Array.from({ length: inbox.shown.value.count }, (_, at) => inbox.shown.value.idAt(at)),
  }
}

test('an arrival stands on top, once, also when it comes again after a reconnect', async () => {
  const { inbox, ids } = await inboxWith(upTo(2))
  inbox.take([arrival(3), arrival(4)])
  inbox.take([arrival(3), arrival(4), arrival(5)])
  expect(ids()).toEqual(['c5', 'c4', 'c3', 'c2', 'c1'])
})

test('while something is read, arrivals wait and are counted, and nothing moves', async () => {
  const { inbox, ids } = await inboxWith(upTo(2))
  inbox.setReading(true)
  inbox.take([arrival(3), arrival(4), arrival(3)])
  expect(ids()).toEqual(['c2', 'c1'])
  expect(inbox.waiting.value).toBe(2)
  inbox.showNew()
  expect(ids()).toEqual(['c4', 'c3', 'c2', 'c1'])
  expect(inbox.waiting.value).toBe(0)
})

test('what arrives while the first page is under way is neither lost nor doubled', async () => {
  const server = serverWith(upTo(2))
  const inbox = new Inbox(server)
  const opening = inbox.open('e1')
  inbox.take([arrival(2), arrival(3)])
  await opening
  const { shown } = inbox
  expect([0, 1, 2].map((at) => shown.value.idAt(at))).toEqual(['c3', 'c2', 'c1'])
  expect(shown.value.count).toBe(3)
})

test('arrivals of other endpoints do not concern it', async () => {
  const { inbox } = await inboxWith([])
  inbox.take([arrival(3, { endpoint: 'e2' })])
  expect(inbox.shown.value.count).toBe(0)
})

test('deleted captures leave the list, what waits, and the unread count', async () => {
  const { inbox, ids } = await inboxWith(upTo(3))
  inbox.take([arrival(4)])
  inbox.setReading(true)
  inbox.take([arrival(5), { type: 'deleted', seq: 6, endpoint: 'e1', ids: ['c5', 'c4', 'c2'] }])
  expect(ids()).toEqual(['c3', 'c1'])
  expect(inbox.waiting.value).toBe(0)
  expect(inbox.unreadCount.value).toBe(0)
})

test('after a clear only what came later is there', async () => {
  const { inbox, ids } = await inboxWith(upTo(3))
  inbox.take([arrival(9), { type: 'deleted', seq: 8, endpoint: 'e1', query: '' }])
  expect(ids()).toEqual(['c9'])
})

test('an update changes its row and never adds one', async () => {
  const { inbox, ids } = await inboxWith(upTo(2))
  const updated = (seq: number): FeedEvent => ({
    type: 'updated',
    seq: 9,
    endpoint: 'e1',
    capture: aSummary({ seq, pinned: true, read: true }),
  })
  inbox.take([updated(1), updated(7)])
  expect(ids()).toEqual(['c2', 'c1'])
  expect(inbox.shown.value.at(1)?.pinned).toBe(true)
})

test('older pages are fetched by cursor, and rows let go of are fetched again where they are looked at', async () => {
  const { inbox, server } = await inboxWith(upTo(5000))
  for (let page = 0; page < 10; page++) await inbox.older()
  expect(inbox.shown.value.count).toBe(5000)
  expect(inbox.more.value).toBe(false)
  await inbox.need(4900, 4950)
  expect(inbox.shown.value.at(0)).toBeUndefined()
  await inbox.need(0, 20)
  expect(inbox.shown.value.at(0)?.id).toBe('c5000')
  expect(server.asked.at(-1)).toBe(5001)
})

test('the unread are counted as they arrive and are read', async () => {
  const { inbox } = await inboxWith([aSummary({ seq: 1 }), aSummary({ seq: 2, read: true })])
  inbox.take([arrival(3)])
  expect(inbox.unreadCount.value).toBe(2)
  inbox.take([{ type: 'updated', seq: 4, endpoint: 'e1', capture: aSummary({ seq: 3, read: true }) }])
  expect(inbox.unreadCount.value).toBe(1)
})

test('a list that cannot be read says why, and a second try puts it right', async () => {
  const server = serverWith(upTo(1))
  let failing = true
  const inbox = new Inbox({
    captures: (id, page) =>
      failing ? Promise.reject(new Error('Hookwell cannot be reached.')) : server.captures(id, page),
  })
  await inbox.open('e1')
  expect(inbox.phase.value).toEqual({ kind: 'failed', why: 'Hookwell cannot be reached.' })
  failing = false
  await inbox.reload()
  expect(inbox.phase.value).toEqual({ kind: 'ready' })
  expect(inbox.shown.value.count).toBe(1)
})

test('a row says what came of its newest delivery as soon as the feed tells it, also while it waits', async () => {
  const { inbox } = await inboxWith(upTo(2))
  const delivered = (capture: string, outcome: PushedDelivery['outcome']): FeedEvent => ({
    type: 'delivery',
    seq: 20,
    endpoint: 'e1',
    delivery: {
      id: `d-${capture}`,
      capture,
      target: 'http://localhost:3000/',
      cause: 'replay',
      startedAt: 1,
      ms: 2,
      request: {
        method: 'POST',
        url: 'http://localhost:3000/',
        headers: [],
        bodySha256: '',
        identical: true,
        changed: [],
      },
      outcome,
      attempt: 1,
    },
  })
  inbox.setReading(true)
  inbox.take([
    arrival(3),
    delivered('c2', { status: 204, headers: [], truncated: false }),
    delivered('c3', { error: { code: 'refused', detail: 'nothing listens' } }),
  ])
  inbox.showNew()
  expect([0, 1, 2].map((at) => inbox.shown.value.at(at)?.delivered)).toEqual([
    { error: 'refused' },
    { status: 204 },
    undefined,
  ])
})

test('reading while thirty thousand arrive costs the last tick no more than the first', async () => {
  const { inbox, ids } = await inboxWith(upTo(100))
  inbox.setReading(true)
  const ticks = 300
  const costs: number[] = []
  for (let tick = 0; tick < ticks; tick++) {
    const events = Array.from({ length: 100 }, (_, at) => arrival(101 + tick * 100 + at))
    const begin = performance.now()
    inbox.take(events)
    expect(inbox.waiting.value + inbox.unreadCount.value).toBe((tick + 1) * 200)
    costs.push(performance.now() - begin)
  }
  const sum = (part: number[]) => part.reduce((all, one) => all + one, 0)
  // Copying what waits for every arrival took a hundred times as long at the end as at the beginning.
  expect(sum(costs.slice(-100))).toBeLessThan(10 * sum(costs.slice(0, 100)) + 50)
  expect(sum(costs)).toBeLessThan(3000)
  inbox.showNew()
  expect(ids().slice(0, 2)).toEqual(['c30100', 'c30099'])
  expect(inbox.shown.value.count).toBe(30_100)
  // Rows far down were let go of while they waited, and are fetched again where they are looked at.
  expect(inbox.shown.value.at(0)?.id).toBe('c30100')
  expect(inbox.shown.value.at(20_000)).toBeUndefined()
})
