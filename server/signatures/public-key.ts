/**
 * A provider's public key in any form that providers hand it out: raw hex or base64 (Ed25519), base64 of the DER, PEM, base64 of the PEM,
 * an X.509 certificate, a JWK or a set of them.
 *
 * The form that is there is told by the text itself, since people paste what they find. A private key is refused: public keys are
 * shown again to whoever reads the settings.
 */
import { createHash, createPublicKey, type JsonWebKey, type KeyObject, X509Certificate } from 'node:crypto'
import type { Scheme } from '../../shared/scheme.ts'
import { decodeKeyBase64, decodeStrictly } from './encoding.ts'
import type { Fault } from './fault.ts'
import { parseJson } from './json-body.ts'
import { isP256 } from './jwt.ts'

export interface PublicKey {
  /** `key:` and the first 12 hex digits of the SHA-256 of its SubjectPublicKeyInfo: the same in whichever form it was given. */
  readonly secretId: string
  readonly object: KeyObject
  /** What a JWK is called by its owner. */
  readonly kid: string | undefined
}

type HowRead = Pick<Scheme, 'alg' | 'algs' | 'key'>

/** The keys of all texts that can be read and suit the scheme, and what is wrong with the first text that cannot be used. */
export function readPublicKeys(
  how: HowRead,
  texts: readonly string[],
): { keys: PublicKey[]; fault: Fault | undefined } {
  const keys: PublicKey[] = []
  let fault: Fault | undefined
  for (const text of texts) {
    const found = keysIn(how, text.trim())
    if (Array.isArray(found)) keys.push(...found)
    else fault ??= found
  }
  return { keys, fault }
}

function idOfPublicKey(key: KeyObject): string {
  const spki = key.export({ type: 'spki', format: 'der' })
  return `key:${createHash('sha256').update(spki).digest('hex').slice(0, 12)}`
}

function keysIn(how: HowRead, text: string): PublicKey[] | Fault {
  if (text === '') return unreadable('it is empty')
  if (text.includes('PRIVATE KEY-----')) return PRIVATE
  const read = text.startsWith('{') ? fromJson(text) : one(fromText(how.key, text))
  if ('says' in read) return read
  const keys = read.filter(({ object }) => suits(how, object))
  const strong = keys.filter(({ object }) => !isWeak(object))
  if (strong.length > 0) return strong
  if (keys.length > 0) return unreadable('it is so weak that anybody could sign for it')
  return unreadable(`this scheme needs ${kindOf(how)}, and it is another kind of key`)
}

function fromText(how: Scheme['key'], text: string): KeyObject | Fault {
  if (text.startsWith('-----BEGIN')) return fromPem(text)
  const prefix = how.strip?.find((candidate) => text.startsWith(candidate))
  const bare = prefix === undefined ? text : text.slice(prefix.length)
  const bytes = how.enc === 'hex' ? decodeStrictly(bare, 'hex') : decodeKeyBase64(bare.replace(/\s+/g, ''))
  if (bytes === undefined || bytes.length === 0) return unreadable(`it is not ${FORMS[how.enc]}`)
  if (bytes.length === ED25519_BYTES)
    return attempt(() => ({ kty: 'OKP', crv: 'Ed25519', x: bytes.toString('base64url') }), 'jwk')
  const inside = bytes.toString('latin1')
  if (inside.includes('PRIVATE KEY-----')) return PRIVATE
  return inside.startsWith('-----BEGIN') ? fromPem(inside) : fromDer(bytes)
}

/** Of a certificate with its chain the first counts, which is the signer's own. */
function fromPem(text: string): KeyObject | Fault {
  return attempt(() => text, 'pem')
}

function fromDer(bytes: Buffer): KeyObject | Fault {
  try {
    return createPublicKey({ key: bytes, format: 'der', type: 'spki' })
  } catch {
    try {
      return new X509Certificate(bytes).publicKey
    } catch {
      return unreadable('it is not a whole key')
    }
  }
}

