/**
 * Where a value stands in a JSON text, as a range of bytes, so that it alone can be replaced. Parsing and writing anew would touch
 * spaces, escapes and numbers everywhere else, and the signature covers the bytes, not their meaning.
 */
import { lazyJson } from './json-body.ts'
import { BACKSLASH, CLOSE_BRACE, CLOSE_BRACKET, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE, isSpace } from './json-bytes.ts'

export interface Place {
  readonly from: number
  /** The first byte behind the value. */
  readonly to: number
}

/**
 * The value at a path of keys and array positions. Undefined where there is none, and where `lazyJson` finds no JSON. Of a key that
 * stands there twice the last counts, as `JSON.parse` has it: an edit of the other would be seen by nobody.
 */
export function placeInJson(body: Buffer, path: readonly string[]): Place | undefined {
  // From here on the text is known to be JSON of limited depth, so what follows need not look for errors.
  if (lazyJson(body)() === undefined) return undefined
  let at = skipSpace(body, 0)
  for (const key of path) {
    const inside = body[at] === OPEN_BRACE ? memberAt(body, at, key) : elementAt(body, at, key)
    if (inside === undefined) return undefined
    at = inside
  }
  return { from: at, to: endOfValue(body, at) }
}

/**
 * The body with another value at this place, every other byte as it was. A string stays a string and a number a number.
 * @param text the new value, one character a byte as everywhere in a signed content
 */
export function withTextAt(body: Buffer, place: Place, text: string): Buffer {
  const isNumber = body[place.from] !== QUOTE && /^(0|[1-9]\d*)$/.test(text)
  const value = isNumber ? text : JSON.stringify(Buffer.from(text, 'latin1').toString('utf8'))
  return Buffer.concat([body.subarray(0, place.from), Buffer.from(value, 'utf8'), body.subarray(place.to)])
}

/** Where the value of the last member with this key begins. */
function memberAt(body: Buffer, object: number, wanted: string): number | undefined {
  let found: number | undefined
  let at = skipSpace(body, object + 1)
  while (at < body.length && body[at] !== CLOSE_BRACE) {
    const end = endOfValue(body, at)
    const key: unknown = JSON.parse(body.toString('utf8', at, end)) // a key may be written with escapes
    at = skipSpace(body, skipSpace(body, end) + 1)
    if (key === wanted) found = at
    at = skipSpace(body, endOfValue(body, at))
    if (body[at] === COMMA) at = skipSpace(body, at + 1)
  }
  return found
}

function elementAt(body: Buffer, array: number, wanted: string): number | undefined {
  if (body[array] !== OPEN_BRACKET || !/^(0|[1-9]\d*)$/.test(wanted)) return undefined
  let at = skipSpace(body, array + 1)
  for (let i = 0; at < body.length && body[at] !== CLOSE_BRACKET; i++) {
    if (i === Number(wanted)) return at
    at = skipSpace(body, endOfValue(body, at))
    if (body[at] === COMMA) at = skipSpace(body, at + 1)
  }
  return undefined
}

/** The first byte behind the value that begins here. Counts brackets instead of calling itself. */
function endOfValue(body: Buffer, from: number): number {
  let depth = 0
  for (let at = from; at < body.length; at++) {
    const byte = body[at]
    if (byte === QUOTE) {
      at = endOfString(body, at) - 1
      if (depth === 0) return at + 1
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      if (depth === 0) return at // of what the value stands in
      if (--depth === 0) return at + 1
    } else if (depth === 0 && (byte === COMMA || isSpace(byte))) return at
  }
  return body.length
}

function endOfString(body: Buffer, from: number): number {
  for (let at = from + 1; at < body.length; at++) {
    if (body[at] === BACKSLASH) at++
    else if (body[at] === QUOTE) return at + 1
  }
  return body.length
}

function skipSpace(body: Buffer, from: number): number {
  let at = from
  while (at < body.length && isSpace(body[at])) at++
  return at
}
