/** Upkeep: the oldest go first, pinned ones stay, and deleting goes on after a restart. */
import { describe, expect, test } from 'vitest'
import type { NewCapture, Store } from '../../../../server/store/store.ts'
import { aCapture } from '../../../support/a-capture.ts'
import type { Opener } from '../contract.ts'

async function filled(store: Store, count: number, more: (i: number) => Partial<NewCapture> = () => ({})) {
  const { id: endpoint } = await store.addEndpoint({})
  const ids: string[] = []
  for (let i = 0; i < count; i++) ids.push((await store.addCapture(aCapture(endpoint, more(i)))).id)
  return { endpoint, ids }
}

const left = async (store: Store, endpoint: string) =>
  (await store.captures({ endpoint, limit: 500 })).captures.map(({ id }) => id).reverse()

async function untilNothingGoes(drop: () => Promise<number>): Promise<number> {
  for (let total = 0; ; ) {
    const gone = await drop()
    total += gone
    if (gone === 0) return total
  }
}

export function upkeepContract(open: Opener): void {
  describe('upkeep', () => {
    test('the oldest captures beyond a count go, at most so many at a time', async () => {
      const store = open()
      const { endpoint, ids } = await filled(store, 10)
      expect(await store.dropOldest(endpoint, { captures: 10 }, 100)).toBe(0)
      expect(await store.dropOldest(endpoint, { captures: 4 }, 2)).toBe(2)
      expect(await left(store, endpoint)).toEqual(ids.slice(2))
      expect(await untilNothingGoes(() => store.dropOldest(endpoint, { captures: 4 }, 3))).toBe(4)
      expect(await left(store, endpoint)).toEqual(ids.slice(6))
      expect(store.counters(endpoint).captures).toBe(4)
    })

    test('a write that is refused costs those beside it nothing: they are all seen at once, in one commit', async () => {
      const store = open()
      const { id: endpoint } = await store.addEndpoint({})
      let rings = 0
      const stop = new AbortController()
      const count = async () => {
        while (!stop.signal.aborted) {
          await store.changed(stop.signal)
          rings++
        }
      }
      void count()
      const writes = Array.from({ length: 50 }, () => store.addCapture(aCapture(endpoint)))
      const refused = store.updateCapture('nobody', { read: true })
      await expect(refused).rejects.toMatchObject({ code: 'not_found' })
      await Promise.all(writes)
      expect(store.counters(endpoint).captures).toBe(50)
      expect(rings).toBe(1)
      stop.abort()
    })

    test('a flood of refused requests costs no capture, however small the store may be', async () => {
      const store = open()
      const { endpoint } = await filled(store, 50, () => ({ body: Buffer.alloc(20_000, 'x') }))
      const headBase64 = Buffer.alloc(4096, 'y').toString('base64')
      const flood = Array.from({ length: 1_900 }, (_, i) =>
        store.addRejection({ id: `r${i}`, at: i, remoteAddress: '', reason: 'parse', status: 400, headBase64 }),
      )
      await Promise.all(flood)
      await untilNothingGoes(() => store.dropOldestAnywhere(8 * 1024 * 1024, 100))
      expect(store.counters(endpoint).captures).toBe(50)
    })

    test('captures that are too old go, whatever their number', async () => {
      const store = open()
      const { endpoint, ids } = await filled(store, 6, (i) => ({ receivedAt: 1_000 + i }))
      expect(await store.dropOldest(endpoint, { receivedBefore: 1_000 }, 100)).toBe(0)
      expect(await store.dropOldest(endpoint, { receivedBefore: 1_004 }, 100)).toBe(4)
      expect(await left(store, endpoint)).toEqual(ids.slice(4))
    })

    test('the oldest go until the bodies of an endpoint fit', async () => {
      const store = open()
      const { endpoint, ids } = await filled(store, 5, () => ({ body: Buffer.alloc(100) }))
      expect(await untilNothingGoes(() => store.dropOldest(endpoint, { bytes: 250 }, 100))).toBe(3)
      expect(await left(store, endpoint)).toEqual(ids.slice(3))
      expect(store.counters(endpoint)).toMatchObject({ captures: 2, bytes: 200 })
    })

    test('pinned captures stay, though they count', async () => {
      const store = open()
      const { endpoint, ids } = await filled(store, 5, (i) => ({ receivedAt: i }))
      for (const id of ids.slice(0, 2)) await store.updateCapture(id, { pinned: true })
      expect(await untilNothingGoes(() => store.dropOldest(endpoint, { captures: 3 }, 100))).toBe(2)
      expect(await left(store, endpoint)).toEqual([ids[0], ids[1], ids[4]])
      expect(await untilNothingGoes(() => store.dropOldest(endpoint, { captures: 1, receivedBefore: 1e15 }, 100))).toBe(
        1,
      )
      expect(await left(store, endpoint)).toEqual([ids[0], ids[1]])
    })

    test('what a limit deleted is heard of by its ids', async () => {
      const store = open()
      const { endpoint, ids } = await filled(store, 3)
      const before = store.lastSeq()
      await store.dropOldest(endpoint, { captures: 1 }, 100)
      expect(await store.events(before, 10)).toMatchObject([{ type: 'deleted', endpoint, ids: ids.slice(0, 2) }])
    })

    test('over the size of the whole store, the oldest of all endpoints go, and pinned ones stay', async () => {
      const store = open()
      const body = Buffer.alloc(50_000, 7)
      const a = await filled(store, 40, () => ({ body }))
      const b = await filled(store, 40, () => ({ body }))
      await store.updateCapture(a.ids[0] ?? '', { pinned: true })
      expect(await store.dropOldestAnywhere(1e12, 100)).toBe(0)
      await untilNothingGoes(() => store.dropOldestAnywhere(2_000_000, 5))
      const [ofA, ofB] = [await left(store, a.endpoint), await left(store, b.endpoint)]
      expect(ofA).toEqual([a.ids[0]])
      expect(ofB.length).toBeGreaterThan(20)
      expect(ofB.length).toBeLessThan(40)
      expect(ofB).toEqual(b.ids.slice(-ofB.length))
      expect(store.counters(b.endpoint)).toMatchObject({ captures: ofB.length, bytes: ofB.length * 50_000 })
      await untilNothingGoes(() => store.dropOldestAnywhere(1, 100))
      expect([await left(store, a.endpoint), await left(store, b.endpoint)]).toEqual([[a.ids[0]], []])
      await store.addCapture(aCapture(b.endpoint)) // capturing goes on
    })

    test('a store that works says so', async () => {
      const store = open()
      await store.check()
    })
  })
}
