/** A scheme in words, for people who set one up: what it signs, with what, and where the signature stands. */
import type { Algorithm, Scheme, SchemeEntry } from '../../shared/scheme.ts'

export const ALGORITHMS: Readonly<Record<Algorithm, string>> = {
  'hmac-sha256': 'HMAC-SHA256',
  'hmac-sha1': 'HMAC-SHA1',
  'hmac-sha384': 'HMAC-SHA384',
  'hmac-sha512': 'HMAC-SHA512',
  'hash-sha256': 'SHA-256 over the secret and more',
  token: 'Token, compared as it is',
  ed25519: 'Ed25519 (public key)',
  'ecdsa-p256': 'ECDSA P-256 with SHA-256 (public key)',
  'rsa-sha256': 'RSA with SHA-256 (public key)',
  'rsa-sha1': 'RSA with SHA-1 (public key)',
  jwt: 'JWT (JSON Web Token)',
}

/** One sentence: what the sender covers with its signature. */
export function signsInWords({ row, signs }: Pick<SchemeEntry, 'row' | 'signs'>): string {
  if (signs !== undefined) return asSentence(signs)
  if (row.alg === 'token')
    return 'Nothing is signed: a value that only you and the sender know comes along with each request.'
  if (row.alg === 'jwt') return `The sender sends a signed token (JWT)${claimsInWords(row)}.`
  const words = contentInWords(row.content)
  return words.length === 0 ? 'What is signed is not said.' : `The sender signs ${listed(words)}.`
}

/** `in the header X-Signature`. */
export function placeInWords({ sig }: Scheme): string {
  const aliases = (sig.aliases ?? []).map((alias) => ` or ${alias}`).join('')
  switch (sig.in) {
    case 'header':
      return `in the header ${sig.name}${aliases}`
    case 'query':
      return `in the query parameter ${sig.name}${aliases}`
    case 'bodyJson':
      return `in the JSON body at ${sig.name}${aliases}`
    case 'body':
      return 'as the whole body'
  }
}

const TOKEN = /\{([a-zA-Z0-9]+)(?::([^{}]*))?\}/g

/** The parts that are signed, each once, in the order in which they are. */
function contentInWords(content: string): string[] {
  const words = [...content.matchAll(TOKEN)].map(([, name = '', argument = '']) => partInWords(name, argument))
  return [...new Set(words.filter((word) => word !== ''))]
}

function partInWords(name: string, argument: string): string {
  switch (name) {
    case 'body':
      return 'the body, byte for byte'
    case 'bodyBase64':
      return 'the body in base64'
    case 'crc32':
      return 'a checksum of the body'
    case 'ts':
      return 'the time'
    case 'id':
      return 'the message id'
    case 'url':
      return 'the public URL'
    case 'method':
      return 'the method'
    case 'query':
      return 'the query'
    case 'secret':
      return 'the secret itself'
    case 'json':
      return `“${argument}” of the body`
    case 'header':
      return `the header ${argument}`
    case 'extra':
      return `your setting “${argument}”`
    default:
      return ''
  }
}

function claimsInWords({ claims }: Scheme): string {
  const covered = [
    claims?.bodySha256Hex === undefined ? '' : 'a hash of the body',
    claims?.urlSha256Hex === undefined ? '' : 'a hash of the URL',
  ].filter((word) => word !== '')
  return covered.length === 0 ? '' : ` that holds ${listed(covered)}`
}

/** `a, b and c`. */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`
}

/** What a table says may be a phrase (`the body`) or a sentence already. */
function asSentence(signs: string): string {
  if (/^[A-Z]/.test(signs)) return signs.endsWith('.') ? signs : `${signs}.`
  return `The sender signs ${signs.replace(/\.$/, '')}.`
}
