/**
 * Key pairs of our own for schemes whose private key only the provider has: which kind a scheme takes, how they sign, and their public
 * half in the form that the app under test is given the provider's in.
 */
import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject, sign } from 'node:crypto'
import type { Algorithm, Scheme } from '../../shared/scheme.ts'
import { usesPublicKey } from '../../shared/scheme-key.ts'

export const KEY_KINDS = ['ed25519', 'p256', 'rsa2048'] as const
export type KeyKind = (typeof KEY_KINDS)[number]

/** Undefined where the scheme works with a shared secret: then that is what signs. */
export function keyKindOf(row: Scheme): KeyKind | undefined {
  if (!usesPublicKey(row)) return undefined
  if (row.alg === 'ed25519') return 'ed25519'
  return row.alg === 'ecdsa-p256' || row.algs?.[0] === 'ES256' ? 'p256' : 'rsa2048'
}

/** A private key; the public one can be made from it. Not at once: RSA takes some 100 ms of computing, which captures must not wait for. */
export async function newPrivateKey(kind: KeyKind): Promise<KeyObject> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, _: KeyObject, made: KeyObject) =>
      error === null ? resolve(made) : reject(error)
    if (kind === 'ed25519') generateKeyPair('ed25519', undefined, done)
    else if (kind === 'p256') generateKeyPair('ec', { namedCurve: 'P-256' }, done)
    else generateKeyPair('rsa', { modulusLength: 2048 }, done)
  })
}

/** A private key that was written as PEM. Undefined where that is none, or one of another kind: it could not sign in its place. */
export function readPrivateKey(kind: KeyKind, pem: unknown): KeyObject | undefined {
  if (typeof pem !== 'string') return undefined
  try {
    const key = createPrivateKey(pem)
    const curve = key.asymmetricKeyDetails?.namedCurve
    const fits = { ed25519: 'ed25519', p256: 'ec', rsa2048: 'rsa' }[kind] === key.asymmetricKeyType
    return fits && (kind !== 'p256' || curve === 'prime256v1') ? key : undefined
  } catch {
    return undefined
  }
}

/** A signature as providers send it. ECDSA comes as DER; a JWT, which holds the bare numbers instead, is written elsewhere. */
export function signWith(privateKey: KeyObject, algorithm: Algorithm, content: Buffer): Buffer {
  switch (algorithm) {
    case 'ed25519':
      return sign(null, content, privateKey)
    case 'ecdsa-p256':
    case 'rsa-sha256':
      return sign('sha256', content, privateKey)
    case 'rsa-sha1':
      return sign('sha1', content, privateKey)
    default:
      throw new TypeError(`${algorithm} is not made with a private key.`)
  }
}

/** The public half, written as the row expects the provider's: with its prefix, where keys have one. */
export function publicKeyFor(row: Scheme, privateKey: KeyObject): string {
  const publicKey = createPublicKey(privateKey)
  const prefix = row.key.strip?.[0] ?? ''
  switch (row.key.enc) {
    case 'pem':
      return publicKey.export({ type: 'spki', format: 'pem' }).toString()
    case 'jwk':
      return JSON.stringify(publicKey.export({ format: 'jwk' }))
    case 'spki-base64':
      return prefix + spkiOf(publicKey).toString('base64')
    case 'hex':
    case 'base64':
      return prefix + rawOf(publicKey).toString(row.key.enc)
    case 'utf8':
      throw new TypeError('A public key is never plain text.')
  }
}

/** The same key in the forms that libraries take. */
export function publicForms(privateKey: KeyObject): { label: string; text: string }[] {
  const publicKey = createPublicKey(privateKey)
  const bare = publicKey.asymmetricKeyType === 'ed25519' ? rawOf(publicKey) : undefined
  return [
    { label: 'PEM', text: publicKey.export({ type: 'spki', format: 'pem' }).toString() },
    { label: 'JWK', text: JSON.stringify(publicKey.export({ format: 'jwk' })) },
    { label: 'Base64 (SPKI, DER)', text: spkiOf(publicKey).toString('base64') },
    ...(bare === undefined
      ? []
      : [
          { label: 'Hex (the 32 bytes)', text: bare.toString('hex') },
          { label: 'Base64 (the 32 bytes)', text: bare.toString('base64') },
        ]),
  ]
}

const spkiOf = (publicKey: KeyObject): Buffer => publicKey.export({ type: 'spki', format: 'der' })

/** The 32 bytes of an Ed25519 key, with which its SPKI ends (RFC 8410 §4). Of other keys, whose bare form no scheme asks for, the SPKI. */
function rawOf(publicKey: KeyObject): Buffer {
  const spki = spkiOf(publicKey)
  return publicKey.asymmetricKeyType === 'ed25519' ? spki.subarray(-32) : spki
}
