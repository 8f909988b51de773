/** How a scheme signs, in words: what stands in a row is written for programs, and `{ts}.{body}` tells a newcomer nothing. */
import { type Algorithm, CANONICAL, CONTENT_TOKEN, type JwtAlgorithm, type Scheme } from '../../../shared/scheme.ts'
import { usesPublicKey } from '../../../shared/scheme-key.ts'
import type { Definition } from '../definition.ts'
import { placeOfSignature } from '../places.ts'
import { findScheme } from '../schemes.ts'

const HASH_NAMES: Partial<Record<Algorithm, string>> = {
  'hmac-sha1': 'SHA-1',
  'hmac-sha256': 'SHA-256',
  'hmac-sha384': 'SHA-384',
  'hmac-sha512': 'SHA-512',
  'hash-sha256': 'SHA-256 without a key',
}

export const hashName = (alg: Algorithm | JwtAlgorithm): string => HASH_NAMES[alg as Algorithm] ?? alg // a name that is not in the table is its own

/** How the scheme signs, in one sentence. */
export function wayOf({ id, row }: Definition): string {
  const place = lower(placeOfSignature(row.sig))
  if (row.alg === 'token') return `This scheme compares ${place} with the secret; nothing else is looked at.`
  const key = usesPublicKey(row) ? "the sender's private key" : 'the secret'
  if (row.alg === 'jwt')
    return `This scheme looks for a token (JWT, ${row.algs?.join(', ')}) in ${place}, signed with ${key}.`
  const signs = row.content === CANONICAL ? findScheme(id)?.signs : undefined
  const what =
    signs === undefined ? `This scheme signs ${contentInWords(row)}` : `This scheme signs: ${lower(clause(signs))}`
  return `${what} – with ${key} and ${hashName(row.alg).replace(/^(?:rsa|ecdsa|ed25519)/, (name) => name.toUpperCase())}. The signature stands in ${place}, written as ${encodingName(row.sig.enc)}.`
}

const clause = (sentences: string): string => sentences.replace(/\.$/, '')

const encodingName = (enc: Scheme['sig']['enc']): string => (enc === 'utf8' ? 'plain text' : enc)

const TOKENS: Readonly<Record<string, string>> = {
  body: 'the body',
  ts: 'the time',
  id: 'the message id',
  url: 'the URL',
  method: 'the method',
  secret: 'the secret',
  query: 'the query',
  bodyBase64: 'the body in base64',
  crc32: 'a checksum (CRC-32) of the body',
}

/** `the time, “.” and the body`. */
export function contentInWords({ content }: Pick<Scheme, 'content'>): string {
  const said: string[] = []
  let from = 0
  const literal = (text: string): void => {
    if (text === '\n') said.push('a line break')
    else if (text !== '') said.push(`“${text.replaceAll('\n', '\\n')}”`)
  }
  for (const match of content.matchAll(CONTENT_TOKEN)) {
    literal(content.slice(from, match.index))
    from = match.index + match[0].length
    said.push(tokenInWords(match[1] ?? '', match[2] ?? '') ?? `“${match[0]}”`)
  }
  literal(content.slice(from))
  const last = said.pop() ?? 'nothing'
  return said.length === 0 ? `${last} alone` : `${said.join(', ')} and ${last}, one behind the other`
}

function tokenInWords(token: string, argument: string): string | undefined {
  if (token === 'json') return `the value ${argument} of the body`
  if (token === 'header') return `the header ${argument}`
  if (token === 'extra') return `the setting ${argument}`
  return TOKENS[token]
}

export const lower = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1)
