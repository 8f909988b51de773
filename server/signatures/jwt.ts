/**
 * A JSON Web Token read as strictly as its strictest reader, and written.
 *
 * What a token says about how it is to be checked is not believed: the algorithm is compared with those that the scheme allows, and keys
 * or key addresses in its header are never looked at.
 */
import { constants, createHmac, type KeyObject, sign, timingSafeEqual, verify } from 'node:crypto'
import type { JwtAlgorithm } from '../../shared/scheme.ts'
import { decodeStrictly } from './encoding.ts'
import type { Fault } from './fault.ts'
import { parseJson } from './json-body.ts'

export type Claims = Readonly<Record<string, unknown>>

export interface Jwt {
  readonly header: Claims
  readonly claims: Claims
  /** As the header says it, whatever it says. */
  readonly alg: string
  readonly kid: string | undefined
  /** The text that is signed: header and claims as they came. */
  readonly signed: string
  readonly signature: Buffer
}

/** A JSON of 1 MiB in base64url, header and signature. What is larger is not parsed either (`PARSED_BODY_BYTES`). */
const TOKEN_CHARACTERS = 1_500_000

/** RFC 7515 §7.1, the compact form. Base64url with padding, with stray characters or with unused bits set is refused. */
export function readJwt(text: string): Jwt | Fault {
  if (text.length > TOKEN_CHARACTERS) return malformed('it is longer than any that is signed')
  const parts = text.split('.', 4)
  const [head = '', payload = '', mac = ''] = parts
  if (parts.length !== 3) return malformed('it does not have three parts between dots')
  const header = objectIn(head)
  const claims = objectIn(payload)
  if (header === undefined || claims === undefined)
    return malformed('its header or its claims are not JSON in base64url')
  const alg = own(header, 'alg')
  const kid = own(header, 'kid')
  if (typeof alg !== 'string') return malformed('its header names no algorithm')
  // RFC 7515 §4.1.11: who does not understand an extension that is marked as critical must refuse the token.
  // RFC 7797: with `b64` the claims would be signed as they are, and not as they are written here.
  if (Object.hasOwn(header, 'crit') || Object.hasOwn(header, 'b64'))
    return malformed('its header demands extensions that no webhook needs')
  const signature = decodeStrictly(mac, 'base64url')
  if (signature === undefined) return malformed(mac === '' ? 'it is not signed' : 'its signature is not base64url')
  return {
    header,
    claims,
    alg,
    kid: typeof kid === 'string' ? kid : undefined,
    signed: `${head}.${payload}`,
    signature,
  }
}

/** Whether the key made this signature. A key of another type than the algorithm needs never did. */
export function fitsJwt({ signed, signature }: Jwt, alg: JwtAlgorithm, key: KeyObject): boolean {
  switch (alg) {
    case 'HS256':
    case 'HS384':
    case 'HS512': {
      if (key.type !== 'secret') return false
      const expected = macOfJwt(signed, alg, key)
      return expected.length === signature.length && timingSafeEqual(expected, signature)
    }
    case 'RS256':
      return key.asymmetricKeyType === 'rsa' && verify('sha256', Buffer.from(signed, 'latin1'), pkcs1(key), signature)
    case 'ES256':
      return isP256(key) && verify('sha256', Buffer.from(signed, 'latin1'), p1363(key), signature)
  }
}

/**
 * @param header in the order it is written; `alg` takes the place of one that is there
 * @param key a secret for HS…, a private key for RS256 and ES256
 * @throws TypeError where the key does not suit the algorithm
 */
export function writeJwt(header: Claims, claims: Claims, alg: JwtAlgorithm, key: KeyObject): string {
  const signed = [{ ...header, alg }, claims].map((part) => segment(JSON.stringify(part))).join('.')
  return `${signed}.${signatureOf(signed, alg, key).toString('base64url')}`
}

function signatureOf(signed: string, alg: JwtAlgorithm, key: KeyObject): Buffer {
  const fits = alg === 'RS256' ? key.asymmetricKeyType === 'rsa' : alg === 'ES256' ? isP256(key) : key.type === 'secret'
  if (!fits) throw new TypeError(`The key does not suit ${alg}.`)
  if (alg === 'RS256') return sign('sha256', Buffer.from(signed), pkcs1(key))
  if (alg === 'ES256') return sign('sha256', Buffer.from(signed), p1363(key))
  return macOfJwt(signed, alg, key)
}

/** The signature under a shared secret, over header and claims as they are written. */
export function macOfJwt(signed: string, alg: JwtAlgorithm, secret: KeyObject): Buffer {
  return createHmac(`sha${alg.slice(2)}`, secret)
    .update(signed, 'latin1')
    .digest()
}

/** A claim of the token's own; `__proto__` and its like are plain names here. */
export function own(claims: Claims, name: string): unknown {
  return Object.hasOwn(claims, name) ? claims[name] : undefined
}

export function isP256(key: KeyObject): boolean {
  return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1'
}

const pkcs1 = (key: KeyObject) => ({ key, padding: constants.RSA_PKCS1_PADDING })
const p1363 = (key: KeyObject) => ({ key, dsaEncoding: 'ieee-p1363' as const })
const segment = (json: string): string => Buffer.from(json, 'utf8').toString('base64url')

function objectIn(part: string): Claims | undefined {
  const bytes = decodeStrictly(part, 'base64url')
  const value = bytes === undefined ? undefined : parseJson(bytes)
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Claims) // JSON that is an object and no array
    : undefined
}

const malformed = (why: string): Fault => ({ id: 'token_malformed', says: `The token cannot be read: ${why}.` })
