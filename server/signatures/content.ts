/**
 * What is signed, put together from bytes.
 *
 * The template is cut into pieces once. A check joins the small ones to text that holds one character a byte and leaves the body as it
 * is: a body is never decoded, so a byte order mark, invalid UTF-8 and binary are signed like anything else.
 */
import { createHash, createHmac } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { CONTENT_TOKEN, type Scheme } from '../../shared/scheme.ts'
import type { Fault } from './fault.ts'
import type { Key } from './key.ts'
import { headerValuesOf, jsonAt, queryOf, type SignedRequest, textOf, toBinary } from './request.ts'

/** Where the bytes of a key go. They differ by secret, so they are put in last. */
const SECRET = Symbol('secret')

/** The parts of a content in order: text of one character a byte, bytes, or the place of the secret. */
export type Content = readonly (string | Buffer | typeof SECRET)[]

/** Values that go into a content but are found by the rules of the row, or were set by the user. */
export interface Found {
  readonly ts: string | undefined
  readonly id: string | undefined
  readonly extra: Readonly<Record<string, string>>
}

type Piece = (request: SignedRequest, found: Found) => string | Buffer | typeof SECRET | Fault

/** Compiles `content` to a function that gives the parts, or the fault where one of them is not there. */
export function compileContent(row: Scheme): (request: SignedRequest, found: Found) => Content | Fault {
  const pieces = piecesOf(row)
  return (request, found) => {
    const parts: (string | Buffer | typeof SECRET)[] = []
    for (const piece of pieces) {
      const part = piece(request, found)
      if (typeof part === 'object' && 'says' in part) return part
      const last = parts[parts.length - 1]
      if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part
      else parts.push(part)
    }
    return parts
  }
}

export function isFault(value: object): value is Fault {
  return 'says' in value
}

/** The MAC (or plain hash) over a content. Not for tokens, which sign nothing. */
export function digestOf(algorithm: Scheme['alg'], key: Key, content: Content): Buffer {
  const hash =
    algorithm === 'hash-sha256' ? createHash('sha256') : createHmac(algorithm.slice('hmac-'.length), key.object)
  for (const part of content) {
    if (typeof part === 'string') hash.update(part, 'latin1')
    else hash.update(part === SECRET ? key.bytes : part)
  }
  return hash.digest()
}

/** The bytes of a content, to be shown. `{secret}` stands where the secret would. */
export function bytesOf(content: Content): Buffer {
  const only = content.length === 1 ? content[0] : undefined
  if (typeof only === 'object') return only // a whole body, which may be large
  return Buffer.concat(
    content.map((part) =>
      part === SECRET ? Buffer.from('{secret}') : typeof part === 'string' ? Buffer.from(part, 'latin1') : part,
    ),
  )
}

export interface Excerpt {
  readonly bytes: Buffer
  /** Of the whole, in bytes. */
  readonly size: number
}

/** The first bytes of a content, to be shown, and how many there are. No more of it is put together. */
export function excerptOf(content: Content, limit: number): Excerpt {
  const parts = content.map((part) => (part === SECRET ? '{secret}' : part))
  const first: Buffer[] = []
  let left = limit
  for (const part of parts) {
    const bytes = typeof part === 'string' ? Buffer.from(part.slice(0, left), 'latin1') : part.subarray(0, left)
    first.push(bytes)
    left -= bytes.length
    if (left === 0) break
  }
  // A text has one character a byte.
  return { bytes: Buffer.concat(first), size: parts.reduce((sum, part) => sum + part.length, 0) }
}

function piecesOf(row: Scheme): Piece[] {
  const pieces: Piece[] = []
  let from = 0
  for (const match of row.content.matchAll(CONTENT_TOKEN)) {
    if (match.index > from) pieces.push(literal(row.content.slice(from, match.index)))
    pieces.push(pieceOf(row, match[1] ?? '', match[2] ?? '') ?? literal(match[0]))
    from = match.index + match[0].length
  }
  if (from < row.content.length) pieces.push(literal(row.content.slice(from)))
  return pieces
}

function literal(text: string): Piece {
  const binary = toBinary(text)
  return () => binary
}

function pieceOf(row: Scheme, token: string, argument: string): Piece | undefined {
  switch (token) {
    case 'body':
      return (request) => request.body
    case 'ts':
      return (_, found) => found.ts ?? { id: 'timestamp_missing', says: 'The timestamp, which is signed, is missing.' }
    case 'id':
      return (_, found) =>
        found.id ?? {
          id: 'id_missing',
          says: `The header ${row.id?.name ?? 'of the id'}, which is signed, is missing.`,
        }
    case 'url':
      return (request) => toBinary(request.url)
    case 'method':
      return (request) => request.method
    case 'query': {
      const own = row.sig.in === 'query' ? row.sig.name : undefined // a signature cannot cover itself
      return (request) => queryOf(request.target, own)
    }
    case 'secret':
      return () => SECRET
    case 'bodyBase64':
      return (request) => request.body.toString('base64')
    case 'crc32':
      return (request) => String(crc32(request.body))
    case 'extra':
      return (_, { extra }) =>
        // Own properties only: the name is the row's, and `constructor` is no setting.
        Object.hasOwn(extra, argument)
          ? toBinary(extra[argument] ?? '')
          : { id: 'setting_missing', says: `The setting \`${argument}\`, which is signed, is missing.` }
    case 'header': {
      const name = argument.toLowerCase()
      return (request) =>
        headerValuesOf(request.headers, name)[0] ?? {
          id: 'part_missing',
          says: `The header ${argument}, which is signed, is missing.`,
        }
    }
    case 'json': {
      const path = argument.split('.')
      return (request) =>
        textOf(jsonAt(request.json(), path)) ?? {
          id: 'part_missing',
          says: `The body has no JSON value at ${argument}, which is signed.`,
        }
    }
    default:
      return undefined
  }
}
