import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createOrder } from '../../../web/inbox/order.ts'
import { aSummary } from '../a-summary.ts'

const idsOf = (order: ReturnType<typeof createOrder>) =>
  Array.from({ length: order.size }, (_, index) => order.idAt(index))

test('each capture stands once, newest first, in whatever order and however often they come', async () => {
  const batches = fc.array(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 12 }), { maxLength: 12 })
  await fc.assert(
    fc.property(batches, (all) => {
      const order = createOrder()
      let fresh = 0
      for (const batch of all) fresh += order.add(batch.map((seq) => aSummary({ seq })))
      const expected = [...new Set(all.flat())].sort((one, other) => other - one).map((seq) => `c${seq}`)
      expect(idsOf(order)).toEqual(expected)
      expect(fresh).toBe(expected.length)
      for (const [index, id] of expected.entries()) expect(order.indexOf(id)).toBe(index)
    }),
  )
})

test('what was deleted is gone and nothing else', () => {
  const order = createOrder()
  order.add([1, 2, 3, 4, 5].map((seq) => aSummary({ seq })))
  expect(order.remove(['c2', 'c4', 'unknown'])).toBe(2)
  expect(idsOf(order)).toEqual(['c5', 'c3', 'c1'])
  expect(order.indexOf('c4')).toBe(-1)
  expect(order.removeBefore(5)).toBe(2)
  expect(idsOf(order)).toEqual(['c5'])
})

test('of a hundred thousand captures, places are all kept and summaries only around what is seen', () => {
  const order = createOrder()
  order.add(Array.from({ length: 100_000 }, (_, index) => aSummary({ seq: index + 1 })))
  order.forgetBeyond(500, 530)
  expect(order.size).toBe(100_000)
  expect(order.at(510)?.seq).toBe(99_490)
  expect(order.at(50_000)).toBeUndefined()
  expect(order.seqAt(50_000)).toBe(50_000)
  expect(order.idAt(99_999)).toBe('c1')
})
