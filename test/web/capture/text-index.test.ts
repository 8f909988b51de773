import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createTextIndex } from '../../../web/capture/text-index.ts'

/** Feeds bytes piece by piece, as they come from the network. */
function indexed(bytes: Uint8Array, piece: number) {
  const index = createTextIndex()
  for (let end = Math.min(piece, bytes.length); ; end = Math.min(end + piece, bytes.length)) {
    index.extend(bytes, end, end === bytes.length)
    if (end === bytes.length) return index
  }
}

function rowsOf(bytes: Uint8Array, piece: number) {
  const index = indexed(bytes, piece)
  return Array.from({ length: index.count }, (_, at) => index.row(at))
}

test('rows cover all bytes without gap or overlap, whatever pieces they arrive in', async () => {
  await fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', '\n', 'é', '漢', '😀', ' '), maxLength: 3000 }),
      fc.integer({ min: 1, max: 700 }),
      (text, piece) => {
        const bytes = new TextEncoder().encode(text)
        const rows = rowsOf(bytes, piece)
        let at = 0
        for (const row of rows) {
          expect(row?.start).toBe(at)
          at = row?.end ?? -1
        }
        expect(at).toBe(bytes.length)
        expect(rows).toEqual(rowsOf(bytes, bytes.length || 1))
      },
    ),
  )
})

test('a long line is cut between characters, and its number is shown once', () => {
  const bytes = new TextEncoder().encode(`${'漢'.repeat(200)}\nend`)
  const rows = rowsOf(bytes, 100)
  const decoder = new TextDecoder('utf-8', { fatal: true })
  expect(rows.map((row) => decoder.decode(bytes.subarray(row?.start, row?.end))).join('')).toBe(
    `${'漢'.repeat(200)}\nend`,
  )
  expect(rows.map((row) => row?.line)).toEqual([1, 0, 0, 2])
})

test('twenty megabytes are indexed within a second', () => {
  const bytes = new Uint8Array(20 * 1024 * 1024).fill(97)
  const begin = performance.now()
  const index = indexed(bytes, 1024 * 1024)
  expect(index.count).toBeGreaterThan(80_000)
  expect(performance.now() - begin).toBeLessThan(1000)
})
