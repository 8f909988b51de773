/**
 * A captured request signed anew, as its provider would send it at this moment.
 *
 * Only what has to change does: the time, the signature, on request the id; each in its place, in the spelling of the line it stands in.
 * Other signatures that the request carries are made again where we can, else left out, since a receiver may look at any of them. In the
 * end the result goes through our own check: what it does not find valid is not called signed.
 */
import type { SecretValue } from './key.ts'
import { anotherId } from './another.ts'
import { compile } from './compile.ts'
import { type Draft, firstHeader, namesOf, requestOfDraft, withHeader } from './draft.ts'
import type { Credentials, Definition } from './definition.ts'
import type { SigningFault } from './fault.ts'
import { withNewId } from './new-id.ts'
import type { SignedRequest } from './request.ts'
import { rewrittenValue } from './rewrite-value.ts'
import { placesInBody, signatureIn, withSignature } from './signature-place.ts'
import { companionOf, type Signer, signatureOf, signerOf } from './sign.ts'
import { stamped } from './stamp.ts'
import { publicKeyFor } from './test-key.ts'
import { withTwins } from './twins.ts'
import { judge } from './verify.ts'

export interface Resigning {
  readonly definition: Definition
  /** The first signs. All of them may have signed the twins. */
  readonly secrets: readonly SecretValue[]
  /** Signs instead, where only the provider has the private key. */
  readonly testKey?: Extract<Signer, { privateKey: unknown }>['privateKey'] | undefined
  readonly extra?: Readonly<Record<string, string>> | undefined
  /** The request as it arrived, by which twins are told that were signed with our secret. */
  readonly captured?: SignedRequest | undefined
}

export interface How {
  /** Unix milliseconds. */
  readonly now: number
  readonly newId?: boolean | undefined
  /** Set the time in the body to now, where that is where the scheme keeps it. */
  readonly bodyTime?: boolean | undefined
  /** Where the event's id stands: a header, or a JSON pointer into the body. */
  readonly eventId?: string | undefined
}

export interface Resigned {
  readonly draft: Draft
  /** What became of twins and ids, in words. */
  readonly notes: readonly string[]
}

/** A fault where the secret cannot be read, a part is missing, or the time in the body would have to change and was not allowed to. */
export function resign(given: Draft, signing: Resigning, how: How): Resigned | SigningFault {
  const { definition, secrets, testKey, extra = {}, captured } = signing
  const signer = testKey === undefined ? signerOf(definition, secrets[0]?.value ?? '') : { privateKey: testKey }
  if ('says' in signer) return signer
  const renamed = how.newId === true ? withNewId(given, definition, how.eventId) : given
  const dated = stamped(renamed, definition.row, how)
  if ('says' in dated) return dated
  const signed = signedDraft(dated, definition, signer, extra, how)
  if ('says' in signed) return signed

  const again: SignAgain = (draft, twin) => {
    const own = signerOf(twin, secrets[0]?.value ?? '')
    return 'says' in own ? own : signedDraft(draft, twin, own, extra, { now: how.now })
  }
  // A test key of ours makes no twin right that a shared secret has made.
  const twins = withTwins(signed, definition, { secrets: testKey === undefined ? secrets : [], extra, captured, again })

  const credentials: Credentials = {
    secrets: secrets.slice(0, 1),
    extra,
    ...(testKey === undefined ? {} : { publicKeys: [publicKeyFor(definition.row, testKey)] }),
  }
  const { verdict } = judge(compile(definition, credentials), requestOfDraft(twins.draft), how.now)
  if (verdict.kind !== 'valid' || (verdict.freshness ?? 'fresh') !== 'fresh')
    return { id: 'not_remade', says: `It could not be made valid. ${verdict.reason ?? ''}`.trim() }
  return twins
}

/** Puts a signature by one scheme into the request: its time, its id where it lacks one, and what goes with it. */
export type SignAgain = (draft: Draft, twin: Definition) => Draft | SigningFault

function signedDraft(
  given: Draft,
  definition: Definition,
  signer: Signer,
  extra: Readonly<Record<string, string>>,
  how: How,
): Draft | SigningFault {
  const { row, code } = definition
  const dated = stamped(given, row, { ...how, bodyTime: true })
  if ('says' in dated) return dated
  let draft = dated
  if (row.id !== undefined && firstHeader(draft.headers, namesOf(row.id)) === undefined)
    draft = {
      ...draft,
      headers: withHeader(draft.headers, namesOf(row.id), anotherId('msg_2KWPBgLlAfxdpx2AI54pPJ85f4W')),
    }
  const companion = companionOf(row, extra)
  if (typeof companion === 'object') return companion
  if (row.match !== undefined && companion !== undefined)
    draft = { ...draft, headers: withHeader(draft.headers, [row.match.header], companion) }
  for (const [name, value] of code?.companions ?? [])
    if (firstHeader(draft.headers, [name]) === undefined)
      draft = { ...draft, headers: withHeader(draft.headers, [name], value) }
  if (code?.addressFor !== undefined) draft = { ...draft, ...code.addressFor(requestOfDraft(draft)) }

  const parts = partsOf(definition, requestOfDraft(draft))
  if ('says' in parts) return parts
  for (const { request, path } of parts) {
    const ts = dated.ts ?? compile(definition, { secrets: [] }).timestamp(request) ?? undefined
    const id = row.id === undefined ? undefined : firstHeader(draft.headers, namesOf(row.id))
    const old = signatureIn(draft, row.sig, path)
    const token = row.alg === 'jwt' && old !== undefined ? old.slice(row.sig.prefix?.length ?? 0) : undefined
    const signature = signatureOf(definition, signer, request, {
      found: { ts, id, extra },
      now: how.now,
      old: token,
      newId: how.newId,
    })
    if (typeof signature === 'object') return signature
    draft = withSignature(draft, row.sig, rewrittenValue(row, old, signature, ts), path)
  }
  return { method: draft.method, url: draft.url, target: draft.target, headers: draft.headers, body: draft.body }
}

interface Part {
  readonly request: SignedRequest
  /** Of the signature in the body, where it stands there. */
  readonly path: readonly string[] | undefined
}

/** What is signed: mostly the request, but some bodies hold several messages, each with a signature of its own. */
function partsOf({ row, code }: Definition, request: SignedRequest): Part[] | SigningFault {
  if (row.sig.in !== 'bodyJson') return [{ request, path: undefined }]
  const paths = placesInBody(row.sig, code, request)
  const parts = code?.parts?.(request) ?? [request]
  if (paths.length !== parts.length)
    return {
      id: 'signature_missing',
      says: `The signature stands in the body, at ${row.sig.name}, and this body has none there.`,
    }
  return parts.map((part, i) => ({ request: part, path: paths[i] }))
}
