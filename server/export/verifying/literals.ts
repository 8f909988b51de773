/**
 * Texts of a user's row as string literals. Whatever stands in a row — quotes, backslashes, `${}`, `#{}`, line breaks — is a value in
 * the code that comes out, and never code: all but plain letters, digits and harmless signs is written as an escape.
 */

/** Bytes that may stand for themselves in a string of any of the languages. */
const HARMLESS = /^[A-Za-z0-9 _.,:;=+\-/()|&~^!@%*[\]]$/

export function jsText(text: string): string {
  return `'${[...text].map((char) => (HARMLESS.test(char) || char === '{' || char === '}' ? char : jsEscape(char))).join('')}'`
}

const jsEscape = (char: string): string => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`

/** Text of Python, for JSON keys and the like. */
export function pythonText(text: string): string {
  return `"${[...text].map((char) => (HARMLESS.test(char) ? char : pythonEscape(char))).join('')}"`
}

const pythonEscape = (char: string): string => `\\U${(char.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`

/** The UTF-8 bytes of a text between double quotes, which Python (behind a `b`), PHP, Ruby and Go spell alike. */
export function byteText(text: string): string {
  return quoteBytes(Buffer.from(text, 'utf8'))
}

/**
 * A text that is compared with header values and the like, where one character stands for one byte. Characters above U+00FF cannot be
 * in such a value; they are written in UTF-8.
 */
export function wireText(text: string): string {
  const isBytes = Buffer.from(text, 'latin1').toString('latin1') === text
  return quoteBytes(Buffer.from(text, isBytes ? 'latin1' : 'utf8'))
}

function quoteBytes(bytes: Buffer): string {
  const chars = Array.from(bytes, (byte) => {
    const char = String.fromCharCode(byte)
    return HARMLESS.test(char) ? char : `\\x${byte.toString(16).padStart(2, '0')}`
  })
  return `"${chars.join('')}"`
}
