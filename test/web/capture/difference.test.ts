import { expect, test } from 'vitest'
import { digestGroups, excerpts, firstDifference, receivedValues } from '../../../web/capture/difference.ts'

const base64 = (bytes: string | Uint8Array) => Buffer.from(bytes).toString('base64')

const difference = (captured: string | Uint8Array, signed: string | Uint8Array, at: number, from = 0) => ({
  at,
  from,
  capturedBase64: base64(captured),
  signedBase64: base64(signed),
  capturedSize: from + captured.length,
  signedSize: from + signed.length,
})

test('the first difference of two digests is found, also where one is the beginning of the other', () => {
  expect(firstDifference('abc', 'abd')).toBe(2)
  expect(firstDifference('abc', 'abcd')).toBe(3)
  expect(firstDifference('abc', 'abc')).toBe(-1)
})

test('a digest falls into groups of eight that together are the digest, with one character marked', () => {
  const groups = digestGroups('0123456789abcdef01', 10)
  expect(groups.map(({ same, mark, rest }) => `${same}${mark ?? ''}${rest}`)).toEqual(['01234567', '89abcdef', '01'])
  expect(groups.map(({ mark }) => mark)).toEqual([undefined, 'a', undefined])
  expect(groups[0]).toEqual({ same: '01234567', mark: undefined, rest: '' })
  expect(groups[1]).toEqual({ same: '89', mark: 'a', rest: 'bcdef' })
  expect(groups[2]).toEqual({ same: '', mark: undefined, rest: '01' })
})

test('what names a digest stands apart from it, so that digests of two names have the same groups', () => {
  const texts = (value: string) => digestGroups(value, -1).map(({ same }) => same)
  expect(texts('v1=0123456789abcdef')).toEqual(['v1=', '01234567', '89abcdef'])
  expect(texts('sha256=0123456789abcdef')).toEqual(['sha256=', '01234567', '89abcdef'])
  expect(texts('abcdefghijklmno=')).toEqual(['abcdefgh', 'ijklmno='])
})

test('a digest that ends where the other goes on has its end marked, once', () => {
  for (const value of ['', 'abc', '01234567', '0123456789']) {
    const marks = digestGroups(value, value.length).flatMap(({ mark }) => (mark === undefined ? [] : [mark]))
    expect(marks).toEqual([''])
  }
})

test('equal digests have nothing marked', () => {
  expect(digestGroups('0123456789', -1)).toEqual([
    { same: '01234567', mark: undefined, rest: '' },
    { same: '89', mark: undefined, rest: '' },
  ])
})

test('several signatures are told apart by their length; a token with a space in it stays whole', () => {
  expect(receivedValues('aaaa bbbb', 'cccc')).toEqual(['aaaa', 'bbbb'])
  expect(receivedValues('Bearer abc', undefined)).toEqual(['Bearer abc'])
  expect(receivedValues('Bearer abc', 'Bearer abd')).toEqual(['Bearer abc'])
})

test('two bodies are shown up to, in and after the first character that differs', () => {
  const { captured, signed, inHex } = excerpts(difference('{"a": 1}', '{"a":1}', 5))
  expect(inHex).toBe(false)
  expect(captured).toEqual({ skipped: 0, before: '{"a":', mark: ' ', after: '1}', left: 0 })
  expect(signed).toEqual({ skipped: 0, before: '{"a":', mark: '1', after: '}', left: 0 })
})

test('a difference inside a character marks the whole character', () => {
  // é and è share their first byte; 😀 and 😁 their first three.
  const { captured, signed } = excerpts(difference('né', 'nè', 2))
  expect([captured.mark, signed.mark]).toEqual(['é', 'è'])
  const emoji = excerpts(difference('😀!', '😁!', 3))
  expect([emoji.captured.mark, emoji.captured.after]).toEqual(['😀', '!'])
  expect(emoji.signed.before).toBe('')
})

test('a body that ends first is said to end there, and what is left out is counted', () => {
  const { captured, signed } = excerpts({ ...difference('ab\n', 'ab', 12, 10), capturedSize: 20 })
  expect(captured).toEqual({ skipped: 10, before: 'ab', mark: '\n', after: '', left: 7 })
  expect(signed.mark).toBe('')
})

test('bytes that are no text are compared as bytes', () => {
  const { captured, signed, inHex } = excerpts(difference(Uint8Array.of(0, 1, 2), Uint8Array.of(0, 1, 3, 4), 2))
  expect(inHex).toBe(true)
  expect(captured).toMatchObject({ before: '00 01 ', mark: '02', after: '' })
  expect(signed).toMatchObject({ before: '00 01 ', mark: '03', after: ' 04' })
})
