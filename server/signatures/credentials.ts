/** Whether secrets and public keys are what a scheme needs: said when they are given, not when the first request comes. */
import { usesPublicKey } from '../../shared/scheme-key.ts'
import type { Definition } from './definition.ts'
import type { Fault } from './fault.ts'
import { readKeys } from './key.ts'
import { readPublicKeys } from './public-key.ts'

/** Why this secret cannot be used. No sentence quotes it. */
export function secretFault({ row }: Definition, secret: string): Fault | undefined {
  if (!usesPublicKey(row)) return readKeys(row.key, [{ id: '', value: secret }]).fault
  return { id: 'secret_unreadable', says: "This scheme is checked with the provider's public key, not with a secret." }
}

/** Why this public key cannot be used. */
export function publicKeyFault({ row }: Definition, publicKey: string): Fault | undefined {
  if (usesPublicKey(row)) return readPublicKeys(row, [publicKey]).fault
  return { id: 'public_key_unreadable', says: 'This scheme is checked with a secret, not with a public key.' }
}
