/** The headers or query parameters that make a request of a provider's: what `verify` checks, written. */
import { randomUUID } from 'node:crypto'
import { withoutAuthority } from '../../shared/target.ts'
import type { HeaderPairs } from '../../shared/headers.ts'
import type { Scheme } from '../../shared/scheme.ts'
import { compileContent, digestOf, isFault } from './content.ts'
import type { Definition } from './definition.ts'
import { writeElement } from './elements.ts'
import { encode } from './encoding.ts'
import type { Fault } from './fault.ts'
import { lazyJson } from './json-body.ts'
import { readKeys } from './key.ts'
import { jsonAt, type SignedRequest, textOf } from './request.ts'
import { writeTimestamp } from './timestamp.ts'

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
 * of the content that is missing, or a signature or timestamp that stands inside the body.
 */
export function signRequest({ row }: Definition, secret: string, input: ToSign): Additions | Fault {
  const { keys, fault } = readKeys(row.key, [{ id: '', value: secret }])
  const key = keys[0]
  if (key === undefined) return fault ?? { id: 'no_secret', says: 'No secret is set.' }
  if (row.sig.in === 'bodyJson')
    return { id: 'body_borne', says: `The signature stands inside the body, at ${row.sig.name}; it cannot be added.` }

  const request = requestOf(input)
  const ts = timestampOf(row, request, input.now)
  if (typeof ts === 'object') return ts
  const id = row.id === undefined ? undefined : (input.id ?? `msg_${randomUUID()}`)
  const headers: HeaderPairs = []
  if (row.id !== undefined && id !== undefined) headers.push([row.id.name, id])
  if (row.ts?.in === 'header' && ts !== undefined) headers.push([row.ts.name, ts])
  if (row.match !== undefined) {
    const extra = new Map(Object.entries(input.extra ?? {}))
    const companion = extra.get(row.match.extra)
    if (companion === undefined)
      return { id: 'setting_missing', says: `The setting \`${row.match.extra}\` is needed for ${row.match.header}.` }
    headers.push([row.match.header, companion])
  }

  let signature: string
  if (row.alg === 'token') signature = encode(key.bytes, row.sig.enc)
  else {
    const content = compileContent(row)(request, { ts, id, extra: input.extra ?? {} })
    if (isFault(content)) return content
    signature = encode(digestOf(row.alg, key, content), row.sig.enc)
  }
  const element = writeElement(signature, row)
  const { list = ',', kv = '=', emitJoin = list } = row.sig
  const value = row.ts?.in === 'sigField' && ts !== undefined ? row.ts.name + kv + ts + emitJoin + element : element
  if (row.sig.in === 'query') return { headers, query: [[row.sig.name, value]] }
  headers.push([row.sig.name, value])
  return { headers, query: [] }
}

export function isUnsigned(result: Additions | Fault): result is Fault {
  return 'says' in result
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
