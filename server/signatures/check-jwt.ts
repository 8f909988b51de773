/**
 * A JWT against keys, request and clock.
 *
 * Whether it is rightly signed for this request, and whether it is still in time, are two answers: an expired token is no forgery.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { Claims as ClaimRules } from '../../shared/scheme.ts'
import type { Compiled } from './compile.ts'
import { decodeStrictly } from './encoding.ts'
import type { Fault } from './fault.ts'
import { type Claims, fitsJwt, type Jwt, own, readJwt } from './jwt.ts'
import { mismatch } from './match.ts'
import type { PublicKey } from './public-key.ts'
import type { SignedRequest } from './request.ts'
import { type Freshness, inWords } from './timestamp.ts'

export interface AcceptedJwt {
  readonly secretId: string
  /** When it says it was made, in Unix milliseconds. */
  readonly issuedAt: number | undefined
  /** Undefined where it says nothing that limits its time. */
  readonly freshness: Freshness | undefined
  /** Why it is not fresh. */
  readonly reason: string | undefined
}

/** Seconds that `iat` may lie ahead where the scheme sets no limit: RFC 7519 sets none, and a token of tomorrow is worth a word. */
const ISSUED_AHEAD = 300

/**
 * @param pairs how many keys may still be tried; counted down, since several tokens may come
 * @param now Unix milliseconds
 */
export function checkJwt(
  scheme: Compiled,
  request: SignedRequest,
  text: string,
  pairs: { left: number },
  now: number,
): AcceptedJwt | Fault {
  const jwt = readJwt(text)
  if ('says' in jwt) return jwt
  const alg = scheme.row.algs?.find((each) => each === jwt.alg)
  if (alg === undefined)
    return {
      id: 'token_algorithm',
      says: `The token says it is signed by ${quoted(jwt.alg)}; this scheme takes only ${scheme.row.algs?.join(', ')}.`,
    }
  const keys = scheme.byPublicKey ? keysNamed(scheme.publicKeys, jwt) : scheme.keys
  if (keys.length === 0)
    return {
      id: 'public_key_unknown',
      says: `The token names the key ${quoted(jwt.kid ?? '')}, which is not among those set.`,
    }
  const key = keys.find(({ object }) => pairs.left-- > 0 && fitsJwt(jwt, alg, object))
  if (key === undefined) return mismatch(scheme)
  const rules = scheme.row.claims ?? {}
  const fault =
    claimFault(rules, jwt.claims, request, scheme.extra) ?? scheme.code?.claims?.(jwt.claims, request, scheme.extra)
  if (fault !== undefined) return fault
  const iat = own(jwt.claims, 'iat')
  return {
    secretId: key.secretId,
    issuedAt: typeof iat === 'number' ? iat * 1000 : undefined,
    ...timeliness(rules, jwt.claims, now),
  }
}

/** A set of keys is told apart by `kid`. A key without a name may be any. */
function keysNamed(keys: readonly PublicKey[], { kid }: Jwt): readonly PublicKey[] {
  return kid === undefined ? keys : keys.filter((key) => key.kid === undefined || key.kid === kid)
}

function claimFault(
  rules: ClaimRules,
  claims: Claims,
  { body, url }: SignedRequest,
  extra: Readonly<Record<string, string>>,
): Fault | undefined {
  for (const name of ['iat', 'exp', 'nbf']) {
    const value = own(claims, name)
    if (value !== undefined && (typeof value !== 'number' || !Number.isFinite(value)))
      return { id: 'claim_differs', says: `The token's \`${name}\` is not a time in seconds.` }
  }
  const needed = [
    ...(rules.requireExp === true ? ['exp'] : []),
    ...(rules.maxAge === undefined ? [] : ['iat']),
    ...(rules.required ?? []),
  ]
  for (const name of needed) if (own(claims, name) === undefined) return missing(name)
  if (rules.iss !== undefined && own(claims, 'iss') !== rules.iss)
    return { id: 'claim_differs', says: `The token was not issued by ${quoted(rules.iss)}.` }
  if (rules.aud !== undefined) {
    const aud = own(claims, 'aud')
    if (aud === undefined) return missing('aud')
    if (!(Array.isArray(aud) ? aud : [aud]).includes(extra[rules.aud]))
      return {
        id: 'claim_differs',
        says: `The token is meant for another receiver than the setting \`${rules.aud}\` says.`,
      }
  }
  const noBody = rules.bodyOptional === true && body.length === 0
  return (
    digestFault(
      claims,
      noBody && own(claims, rules.bodySha256Hex ?? '') === undefined ? undefined : rules.bodySha256Hex,
      body,
      'body',
    ) ?? digestFault(claims, rules.urlSha256Hex, Buffer.from(url, 'utf8'), 'URL')
  )
}

function digestFault(claims: Claims, name: string | undefined, bytes: Buffer, what: string): Fault | undefined {
  if (name === undefined) return undefined
  const value = own(claims, name)
  if (value === undefined) return missing(name)
  const said = typeof value === 'string' ? decodeStrictly(value, 'hex') : undefined
  const digest = createHash('sha256').update(bytes).digest()
  if (said?.length === digest.length && timingSafeEqual(said, digest)) return undefined
  return {
    id: 'claim_differs',
    says: `The token was made for another ${what}: its \`${name}\` is not the hash of this one.`,
  }
}

function timeliness(
  { maxAge, skew = 0 }: ClaimRules,
  claims: Claims,
  now: number,
): Pick<AcceptedJwt, 'freshness' | 'reason'> {
  const seconds = Math.floor(now / 1000)
  const [iat, exp, nbf] = ['iat', 'exp', 'nbf'].map((name) => own(claims, name) as number | undefined) // checked above
  const stale = (reason: string) => ({ freshness: 'stale' as const, reason })
  const future = (reason: string) => ({ freshness: 'future' as const, reason })
  if (exp !== undefined && exp <= seconds - skew)
    return stale(`Rightly signed, but it expired ${inWords((seconds - exp) * 1000)} ago; a new one is needed.`)
  if (maxAge !== undefined && iat !== undefined && seconds - iat - skew > maxAge)
    return stale(`Rightly signed, but ${inWords((seconds - iat) * 1000)} ago; ${inWords(maxAge * 1000)} are allowed.`)
  if (nbf !== undefined && nbf > seconds + skew)
    return future(`Rightly signed, but it counts only in ${inWords((nbf - seconds) * 1000)}.`)
  if (iat !== undefined && iat > seconds + (maxAge === undefined ? Math.max(skew, ISSUED_AHEAD) : skew))
    return future(`Rightly signed, but dated ${inWords((iat - seconds) * 1000)} ahead.`)
  const limited = exp !== undefined || nbf !== undefined || maxAge !== undefined
  return { freshness: limited ? 'fresh' : undefined, reason: undefined }
}

const missing = (name: string): Fault => ({
  id: 'claim_missing',
  says: `The token has no \`${name}\`, which this scheme needs.`,
})

/** Text of the sender's in a sentence: short, and with everything odd escaped. */
const quoted = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
