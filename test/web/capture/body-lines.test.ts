import { expect, test } from 'vitest'
import { hexLine, jsonParts, textRows } from '../../../web/capture/body-lines.ts'
import { signedLines } from '../../../web/capture/signed-lines.ts'

test('a text is cut at its line ends, and a last line end makes no empty line', () => {
  expect(textRows('a\r\nb\n').map((row) => row.text)).toEqual(['a\r', 'b'])
  expect(textRows('a\n\nb').map((row) => row.number)).toEqual(['1', '2', '3'])
})

test('a line without end goes on in further rows without a number', () => {
  const rows = textRows('x'.repeat(2500))
  expect(rows.map((row) => row.text.length)).toEqual([1000, 1000, 500])
  expect(rows.map((row) => row.number)).toEqual(['1', '', ''])
})

test('keys, strings, numbers and literals of a line are told apart, and together they are the line', () => {
  const line = '  "a\\"b": ["x", -1.5e3, true, null],'
  const parts = jsonParts(line)
  expect(parts.map((part) => part.text).join('')).toBe(line)
  expect(parts.flatMap((part) => (part.kind === undefined ? [] : [[part.kind, part.text]]))).toEqual([
    ['key', '"a\\"b"'],
    ['string', '"x"'],
    ['number', '-1.5e3'],
    ['literal', 'true'],
    ['literal', 'null'],
  ])
})

test('a row of the hex dump shows offset, bytes and ASCII', () => {
  const line = hexLine(new Uint8Array([0x48, 0x69, 0x00, 0xff]), 16)
  expect(line.number).toBe('00000010')
  expect(line.parts[0]?.text.trim()).toBe('48 69 00 ff')
  expect(line.parts[1]?.text.trim()).toBe('Hi··')
})

test('line ends, carriage returns and tabs of what was signed can be seen', () => {
  const lines = signedLines(new TextEncoder().encode('1.{\r\n\t"a"}\n'))
  expect(lines.map((line) => line.parts.map((part) => part.text).join('|'))).toEqual(['1.{|CR|LF', 'TAB|"a"}|LF'])
})
