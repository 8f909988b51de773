/**
 * A JWT made again for a request that is sent now: what it says of itself is kept, what it says of time and request is put right.
 */
import { createHash, type KeyObject, randomUUID } from 'node:crypto'
import type { Scheme } from '../../shared/scheme.ts'
import { anotherId } from './another.ts'
import type { Definition } from './definition.ts'
import type { Fault } from './fault.ts'
import { type Claims, own, readJwt, writeJwt } from './jwt.ts'
import type { SignedRequest } from './request.ts'

/** How long a token lasts that was not there before, or that does not say when it was made, in seconds. */
const LASTS_SECONDS = 300

export interface Renewal {
  /** Unix milliseconds. */
  readonly now: number
  /** The token as it came. */
  readonly old?: string | undefined
  readonly newId?: boolean | undefined
  readonly extra?: Readonly<Record<string, string>> | undefined
}

/** @param key a secret, or a private key that suits the algorithms of the row */
export function writtenJwt(
  { row, code }: Definition,
  key: KeyObject,
  request: SignedRequest,
  { now, old, newId = false, extra = {} }: Renewal,
): string | Fault {
  const read = old === undefined ? undefined : readJwt(old)
  const before = read === undefined || 'says' in read ? undefined : read
  const allowed = row.algs ?? []
  const algorithm = allowed.find((each) => each === before?.alg) ?? allowed[0]
  if (algorithm === undefined) return { id: 'token_malformed', says: 'The scheme names no algorithm for its tokens.' }

  const seconds = Math.floor(now / 1000)
  const claims = new Map(Object.entries(before?.claims ?? firstClaims(row.claims, extra, seconds)))
  for (const [name, at] of movedTimes(before?.claims ?? {}, seconds)) claims.set(name, at)
  if (row.claims?.maxAge !== undefined) claims.set('iat', seconds)
  const { bodySha256Hex, urlSha256Hex } = row.claims ?? {}
  // Providers leave the hash of an empty body out.
  if (bodySha256Hex !== undefined && (request.body.length > 0 || claims.has(bodySha256Hex)))
    claims.set(bodySha256Hex, sha256Hex(request.body))
  if (urlSha256Hex !== undefined) claims.set(urlSha256Hex, sha256Hex(Buffer.from(request.url, 'utf8')))
  for (const [name, value] of Object.entries(code?.claimsFor?.(request, extra) ?? {})) claims.set(name, value)
  const jti = claims.get('jti')
  if (newId && typeof jti === 'string') claims.set('jti', anotherId(jti))
  return writeJwt(before?.header ?? { alg: algorithm, typ: 'JWT' }, Object.fromEntries(claims), algorithm, key)
}

/** The moments of a token, in Unix seconds, moved so that it is made now and lasts as long as before. */
function movedTimes(claims: Claims, now: number): [name: string, at: number][] {
  const at = (name: string): number | undefined => {
    const value = own(claims, name)
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined
  }
  const made = at('iat') ?? at('nbf')
  const later = now - (made ?? now)
  const moved: [string, number][] = []
  for (const name of ['iat', 'nbf']) {
    const old = at(name)
    if (old !== undefined) moved.push([name, old + later])
  }
  const exp = at('exp')
  if (exp !== undefined) moved.push(['exp', made !== undefined && exp > made ? exp + later : now + LASTS_SECONDS])
  return moved
}

/** What a token says that was not there before. */
function firstClaims(
  { iss, aud, requireExp, required = [] }: NonNullable<Scheme['claims']> = {},
  extra: Readonly<Record<string, string>>,
  now: number,
): Claims {
  const audience = aud !== undefined && Object.hasOwn(extra, aud) ? extra[aud] : undefined
  return {
    ...(iss === undefined ? {} : { iss }),
    ...(audience === undefined ? {} : { aud: audience }),
    iat: now,
    ...(required.includes('jti') ? { jti: randomUUID() } : {}),
    ...(requireExp === true ? { exp: now + LASTS_SECONDS } : {}),
  }
}

const sha256Hex = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
