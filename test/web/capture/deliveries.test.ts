import { expect, test } from 'vitest'
import type { Delivery } from '../../../shared/delivery.ts'
import { Deliveries } from '../../../web/capture/deliveries.ts'

const aDelivery = (id: string, said: Partial<Delivery> = {}): Delivery => ({
  id,
  capture: 'c1',
  target: 'http://localhost:3000/',
  cause: 'replay',
  startedAt: 1,
  ms: 2,
  request: { method: 'POST', url: 'http://localhost:3000/', headers: [], bodySha256: '', identical: true, changed: [] },
  outcome: { status: 200, headers: [], bodyBase64: 'b2s=', truncated: false },
  attempt: 1,
  ...said,
})

/** A server with these deliveries, newest first, that counts what it is asked for. */
async function deliveriesWith(there: Delivery[]) {
  const asked: string[] = []
  const deliveries = new Deliveries({
    async deliveries(_, limit) {
      asked.push(`list ${limit}`)
      return there.slice(0, limit)
    },
    async delivery(id) {
      asked.push(id)
      const found = there.find((one) => one.id === id)
      if (found === undefined) throw new Error('There is no such delivery.')
      return found
    },
  })
  deliveries.of('c1')
  await deliveries.load()
  const ids = () => deliveries.all.value.map((one) => one.id)
  return { deliveries, asked, there, ids }
}

test('a delivery the feed tells of is fetched alone, and put on top', async () => {
  const { deliveries, asked, there, ids } = await deliveriesWith([aDelivery('d1')])
  there.unshift(aDelivery('d2'))
  await deliveries.take([aDelivery('d2')])
  expect(asked).toEqual(['list 50', 'd2'])
  expect(ids()).toEqual(['d2', 'd1'])
})

test('what was sent from here is known already, and that of other captures is of no concern', async () => {
  const { deliveries, asked, ids } = await deliveriesWith([])
  deliveries.put(aDelivery('d1'))
  await deliveries.take([aDelivery('d1'), aDelivery('d9', { capture: 'c9' })])
  expect(asked).toEqual(['list 50'])
  expect(ids()).toEqual(['d1'])
})

test('many at once cost one list, not a call each', async () => {
  const { deliveries, asked, there, ids } = await deliveriesWith([])
  there.push(...Array.from({ length: 30 }, (_, at) => aDelivery(`d${30 - at}`)))
  await deliveries.take(there)
  expect(asked).toEqual(['list 50', 'list 50'])
  expect(ids()).toHaveLength(30)
})

test('the newest fifty come first, and more when asked for', async () => {
  const all = Array.from({ length: 70 }, (_, at) => aDelivery(`d${70 - at}`))
  const { deliveries, ids } = await deliveriesWith(all)
  expect(ids()).toHaveLength(50)
  expect(deliveries.more.value).toBe(true)
  await deliveries.loadMore()
  expect(ids()).toHaveLength(70)
  expect(deliveries.more.value).toBe(false)
})

test('a body the list has cut is replaced by the whole one in its place', async () => {
  const { deliveries, there, ids } = await deliveriesWith([aDelivery('d2'), aDelivery('d1')])
  there[1] = aDelivery('d1', { outcome: { status: 200, headers: [], bodyBase64: 'd2hvbGU=', truncated: false } })
  await deliveries.whole('d1')
  expect(ids()).toEqual(['d2', 'd1'])
  expect(deliveries.all.value[1]?.outcome).toMatchObject({ bodyBase64: 'd2hvbGU=' })
})

test('what is sent while the list is under way stays, also where the list was read before it', async () => {
  const { deliveries, ids } = await deliveriesWith([aDelivery('d1')])
  const loading = deliveries.load()
  deliveries.put(aDelivery('d2'))
  await loading
  expect(ids()).toEqual(['d2', 'd1'])
})
