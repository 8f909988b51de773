/** A scheme that was found, fact by fact: where the signature stands, how it is made, and of what. */
import type { Scheme } from '../../shared/scheme.ts'
import { usesPublicKey } from '../../shared/scheme-key.ts'
import { contentInWords, PLACES } from '../scheme-words.ts'
import { duration } from './verdict-sentence.ts'

interface Fact {
  readonly term: string
  readonly words: string
  /** Shown behind the words as it stands in the request. */
  readonly code?: string
}

/** @param signs what is signed, in words, where the row alone cannot say it */
export function schemeFacts(row: Scheme, signs?: string): Fact[] {
  const { alg, sig, ts, id, key } = row
  const facts: Fact[] = [placeOf(row), { term: alg === 'token' ? 'Kind' : 'Made with', words: MADE_WITH[alg] }]
  if (alg !== 'token' && alg !== 'jwt') {
    facts.push(
      signs === undefined
        ? { term: 'What is signed', words: contentInWords(row.content), code: row.content }
        : { term: 'What is signed', words: signs },
    )
    facts.push({ term: 'Written as', words: ENCODINGS[sig.enc] })
  }
  if (sig.prefix !== undefined) facts.push({ term: 'Begins with', words: '', code: sig.prefix })
  if (sig.field !== undefined) facts.push({ term: 'In its part', words: '', code: sig.field })
  if (alg !== 'token') {
    const strip = key.strip?.length ? `, without ${key.strip.join(' or ')} at its beginning` : ''
    facts.push({ term: usesPublicKey(row) ? 'The public key' : 'The secret', words: `${KEYS[key.enc]}${strip}` })
  }
  if (ts !== undefined) {
    const limit = ts.past === null ? 'of any age' : `at most ${duration(ts.past * 1000)} old`
    const where =
      ts.in === 'header' ? 'in the header' : ts.in === 'sigField' ? 'beside the signature, as' : 'in the body, at'
    facts.push({ term: 'Time', words: `${limit}, ${where}`, code: ts.name })
  }
  if (id !== undefined) facts.push({ term: 'Message id', words: 'in the header', code: id.name })
  return facts
}

function placeOf({ alg, sig }: Scheme): Fact {
  const term = alg === 'token' ? 'The token stands' : 'The signature stands'
  return { term, words: PLACES[sig.in], ...(sig.in === 'body' ? {} : { code: sig.name }) }
}

/** For somebody who has not heard of any of them, which the names alone tell nothing. */
const MADE_WITH: Readonly<Record<Scheme['alg'], string>> = {
  'hmac-sha1': 'HMAC-SHA1: a checksum that only whoever has the secret can make',
  'hmac-sha256': 'HMAC-SHA256: a checksum that only whoever has the secret can make',
  'hmac-sha384': 'HMAC-SHA384: a checksum that only whoever has the secret can make',
  'hmac-sha512': 'HMAC-SHA512: a checksum that only whoever has the secret can make',
  'hash-sha256': 'SHA-256 of a text that has the secret in it',
  token: 'The secret itself is sent; the content is not signed',
  ed25519: 'Ed25519: the sender signs with a private key, the public key checks it',
  'ecdsa-p256': 'ECDSA P-256: the sender signs with a private key, the public key checks it',
  'rsa-sha1': 'RSA with SHA-1: the sender signs with a private key, the public key checks it',
  'rsa-sha256': 'RSA with SHA-256: the sender signs with a private key, the public key checks it',
  jwt: 'A JWT: a signed token that carries claims of its own',
}

const ENCODINGS: Readonly<Record<Scheme['sig']['enc'], string>> = {
  hex: 'hex digits',
  base64: 'base64',
  base64url: 'base64 for URLs (base64url)',
  utf8: 'plain text',
}

const KEYS: Readonly<Record<Scheme['key']['enc'], string>> = {
  utf8: 'is used as it is written',
  base64: 'is decoded from base64 first',
  hex: 'is decoded from hex digits first',
  'spki-base64': 'is written in base64 (SPKI)',
  pem: 'is a PEM text',
  jwk: 'is a JWK',
}
