import { expect, test } from 'vitest'
import { charsetOf, decode, looksLikeText, utf8Reading } from '../../../web/capture/charset.ts'
import { queryOf, queryPairs } from '../../../web/capture/query-pairs.ts'

test('pairs stand in their order, each as sent and as it reads', () => {
  expect(queryPairs('b=1&a=%7e+x&b=2&flag&e=')).toEqual([
    { raw: 'b=1', name: 'b', value: '1', broken: false },
    { raw: 'a=%7e+x', name: 'a', value: '~ x', broken: false },
    { raw: 'b=2', name: 'b', value: '2', broken: false },
    { raw: 'flag', name: 'flag', value: undefined, broken: false },
    { raw: 'e=', name: 'e', value: '', broken: false },
  ])
})

test('broken percent encoding is shown as it came and said to be broken', () => {
  expect(queryPairs('a=%zz')).toEqual([{ raw: 'a=%zz', name: 'a', value: '%zz', broken: true }])
})

test('no question mark and nothing behind it are two things', () => {
  expect(queryOf('/a')).toBeUndefined()
  expect(queryOf('/a?')).toBe('')
  expect(queryOf('/a?b?c')).toBe('b?c')
})

test('the charset of a content type is read, and an unknown one is taken for UTF-8', () => {
  expect(charsetOf('text/plain; charset="ISO-8859-2"')).toBe('iso-8859-2')
  expect(charsetOf('text/plain; charset=klingon')).toBe('utf-8')
  expect(charsetOf(undefined)).toBe('utf-8')
})

test('bytes that mean nothing in their charset are shown replaced and said to be', () => {
  expect(decode(new Uint8Array([0xff, 0x41]), 'utf-8')).toEqual({ text: '\ufffdA', charset: 'utf-8', damaged: true })
})

test('zero bytes make no text', () => {
  expect(looksLikeText(new TextEncoder().encode('héllo\r\n\t'))).toBe(true)
  expect(looksLikeText(new Uint8Array([0x50, 0x4b, 0x03, 0x04, 0x00]))).toBe(false)
})

test('a header value whose bytes are UTF-8 is also read as such', () => {
  expect(utf8Reading('cafÃ©')).toBe('café')
  expect(utf8Reading('caf\u00e9')).toBeUndefined()
  expect(utf8Reading('plain')).toBeUndefined()
})
