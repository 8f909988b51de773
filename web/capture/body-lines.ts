/** Body bytes and texts as lines to draw: JSON with its parts told apart, plain text, and a hex dump. */
import type { CodeLine, CodePart } from '../ui/code-lines.tsx'

/** Characters. A longer line goes on in the next row, because one endless line is as slow to lay out as a long text. */
const ROW_CHARACTERS = 1000

/** Bytes in a row of the hex view. */
export const HEX_ROW = 16

/** Cuts a text into rows at its line ends. A carriage return stays with its line and is drawn as a mark. */
export function textRows(text: string): { text: string; number: string }[] {
  const rows: { text: string; number: string }[] = []
  const lines = text.split('\n')
  if (lines.length > 1 && lines.at(-1) === '') lines.pop()
  lines.forEach((line, index) => {
    rows.push({ text: line.slice(0, ROW_CHARACTERS), number: String(index + 1) })
    for (let at = ROW_CHARACTERS; at < line.length; at += ROW_CHARACTERS) {
      rows.push({ text: line.slice(at, at + ROW_CHARACTERS), number: '' })
    }
  })
  return rows
}

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null)/g

/** The parts of one line of laid-out JSON. Strings hold no line ends there, so each line can be read by itself. */
export function jsonParts(line: string): CodePart[] {
  const parts: CodePart[] = []
  let done = 0
  for (const match of line.matchAll(TOKEN)) {
    const [whole, string, colon, number] = match
    if (match.index > done) parts.push({ text: line.slice(done, match.index) })
    if (string !== undefined) {
      parts.push({ text: string, kind: colon === undefined ? 'string' : 'key' })
      if (colon !== undefined) parts.push({ text: colon })
    } else {
      parts.push({ text: whole, kind: number === undefined ? 'literal' : 'number' })
    }
    done = match.index + whole.length
  }
  if (done < line.length) parts.push({ text: line.slice(done) })
  return parts
}

/** One row of a hex dump: offset, sixteen bytes, and what of them is ASCII. */
export function hexLine(bytes: Uint8Array, offset: number): CodeLine {
  let hex = ''
  let ascii = ''
  for (let index = 0; index < HEX_ROW; index++) {
    const byte = bytes[index]
    hex += byte === undefined ? '   ' : `${byte.toString(16).padStart(2, '0')} `
    if (index === 7) hex += ' '
    if (byte !== undefined) ascii += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·'
  }
  return { number: offset.toString(16).padStart(8, '0'), parts: [{ text: hex }, { text: ` ${ascii}`, kind: 'string' }] }
}
