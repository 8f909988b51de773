/**
 * Text for a terminal. What came from outside is shown, never obeyed: a capture may hold escape sequences that move the cursor, retitle
 * the window or rewrite what was printed before, and bidirectional controls that make a line read otherwise than it is.
 */
import { styleText } from 'node:util'

/**
 * C0 without line feed and tab as their pictures (U+2400 on), the others by number: DEL, C1, what directs or hides text, and the line
 * separators of Unicode.
 */
export function visible(text: string): string {
  let shown = ''
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0
    if (code < 0x20) shown += String.fromCharCode(0x2400 + code)
    else if (code === 0x7f) shown += '\u2421'
    else if (isHidden(code)) shown += `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`
    else shown += char
  }
  return shown
}

/** Bytes as text where they are UTF-8, else each byte that is not plain by its number. A line goes on as a line, its end marked. */
export function visibleBytes(bytes: Buffer): string {
  return decoded(bytes)
    .split(/(?<=\n)/)
    .map(visible)
    .join('\n')
}

function decoded(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return Array.from(bytes, (byte) =>
      byte < 0x80 ? String.fromCharCode(byte) : `<${byte.toString(16).toUpperCase()}>`,
    ).join('')
  }
}

const HIDDEN: readonly (readonly [from: number, to: number])[] = [
  [0x80, 0x9f],
  [0xad, 0xad],
  [0x61c, 0x61c],
  [0x180e, 0x180e],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0xd800, 0xdfff],
  [0xfeff, 0xfeff],
  [0xfff9, 0xfffb],
  [0xe0000, 0xe007f],
]

const isHidden = (code: number): boolean => HIDDEN.some(([from, to]) => code >= from && code <= to)

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow'

/** Colours where people look: on a terminal, unless NO_COLOR says no (https://no-color.org). */
export function styled(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout })
}

/** Each line moved to the right. */
export function indented(text: string, by = 2): string {
  return text.replace(/^/gm, ' '.repeat(by))
}
