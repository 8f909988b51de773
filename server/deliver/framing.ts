/**
 * The headers that belong to one connection rather than to the message (RFC 9110 §7.6.1): who is asked, how the body is delimited, what
 * the two ends agreed on. They are the only ones that sending on may change, and only as far as it must.
 *
 * `Connection: keep-alive`, `TE` and the like oblige nobody to anything, so they go out as they came.
 */
import { AppError } from '../../shared/errors.ts'
import { type HeaderPairs, headerValues } from '../../shared/headers.ts'

/** Names, in lower case, that are allowed to differ in a delivery that still counts as identical. */
export const FRAMING = new Set([
  'host',
  'connection',
  'content-length',
  'expect',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

const isNamed = ([name]: readonly [string, string], wanted: string): boolean => name.toLowerCase() === wanted

/** The Host line replaced where it stood; first of all where there was none. Further Host lines go, HTTP/1.1 allows one. */
export function withHost(headers: HeaderPairs, host: string): HeaderPairs {
  const first = headers.findIndex((pair) => isNamed(pair, 'host'))
  if (first < 0) return [['Host', host], ...headers]
  return headers.flatMap((pair, i) => {
    if (!isNamed(pair, 'host')) return [pair]
    return i === first ? [[pair[0], host] satisfies [string, string]] : []
  })
}

/**
 * Without what would make the target change the protocol, which an answer to a webhook never does, and without the question whether the
 * body may come, since it comes at once.
 */
export function withoutNegotiation(headers: HeaderPairs): HeaderPairs {
  return headers.flatMap(([name, value]) => {
    const key = name.toLowerCase()
    if (key === 'upgrade' || key === 'http2-settings') return []
    if (key === 'expect' && value.toLowerCase() === '100-continue') return []
    if (key !== 'connection' || !/upgrade|http2-settings/i.test(value)) return [[name, value]]
    const rest = value.split(',').filter((option) => !/^\s*(upgrade|http2-settings)\s*$/i.test(option))
    return rest.length === 0 ? [] : [[name, rest.join(',').trim()]]
  })
}

export interface Framed {
  readonly headers: HeaderPairs
  /** Those that can be sent: only a chunked body has room for them. */
  readonly trailers: HeaderPairs
}

/**
 * The body's end made unmistakable, with as little change as can be: a length that is right stays in its own spelling, chunks become a
 * length (where they ended was not kept), and stay chunks only where trailers or another coding need them.
 * @throws AppError `invalid_input` where the headers name codings of which the last is not `chunked`: such a body has no end
 */
export function framed(headers: HeaderPairs, body: Buffer, trailers: HeaderPairs): Framed {
  const codings = headerValues(headers, 'transfer-encoding').flatMap((value) => value.split(','))
  const chunked = codings.at(-1)?.trim().toLowerCase() === 'chunked'
  if (codings.length > 0 && !chunked) {
    throw new AppError('invalid_input', 'A Transfer-Encoding of a request has to end with chunked.', {
      issues: [{ path: 'edits.headers', message: 'Transfer-Encoding does not end with chunked.' }],
    })
  }
  if (chunked && (codings.length > 1 || trailers.length > 0)) {
    return { headers: headers.filter((pair) => !isNamed(pair, 'content-length')), trailers }
  }
  // Node refuses a Trailer header on a body that has no room for trailers.
  return { headers: withLength(headers, body.length).filter((pair) => !isNamed(pair, 'trailer')), trailers: [] }
}

/** One Content-Length, where the first framing header stood; none where there is no body and none was asked for. */
function withLength(headers: HeaderPairs, length: number): HeaderPairs {
  const isFraming = (pair: [string, string]) => isNamed(pair, 'content-length') || isNamed(pair, 'transfer-encoding')
  const first = headers.findIndex(isFraming)
  if (first < 0) return length === 0 ? headers : [...headers, ['Content-Length', String(length)]]
  return headers.flatMap((pair, i) => {
    if (!isFraming(pair)) return [pair]
    return i === first ? [lengthLine(pair, length)] : []
  })
}

function lengthLine([name, value]: [string, string], length: number): [string, string] {
  if (name.toLowerCase() === 'transfer-encoding') {
    return [name === name.toLowerCase() ? 'content-length' : 'Content-Length', String(length)]
  }
  return [name, /^\d+$/.test(value) && Number(value) === length ? value : String(length)]
}
