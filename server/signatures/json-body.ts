/** A body as JSON, where it is some and small enough to be parsed at once. */
import { PARSED_BODY_BYTES, PARSED_BODY_DEPTH } from '../../shared/limits.ts'

const OPEN_BRACE = 0x7b
const OPEN_BRACKET = 0x5b
const CLOSE_BRACE = 0x7d
const CLOSE_BRACKET = 0x5d
const QUOTE = 0x22
const BACKSLASH = 0x5c

/** Parses at most once, and only when somebody asks. Undefined where it is not JSON, larger than 1 MiB or nested too deep. */
export function lazyJson(body: Buffer): () => unknown {
  let parsed: { value: unknown } | undefined
  return () => {
    parsed ??= { value: parseJson(body) }
    return parsed.value
  }
}

/** Undefined where it is not JSON, larger than 1 MiB or nested too deep. Never throws. */
export function parseJson(body: Buffer): unknown {
  if (body.length === 0 || body.length > PARSED_BODY_BYTES || isTooDeep(body)) return undefined
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

/** One pass over the bytes. Text that is not JSON may be misjudged either way; it is not parsed in the end. */
function isTooDeep(body: Buffer): boolean {
  if (body.length < PARSED_BODY_DEPTH) return false
  let depth = 0
  let inString = false
  for (let i = 0; i < body.length; i++) {
    const byte = body[i]
    if (inString) {
      if (byte === BACKSLASH) i++
      else if (byte === QUOTE) inString = false
    } else if (byte === QUOTE) inString = true
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      if (++depth > PARSED_BODY_DEPTH) return true
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--
  }
  return false
}
