import { expect, test } from 'vitest'
import { age, bytes, count, lasting, plural, span } from '../../web/format.ts'

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1024, '1.0 kB'],
  [1536, '1.5 kB'],
  [20 * 1024 * 1024, '20 MB'],
  [1023 * 1024, '1.0 MB'],
  [2 ** 31, '2.0 GB'],
])('%i bytes read as %s', (value, text) => {
  expect(bytes(value)).toBe(text)
})

test.each([
  [0.42, '0.4 ms'],
  [42.4, '42 ms'],
  [1234, '1.2 s'],
  [150_000, '3 min'],
])('%d ms read as %s', (value, text) => {
  expect(span(value)).toBe(text)
})

test.each([
  [0, 'now'],
  [5000, '5 s ago'],
  [180_000, '3 min ago'],
  [7_200_000, '2 h ago'],
  [3 * 86_400_000, '3 d ago'],
])('what happened %i ms ago is said to be %s', (ms, text) => {
  expect(age(1_000_000_000_000 - ms, 1_000_000_000_000)).toBe(text)
})

test('counts are grouped, and one is not many', () => {
  expect(count(1204)).toBe('1,204')
  expect(plural(1, 'capture')).toBe('1 capture')
  expect(plural(0, 'capture')).toBe('0 captures')
})

test('spans of keeping are said in the unit people set them in', () => {
  expect(lasting(30 * 86_400_000)).toBe('30 days')
  expect(lasting(12 * 3_600_000)).toBe('12 hours')
})
