/** A secret as the key it stands for. Key objects are made once: handing the bytes to every HMAC costs three times as much. */
import { createHash, createSecretKey, type KeyObject } from 'node:crypto'
import type { Scheme } from '../../shared/scheme.ts'
import { decodeKeyBase64, decodeStrictly } from './encoding.ts'
import type { Fault } from './fault.ts'

export interface SecretValue {
  readonly id: string
  readonly value: string
}

export interface Key {
  readonly secretId: string
  readonly bytes: Buffer
  readonly object: KeyObject
  /** SHA-256 of the key. Tokens are compared by it, so that the comparison tells nothing about their length. */
  readonly digest: Buffer
}

/** The keys of all secrets that can be read, and what is wrong with the first that cannot. No fault quotes a secret. */
export function readKeys(
  how: Scheme['key'],
  secrets: readonly SecretValue[],
): { keys: Key[]; fault: Fault | undefined } {
  const keys: Key[] = []
  let fault: Fault | undefined
  for (const { id, value } of secrets) {
    const bytes = keyBytes(how, value)
    if (bytes === undefined || bytes.length === 0) fault ??= unreadable(how, bytes !== undefined)
    else keys.push({ secretId: id, bytes, object: createSecretKey(bytes), digest: sha256(bytes) })
  }
  return { keys, fault }
}

export function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest()
}

function keyBytes(how: Scheme['key'], secret: string): Buffer | undefined {
  const prefix = how.strip?.find((candidate) => secret.startsWith(candidate))
  const text = prefix === undefined ? secret : secret.slice(prefix.length)
  switch (prefix === undefined ? (how.bare ?? how.enc) : how.enc) {
    case 'utf8':
      return Buffer.from(how.normalize === undefined ? text : text.normalize(how.normalize), 'utf8')
    case 'base64':
      return decodeKeyBase64(text)
    case 'hex':
      return decodeStrictly(text, 'hex')
  }
}

function unreadable(how: Scheme['key'], empty: boolean): Fault {
  if (empty) return { id: 'secret_unreadable', says: 'The secret is empty.' }
  const after = how.strip?.length
    ? ` (behind ${how.strip.map((prefix) => `\`${prefix}\``).join(' or ')}, if it begins so)`
    : ''
  return { id: 'secret_unreadable', says: `The secret is not ${how.enc}${after}, as this scheme needs it.` }
}
