/** What is taken off a secret before it is tried or saved. */
import { expect, test } from 'vitest'
import { tidySecrets } from '../../shared/tidy-secret.ts'

test.each([
  [' abc ', 'abc'],
  ['"abc"', 'abc'],
  ['\u201cabc\u201d', 'abc'],
  ['\u00ababc\u00bb,', 'abc'],
  ['SECRET_KEY="abc"', 'abc'],
  ['export SECRET_KEY=\u2018abc\u2019', 'abc'],
  ['abc\\n', 'abc'],
  ['v1,whsec_abc', 'whsec_abc'],
  ['Bearer abc', 'abc'],
  ['a\u200bbc\ufeff', 'abc'],
  ['\u2066a\u00adbc\u2069', 'abc'],
  ['\u200b"a\u00adbc"', 'abc'],
])('what copying left around %j is taken off', (typed, secret) => {
  expect(tidySecrets(typed).map(({ text }) => text)).toContain(secret)
})

test('the least is taken off first, each text comes once, and nothing empty', () => {
  const [first, ...rest] = tidySecrets(' "a b" ').map(({ text }) => text)
  expect(first).toBe('"a b"')
  expect(rest).toEqual(['"ab"', 'a b', 'ab'])
  expect(tidySecrets(' \u200b ')).toEqual([])
})

test('a tidy secret has nothing to be taken off', () => {
  expect(tidySecrets('whsec_0123')).toEqual([])
})
