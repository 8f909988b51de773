import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { MAX_HEIGHT, scrollTopToShow, sliceAt, topOf, totalHeight } from '../../../web/ui/virtual.ts'

const extents = fc.record({
  count: fc.integer({ min: 0, max: 5_000_000 }),
  rowHeight: fc.integer({ min: 10, max: 60 }),
  viewport: fc.integer({ min: 0, max: 2000 }),
})

test('whatever the scroll position, the rows drawn cover the scroll port', async () => {
  await fc.assert(
    fc.property(extents, fc.double({ min: 0, max: 1, noNaN: true }), (extent, part) => {
      const scrollTop = part * Math.max(0, totalHeight(extent) - extent.viewport)
      const { from, to } = sliceAt(extent, scrollTop, 0)
      if (extent.count * extent.rowHeight < extent.viewport) {
        expect([from, to]).toEqual([0, extent.count])
        return
      }
      if (extent.count === 0 || extent.viewport === 0) return
      expect(topOf(extent, from, scrollTop)).toBeLessThanOrEqual(scrollTop + 0.01)
      expect(topOf(extent, to, scrollTop)).toBeGreaterThanOrEqual(scrollTop + extent.viewport - 0.01)
    }),
  )
})

test('no more rows are drawn than fit, with the overscan', async () => {
  await fc.assert(
    fc.property(extents, fc.double({ min: 0, max: 1, noNaN: true }), (extent, part) => {
      const scrollTop = part * Math.max(0, totalHeight(extent) - extent.viewport)
      const { from, to } = sliceAt(extent, scrollTop, 8)
      expect(to - from).toBeLessThanOrEqual(Math.ceil(extent.viewport / extent.rowHeight) + 1 + 16)
    }),
  )
})

test('showing any row, however long the list, brings it whole into the scroll port', async () => {
  await fc.assert(
    fc.property(extents, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(), (extent, part, pick) => {
      if (extent.count === 0 || extent.viewport < extent.rowHeight) return
      const index = pick % extent.count
      const start = part * Math.max(0, totalHeight(extent) - extent.viewport)
      const scrollTop = scrollTopToShow(extent, index, start)
      expect(topOf(extent, index, scrollTop)).toBeGreaterThanOrEqual(scrollTop - 1)
      expect(topOf(extent, index, scrollTop) + extent.rowHeight).toBeLessThanOrEqual(scrollTop + extent.viewport + 1)
    }),
  )
})

test('a row that can be seen whole does not move the list', () => {
  const extent = { count: 1000, rowHeight: 50, viewport: 500 }
  expect(scrollTopToShow(extent, 5, 100)).toBe(100)
})

test('the element never grows past what browsers can lay out', () => {
  expect(totalHeight({ count: 10_000_000, rowHeight: 52, viewport: 800 })).toBe(MAX_HEIGHT)
})
