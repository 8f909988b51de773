/**
 * What a replay does with the signature, as one step between the edits and the wire.
 *
 * Which URL is signed, where the scheme signs one? The one that the target sees (the address it is asked at, with the Host line that is
 * sent), because an app builds it from these unless it was told another; who has told it the public one asks for `signedUrl: "public"`.
 */
import type { KeyObject } from 'node:crypto'
import type { Capture } from '../../shared/capture.ts'
import type { Replay } from '../../shared/delivery.ts'
import { AppError } from '../../shared/errors.ts'
import { compile } from '../signatures/compile.ts'
import { corrupted } from '../signatures/corrupt.ts'
import type { Credentials, Definition } from '../signatures/definition.ts'
import { type Draft, requestOfDraft } from '../signatures/draft.ts'
import { definitionOf } from '../signatures/endpoint-check.ts'
import type { SigningFault } from '../signatures/fault.ts'
import { type How, type Resigned, type Resigning, resign } from '../signatures/resign.ts'
import { findScheme } from '../signatures/schemes.ts'
import { signedRequestOf } from '../signatures/signed-request.ts'
import { type KeyKind, keyKindOf, publicKeyFor } from '../signatures/test-key.ts'
import { judge } from '../signatures/verify.ts'
import type { EndpointRecord } from '../store/store.ts'

/** What goes out instead of the draft, and what was done to it, in words. @throws AppError `invalid_input` where that cannot be done */
export type SigningStep = (draft: Draft) => Resigned

/** What is asked of the signature. Replays say it one by one, forward rules once for all. */
export type SigningWish = Pick<Replay, 'sign' | 'newId' | 'bodyTime' | 'testKey' | 'signedUrl'>

export interface SigningParts {
  /** Unix milliseconds. */
  readonly now: number
  /** As senders reach the capture listener, where that has been said. */
  readonly publicBase: string | undefined
  readonly testKeys: (kind: KeyKind) => Promise<KeyObject>
}

/**
 * Undefined where the signature goes out as it is, or is stripped, which takes no signing.
 * @throws AppError `invalid_input` where the endpoint lacks what it takes, or an option belongs to something else
 */
export async function signingStep(
  parts: SigningParts,
  endpoint: EndpointRecord | undefined,
  { capture, body }: { readonly capture: Capture; readonly body: Buffer },
  wish: SigningWish,
): Promise<SigningStep | undefined> {
  const { sign = 'keep', newId, bodyTime, testKey = false } = wish
  refuseStrayOptions(wish)
  if (sign !== 'resign' && sign !== 'corrupt') return undefined
  const signing = endpoint?.signing
  const definition = signing === undefined ? undefined : definitionOf(signing)
  if (signing === undefined || definition === undefined)
    throw refusal(
      'sign',
      'It cannot be signed: the endpoint has no scheme.',
      "Choose the provider's scheme in the endpoint's signature settings and add the secret.",
    )
  const { now, publicBase } = parts
  const { secrets, publicKeys = [], extra = {} } = signing
  const captured = signedRequestOf(signing, { ...capture, headers: capture.headers.flat(), body }, publicBase)
  const eventId = endpoint?.eventId ?? findScheme(definition.id)?.eventId
  const kind = keyKindOf(definition.row)

  if (sign === 'resign') {
    const key = await keyFor(definition, testKey, parts)
    if (key === undefined && secrets.length === 0) throw withoutSecret()
    const again = signedAnew({ definition, secrets, testKey: key, extra, captured }, { now, newId, bodyTime, eventId })
    return (draft) => again(wish.signedUrl === 'public' ? { ...draft, url: captured.url } : draft)
  }

  const ownKey = kind === undefined ? undefined : await parts.testKeys(kind)
  const resigning: Resigning = { definition, secrets, testKey: ownKey, extra, captured }
  return (draft) => {
    const credentials: Credentials = { secrets, publicKeys, extra }
    const turned = corrupted(draft, definition, credentials)
    const canSign = ownKey !== undefined || secrets.length > 0
    const fresh =
      turned !== undefined && canSign && isDated(definition) ? wrongNow(draft, resigning, publicKeys, now) : undefined
    if (fresh !== undefined) return fresh
    if (turned !== undefined)
      return { draft: turned.draft, notes: [`signature made wrong by ${turned.bits === 1 ? 'one bit' : 'two bits'}`] }
    // Nothing is there to turn: a right one is made, and then turned.
    if (ownKey === undefined && secrets.length === 0) throw withoutSecret()
    const made = signedAnew(resigning, { now, bodyTime: true })(draft)
    const wrong = corrupted(made.draft, definition, credentials)
    if (wrong === undefined) throw refusal('sign', 'There is no signature in this request that could be made wrong.')
    return { draft: wrong.draft, notes: ['signed anew, since it had no signature, and made wrong by one bit'] }
  }
}

