/**
 * From a request and secrets to a verdict.
 *
 * A row is compiled to a function once an endpoint, because reading a row anew for each request costs more than its HMAC. Signature
 * and freshness are judged apart: an old request may be perfectly signed, and the two have different remedies.
 */
import type { Verdict } from '../../shared/capture.ts'
import { PARSED_BODY_BYTES } from '../../shared/limits.ts'
import type { Scheme } from '../../shared/scheme.ts'
import { checkJwt } from './check-jwt.ts'
import { type Compiled, compile } from './compile.ts'
import type { Content } from './content.ts'
import type { Credentials, Definition } from './definition.ts'
import { type Elements, readElements } from './elements.ts'
import type { Fault } from './fault.ts'
import { type Match, match, pairsFor, VALUES_READ } from './match.ts'
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
  /** What was signed, where a signature fits. */
  readonly content?: Content | undefined
  /** Where the request is several in one, the one that decided. */
  readonly part?: SignedRequest | undefined
}

/** Of a large body each costs too much for more: providers send one, or one a secret. */
const VALUES_READ_OF_A_LARGE_BODY = 2

export function compileScheme(definition: Definition, credentials: Credentials): Check {
  const compiled = compile(definition, credentials)
  return (request, now) => judge(compiled, request, now).verdict
}

/**
 * Where a request is several in one, all must be rightly signed: the first that is not decides.
 * @param now Unix milliseconds
 */
export function judge(scheme: Compiled, request: SignedRequest, now: number): Judgement {
  const parts = scheme.code?.parts?.(request)
  if (parts === undefined) return judgePart(scheme, request, now)
  let first: Judgement | undefined
  for (const part of parts) {
    const judged = judgePart(scheme, part, now)
    if (judged.verdict.kind !== 'valid') return { ...judged, part }
    first ??= { ...judged, part }
  }
  return first ?? judgePart(scheme, request, now)
}

function judgePart(scheme: Compiled, request: SignedRequest, now: number): Judgement {
  if (scheme.given === 0) return judgement(scheme, 'unchecked', nothingSet(scheme))
  if (scheme.settingFault !== undefined) return judgement(scheme, 'unchecked', scheme.settingFault)

  const outside = scheme.timestamp(request)
  const values = scheme.values(request)
  if (values.length === 0) {
    const fault: Fault = { id: 'signature_missing', says: `${placeOfSignature(scheme.row.sig)} is missing.` }
    return judgement(scheme, 'missing', fault, outside ?? undefined, now)
  }
  if (scheme.keys.length === 0 && scheme.publicKeys.length === 0)
    return judgement(scheme, 'invalid', scheme.keyFault, outside ?? undefined, now)
  if (scheme.row.alg === 'jwt') return judgeJwt(scheme, request, values, now)

  let fault = companionFault(scheme, request)
  let firstStamp: string | undefined
  for (const { ts, signatures } of fault === undefined ? groupsOf(scheme, request, values) : []) {
    const stamp = scheme.row.ts?.in === 'sigField' ? ts : outside
    firstStamp ??= stamp ?? undefined
    const outcome =
      timestampFault(scheme, stamp) ??
      (signatures.length === 0 ? elementMissing(scheme.row) : match(scheme, request, signatures, stamp ?? undefined))
    if ('secretId' in outcome) {
      const condition = scheme.code?.condition?.(request)
      if (condition !== undefined) return judgement(scheme, 'invalid', condition, stamp ?? undefined, now)
      return judgement(scheme, 'valid', undefined, stamp ?? undefined, now, outcome)
    }
    if (fault === undefined || outcome.id === 'mismatch') fault = outcome
  }
  return judgement(scheme, 'invalid', fault, firstStamp ?? outside ?? undefined, now)
}

/** Of several tokens the first that is accepted decides; else what is wrong with the first that could be read. */
function judgeJwt(scheme: Compiled, request: SignedRequest, values: readonly string[], now: number): Judgement {
  const { row, id } = scheme
  const tokens = values.slice(0, VALUES_READ).flatMap((value) => readElements(value, row).signatures)
  const pairs = { left: pairsFor(request) }
  let fault: Fault | undefined
  for (const token of tokens.slice(0, VALUES_READ)) {
    const outcome = checkJwt(scheme, request, token, pairs, now)
    if ('secretId' in outcome) {
      const { secretId, freshness, reason, issuedAt } = outcome
      const verdict: Verdict = { kind: 'valid', scheme: id, secretId }
      if (freshness !== undefined) verdict.freshness = freshness
      if (reason !== undefined) verdict.reason = reason
      return { verdict, fault: undefined, timestamp: issuedAt }
    }
    if (fault === undefined || fault.id === 'token_malformed') fault = outcome
  }
  return judgement(scheme, 'invalid', fault ?? elementMissing(row))
}

/**
 * Signatures that share a timestamp, and so a content. Where it does not stand among them, all values are one group: a header that is
 * sent many times costs no more than one.
 */
function groupsOf(
  { row }: Compiled,
  { body }: SignedRequest,
  values: readonly string[],
): readonly Pick<Elements, 'ts' | 'signatures'>[] {
  if (row.ts?.in === 'sigField') {
    const read = body.length > PARSED_BODY_BYTES ? VALUES_READ_OF_A_LARGE_BODY : VALUES_READ
    return values.slice(0, read).map((value) => readElements(value, row))
  }
  return [{ ts: undefined, signatures: values.flatMap((value) => readElements(value, row).signatures) }]
}

function judgement(
  scheme: Compiled,
  kind: Verdict['kind'],
  fault: Fault | undefined,
  stamp?: string,
  now = 0,
  matched?: Match,
): Judgement {
  const { ts } = scheme.row
  const timestamp = ts === undefined || stamp === undefined ? undefined : readTimestamp(stamp, ts.unit)
  const verdict: Verdict = { kind, scheme: scheme.id }
  if (matched !== undefined) verdict.secretId = matched.secretId
  if (fault !== undefined) verdict.reason = fault.says
  if (ts !== undefined && timestamp !== undefined) {
    const freshness = freshnessOf(timestamp, now, ts)
    if (freshness !== undefined) verdict.freshness = freshness
    if (fault === undefined && freshness === 'stale')
      verdict.reason = `Rightly signed, but ${inWords(now - timestamp)} ago; ${inWords((ts.past ?? 0) * 1000)} are allowed.`
    if (fault === undefined && freshness === 'future')
      verdict.reason = `Rightly signed, but dated ${inWords(timestamp - now)} ahead; ${inWords((ts.future ?? 0) * 1000)} are allowed.`
  }
  return { verdict, fault, timestamp, content: matched?.content }
}

function nothingSet({ byPublicKey }: Compiled): Fault {
  return byPublicKey
    ? { id: 'no_public_key', says: 'No public key is set.' }
    : { id: 'no_secret', says: 'No secret is set.' }
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
  // Where unit and limits are ours, the provider signs whatever text stands there: then it has no age, and that is no fault.
  if (row.ts.policy === true || readTimestamp(stamp, row.ts.unit) !== undefined) return undefined
  const unit = { s: 'seconds', ms: 'milliseconds', iso: 'RFC 3339' }[row.ts.unit]
  return { id: 'timestamp_malformed', says: `${place} is not a timestamp in ${unit}.` }
}

function elementMissing({ sig }: Scheme): Fault {
  const { field, kv = '', prefix = '' } = sig
  const form = field === undefined ? prefix : field + kv + prefix
  return { id: 'element_missing', says: `${placeOfSignature(sig)} holds nothing of the form \`${form}…\`.` }
}