function fromJson(text: string): { object: KeyObject; kid: string | undefined; secretId: string }[] | Fault {
  const json = parseJson(Buffer.from(text, 'utf8'))
  if (typeof json !== 'object' || json === null) return unreadable('it is not JSON')
  const set: unknown = Object.hasOwn(json, 'keys') ? (json as { keys: unknown }).keys : [json] // has it, as just checked
  if (!Array.isArray(set)) return unreadable('its `keys` is not a list')
  const keys: PublicKey[] = []
  for (const each of set.slice(0, KEYS_OF_A_SET)) {
    if (typeof each !== 'object' || each === null) continue
    const jwk = each as Record<string, unknown> // a JSON object
    if (Object.hasOwn(jwk, 'd') || Object.hasOwn(jwk, 'k')) return PRIVATE
    const object = attempt(() => jwk, 'jwk')
    if ('says' in object) continue // sets hold keys of kinds that are not used here
    const kid = typeof jwk.kid === 'string' && Object.hasOwn(jwk, 'kid') ? jwk.kid : undefined
    keys.push({ secretId: idOfPublicKey(object), object, kid })
  }
  return keys.length > 0 ? keys : unreadable('it holds no public key')
}

function attempt(made: () => string | Record<string, unknown>, form: 'pem' | 'jwk'): KeyObject | Fault {
  try {
    const key = made()
    return typeof key === 'string' ? createPublicKey(key) : createPublicKey({ key: key as JsonWebKey, format: 'jwk' }) // what is no JWK is thrown out by the import
  } catch {
    return unreadable(`it is not a whole ${form === 'pem' ? 'PEM public key or certificate' : 'key'}`)
  }
}

const one = (key: KeyObject | Fault): PublicKey[] | Fault =>
  'says' in key ? key : [{ secretId: idOfPublicKey(key), object: key, kid: undefined }]

function suits({ alg, algs = [] }: HowRead, key: KeyObject): boolean {
  if (alg === 'ed25519') return key.asymmetricKeyType === 'ed25519'
  if (alg === 'ecdsa-p256') return isP256(key)
  if (alg !== 'jwt') return key.asymmetricKeyType === 'rsa'
  return (algs.includes('ES256') && isP256(key)) || (algs.includes('RS256') && key.asymmetricKeyType === 'rsa')
}

/** Whether signatures can be made for it without its private half: a short modulus, an exponent that changes nothing, a point of small order. */
function isWeak(key: KeyObject): boolean {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {}
  if (key.asymmetricKeyType === 'rsa') return modulusLength < RSA_BITS || publicExponent < RSA_EXPONENT
  if (key.asymmetricKeyType !== 'ed25519') return false
  const point = key.export({ type: 'spki', format: 'der' }).subarray(-ED25519_BYTES)
  point[ED25519_BYTES - 1] = (point[ED25519_BYTES - 1] ?? 0) & 0x7f // the sign of x, which changes no order
  return SMALL_ORDER.has(point.toString('hex'))
}

/** The shortest modulus that a provider of the table ever used, in bits. */
const RSA_BITS = 1024
const RSA_EXPONENT = 3n

/** Encodings of the points of order 1, 2, 4 and 8 on Curve25519, without the sign bit; RFC 8032 §5.1.3 reads some that are not canonical. */
const SMALL_ORDER: ReadonlySet<string> = new Set([
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  ...['ec', 'ed', 'ee'].map((first) => `${first}${'ff'.repeat(30)}7f`),
])

function kindOf({ alg, algs = [] }: HowRead): string {
  if (alg === 'ed25519') return 'an Ed25519 key'
  if (alg === 'ecdsa-p256' || (alg === 'jwt' && !algs.includes('RS256'))) return 'an ECDSA key on the curve P-256'
  return alg === 'jwt' && algs.includes('ES256') ? 'an RSA or P-256 key' : 'an RSA key'
}

const ED25519_BYTES = 32

/** Providers publish two to five; each is tried where a token names none. */
const KEYS_OF_A_SET = 20

const FORMS: Record<Scheme['key']['enc'], string> = {
  utf8: 'a key',
  hex: 'hex',
  base64: 'base64',
  'spki-base64': 'base64',
  pem: 'PEM (-----BEGIN PUBLIC KEY-----), a certificate, or base64 of one',
  jwk: 'a JWK ({"kty": …})',
}

const unreadable = (why: string): Fault => ({
  id: 'public_key_unreadable',
  says: `The public key cannot be used: ${why}.`,
})

const PRIVATE: Fault = unreadable('it is a private key; only the public half belongs here')
