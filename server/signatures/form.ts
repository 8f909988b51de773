/** A form body (application/x-www-form-urlencoded) and the pairs of a query, read for the few providers that sign or send values in them. */
import { PARSED_BODY_BYTES } from '../../shared/limits.ts'
import { headerValuesOf, type SignedRequest } from './request.ts'

/** Pairs read of one form. The largest forms that providers send have about a hundred; sorting many more would hold up everything else. */
const PAIRS_READ = 5_000

/**
 * Undefined where the body is no form, or larger than any form that is signed. Never throws: what is not UTF-8 becomes U+FFFD.
 * @param unless what an absent content type means: most providers name it, but whoever checks a request by hand may leave it out
 */
export function formOf(request: SignedRequest, unless: 'form' | 'other' = 'other'): URLSearchParams | undefined {
  const { body, headers } = request
  const type = headerValuesOf(headers, 'content-type')[0]
  const isForm = type === undefined ? unless === 'form' : FORM.test(type)
  if (!isForm || body.length > PARSED_BODY_BYTES || pairsIn(body) > PAIRS_READ) return undefined
  return new URLSearchParams(body.toString('utf8'))
}

const FORM = /^\s*application\/x-www-form-urlencoded\s*(;|$)/i
const AMPERSAND = 0x26

function pairsIn(body: Buffer): number {
  let pairs = 1
  for (const byte of body) if (byte === AMPERSAND) pairs++
  return pairs
}
