/** A row made ready for many requests: names lowered, template cut, keys read. What stays the same is done once, not once a request. */
import type { Scheme } from '../../shared/scheme.ts'
import { type Content, compileContent } from './content.ts'
import type { Credentials, Definition } from './definition.ts'
import type { Fault } from './fault.ts'
import { type Key, readKeys } from './key.ts'
import { type ReadOne, readerOfId, readerOfSignatures, readerOfTimestamp } from './places.ts'
import type { SignedRequest } from './request.ts'

export interface Compiled {
  readonly id: string
  readonly row: Scheme
  readonly extra: Readonly<Record<string, string>>
  readonly secrets: number
  readonly keys: readonly Key[]
  readonly keyFault: Fault | undefined
  readonly values: (request: SignedRequest) => string[]
  readonly timestamp: ReadOne
  readonly idOf: ReadOne
  readonly content: ReturnType<typeof compileContent>
  /** The content cannot be put together without a timestamp, or the row demands one. */
  readonly needsTimestamp: boolean
  /** Bytes of a signature; undefined for a token, which has any length. */
  readonly length: number | undefined
}

export function compile({ id, row }: Definition, { secrets, extra = {} }: Credentials): Compiled {
  const { keys, fault } = readKeys(row.key, secrets)
  return {
    id,
    row,
    extra,
    secrets: secrets.length,
    keys,
    keyFault: fault,
    values: readerOfSignatures(row.sig),
    timestamp: readerOfTimestamp(row.ts),
    idOf: readerOfId(row.id),
    content: compileContent(row),
    needsTimestamp: row.ts !== undefined && (row.ts.required === true || row.content.includes('{ts}')),
    length: DIGEST_BYTES[row.alg],
  }
}

export function contentOf(scheme: Compiled, request: SignedRequest, ts: string | undefined): Content | Fault {
  const id = scheme.idOf(request)
  if (id === null)
    return { id: 'id_missing', says: `The header ${scheme.row.id?.name} comes more than once, with different values.` }
  return scheme.content(request, { ts, id, extra: scheme.extra })
}

const DIGEST_BYTES: Partial<Record<Scheme['alg'], number>> = {
  'hmac-sha1': 20,
  'hmac-sha256': 32,
  'hmac-sha384': 48,
  'hmac-sha512': 64,
  'hash-sha256': 32,
}
