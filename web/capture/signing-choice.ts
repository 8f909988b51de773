/** What becomes of the signature when a capture is sent on: what the scheme allows, when it matters, and what speaks against it. */
import type { Capture } from '../../shared/capture.ts'
import type { Replay } from '../../shared/delivery.ts'
import type { Endpoint } from '../../shared/endpoint.ts'
import { usesPublicKey } from '../../shared/scheme-key.ts'
import type { Scheme, SchemeEntry } from '../../shared/scheme.ts'
import { ApiError, sentence } from '../api.ts'
import type { SigningChoice } from '../preferences.ts'

/** How the endpoint's requests are signed; undefined where it has no scheme, or the table is not here yet. */
export function rowOf({ signing }: Pick<Endpoint, 'signing'>, schemes: readonly SchemeEntry[]): Scheme | undefined {
  if (signing === undefined) return undefined
  return signing.scheme === 'custom' ? signing.custom : schemes.find((entry) => entry.id === signing.scheme)?.row
}

/** A choice as the API takes it. What belongs to signing anew goes with nothing else; a test key signs only what a secret cannot. */
export function signingFor(
  choice: SigningChoice | undefined,
  row: Scheme | undefined,
): Pick<Replay, 'sign' | 'newId' | 'bodyTime' | 'testKey'> {
  if (choice === undefined) return {}
  if (choice.sign !== 'resign') return { sign: choice.sign }
  return {
    sign: 'resign',
    ...(choice.newId === true ? { newId: true } : {}),
    ...(choice.bodyTime === true ? { bodyTime: true } : {}),
    ...(row !== undefined && usesPublicKey(row) ? { testKey: true } : {}),
  }
}

/** The choice that makes a request acceptable now, with what the scheme needs for it. @param before what was chosen for this target */
export function signingAnew(row: Scheme | undefined, before: SigningChoice | undefined): SigningChoice {
  const bodyTime = row?.ts?.in === 'bodyJson' || before?.bodyTime === true
  return {
    sign: 'resign',
    ...(before?.newId === true ? { newId: true } : {}),
    ...(bodyTime ? { bodyTime } : {}),
  }
}

/** Whether the app has to be given a test key first: nothing says that it has one before something was signed with it. */
export function needsTestKey(row: Scheme | undefined, before: SigningChoice | undefined): boolean {
  return row !== undefined && usesPublicKey(row) && before?.sign !== 'resign'
}

/** Whether a receiver that checks the time refuses the request as it came: it was stale then, or is by now. */
export function isLate(
  { verdict, receivedAt }: Pick<Capture, 'verdict' | 'receivedAt'>,
  row: Scheme | undefined,
  now: number,
): boolean {
  if (verdict.kind !== 'valid') return false
  if (verdict.freshness === 'stale') return true
  const past = row?.ts?.past
  return typeof past === 'number' && now - receivedAt > past * 1000
}

export interface Refusal {
  readonly text: string
  /** It would go if the time in the body were set to now. */
  readonly wantsBodyTime: boolean
}

const OURS = ['sign', 'newId', 'bodyTime', 'testKey']

/** What is wrong with the choice of signature; undefined where a failure is about anything else. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof ApiError)) return undefined
  const ours = error.issues.filter((issue) => OURS.includes(issue.path))
  if (ours.length === 0) return undefined
  const text = [error.message, error.hint ?? ''].filter((part) => part !== '').join(' ')
  return { text: text === '' ? sentence(error) : text, wantsBodyTime: ours.some((issue) => issue.path === 'bodyTime') }
}
