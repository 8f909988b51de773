/** The keys that are tried where the scheme is not known: each secret in each reading that a row can say, first this endpoint's own. */
import { createSecretKey, type KeyObject } from 'node:crypto'
import type { Scheme } from '../../../shared/scheme.ts'
import type { Credentials } from '../definition.ts'
import { formsOf, secretsOfOthers, tidyings } from './key-variants.ts'

export interface TriedKey {
  readonly as: string
  readonly bytes: Buffer
  readonly object: KeyObject
  readonly key: Scheme['key']
  /** The secret as it has to be saved for the row to work. */
  readonly secret: string
  /** What was off about the secret as it was given. */
  readonly tidied: string | undefined
  /** The endpoints whose secret it is, where it is not this one's. */
  readonly owners: readonly string[] | undefined
}

/** Secrets of other endpoints that are tried. */
const OTHERS_TRIED = 20

export function keysOf(
  { secrets }: Credentials,
  others: readonly { readonly name: string; readonly secrets: readonly string[] }[],
): TriedKey[] {
  const found: TriedKey[] = []
  const add = (secret: string, tidied: string | undefined, owners: readonly string[] | undefined): void => {
    for (const { as, bytes, key } of formsOf(secret))
      if (key !== undefined && !found.some((each) => each.bytes.equals(bytes)))
        found.push({ as, bytes, key, secret, tidied, owners, object: createSecretKey(bytes) })
  }
  for (const { value } of secrets) add(value, undefined, undefined)
  for (const { value } of secrets)
    for (const { as, text } of tidyings(value)) if (text.length < value.length) add(text, as, undefined)
  for (const { value, owners } of secretsOfOthers(others).slice(0, OTHERS_TRIED)) add(value, undefined, owners)
  return found
}
