import { expect, test } from 'vitest'
import { sizeBytes, spanMs } from '../../shared/amounts.ts'

test.each([
  ['90s', 90_000],
  ['1.5h', 5_400_000],
  [' 12h ', 43_200_000],
  ['30d', 2_592_000_000],
  ['0d', undefined],
  ['30', undefined],
  ['30 d', undefined],
  ['-1d', undefined],
  ['1w', undefined],
  ['1e3s', undefined],
  ['', undefined],
])('the span %j is %s milliseconds', (text, ms) => {
  expect(spanMs(text)).toBe(ms)
})

test.each([
  ['25mb', 25 * 1024 ** 2],
  ['25MB', 25 * 1024 ** 2],
  ['0.5kb', 512],
  ['2gb', 2 * 1024 ** 3],
  ['10b', 10],
  ['10', 10],
  ['0', undefined],
  ['0.1b', undefined],
  ['1tb', undefined],
  ['-5', undefined],
  ['Infinity', undefined],
  ['', undefined],
])('the size %j is %s bytes', (text, bytes) => {
  expect(sizeBytes(text)).toBe(bytes)
})
