import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { prettyJson } from '../../../web/capture/pretty-json.ts'

/** What is left of a JSON text without the whitespace between its tokens. */
function bare(text: string): string {
  return text.replace(/("(?:[^"\\]|\\.)*")|\s+/g, (_, string: string | undefined) => string ?? '')
}

/** Any JSON text, with whitespace put between its tokens. */
const jsonText = fc
  .tuple(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom('', ' ', '\n', '\t', '\r\n  '))
  .map(([value, space]) =>
    JSON.stringify(value).replace(/("(?:[^"\\]|\\.)*")|([{}[\],:])/g, (found, string: string | undefined) =>
      string === undefined ? `${space}${found}${space}` : found,
    ),
  )

test('laying out changes nothing but the whitespace between tokens', async () => {
  await fc.assert(
    fc.property(jsonText, (text) => {
      const pretty = prettyJson(text)
      expect(pretty.ok && bare(pretty.text)).toBe(bare(text))
    }),
    { numRuns: 1000 },
  )
})

test('what is laid out means the same as before', async () => {
  await fc.assert(
    fc.property(jsonText, (text) => {
      const pretty = prettyJson(text)
      expect(pretty.ok && JSON.parse(pretty.text)).toEqual(JSON.parse(text))
    }),
  )
})

test('a text is refused exactly when the browser would refuse it', async () => {
  const pieces = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '1',
    '-',
    '0',
    '1e5',
    '.5',
    'true',
    'nul',
    ' ',
    '"',
    '\\',
    '\u0001',
  )
  await fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
      const text = parts.join('')
      let isJson = true
      try {
        JSON.parse(text)
      } catch {
        isJson = false
      }
      expect(prettyJson(text).ok).toBe(isJson)
    }),
    { numRuns: 5000 },
  )
})

test('numbers stay as they were written, however large or precise', () => {
  const pretty = prettyJson('{"a":12345678901234567890,"b":1.10,"c":1E400,"d":-0}')
  expect(pretty).toMatchObject({ ok: true, unsafeIntegers: 1 })
  expect(pretty.ok && pretty.text).toBe(
    ['{', '  "a": 12345678901234567890,', '  "b": 1.10,', '  "c": 1E400,', '  "d": -0', '}'].join('\n'),
  )
})

test('keys keep their order, and repeated ones are all there and named', () => {
  const pretty = prettyJson('{"b":1,"1":2,"a":3,"b":4,"\\u0061":5}')
  expect(pretty).toMatchObject({ ok: true, repeatedKeys: ['b', 'a'] })
  expect(pretty.ok && pretty.text.match(/"[^"]+"/g)).toEqual(['"b"', '"1"', '"a"', '"b"', '"\\u0061"'])
})

test('equal keys in different objects are no repeats', () => {
  expect(prettyJson('[{"a":{"a":1}},{"a":2}]')).toMatchObject({ ok: true, repeatedKeys: [] })
})

test('empty objects and arrays stay on their line', () => {
  expect(prettyJson('{"a":{ },"b":[\n]}')).toMatchObject({ text: '{\n  "a": {},\n  "b": []\n}' })
})

test('a byte order mark is kept', () => {
  expect(prettyJson('\ufeff[1]')).toMatchObject({ text: '\ufeff[\n  1\n]' })
})

test.each([
  ['{"a":1,}', 7, 1, 8, 'A key in quotes was expected.'],
  ['{\n  "a": tru\n}', 9, 2, 8, 'A value was expected.'],
  ['[1 2]', 3, 1, 4, 'A comma or ] was expected.'],
  ["{'a':1}", 1, 1, 2, 'A key in quotes was expected.'],
  ['', 0, 1, 1, 'The text ends where a value was expected.'],
  ['{"a":"x', 5, 1, 6, 'This string is not closed, or holds a character or an escape that JSON does not allow.'],
  ['1 1', 2, 1, 3, 'The text goes on after the value has ended.'],
  ['[1,]', 3, 1, 4, 'A value was expected after the comma.'],
])('%j is said to be wrong at position %i, line %i, column %i', (text, position, line, column, message) => {
  expect(prettyJson(text)).toEqual({ ok: false, position, line, column, message })
})

test('a hundred thousand brackets are refused with a sentence, not with an exhausted stack', () => {
  expect(prettyJson('['.repeat(100_000))).toMatchObject({ ok: false, message: 'Nested deeper than 200 levels.' })
})

test('a string of a million characters is read without an exhausted stack', () => {
  const text = JSON.stringify({ data: 'x'.repeat(1_000_000) })
  expect(prettyJson(text).ok).toBe(true)
})
