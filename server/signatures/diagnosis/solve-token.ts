/** A secret that is sent along as it is, and tokens (JWT) that say themselves how they are signed. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { JwtAlgorithm, Scheme } from '../../../shared/scheme.ts'
import { sha256 } from '../key.ts'
import { type Jwt, readJwt } from '../jwt.ts'
import type { SignedRequest } from '../request.ts'
import type { Finding } from './finding.ts'
import { formsOf, tidyings } from './key-variants.ts'
import type { ToSolve } from './solve.ts'
import type { Tries } from './tries.ts'
import { type Value, valuesOf } from './values.ts'

const SHARED: readonly JwtAlgorithm[] = ['HS256', 'HS384', 'HS512']

/** A word in front of a token, as in `Bearer …`. */
const PREFIX = /^[A-Za-z][\w-]{0,20} +(?=\S)/

/** @param accepts asked of each that fits; one that is not accepted is passed over */
export function solveToken(
  { credentials, request }: Pick<ToSolve, 'credentials' | 'request'>,
  tries: Tries,
  accepts: (finding: Finding) => boolean,
): Finding | undefined {
  for (const { value } of credentials.secrets)
    for (const { text, tidied } of [
      { text: value, tidied: undefined },
      ...tidyings(value).map(({ as, text }) => ({ text, tidied: as })),
    ]) {
      const key = {
        ...(tidied === undefined ? {} : { key: { cause: 'secret_whitespace' as const, as: tidied, steps: 1 } }),
      }
      const steps = tidied === undefined ? 1 : 2
      const secrets = [{ id: 'tried', value: text }]
      for (const row of [...tokenRows(request, text), ...jwtRows(request, text)]) {
        if (tries.over()) return undefined
        const finding: Finding = { steps, solved: row, ...key }
        if (tries.fits({ id: 'custom', row }, { ...credentials, secrets }, request) && accepts(finding)) return finding
      }
    }
  return undefined
}

export interface FoundJwt {
  readonly value: Value
  readonly prefix: string
  readonly jwt: Jwt
}

export function jwtsOf(request: SignedRequest): FoundJwt[] {
  return valuesOf(request).flatMap((value) => {
    if (!/^(?:[A-Za-z][\w-]{0,20} +)?eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(value.text)) return []
    const prefix = PREFIX.exec(value.text)?.[0] ?? ''
    const jwt = readJwt(value.text.slice(prefix.length))
    return 'says' in jwt ? [] : [{ value, prefix, jwt }]
  })
}

function tokenRows(request: SignedRequest, secret: string): Scheme[] {
  // Shorter ones are found in any request by chance.
  if (secret.length < 6) return []
  const digest = sha256(Buffer.from(secret, 'utf8'))
  return valuesOf(request).flatMap(({ in: place, name, text }) => {
    const prefix = PREFIX.exec(text)?.[0] ?? ''
    return [...new Set(['', prefix])].flatMap((cut): Scheme[] => {
      const bytes = Buffer.from(text.slice(cut.length), place === 'header' ? 'latin1' : 'utf8')
      if (!timingSafeEqual(sha256(bytes), digest)) return []
      const sig: Scheme['sig'] = { in: place, name, enc: 'utf8', ...(cut === '' ? {} : { prefix: cut }) }
      return [{ alg: 'token', key: { enc: 'utf8' }, sig, content: '' }]
    })
  })
}

function jwtRows(request: SignedRequest, secret: string): Scheme[] {
  return jwtsOf(request).flatMap(({ value, prefix, jwt }) => {
    const alg = SHARED.find((each) => each === jwt.alg)
    if (alg === undefined) return []
    const claims = claimsOf(jwt, request)
    const sig: Scheme['sig'] = { in: value.in, name: value.name, enc: 'utf8', ...(prefix === '' ? {} : { prefix }) }
    return formsOf(secret).flatMap(({ key }): Scheme[] =>
      key === undefined
        ? []
        : [{ alg: 'jwt', algs: [alg], key, sig, content: '', ...(claims === undefined ? {} : { claims }) }],
    )
  })
}

/** Claims that hold the hash of this body or URL, which the row then has to demand. */
function claimsOf({ claims }: Jwt, { body, url }: SignedRequest): Scheme['claims'] {
  const hex = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
  const nameOf = (digest: string): string | undefined =>
    Object.entries(claims).find(([, value]) => typeof value === 'string' && value.toLowerCase() === digest)?.[0]
  const bodySha256Hex = nameOf(hex(body))
  const urlSha256Hex = nameOf(hex(Buffer.from(url)))
  if (bodySha256Hex === undefined && urlSha256Hex === undefined) return undefined
  return {
    ...(bodySha256Hex === undefined ? {} : { bodySha256Hex }),
    ...(urlSha256Hex === undefined ? {} : { urlSha256Hex }),
  }
}
