/** What a provider's library is given: a request of long ago, as it came, signed anew, and with its signature made wrong. */
import type { HeaderPairs } from '../../../../shared/headers.ts'
import { withoutAuthority } from '../../../../shared/target.ts'
import { corrupted } from '../../../../server/signatures/corrupt.ts'
import type { Credentials, Definition } from '../../../../server/signatures/definition.ts'
import { type Draft, requestOfDraft } from '../../../../server/signatures/draft.ts'
import { resign } from '../../../../server/signatures/resign.ts'
import { findDefinition } from '../../../../server/signatures/schemes.ts'
import { keyKindOf, newPrivateKey, publicKeyFor } from '../../../../server/signatures/test-key.ts'

/** Sunday, 2023-11-14. */
export const LONG_AGO = 1_700_000_000_000

interface Given {
  readonly scheme: string
  readonly headers: HeaderPairs
  readonly body: string | Buffer
  readonly url?: string
  readonly secret?: string
  readonly extra?: Record<string, string>
}

export interface Cases {
  readonly old: Draft
  readonly again: Draft
  readonly wrong: Draft
}

export async function resignedBySecret(given: Given): Promise<Cases> {
  const definition = definitionOf(given.scheme)
  const secrets = [{ id: 's', value: given.secret ?? '' }]
  return casesOf(given, definition, { secrets, extra: given.extra ?? {} })
}

/** The public half comes in the form in which the provider's own key is set. */
export async function resignedByTestKey(given: Given): Promise<Cases & { readonly publicKey: string }> {
  const definition = definitionOf(given.scheme)
  const kind = keyKindOf(definition.row)
  if (kind === undefined) throw new Error('no key')
  const testKey = await newPrivateKey(kind)
  const publicKey = publicKeyFor(definition.row, testKey)
  const credentials = { secrets: [], publicKeys: [publicKey], extra: given.extra ?? {} }
  return { ...casesOf(given, definition, credentials, testKey), publicKey }
}

export function header({ headers }: Draft, name: string): string {
  return headers.find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1] ?? ''
}

function casesOf(
  { headers, body, url = 'http://localhost:3000/hook' }: Given,
  definition: Definition,
  credentials: Credentials,
  testKey?: Awaited<ReturnType<typeof newPrivateKey>>,
): Cases {
  const old = { method: 'POST', url, target: withoutAuthority(url), headers, body: Buffer.from(body) }
  const signing = { definition, ...credentials, testKey, captured: requestOfDraft(old) }
  const made = resign(old, signing, { now: Date.now() })
  if ('says' in made) throw new Error(made.says)
  const wrong = corrupted(made.draft, definition, credentials)?.draft
  if (wrong === undefined) throw new Error('nothing to turn')
  return { old, again: made.draft, wrong }
}

function definitionOf(id: string): Definition {
  const definition = findDefinition(id)
  if (definition === undefined) throw new Error(`no scheme ${id}`)
  return definition
}
