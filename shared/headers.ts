/** Header pairs as they came: order, case and repeats kept. A value holds one character U+0000–U+00FF per byte (RFC 9110 §5.5). */
import { z } from 'zod'

export const HeaderPairs = z.array(z.tuple([z.string(), z.string()])).meta({ id: 'HeaderPairs' })
export type HeaderPairs = [name: string, value: string][]

/** Header lines that are taken from a client: twice what Node's own parser takes (1,000). */
const LINES_MAX = 2_000

/** Header pairs in what a client sends. Counted before each is looked at: a million wrong ones would make a million complaints. */
export const HeaderInput = z
  .array(z.unknown().meta({ type: 'array', items: { type: 'string' }, minItems: 2, maxItems: 2 }))
  .max(LINES_MAX, `At most ${LINES_MAX} header lines.`)
  .pipe(HeaderPairs)

/** The first value of a header, its name compared without case. */
export function headerValue(headers: HeaderPairs, name: string): string | undefined {
  const wanted = name.toLowerCase()
  for (const [key, value] of headers) if (key.length === wanted.length && key.toLowerCase() === wanted) return value
  return undefined
}

/** All values of a header, in the order they came. */
export function headerValues(headers: HeaderPairs, name: string): string[] {
  const wanted = name.toLowerCase()
  return headers.filter(([key]) => key.toLowerCase() === wanted).map(([, value]) => value)
}

/** Node's flat `rawHeaders` (name, value, name, value, …) as pairs. */
export function pairsOf(flat: readonly string[]): HeaderPairs {
  const pairs: HeaderPairs = []
  for (let i = 0; i + 1 < flat.length; i += 2) pairs.push([flat[i] as string, flat[i + 1] as string])
  return pairs
}
