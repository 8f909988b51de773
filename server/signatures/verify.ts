/**
 * From a request and secrets to a verdict.
 *
 * A row is compiled to a function once an endpoint, because reading a row anew for each request costs more than its HMAC. Signature
 * and freshness are judged apart: an old request may be perfectly signed, and the two have different remedies.
 */
import { timingSafeEqual } from 'node:crypto'
import type { Verdict } from '../../shared/capture.ts'
import type { Scheme } from '../../shared/scheme.ts'
import { type Compiled, compile, contentOf } from './compile.ts'
import { digestOf, isFault } from './content.ts'
import type { Credentials, Definition } from './definition.ts'
import { type Elements, readElements } from './elements.ts'
import { decodeStrictly } from './encoding.ts'
import type { Fault } from './fault.ts'
import { sha256 } from './key.ts'
import { placeOfSignature, placeOfTimestamp } from './places.ts'
import { headerValuesOf, type SignedRequest } from './request.ts'
import { freshnessOf, inWords, readTimestamp } from './timestamp.ts'

/** `now` in Unix milliseconds. */
export type Check = (request: SignedRequest, now: number) => Verdict

export interface Judgement {
  readonly verdict: Verdict
  readonly fault: Fault | undefined
  /** Unix milliseconds. */
  readonly timestamp: number | undefined
}

/**
 * Values that are looked at, where each brings a timestamp of its own. Providers send one, or one a secret; each costs one MAC a secret
 * over the whole body, and how many come is the sender's choice.
 */
const VALUES_READ = 8

export function compileScheme(definition: Definition, credentials: Credentials): Check {
  const compiled = compile(definition, credentials)
  return (request, now) => judge(compiled, request, now).verdict
}

/** @param now Unix milliseconds */
export function judge(scheme: Compiled, request: SignedRequest, now: number): Judgement {
  if (scheme.secrets === 0) return judgement(scheme, 'unchecked', { id: 'no_secret', says: 'No secret is set.' })
  const setting = missingSetting(scheme)
  if (setting !== undefined) return judgement(scheme, 'unchecked', setting)

  const outside = scheme.timestamp(request)
  const values = scheme.values(request)
  if (values.length === 0) {
    const fault: Fault = { id: 'signature_missing', says: `${placeOfSignature(scheme.row.sig)} is missing.` }
    return judgement(scheme, 'missing', fault, outside ?? undefined, now)
  }
  if (scheme.keys.length === 0) return judgement(scheme, 'invalid', scheme.keyFault, outside ?? undefined, now)

  let fault = companionFault(scheme, request)
  let firstStamp: string | undefined
  for (const elements of fault === undefined ? groupsOf(scheme, values) : []) {
    const stamp = scheme.row.ts?.in === 'sigField' ? elements.ts : outside
    firstStamp ??= stamp ?? undefined
    const outcome = match(scheme, request, elements.signatures, stamp)
    if ('secretId' in outcome) return judgement(scheme, 'valid', undefined, stamp ?? undefined, now, outcome.secretId)
    if (fault === undefined || outcome.id === 'mismatch') fault = outcome
  }
  return judgement(scheme, 'invalid', fault, firstStamp ?? outside ?? undefined, now)
}

/**
 * Signatures that share a timestamp, and so a content. Where it does not stand among them, all values are one group: a header that is
 * sent many times costs no more than one.
 */
function groupsOf({ row }: Compiled, values: readonly string[]): readonly Pick<Elements, 'ts' | 'signatures'>[] {
  if (row.ts?.in === 'sigField') return values.slice(0, VALUES_READ).map((value) => readElements(value, row))
  return [{ ts: undefined, signatures: values.flatMap((value) => readElements(value, row).signatures) }]
}

/** Tries every signature against every secret; the first pair that fits decides. */
function match(
  scheme: Compiled,
  request: SignedRequest,
  signatures: readonly string[],
  stamp: string | undefined | null,
): { secretId: string } | Fault {
  const { row, length } = scheme
  const unusable = timestampFault(scheme, stamp)
  if (unusable !== undefined) return unusable
  if (signatures.length === 0) return elementMissing(row)
  const candidates: Buffer[] = []
  for (const text of signatures) {
    const bytes = decodeStrictly(text, row.sig.enc, row.sig.hexCase)
    if (bytes !== undefined && (length === undefined || bytes.length === length)) candidates.push(bytes)
  }
  if (candidates.length === 0) return malformed(scheme)

  if (row.alg === 'token') {
    for (const key of scheme.keys)
      for (const bytes of candidates) if (timingSafeEqual(key.digest, sha256(bytes))) return { secretId: key.secretId }
    return { id: 'mismatch', says: `${placeOfSignature(row.sig)} does not hold the expected token.` }
  }
  const content = contentOf(scheme, request, stamp ?? undefined)
  if (isFault(content)) return content
  for (const key of scheme.keys) {
    const expected = digestOf(row.alg, key, content)
    for (const bytes of candidates) if (timingSafeEqual(expected, bytes)) return { secretId: key.secretId }
  }
  return mismatch(scheme)
}

