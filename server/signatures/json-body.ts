/** A body as JSON, where it is some and small enough to be parsed at once. */
import { PARSED_BODY_BYTES, PARSED_BODY_DEPTH, PARSED_BODY_VALUES } from '../../shared/limits.ts'
import { BACKSLASH, CLOSE_BRACE, CLOSE_BRACKET, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE, isSpace } from './json-bytes.ts'

/**
 * Parses at most once, and only when somebody asks. Undefined where it is not JSON, larger than `maxBytes`, nested too deep or of too many
 * values.
 * @param maxBytes more than 1 MiB only where nobody waits for this thread
 */
export function lazyJson(body: Buffer, maxBytes = PARSED_BODY_BYTES): () => unknown {
  let parsed: { value: unknown } | undefined
  return () => {
    parsed ??= { value: parseJson(body, maxBytes) }
    return parsed.value
  }
}

/** Undefined where it is not JSON, larger than `maxBytes`, nested too deep or of too many values. Never throws. */
export function parseJson(body: Buffer, maxBytes = PARSED_BODY_BYTES): unknown {
  if (body.length === 0 || body.length > maxBytes || isTooMuch(body)) return undefined
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

/** Whether it can be an object or a list, by its first byte that is no space: nothing is looked for in any other JSON. */
export function mayHoldValues(body: Buffer): boolean {
  let at = 0
  while (isSpace(body[at])) at++
  return body[at] === OPEN_BRACE || body[at] === OPEN_BRACKET
}

/** Too deep, or too many values. One pass over the bytes. Text that is not JSON may be misjudged either way; it is not parsed in the end. */
function isTooMuch(body: Buffer): boolean {
  if (body.length < PARSED_BODY_DEPTH) return false
  let depth = 0
  let values = 0
  let inString = false
  for (let i = 0; i < body.length; i++) {
    const byte = body[i]
    if (inString) {
      if (byte === BACKSLASH) i++
      else if (byte === QUOTE) inString = false
    } else if (byte === QUOTE) inString = true
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      if (++depth > PARSED_BODY_DEPTH || ++values > PARSED_BODY_VALUES) return true
    } else if (byte === COMMA) {
      if (++values > PARSED_BODY_VALUES) return true
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--
  }
  return false
}
