/** The limits of retention over a real store, with the time told by the test. */
import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { enforceLimits, type Retention, runRetention } from '../../server/retention.ts'
import { openStore } from '../../server/store/open.ts'
import type { NewCapture, Store } from '../../server/store/store.ts'
import type { Keep } from '../../shared/endpoint.ts'
import { aCapture } from '../support/a-capture.ts'

const NOW = 1_800_000_000_000
const DAY = 86_400_000
const never = new AbortController().signal

function aStore(): Store {
  const store = openStore({ data: ':memory:', durability: 'fast', now: () => NOW, log: () => undefined })
  onTestFinished(() => store.close())
  return store
}

async function filled(
  store: Store,
  count: number,
  keep: Keep | null,
  more: (i: number) => Partial<NewCapture> = () => ({}),
) {
  const { id } = await store.addEndpoint({ keep })
  const made: string[] = []
  for (let i = 0; i < count; i++)
    made.push((await store.addCapture(aCapture(id, { receivedAt: NOW - 1, ...more(i) }))).id)
  return { id, made }
}

const enforce = (store: Store, keep: Partial<Retention['keep']> = {}, now = NOW) =>
  enforceLimits(
    { store, now: () => now, keep: { captures: 1e9, forMs: 1e12, bytes: 1e12, ...keep }, log: () => undefined },
    never,
  )

const left = async (store: Store, endpoint: string) =>
  (await store.captures({ endpoint, limit: 500 })).captures.map(({ id }) => id).reverse()

test("the server's count holds for each endpoint, unless it has its own", async () => {
  const store = aStore()
  const [usual, own] = [await filled(store, 450, null), await filled(store, 10, { captures: 3 })]
  await enforce(store, { captures: 5 })
  expect(await left(store, usual.id)).toEqual(usual.made.slice(-5))
  expect(await left(store, own.id)).toEqual(own.made.slice(-3))
})

test('captures older than the span go, and no younger ones', async () => {
  const store = aStore()
  const age = (i: number) => ({ receivedAt: NOW - (10 - i) * DAY })
  const [usual, own] = [await filled(store, 10, null, age), await filled(store, 10, { for: '2d' }, age)]
  await enforce(store, { forMs: 5 * DAY })
  expect(await left(store, usual.id)).toEqual(usual.made.slice(-5))
  expect(await left(store, own.id)).toEqual(own.made.slice(-2))
  await enforce(store, { forMs: 5 * DAY }, NOW + 3 * DAY)
  expect(await left(store, usual.id)).toEqual(usual.made.slice(-2))
})

test("an endpoint's own size is held by its bodies", async () => {
  const store = aStore()
  const { id, made } = await filled(store, 6, { size: '2kb' }, () => ({ body: Buffer.alloc(500) }))
  await enforce(store)
  expect(await left(store, id)).toEqual(made.slice(-4))
})

test('over the size of the store the oldest of all go', async () => {
  const store = aStore()
  const a = await filled(store, 30, null, () => ({ body: Buffer.alloc(50_000) }))
  const b = await filled(store, 30, null, () => ({ body: Buffer.alloc(50_000) }))
  await enforce(store, { bytes: 2_000_000 })
  expect((await left(store, a.id)).length).toBeLessThan(10)
  expect(await left(store, b.id)).toEqual(b.made)
})

test('pinned captures outlive every limit', async () => {
  const store = aStore()
  const { id, made } = await filled(store, 5, null, () => ({ receivedAt: 1, body: Buffer.alloc(300_000) }))
  await store.updateCapture(made[2] ?? '', { pinned: true })
  await enforce(store, { captures: 1, forMs: 1, bytes: 1 })
  expect(await left(store, id)).toEqual([made[2]])
})

test('capturing goes on while limits are enforced, and the limit holds in the end', async () => {
  const store = aStore()
  const { id } = await filled(store, 1_000, null)
  const stop = new AbortController()
  const running = runRetention(
    { store, now: () => NOW, keep: { captures: 50, forMs: 1e12, bytes: 1e12 }, log: () => undefined },
    stop.signal,
  )
  let slowest = 0
  for (let i = 0; i < 100; i++) {
    const startedAt = performance.now()
    await store.addCapture(aCapture(id, { receivedAt: NOW }))
    slowest = Math.max(slowest, performance.now() - startedAt)
  }
  await expect.poll(() => store.counters(id).captures, { timeout: 5_000 }).toBe(50)
  expect(slowest).toBeLessThan(500)
  stop.abort()
  await running
})

test('a round that fails is told of, and the next one makes up for it', async () => {
  const store = aStore()
  const { id } = await filled(store, 10, null)
  const stop = new AbortController()
  const said: string[] = []
  let broken = true
  const now = () => {
    if (broken) throw new Error('The clock is broken.')
    return NOW
  }
  const running = runRetention(
    { store, now, keep: { captures: 2, forMs: 1e12, bytes: 1e12 }, log: (fact) => said.push(fact) },
    stop.signal,
  )
  await pause(50)
  expect(said).toEqual(['Old captures could not be deleted.'])
  broken = false
  await expect.poll(() => store.counters(id).captures, { timeout: 5_000 }).toBe(2)
  stop.abort()
  await running
})