function judgement(
  scheme: Compiled,
  kind: Verdict['kind'],
  fault: Fault | undefined,
  stamp?: string,
  now = 0,
  secretId?: string,
): Judgement {
  const { ts } = scheme.row
  const timestamp = ts === undefined || stamp === undefined ? undefined : readTimestamp(stamp, ts.unit)
  const verdict: Verdict = { kind, scheme: scheme.id }
  if (secretId !== undefined) verdict.secretId = secretId
  if (fault !== undefined) verdict.reason = fault.says
  if (ts !== undefined && timestamp !== undefined) {
    const freshness = freshnessOf(timestamp, now, ts)
    if (freshness !== undefined) verdict.freshness = freshness
    if (fault === undefined && freshness === 'stale')
      verdict.reason = `Rightly signed, but ${inWords(now - timestamp)} ago; ${inWords((ts.past ?? 0) * 1000)} are allowed.`
    if (fault === undefined && freshness === 'future')
      verdict.reason = `Rightly signed, but dated ${inWords(timestamp - now)} ahead; ${inWords((ts.future ?? 0) * 1000)} are allowed.`
  }
  return { verdict, fault, timestamp }
}

function missingSetting({ row, extra }: Compiled): Fault | undefined {
  if (row.match === undefined || Object.hasOwn(extra, row.match.extra)) return undefined
  const { header, extra: name } = row.match
  return { id: 'setting_missing', says: `The setting \`${name}\` is needed: the header ${header} must equal it.` }
}

/** A header that goes with the signature must hold the value that was set, as Pusher's app key. */
function companionFault({ row, extra }: Compiled, request: SignedRequest): Fault | undefined {
  if (row.match === undefined) return undefined
  const { header, extra: name } = row.match
  const values = headerValuesOf(request.headers, header.toLowerCase())
  if (values.length === 1 && values[0] === extra[name]) return undefined
  return { id: 'companion_differs', says: `The header ${header} does not equal the setting \`${name}\`.` }
}

function timestampFault({ row, needsTimestamp }: Compiled, stamp: string | undefined | null): Fault | undefined {
  if (row.ts === undefined) return undefined
  const place = placeOfTimestamp(row)
  if (stamp === null)
    return { id: 'timestamp_malformed', says: `${place} comes more than once, with different values.` }
  if (stamp === undefined)
    return needsTimestamp ? { id: 'timestamp_missing', says: `${place}, the timestamp, is missing.` } : undefined
  if (readTimestamp(stamp, row.ts.unit) !== undefined) return undefined
  const unit = { s: 'seconds', ms: 'milliseconds', iso: 'RFC 3339' }[row.ts.unit]
  return { id: 'timestamp_malformed', says: `${place} is not a timestamp in ${unit}.` }
}

function elementMissing({ sig }: Scheme): Fault {
  const { field, kv = '', prefix = '' } = sig
  const form = field === undefined ? prefix : field + kv + prefix
  return { id: 'element_missing', says: `${placeOfSignature(sig)} holds nothing of the form \`${form}…\`.` }
}

function malformed({ row, length }: Compiled): Fault {
  const { sig } = row
  const encoding = sig.enc === 'hex' && sig.hexCase === 'lower' ? 'lower-case hex' : sig.enc
  const of = length === undefined ? '' : ` of ${length} bytes`
  return { id: 'signature_malformed', says: `${placeOfSignature(sig)} holds no signature in ${encoding}${of}.` }
}

function mismatch({ secrets, keyFault }: Compiled): Fault {
  const which = secrets === 1 ? 'the secret' : `any of the ${secrets} secrets`
  const also = keyFault === undefined ? '' : ` One of them was not tried: ${keyFault.says}`
  return { id: 'mismatch', says: `The signature does not fit this content and ${which}.${also}` }
}
