/**
 * A request as if each value that could be a signature stood where the scheme looks for one, written as the scheme writes it. One check
 * then sees them all, whatever header they came in and however they are encoded.
 */
import type { Scheme } from '../../../shared/scheme.ts'
import { readElements, writeElement } from '../elements.ts'
import { readerOfSignatures } from '../places.ts'
import { encode } from '../encoding.ts'
import type { SignedRequest } from '../request.ts'
import type { Candidate } from './candidates.ts'

export const DIGEST_BYTES: Partial<Record<Scheme['alg'], number>> = {
  'hmac-sha1': 20,
  'hmac-sha256': 32,
  'hmac-sha384': 48,
  'hmac-sha512': 64,
  'hash-sha256': 32,
}

/** Undefined where the scheme has its signature in the body, has none of a fixed length, or no value is of this length. */
export function inPlace(
  row: Scheme,
  request: SignedRequest,
  candidates: readonly Candidate[],
): SignedRequest | undefined {
  if (row.sig.in !== 'header' && row.sig.in !== 'query') return undefined
  const fitting = candidates.filter(({ bytes }) => bytes.length === DIGEST_BYTES[row.alg])
  if (fitting.length === 0) return undefined
  const elements = [...new Set(fitting.map(({ bytes }) => writeElement(encode(bytes, row.sig.enc), row)))]
  const { list = ',', kv = '=' } = row.sig
  const values =
    row.ts?.in !== 'sigField'
      ? row.sig.list === undefined
        ? elements
        : [elements.join(list)]
      : stampsOf(row, request, fitting).map((stamp) => [row.ts?.name + kv + stamp, ...elements].join(list))
  if (values.length === 0) return undefined
  return placed(row, request, values)
}

/** The same for many requests in a row, of which most differ only in what is not looked at here. */
export function placer(
  candidates: readonly Candidate[],
): (row: Scheme, request: SignedRequest) => SignedRequest | undefined {
  let last: { row: Scheme; from: SignedRequest; to: SignedRequest | undefined } | undefined
  return (row, request) => {
    const { headers, target } = request
    if (last === undefined || last.row !== row || last.from.headers !== headers || last.from.target !== target)
      last = { row, from: request, to: inPlace(row, request, candidates) }
    return last.to === undefined ? undefined : { ...request, headers: last.to.headers, target: last.to.target }
  }
}

function stampsOf(row: Scheme, request: SignedRequest, candidates: readonly Candidate[]): string[] {
  const own = readerOfSignatures(row.sig)(request).flatMap((value) => readElements(value, row).ts ?? [])
  const beside = candidates.flatMap(({ form }) => form.stamp?.text ?? [])
  return [...new Set([...own, ...beside])].slice(0, 4)
}

/** With these values, one character a byte, at the scheme's place instead of what stands there. */
function placed(row: Scheme, request: SignedRequest, values: readonly string[]): SignedRequest {
  if (row.sig.in === 'query') {
    const [path = '', query = ''] = request.target.split('?', 2)
    const rest = query.split('&').filter((pair) => pair !== '' && decoded(pair.split('=', 1)[0] ?? '') !== row.sig.name)
    // A name that somebody typed may hold half a character, which cannot be escaped (and which no request carries).
    const name = encodeURIComponent(row.sig.name.toWellFormed())
    const added = values.map((value) => `${name}=${encodeURIComponent(value)}`)
    return { ...request, target: `${path}?${[...rest, ...added].join('&')}` }
  }
  const names = [row.sig.name, ...(row.sig.aliases ?? [])].map((name) => name.toLowerCase())
  const headers: string[] = []
  for (let i = 0; i + 1 < request.headers.length; i += 2) {
    const [name = '', value = ''] = request.headers.slice(i, i + 2)
    if (!names.includes(name.toLowerCase())) headers.push(name, value)
  }
  for (const value of values) headers.push(row.sig.name, value)
  return { ...request, headers }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
