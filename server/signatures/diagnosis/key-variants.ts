/**
 * The keys that a secret may stand for: as it is, tidied of what copying left around it, and read in each way that providers read one.
 * Each is handed to the scheme's own check as a definition with credentials, so nothing here computes a signature.
 */
import type { Scheme } from '../../../shared/scheme.ts'
import { tidySecrets } from '../../../shared/tidy-secret.ts'
import type { Credentials, Definition } from '../definition.ts'
import { decodeKeyBase64, decodeStrictly } from '../encoding.ts'

export interface KeyVariant {
  readonly cause: 'secret_whitespace' | 'secret_form' | 'other_secret'
  /** What the key is, as the end of "The signature fits …". */
  readonly as: string
  /** How many things are off about it. */
  readonly steps: number
  readonly definition: Definition
  readonly credentials: Credentials
  /** The row that reads the secret like this, where there is one. */
  readonly key?: Scheme['key'] | undefined
  /** The names of the endpoints whose secret it is. */
  readonly owners?: readonly string[] | undefined
}

/** Secrets of one endpoint that are tried, and those of others. */
const OWN_TRIED = 10
const OTHERS_TRIED = 200

export function keyVariants(
  definition: Definition,
  credentials: Credentials,
  others: readonly { readonly name: string; readonly secrets: readonly string[] }[],
): KeyVariant[] {
  const own = credentials.secrets.slice(0, OWN_TRIED)
  const found: KeyVariant[] = []
  const withSecret = (value: string): Credentials => ({ ...credentials, secrets: [{ id: 'tried', value }] })
  const inForms = (text: string, base: Pick<KeyVariant, 'cause' | 'as' | 'steps' | 'owners'>): void => {
    for (const { as, bytes, key } of formsOf(text)) {
      const row: Scheme = { ...definition.row, key: { enc: 'base64' } }
      const tried = withSecret(bytes.toString('base64'))
      const joined = base.owners === undefined && base.steps === 1 ? `the secret ${as}` : `${base.as} ${as}`
      found.push({ ...base, as: joined, definition: { ...definition, row }, credentials: tried, key })
    }
  }
  const tidied = own.flatMap(({ value }) => tidyings(value))
  for (const { as, text } of tidied)
    found.push({ cause: 'secret_whitespace', as, steps: 1, definition, credentials: withSecret(text) })
  for (const { value } of own) inForms(value, { cause: 'secret_form', as: 'the secret', steps: 1 })
  const rest = secretsOfOthers(others)
    .filter(({ value }) => !own.some((each) => each.value === value))
    .slice(0, OTHERS_TRIED)
  for (const { owners, value } of rest) {
    const as = secretOf(owners)
    found.push({ cause: 'other_secret', as, steps: 1, definition, credentials: withSecret(value), owners })
  }
  for (const { as, text } of tidied) inForms(text, { cause: 'secret_whitespace', as, steps: 2 })
  for (const { owners, value } of rest)
    inForms(value, { cause: 'other_secret', as: secretOf(owners), steps: 2, owners })
  return found
}

/** Each secret once, with all endpoints that have it. */
export function secretsOfOthers(
  others: readonly { readonly name: string; readonly secrets: readonly string[] }[],
): { owners: readonly string[]; value: string }[] {
  const byValue = new Map<string, Set<string>>()
  for (const { name, secrets } of others)
    for (const value of secrets) byValue.set(value, (byValue.get(value) ?? new Set()).add(name))
  return [...byValue].map(([value, names]) => ({ value, owners: [...names] }))
}

/** Owners named in a sentence. */
const NAMED = 4

/** `the secret of endpoint a`, `the secret of the endpoints a and b`. */
export function secretOf(owners: readonly string[]): string {
  if (owners.length === 1) return `the secret of endpoint ${owners[0]}`
  const named = owners.slice(0, NAMED)
  const more = owners.length - named.length
  const last = more > 0 ? `${more} more` : named.pop()
  return `the secret of the endpoints ${named.join(', ')} and ${last}`
}

/** What copying and configuration files leave around a secret, taken off; or what stands there at the sender, put on. */
export function tidyings(secret: string): { as: string; text: string }[] {
  return [
    ...tidySecrets(secret).map(({ text, without }) => ({ as: `the secret without ${without}`, text })),
    { as: 'the secret with a line break at its end', text: `${secret}\n` },
  ]
}

/** The ways in which a secret is read, whatever a row says. Those that cannot be are left out, and each key comes once. */
export function formsOf(text: string): { as: string; bytes: Buffer; key?: Scheme['key'] }[] {
  const found: { as: string; bytes: Buffer; key?: Scheme['key'] }[] = []
  const add = (as: string, bytes: Buffer | undefined, key?: Scheme['key']): void => {
    if (bytes !== undefined && bytes.length > 0 && !found.some((each) => each.bytes.equals(bytes)))
      found.push({ as, bytes, ...(key === undefined ? {} : { key }) })
  }
  const prefix = /^(?:v\d,)?[a-z][a-z0-9]{1,7}_(?=.)/i.exec(text)?.[0]
  const rest = prefix === undefined ? text : text.slice(prefix.length)
  const strip = prefix === undefined ? {} : { strip: [prefix] }
  const behind = prefix === undefined ? '' : ` without ${prefix}`
  add('taken literally', Buffer.from(text, 'utf8'), { enc: 'utf8' })
  add(`taken literally${behind}`, Buffer.from(rest, 'utf8'), { enc: 'utf8', ...strip })
  for (const [piece, how, words] of [
    [text, {}, ''],
    [rest, strip, behind],
  ] as const) {
    add(`decoded from base64${words}`, decodeKeyBase64(piece), { enc: 'base64', ...how })
    add(`decoded from base64${words}`, decodeStrictly(piece.replace(/=+$/, ''), 'base64url'))
    add(`decoded from hex${words}`, decodeStrictly(piece, 'hex'), { enc: 'hex', ...how })
    add(`encoded in base64${words}`, Buffer.from(Buffer.from(piece, 'utf8').toString('base64')))
  }
  return found
}
