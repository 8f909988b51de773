/**
 * What is written down of a request that was signed anew. A token is no signature but the secret itself, and a delivery is kept and shown
 * to everybody who may look at it, so there it is hidden; what goes out is the real one.
 */
import type { Scheme } from '../../shared/scheme.ts'
import type { HeaderPairs } from '../../shared/headers.ts'
import { nameOf, toBinary, unescapePercent } from '../signatures/request.ts'
import { splitQuery } from './address.ts'

export interface Line {
  /** The raw request target. */
  readonly target: string
  readonly headers: HeaderPairs
}

/** Stands where the secret does. */
export const HIDDEN = '•••'

/**
 * @param given the request before it was signed: a token that it carried already was no secret to whoever sees this
 * @param row of the scheme it was signed by, if it was
 */
export function masked({ target, headers }: Line, given: Line, row: Scheme | undefined): Line {
  if (row?.alg !== 'token') return { target, headers }
  const { sig } = row
  const names = [sig.name, ...(sig.aliases ?? [])]
  if (sig.in === 'header') return { target, headers: maskedHeaders(headers, given.headers, names) }
  return { target: sig.in === 'query' ? maskedTarget(target, given.target, names) : target, headers }
}

function maskedHeaders(headers: HeaderPairs, given: HeaderPairs, names: readonly string[]): HeaderPairs {
  const lower = names.map((name) => name.toLowerCase())
  return headers.map(([name, value]) => {
    const wasThere = given.some((pair) => pair[0].toLowerCase() === name.toLowerCase() && pair[1] === value)
    return [name, lower.includes(name.toLowerCase()) && !wasThere ? HIDDEN : value]
  })
}

function maskedTarget(target: string, given: string, names: readonly string[]): string {
  const [path, query] = splitQuery(target)
  if (query === undefined) return target
  const wanted = names.map(toBinary)
  const known = new Set(splitQuery(given)[1]?.split('&'))
  const pairs = query.split('&').map((pair) => {
    const name = nameOf(pair)
    return wanted.includes(unescapePercent(name) ?? name) && !known.has(pair) ? `${name}=${HIDDEN}` : pair
  })
  return `${path}?${pairs.join('&')}`
}
