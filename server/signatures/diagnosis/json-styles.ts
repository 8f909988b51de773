/** The table of how common libraries write JSON anew: what a middleware, a framework or a queue does to a body on its way. */
import type { JsonStyle } from './json-text.ts'

export interface NamedStyle extends JsonStyle {
  /** Completes "the JSON was written anew …". */
  readonly as: string
  /** What changes is not the layout but how characters are escaped. */
  readonly escapes?: boolean
  /** Ends in a line break as well, as the encoder of that library writes it. */
  readonly newline?: boolean
}

const plain = (text: string): string => JSON.stringify(text)
const unicode = (text: string, upper: boolean): string =>
  text.replace(/[\u007f-\uffff]/g, (each) => {
    const hex = each.charCodeAt(0).toString(16).padStart(4, '0')
    return `\\u${upper ? hex.toUpperCase() : hex}`
  })
const ascii = (text: string): string => unicode(plain(text), false)
const upperAscii = (text: string): string => unicode(plain(text), true)
const slashes = (text: string): string => plain(text).replaceAll('/', '\\/')
const php = (text: string): string => unicode(slashes(text), false)
/** Go, and Ruby on Rails: so that JSON can stand inside HTML. */
const html = (text: string): string =>
  plain(text).replace(/[<>&\u2028\u2029]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`)
const gson = (text: string): string =>
  plain(text).replace(/[<>&='\u2028\u2029]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`)
/** System.Text.Json. */
const dotnet = (text: string): string =>
  upperAscii(text)
    .replaceAll('\\"', '\\u0022')
    .replace(/[<>&'+`]/g, (each) => `\\u${each.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`)

const exact = (raw: string): string => raw
/** One kind of number, as in JavaScript: `1.0` becomes `1`, and integers beyond 2^53 are rounded. */
const double = (raw: string): string => JSON.stringify(Number(raw))
/** Integers exactly, fractions as the shortest text that still is a fraction, as in Python and Ruby. */
const typed = (raw: string): string => {
  if (/^-?\d+$/.test(raw)) return raw
  const value = Number(raw)
  if (Number.isInteger(value) && Math.abs(value) < 1e16) return value.toFixed(1)
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2')
}

/** Likeliest first. Those that give the same text as one before them are left out when a body is tried. */
export const JSON_STYLES: readonly NamedStyle[] = [
  { as: 'on one line without spaces, as JSON.stringify does', text: plain, number: double },
  { as: 'with an indent of 2 spaces', indent: '  ', text: plain, number: double },
  { as: 'with an indent of 4 spaces', indent: '    ', text: plain, number: double },
  { as: 'with tabs', indent: '\t', text: plain, number: double },
  {
    as: 'as Python’s json.dumps does, with a space behind commas and colons',
    space: ' ',
    text: ascii,
    number: typed,
  },
  { as: 'with a space behind commas and colons', space: ' ', text: plain, number: typed },
  { as: 'on one line without spaces', text: plain, number: typed },
  { as: 'on one line without spaces, with its numbers left alone', text: plain, number: exact },
  { as: 'with non-English letters as \\u escapes', text: ascii, number: typed, escapes: true },
  { as: 'as PHP’s json_encode does, with \\/ and \\u escapes', text: php, number: typed, escapes: true },
  { as: 'with slashes written as \\/', text: slashes, number: typed, escapes: true },
  { as: 'with <, > and & as \\u escapes, as Go and Rails do', text: html, number: double, escapes: true },
  { as: 'with non-English letters as \\u escapes in capitals', text: upperAscii, number: typed, escapes: true },
  { as: 'as .NET’s System.Text.Json does', text: dotnet, number: typed, escapes: true },
  { as: 'as Java’s Gson does', text: gson, number: typed, escapes: true },
  { as: 'with sorted names', sorted: true, text: plain, number: double },
  { as: 'with sorted names, as Go does with a map', sorted: true, text: html, number: double },
  { as: 'with sorted names and \\u escapes', sorted: true, text: ascii, number: typed },
  { as: 'with sorted names, as Python’s sort_keys does', sorted: true, space: ' ', text: ascii, number: typed },
  { as: 'with sorted names and an indent of 2 spaces', sorted: true, indent: '  ', text: plain, number: double },
  { as: 'with an indent of 2 spaces and \\u escapes', indent: '  ', text: ascii, number: typed },
  { as: 'with an indent of 4 spaces, as PHP’s pretty print does', indent: '    ', text: php, number: typed },
  { as: 'with an indent of 2 spaces, as jq does', indent: '  ', text: plain, number: typed, newline: true },
  { as: 'on one line, with a line break behind it', text: plain, number: double, newline: true },
  { as: 'as Go’s Encoder does, with a line break behind it', text: html, number: double, newline: true },
]
