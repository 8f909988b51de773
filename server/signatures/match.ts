/** Signatures against secrets or public keys: the first pair that fits decides, and how many are tried has a limit. */
import { createVerify, type KeyObject, timingSafeEqual, verify } from 'node:crypto'
import type { Algorithm } from '../../shared/scheme.ts'
import { type Compiled, contentsOf } from './compile.ts'
import { bytesOf, type Content, digestOf, isFault } from './content.ts'
import { decodeStrictly } from './encoding.ts'
import type { Fault } from './fault.ts'
import { sha256 } from './key.ts'
import { placeOfSignature } from './places.ts'
import type { SignedRequest } from './request.ts'

export interface Match {
  /** The id of the secret, or `key:…` of the public key. */
  readonly secretId: string
  /** What was signed; undefined for a token. */
  readonly content: Content | undefined
}

/**
 * Values that are looked at, where each brings a timestamp of its own. Providers send one, or one a secret; each costs one MAC a secret
 * over the whole body, and how many come is the sender's choice.
 */
export const VALUES_READ = 8

/**
 * Pairs of signature and public key that are tried, and the bytes that they may hash together. A public key costs ten to a hundred times a
 * MAC, and hashes the whole body anew for each pair; how many signatures come is the sender's choice.
 */
const PAIRS = 64
const PAIRS_AT_LEAST = 2
const HASHED_BYTES = 8 * 1024 * 1024

/** How many checks with a public key a request is worth. */
export function pairsFor({ body }: Pick<SignedRequest, 'body'>): number {
  const affordable = Math.floor(HASHED_BYTES / Math.max(1, body.length))
  return Math.max(PAIRS_AT_LEAST, Math.min(PAIRS, affordable))
}

/** @param stamp the timestamp as it came, known to be readable */
export function match(
  scheme: Compiled,
  request: SignedRequest,
  signatures: readonly string[],
  stamp: string | undefined,
): Match | Fault {
  const { row, code, length } = scheme
  const alg = code?.algorithm === undefined ? row.alg : code.algorithm(request)
  if (typeof alg === 'object') return alg
  const candidates: Buffer[] = []
  // The same one sent again is tried once: it must not use up what others are worth.
  for (const text of new Set(signatures)) {
    const bytes = decodeStrictly(text, row.sig.enc, row.sig.hexCase)
    if (bytes !== undefined && (length === undefined || bytes.length === length)) candidates.push(bytes)
  }
  if (candidates.length === 0) return malformed(scheme)
  if (alg === 'token') return matchToken(scheme, candidates)

  const contents = contentsOf(scheme, request, stamp)
  if (isFault(contents)) return contents
  const matched = scheme.byPublicKey
    ? matchPublicKey(scheme, alg, contents, candidates, pairsFor(request))
    : matchMac(scheme, alg, contents, candidates)
  return matched ?? mismatch(scheme)
}

function matchToken({ keys, row }: Compiled, candidates: readonly Buffer[]): Match | Fault {
  for (const key of keys)
    for (const bytes of candidates)
      if (timingSafeEqual(key.digest, sha256(bytes))) return { secretId: key.secretId, content: undefined }
  return { id: 'mismatch', says: `${placeOfSignature(row.sig)} does not hold the expected token.` }
}

function matchMac(
  { keys }: Compiled,
  alg: Algorithm,
  contents: readonly Content[],
  candidates: readonly Buffer[],
): Match | undefined {
  for (const content of contents)
    for (const key of keys) {
      const expected = digestOf(alg, key, content)
      for (const bytes of candidates)
        if (expected.length === bytes.length && timingSafeEqual(expected, bytes))
          return { secretId: key.secretId, content }
    }
  return undefined
}

function matchPublicKey(
  { publicKeys }: Compiled,
  alg: Algorithm,
  contents: readonly Content[],
  candidates: readonly Buffer[],
  pairs: number,
): Match | undefined {
  let left = pairs
  for (const content of contents) {
    // Ed25519 takes its content whole (RFC 8032); joining it once is what that costs.
    const parts = alg === 'ed25519' ? [bytesOf(content)] : content
    for (const bytes of candidates)
      for (const { object, secretId } of publicKeys) {
        if (left-- === 0) return undefined
        if (fits(alg, object, parts, bytes)) return { secretId, content }
      }
  }
  return undefined
}

/** An ECDSA signature must be DER to the letter; OpenSSL writes what it read again and compares. */
function fits(alg: Algorithm, key: KeyObject, content: Content, signature: Buffer): boolean {
  try {
    if (alg === 'ed25519') return verify(null, bytesOf(content), key, signature)
    const verifier = createVerify(alg === 'rsa-sha1' ? 'sha1' : 'sha256')
    for (const part of content) {
      if (typeof part === 'string') verifier.update(part, 'latin1')
      else if (typeof part === 'object') verifier.update(part)
    }
    return verifier.verify(key, signature)
  } catch {
    return false // a build of OpenSSL may refuse SHA-1, or a key of an unusual size
  }
}

function malformed({ row, length }: Compiled): Fault {
  const { sig } = row
  const encoding = sig.enc === 'hex' && sig.hexCase === 'lower' ? 'lower-case hex' : sig.enc
  const of = length === undefined ? '' : ` of ${length} bytes`
  return { id: 'signature_malformed', says: `${placeOfSignature(sig)} holds no signature in ${encoding}${of}.` }
}

export function mismatch({ given, byPublicKey, keyFault }: Compiled): Fault {
  const what = byPublicKey ? 'public key' : 'secret'
  const which = given === 1 ? `the ${what}` : `any of the ${given} ${what}s`
  const also = keyFault === undefined ? '' : ` One of them was not tried: ${keyFault.says}`
  return { id: 'mismatch', says: `The signature does not fit this content and ${which}.${also}` }
}
