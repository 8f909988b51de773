/**
 * A capture and edits → what is sent. Whatever was not edited goes out byte for byte; Host, target path and framing change as far as they
 * must, and every difference is listed.
 */
import type { Capture } from '../../shared/capture.ts'
import type { Replay } from '../../shared/delivery.ts'
import { AppError } from '../../shared/errors.ts'
import { type HeaderPairs, headerValues } from '../../shared/headers.ts'
import type { Scheme } from '../../shared/scheme.ts'
import { belowEndpoint } from '../../shared/target.ts'
import { addressOf, splitQuery, withoutParameters } from './address.ts'
import { changesBetween } from './changes.ts'
import { framed, withHost, withoutNegotiation } from './framing.ts'
import { type Line, masked } from './masked.ts'
import type { SigningStep } from './signing.ts'

export interface Prepared {
  readonly method: string
  /** Where to connect. */
  readonly url: URL
  /** The raw request target to put on the wire. */
  readonly target: string
  readonly headers: HeaderPairs
  readonly trailers: HeaderPairs
  readonly body: Buffer
  /** Target and headers as they may be written down: without a secret that signing put in. */
  readonly shown: Line
  /** Nothing differs but Host, target path and framing. */
  readonly identical: boolean
  /** What differs, in words; that which need not have comes first. */
  readonly changed: string[]
}

/** Where the scheme of the endpoint puts the signature: header names (in any case) and query parameters. */
export interface SignaturePlaces {
  readonly headers: readonly string[]
  readonly query: readonly string[]
}

interface Signing {
  readonly strip?: SignaturePlaces | undefined
  readonly sign?: SigningStep | undefined
  readonly row?: Scheme | undefined
}

/**
 * @param body the captured bytes
 * @param strip what to leave out, where the replay says `sign: 'strip'`
 * @param sign comes after everything else, since a signature may cover any of it
 * @param row of the scheme it is signed by
 * @throws AppError `invalid_input` for a target, method or header that cannot be sent, and where it cannot be signed
 */
export function prepare(capture: Capture, body: Buffer, replay: Replay, { strip, sign, row }: Signing = {}): Prepared {
  const { edits = {}, keepHost = false } = replay
  const below = belowEndpoint(capture.target)
  const { url, target: address } = addressOf(replay.target, replay.path ?? 'exact', unsigned(below, strip))
  const method = checkedMethod(edits.method ?? capture.method)
  const edited = edits.bodyBase64 === undefined ? body : Buffer.from(edits.bodyBase64, 'base64')

  const given = checkedHeaders(edits.headers ?? capture.headers)
  const kept = given.filter(
    ([name]) => !(strip?.headers ?? []).some((each) => each.toLowerCase() === name.toLowerCase()),
  )
  const hosted = keepsHost(capture.headers, kept, keepHost) ? kept : withHost(kept, url.host)
  const plain = framed(withoutNegotiation(hosted), edited, capture.trailers)
  const seenAt = `${url.protocol}//${headerValues(plain.headers, 'host')[0] ?? url.host}${address}`
  const draft = { method, url: seenAt, target: address, headers: plain.headers, body: edited }
  const { draft: signed, notes } = sign === undefined ? { draft, notes: [] } : sign(draft)
  const { target, body: sent } = signed
  // A signature inside the body may have changed its length.
  const { headers, trailers } = framed(signed.headers, sent, plain.trailers)

  const shown = masked({ target, headers }, draft, row)
  const { expected, real } = changesBetween(
    { method: capture.method, target: below, headers: capture.headers, trailers: capture.trailers, body },
    { method, target: shown.target, headers, trailers, body: sent },
  )
  const [oldPath, newPath] = [capture.target, target].map((each) => splitQuery(each)[0])
  if (oldPath !== newPath) expected.unshift(`path ${oldPath} → ${newPath}`)
  if (capture.httpVersion !== '1.1') expected.push(`HTTP/${capture.httpVersion} → HTTP/1.1`)
  const identical = real.length === 0
  return {
    method,
    url,
    target,
    headers,
    trailers,
    body: sent,
    shown,
    identical,
    changed: [...notes, ...real, ...expected],
  }
}

function unsigned(below: string, strip: SignaturePlaces | undefined): string {
  const [path, query] = splitQuery(below)
  if (strip === undefined || strip.query.length === 0 || query === undefined) return below
  const rest = withoutParameters(query, strip.query)
  return rest === '' ? path : `${path}?${rest}`
}

/** Whoever edits the Host line means it; one that was only captured gives way to the target's. */
function keepsHost(captured: HeaderPairs, given: HeaderPairs, keepHost: boolean): boolean {
  const hosts = headerValues(given, 'host')
  if (hosts.length === 0) return false
  return keepHost || (hosts.length === 1 && !headerValues(captured, 'host').includes(hosts[0] ?? ''))
}

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
/** RFC 9110 §5.5: visible characters, blanks, tabs, and bytes above 0x7F. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/** In capitals, as all methods that are in use. */
function checkedMethod(method: string): string {
  if (TOKEN.test(method)) return method.toUpperCase()
  const detail = `${JSON.stringify(method)} cannot be a method.`
  throw new AppError('invalid_input', detail, { issues: [{ path: 'edits.method', message: detail }] })
}

function checkedHeaders(headers: HeaderPairs): HeaderPairs {
  const issues = headers.flatMap(([name, value], i) => {
    const path = `edits.headers[${i}]`
    if (!TOKEN.test(name)) return [{ path, message: `${JSON.stringify(name)} cannot be the name of a header.` }]
    if (VALUE.test(value)) return []
    return [
      {
        path,
        message: `The value of ${name} holds characters that no header can carry: one character stands for one byte.`,
      },
    ]
  })
  const [first] = issues
  if (first === undefined) return headers
  throw new AppError('invalid_input', first.message, { issues })
}
