/**
 * Signing: what `verify` checks, written. By the secret that provider and receiver share, or, where only the provider has the private
 * key, by a test key of our own.
 */
import { type KeyObject, randomUUID } from 'node:crypto'
import { withoutAuthority } from '../../shared/target.ts'
import type { HeaderPairs } from '../../shared/headers.ts'
import { CANONICAL, type Scheme } from '../../shared/scheme.ts'
import { bytesOf, type Content, compileContent, digestOf, type Found, isFault } from './content.ts'
import type { Definition } from './definition.ts'
import { writeElement } from './elements.ts'
import { encode } from './encoding.ts'
import type { Fault } from './fault.ts'
import { lazyJson } from './json-body.ts'
import { type Key, readKeys } from './key.ts'
import { writtenJwt } from './renew-jwt.ts'
import { jsonAt, type SignedRequest, textOf } from './request.ts'
import { signWith } from './test-key.ts'
import { writeTimestamp } from './timestamp.ts'

/** What makes the signature: a shared secret that was read as the row says, or a private key. */
export type Signer = { readonly secret: Key } | { readonly privateKey: KeyObject }

export interface ToSign {
  readonly method: string
  /** The URL as the sender knows it. */
  readonly url: string
  readonly body: Buffer
  /** Unix milliseconds; the timestamp that is signed. */
  readonly now: number
  /** Value of the id header, where the scheme has one; a new one when left out. */
  readonly id?: string
  /** Headers the request already has, for schemes that sign some of them. */
  readonly headers?: HeaderPairs
  readonly extra?: Readonly<Record<string, string>>
}

/** What to add to the request. Parameters of the query are not percent-encoded yet. */
export interface Additions {
  readonly headers: HeaderPairs
  readonly query: [name: string, value: string][]
}

/**
 * Signs as the provider does. A fault instead where that cannot be done by adding to the request: a secret that cannot be read, a part
 * of the content that is missing, or a signature that stands inside the body.
 */
export function signRequest(definition: Definition, secret: string, input: ToSign): Additions | Fault {
  const { row } = definition
  const signer = signerOf(definition, secret)
  if ('says' in signer) return signer
  if (row.sig.in === 'bodyJson' || row.sig.in === 'body')
    return { id: 'body_borne', says: `The signature stands inside the body; it cannot be added to the request.` }

  const request = requestOf(input)
  const ts = timestampOf(row, request, input.now)
  if (typeof ts === 'object') return ts
  const id = row.id === undefined ? undefined : (input.id ?? `msg_${randomUUID()}`)
  const headers: HeaderPairs = []
  if (row.id !== undefined && id !== undefined) headers.push([row.id.name, id])
  if (row.ts?.in === 'header' && ts !== undefined) headers.push([row.ts.name, ts])
  const companion = companionOf(row, input.extra ?? {})
  if (typeof companion === 'object') return companion
  if (row.match !== undefined && companion !== undefined) headers.push([row.match.header, companion])

  // What was decided just now may be part of what is signed.
  const whole = { ...request, headers: [...request.headers, ...headers.flat()] }
  const found = { ts, id, extra: input.extra ?? {} }
  const signature = signatureOf(definition, signer, whole, { found, now: input.now })
  if (typeof signature === 'object') return signature
  const value = wholeValue(row, signature, ts)
  if (row.sig.in === 'query') return { headers, query: [[row.sig.name, value]] }
  headers.push([row.sig.name, value])
  return { headers, query: [] }
}

export function isUnsigned(result: Additions | Fault): result is Fault {
  return 'says' in result
}

export function signerOf({ row }: Definition, secret: string): Signer | Fault {
  const { keys, fault } = readKeys(row.key, [{ id: '', value: secret }])
  const key = keys[0]
  return key === undefined ? (fault ?? { id: 'no_secret', says: 'No secret is set.' }) : { secret: key }
}

export interface Signed {
  readonly found: Found
  /** Unix milliseconds. */
  readonly now: number
  /** The token as it came, where the signature is one. */
  readonly old?: string | undefined
  /** A token gets another id. */
  readonly newId?: boolean | undefined
}

/** The signature as text: encoded, without the field and prefix around it. The likeliest content where there are several. */
export function signatureOf(
  definition: Definition,
  signer: Signer,
  request: SignedRequest,
  { found, now, old, newId }: Signed,
): string | Fault {
  const { row, code } = definition
  if (row.alg === 'token') return 'secret' in signer ? encode(signer.secret.bytes, row.sig.enc) : unsuitable
  if (row.alg === 'jwt') {
    const key = 'secret' in signer ? signer.secret.object : signer.privateKey
    return writtenJwt(definition, key, request, { now, old, newId, extra: found.extra })
  }
  const algorithm = code?.algorithm?.(request) ?? row.alg
  if (typeof algorithm === 'object') return algorithm
  const content = likeliestContent(definition, request, found)
  if (isFault(content)) return content
  const bytes =
    'secret' in signer
      ? digestOf(algorithm, signer.secret, content)
      : signWith(signer.privateKey, algorithm, bytesOf(content))
  return encode(bytes, row.sig.enc)
}

/** The whole value that holds one signature, where there was none before. */
export function wholeValue(row: Scheme, signature: string, ts: string | undefined): string {
  const element = writeElement(signature, row)
  const { list = ',', kv = '=', emitJoin = list } = row.sig
  return row.ts?.in === 'sigField' && ts !== undefined ? row.ts.name + kv + ts + emitJoin + element : element
}

/** What the header that goes with the signature must say, where the row knows one. */
export function companionOf({ match }: Scheme, extra: Readonly<Record<string, string>>): string | undefined | Fault {
  if (match === undefined) return undefined
  if (Object.hasOwn(extra, match.extra)) return extra[match.extra]
  return { id: 'setting_missing', says: `The setting \`${match.extra}\` is needed for ${match.header}.` }
}

const unsuitable: Fault = { id: 'secret_unreadable', says: 'A token is not signed with a key.' }

function likeliestContent({ row, code }: Definition, request: SignedRequest, found: Found): Content | Fault {
  const contents = code?.contents?.(request, found)
  if (contents === undefined) {
    if (row.content !== CANONICAL) return compileContent(row)(request, found)
    return { id: 'part_missing', says: 'This version does not know what this scheme signs.' }
  }
  if ('says' in contents) return contents
  return contents[0] ?? { id: 'part_missing', says: 'The request has nothing of what this scheme signs.' }
}

/** A timestamp in the body is the sender's to write: it is signed as it stands. */
function timestampOf(row: Scheme, request: SignedRequest, now: number): string | undefined | Fault {
  if (row.ts === undefined) return undefined
  if (row.ts.in !== 'bodyJson') return writeTimestamp(now, row.ts.unit)
  const text = textOf(jsonAt(request.json(), row.ts.name.split('.')))
  if (text !== undefined || row.ts.required !== true) return text
  return { id: 'timestamp_missing', says: `The body has no ${row.ts.name}, which must hold the time of signing.` }
}

function requestOf({ method, url, body, headers = [] }: ToSign): SignedRequest {
  return { method, url, target: withoutAuthority(url), headers: headers.flat(), body, json: lazyJson(body) }
}