/** A time that is sent beside the body: receivers look at it first, and refuse an old one without looking at the signature. */
const isDated = ({ row }: Definition): boolean => row.ts?.in === 'header' || row.ts?.in === 'sigField'

/** Wrong by nothing but its signature, where it would be too old otherwise. Undefined where it cannot be signed: then it is turned as it came. */
function wrongNow(draft: Draft, signing: Resigning, publicKeys: readonly string[], now: number): Resigned | undefined {
  const { definition, secrets, testKey, extra = {} } = signing
  const made = resign(draft, signing, { now })
  if ('says' in made) return undefined
  const keys = testKey === undefined ? publicKeys : [...publicKeys, publicKeyFor(definition.row, testKey)]
  const wrong = corrupted(made.draft, definition, { secrets, publicKeys: keys, extra })
  if (wrong === undefined) return undefined
  const by = testKey === undefined ? "with the endpoint's secret" : 'with the local test key'
  const note = `signed anew ${by}, as of ${new Date(now).toISOString()}, so that its time is right, and made wrong by one bit`
  return { draft: wrong.draft, notes: [note, ...made.notes] }
}

function signedAnew(signing: Resigning, how: How): SigningStep {
  const { definition, testKey, secrets, extra } = signing
  return (draft) => {
    const made = resign(draft, signing, how)
    if ('says' in made) throw unsigned(made)
    const by = testKey === undefined ? "with the endpoint's secret" : 'with the local test key'
    const publicKeys = testKey === undefined ? [] : [publicKeyFor(definition.row, testKey)]
    const where = signsUrl(definition, { secrets, publicKeys, extra }, made.draft, how.now)
      ? `, for the URL ${made.draft.url}`
      : ''
    return {
      draft: made.draft,
      notes: [`signed anew ${by}, as of ${new Date(how.now).toISOString()}${where}`, ...made.notes],
    }
  }
}

/** Told by trying: whoever signs the URL does not find the request valid at another. */
function signsUrl(definition: Definition, credentials: Credentials, draft: Draft, now: number): boolean {
  const elsewhere = requestOfDraft({ ...draft, url: 'https://elsewhere.invalid/' })
  return judge(compile(definition, credentials), elsewhere, now).verdict.kind !== 'valid'
}

/** @throws AppError `invalid_input` where only the provider could sign, and where a test key is no use */
async function keyFor(
  { row }: Definition,
  wanted: boolean,
  { testKeys }: SigningParts,
): Promise<KeyObject | undefined> {
  const kind = keyKindOf(row)
  if (kind !== undefined && !wanted)
    throw refusal(
      'testKey',
      'Only the provider can sign this: it uses a private key that nobody else has.',
      'Send the signature as it was captured, or set `testKey` to true to sign with a key of your own, whose public half your app has to know.',
    )
  if (kind === undefined && wanted)
    throw refusal(
      'testKey',
      'This scheme takes no test key: it is signed with the secret that you share with the provider.',
      'Leave `testKey` out.',
    )
  return kind === undefined ? undefined : testKeys(kind)
}

const RESIGNING = ['newId', 'bodyTime', 'testKey', 'signedUrl'] as const

function refuseStrayOptions(wish: SigningWish): void {
  const stray = wish.sign === 'resign' ? undefined : RESIGNING.find((name) => wish[name] || undefined)
  if (stray !== undefined)
    throw refusal(stray, `\`${stray}\` belongs to signing anew.`, 'Set `sign` to `resign`, or leave it out.')
}

function unsigned({ id, says }: SigningFault): AppError {
  if (id === 'body_time')
    return refusal('bodyTime', says, 'Set `bodyTime` to true, and this is done for you; or edit the body by hand.')
  return refusal('sign', `It cannot be signed anew. ${says}`, "Look at the endpoint's signature settings.")
}

const withoutSecret = (): AppError =>
  refusal(
    'sign',
    'It cannot be signed: the endpoint has no secret.',
    "Add the secret that the provider and your app share in the endpoint's signature settings.",
  )

function refusal(path: string, detail: string, hint?: string): AppError {
  return new AppError('invalid_input', detail, {
    ...(hint === undefined ? {} : { hint }),
    issues: [{ path, message: detail }],
  })
}
