/** A scheme in words: what it signs, with what, and where the signature stands. Said alike where one is set up and where one was found. */
import type { Algorithm, Scheme, SchemeEntry } from '../shared/scheme.ts'

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
  const words = partsOf(row.content).flatMap((part) => ('name' in part ? [partInWords(part)] : []))
  return words.length === 0 ? 'What is signed is not said.' : `The sender signs ${listed([...new Set(words)])}.`
}

/** All that is signed, the text between its parts too: `the time, “.” and the body, byte for byte`. */
export function contentInWords(content: string): string {
  const words = partsOf(content).map((part) => ('name' in part ? partInWords(part) : `“${part.text}”`))
  return words.length === 0 ? 'nothing' : listed(words)
}

/** `in the header X-Signature`. */
export function placeInWords({ sig }: Scheme): string {
  const aliases = (sig.aliases ?? []).map((alias) => ` or ${alias}`).join('')
  return `${PLACES[sig.in]}${sig.in === 'body' ? '' : ` ${sig.name}${aliases}`}`
}

/** Followed by the name that the signature has there, except where it is the whole body. */
export const PLACES: Readonly<Record<Scheme['sig']['in'], string>> = {
  header: 'in the header',
  query: 'in the query parameter',
  bodyJson: 'in the JSON body at',
  body: 'as the whole body',
}

/** `a, b and c`. */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`
}

/** What a template is made of: a token by its name and what it is given, or text that stands for itself. */
type Part = { readonly token: string; readonly name: string; readonly argument: string } | { readonly text: string }

function partsOf(content: string): Part[] {
  const parts: Part[] = []
  let done = 0
  for (const match of content.matchAll(/\{([A-Za-z0-9]+)(?::([^{}]*))?\}/g)) {
    const [token, name = '', argument = ''] = match
    if (match.index > done) parts.push({ text: content.slice(done, match.index) })
    parts.push({ token, name, argument })
    done = match.index + token.length
  }
  return done < content.length ? [...parts, { text: content.slice(done) }] : parts
}

const TOKENS: Readonly<Record<string, string>> = {
  body: 'the body, byte for byte',
  bodyBase64: 'the body in base64',
  crc32: 'a checksum (CRC-32) of the body',
  ts: 'the time',
  id: 'the message id',
  url: 'the public URL',
  method: 'the method',
  query: 'the query',
  secret: 'the secret itself',
}

function partInWords({ token, name, argument }: Extract<Part, { name: string }>): string {
  switch (name) {
    case 'json':
      return `“${argument}” of the JSON body`
    case 'header':
      return `the header ${argument}`
    case 'extra':
      return `your setting “${argument}”`
    default:
      return TOKENS[name] ?? token
  }
}

function claimsInWords({ claims }: Scheme): string {
  const covered = [
    claims?.bodySha256Hex === undefined ? '' : 'a hash of the body',
    claims?.urlSha256Hex === undefined ? '' : 'a hash of the URL',
  ].filter((word) => word !== '')
  return covered.length === 0 ? '' : ` that holds ${listed(covered)}`
}

/** What a table says may be a phrase (`the body`) or a sentence already. */
function asSentence(signs: string): string {
  if (/^[A-Z]/.test(signs)) return signs.endsWith('.') ? signs : `${signs}.`
  return `The sender signs ${signs.replace(/\.$/, '')}.`
}
