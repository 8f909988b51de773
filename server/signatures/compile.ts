/** A row made ready for many requests: names lowered, template cut, keys read. What stays the same is done once, not once a request. */
import { usesPublicKey } from '../../shared/scheme-key.ts'
import { CONTENT_TOKEN, type Scheme } from '../../shared/scheme.ts'
import { type Content, compileContent, isFault } from './content.ts'
import type { Credentials, Definition, SchemeCode } from './definition.ts'
import type { Fault } from './fault.ts'
import { type Key, readKeys } from './key.ts'
import { type ReadOne, readerOfId, readerOfSignatures, readerOfTimestamp } from './places.ts'
import { type PublicKey, readPublicKeys } from './public-key.ts'
import type { SignedRequest } from './request.ts'

export interface Compiled {
  readonly id: string
  readonly row: Scheme
  readonly code: SchemeCode | undefined
  readonly extra: Readonly<Record<string, string>>
  /** Whether `publicKeys` check it, and not `keys`. */
  readonly byPublicKey: boolean
  /** How many secrets, or public keys, were given, readable or not. */
  readonly given: number
  readonly keys: readonly Key[]
  readonly publicKeys: readonly PublicKey[]
  readonly keyFault: Fault | undefined
  /** A setting that the row needs and that is not there. */
  readonly settingFault: Fault | undefined
  readonly values: (request: SignedRequest) => readonly string[]
  readonly timestamp: ReadOne
  readonly idOf: ReadOne
  readonly content: ReturnType<typeof compileContent>
  /** The content cannot be put together without a timestamp, or the row demands one. */
  readonly needsTimestamp: boolean
  /** Bytes of a signature; undefined where it may have any length, as a token. */
  readonly length: number | undefined
}

export function compile({ id, row, code }: Definition, credentials: Credentials): Compiled {
  const { secrets, publicKeys = [], extra = {} } = credentials
  const byPublicKey = usesPublicKey(row)
  const byKey = byPublicKey ? readPublicKeys(row, publicKeys) : undefined
  const bySecret = byPublicKey ? undefined : readKeys(row.key, secrets)
  const atPlace = readerOfSignatures(row.sig)
  const further = code?.values
  return {
    id,
    row,
    code,
    extra,
    byPublicKey,
    given: byPublicKey ? publicKeys.length : secrets.length,
    keys: bySecret?.keys ?? [],
    publicKeys: byKey?.keys ?? [],
    keyFault: (bySecret ?? byKey)?.fault,
    settingFault: settingFault(row, extra),
    values: further === undefined ? atPlace : (request) => [...atPlace(request), ...further(request)],
    timestamp: readerOfTimestamp(row.ts),
    idOf: readerOfId(row.id),
    content: compileContent(row),
    needsTimestamp: row.ts !== undefined && (row.ts.required === true || row.content.includes('{ts}')),
    length: SIGNATURE_BYTES[row.alg],
  }
}

/** What may have been signed, likeliest first; more than one only where the provider's own rules leave several. */
export function contentsOf(
  scheme: Compiled,
  request: SignedRequest,
  ts: string | undefined,
): readonly Content[] | Fault {
  const id = scheme.idOf(request)
  if (id === null)
    return { id: 'id_missing', says: `The header ${scheme.row.id?.name} comes more than once, with different values.` }
  const found = { ts, id, extra: scheme.extra }
  if (scheme.code?.contents !== undefined) return scheme.code.contents(request, found)
  const content = scheme.content(request, found)
  return isFault(content) ? content : [content]
}

/** The settings of `extra` that a row cannot be checked without, in the order it names them. */
function settingFault({ match, claims, content }: Scheme, extra: object): Fault | undefined {
  if (match !== undefined && !Object.hasOwn(extra, match.extra))
    return {
      id: 'setting_missing',
      says: `The setting \`${match.extra}\` is needed: the header ${match.header} must equal it.`,
    }
  if (claims?.aud !== undefined && !Object.hasOwn(extra, claims.aud))
    return {
      id: 'setting_missing',
      says: `The setting \`${claims.aud}\` is needed: the audience of the token must equal it.`,
    }
  for (const [, token, name = ''] of content.matchAll(CONTENT_TOKEN))
    if (token === 'extra' && !Object.hasOwn(extra, name))
      return { id: 'setting_missing', says: `The setting \`${name}\` is needed: it is part of what is signed.` }
  return undefined
}

const SIGNATURE_BYTES: Partial<Record<Scheme['alg'], number>> = {
  'hmac-sha1': 20,
  'hmac-sha256': 32,
  'hmac-sha384': 48,
  'hmac-sha512': 64,
  'hash-sha256': 32,
  ed25519: 64,
}
