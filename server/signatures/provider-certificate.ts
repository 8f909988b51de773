/** What a provider gave out as its key, read as the public key that a scheme takes. A certificate of PayPal's is trusted by its chain only. */
import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import type { Scheme } from '../../shared/scheme.ts'
import type { KeyPlace } from './provider-key.ts'
import { jsonAt } from './request.ts'

export type GivenKey = { readonly key: KeyObject } | { readonly fault: string }

/** Certificates of a chain that are looked at; real ones have three or four. */
const CHAIN_MAX = 8

/**
 * Never throws, whatever the text is.
 * @param roots PEM of the certificates that are trusted
 * @param at Unix milliseconds: when the key must be valid
 */
export function readGivenKey(place: KeyPlace, text: string, roots: readonly string[], at: number): GivenKey {
  try {
    switch (place.holds) {
      case 'certificate':
        return { key: new X509Certificate(text).publicKey }
      case 'public-key':
        return { key: createPublicKey(text) }
      case 'plaid-key':
        return plaidKey(text, place.kid, at)
      case 'paypal-certificates':
        return chainedKey(text, roots, at)
    }
  } catch {
    return { fault: 'What came from there is not a key.' }
  }
}

/** In the form in which a row takes its public keys. */
export function keyText(key: KeyObject, enc: Scheme['key']['enc']): string {
  if (enc === 'jwk') return JSON.stringify(key.export({ format: 'jwk' }))
  if (enc === 'spki-base64') return key.export({ type: 'spki', format: 'der' }).toString('base64')
  return key.export({ type: 'spki', format: 'pem' }).toString()
}

function plaidKey(text: string, kid: string | undefined, at: number): GivenKey {
  const jwk = jsonAt(JSON.parse(text), ['key'])
  if (typeof jwk !== 'object' || jwk === null) return { fault: 'What came from there is not a key.' }
  if (jsonAt(jwk, ['kid']) !== kid) return { fault: 'Another key came than the one that was asked for.' }
  const expired = jsonAt(jwk, ['expired_at']) // Unix seconds, or null
  if (typeof expired === 'number' && expired * 1000 <= at)
    return { fault: 'The key had been withdrawn by its provider when the request arrived.' }
  // Only what says what the key is: the rest of the answer is of no use here.
  const { kty, crv, x, y } = jwk as Record<string, string> // createPublicKey refuses whatever is no key
  return { key: createPublicKey({ key: { kty, crv, x, y } as Record<string, string>, format: 'jwk' }) } // the same
}

/** The key of the first certificate, where a chain of others leads from it to a root. */
function chainedKey(text: string, roots: readonly string[], at: number): GivenKey {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  const [leaf, ...others] = blocks.slice(0, CHAIN_MAX).map((block) => new X509Certificate(block))
  if (leaf === undefined) return { fault: 'What came from there is not a certificate.' }
  if (!namesPayPal(leaf)) return { fault: 'The certificate is not for a name under paypal.com.' }
  let current = leaf
  for (let left = others; ; ) {
    if (!isValidAt(current, at)) return { fault: 'A certificate of the chain is not valid at that time.' }
    if (roots.some((root) => leadsToRoot(current, root, at))) return { key: leaf.publicKey }
    const next = left.find((other) => other.ca && signed(other, current))
    if (next === undefined) return { fault: 'The certificate does not come from an issuer that is trusted here.' }
    left = left.filter((other) => other !== next)
    current = next
  }
}

/** By its alternative names, or where it has none by its common name. */
function namesPayPal({ subjectAltName, subject }: X509Certificate): boolean {
  const names =
    subjectAltName === undefined
      ? [...subject.matchAll(/^CN=(.*)$/gm)].map(([, name]) => name ?? '')
      : [...subjectAltName.matchAll(/DNS:([^,\s]+)/g)].map(([, name]) => name ?? '')
  return names.some((name) => /^([a-z0-9-]+\.)*paypal\.com$/i.test(name))
}

function leadsToRoot(certificate: X509Certificate, pem: string, at: number): boolean {
  const root = rootOf(pem)
  if (root === undefined || !isValidAt(root, at)) return false
  return certificate.fingerprint256 === root.fingerprint256 || signed(root, certificate)
}

const signed = (issuer: X509Certificate, certificate: X509Certificate): boolean =>
  certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)

const isValidAt = ({ validFromDate, validToDate }: X509Certificate, at: number): boolean =>
  validFromDate.getTime() <= at && at <= validToDate.getTime()

const known = new Map<string, X509Certificate | undefined>()

/** Some hundred are in the system's list; each is read once. */
function rootOf(pem: string): X509Certificate | undefined {
  if (!known.has(pem)) {
    try {
      known.set(pem, new X509Certificate(pem))
    } catch {
      known.set(pem, undefined)
    }
  }
  return known.get(pem)
}
