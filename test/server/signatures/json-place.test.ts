import fc from 'fast-check'
import { expect, test } from 'vitest'
import { placeInJson, withTextAt } from '../../../server/signatures/json-place.ts'

const put = (text: string, path: string[], value: string): string | undefined => {
  const body = Buffer.from(text)
  const place = placeInJson(body, path)
  return place === undefined ? undefined : withTextAt(body, place, value).toString()
}

test('one value is replaced, and every other byte stays', () => {
  expect(put('{ "a" : 1.0,\n\t"b":[ {"c":"\\u00e9"} , 7 ] }\r\n', ['b', '0', 'c'], 'x')).toBe(
    '{ "a" : 1.0,\n\t"b":[ {"c":"x"} , 7 ] }\r\n',
  )
  expect(put('{ "a" : 1.0,\n\t"b":[ {"c":"\\u00e9"} , 7 ] }\r\n', ['b', '1'], '8')).toBe(
    '{ "a" : 1.0,\n\t"b":[ {"c":"\\u00e9"} , 8 ] }\r\n',
  )
})
test('a number stays a number, and a string a string', () => {
  expect(put('{"t":1}', ['t'], '1767225600')).toBe('{"t":1767225600}')
  expect(put('{"t":"1"}', ['t'], '1767225600')).toBe('{"t":"1767225600"}')
  expect(put('{"t":1}', ['t'], '2026-01-01T00:00:00Z')).toBe('{"t":"2026-01-01T00:00:00Z"}')
})
test('of a key that stands there twice the last counts, as for whoever parses it', () => {
  expect(put('{"t":1,"t":{"u":1},"t":{"u":2}}', ['t', 'u'], '3')).toBe('{"t":1,"t":{"u":1},"t":{"u":3}}')
  expect(put('{"t":{"u":1},"t":5}', ['t', 'u'], '3')).toBeUndefined()
})
test('brackets, quotes and escapes inside of texts are not taken for structure', () => {
  expect(put('{"a":"}\\"]{","\\u0074":"x\\\\","b":1}', ['t'], 'y')).toBe('{"a":"}\\"]{","\\u0074":"y","b":1}')
})
test.each(['', 'a=1', '{"t":1', '{"t":1}}', '[1,2]', '{"u":1}', '"t"', 'null', `${'['.repeat(300)}${']'.repeat(300)}`])(
  'where there is no such value, nothing is found: %s',
  (text) => {
    expect(placeInJson(Buffer.from(text), ['t'])).toBeUndefined()
  },
)
test('the place is that of the value which parsing gives, for any JSON and any spacing', () => {
  const paths = (value: unknown, at: string[] = []): string[][] =>
    typeof value === 'object' && value !== null
      ? [at, ...Object.entries(value).flatMap(([key, each]) => paths(each, [...at, key]))]
      : [at]
  const valueAt = (value: unknown, path: readonly string[]): unknown =>
    path.reduce((each, key) => (each as Record<string, unknown>)[key], value) // the path was made from this value
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2, '\t'), (value, space) => {
      const body = Buffer.from(JSON.stringify(value, null, space))
      const parsed: unknown = JSON.parse(body.toString())
      for (const path of paths(parsed)) {
        const place = placeInJson(body, path)
        expect(place).toBeDefined()
        const text = body.toString('utf8', place?.from, place?.to)
        expect(JSON.parse(text)).toEqual(valueAt(parsed, path))
      }
    }),
    { numRuns: 300 },
  )
})
