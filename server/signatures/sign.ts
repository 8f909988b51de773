/**
 * Signing: what `verify` checks, written. By the secret that provider and receiver share, or, where only the provider has the private
 * key, by a test key of our own.
 */
import type { KeyObject } from 'node:crypto'
import { CANONICAL, type Scheme } from '../../shared/scheme.ts'
import { bytesOf, type Content, compileContent, digestOf, type Found, isFault } from './content.ts'
import type { Definition } from './definition.ts'
import { writeElement } from './elements.ts'
import { encode } from './encoding.ts'
import type { Fault } from './fault.ts'
import { type Key, readKeys } from './key.ts'
import { writtenJwt } from './renew-jwt.ts'
import type { SignedRequest } from './request.ts'
import { signWith } from './test-key.ts'

/** What makes the signature: a shared secret that was read as the row says, or a private key. */
export type Signer = { readonly secret: Key } | { readonly privateKey: KeyObject }

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
