/** An endpoint's signing settings as one function. Compiled when first needed, and again only when the settings change. */
import type { Verdict } from '../../shared/capture.ts'
import type { Scheme } from '../../shared/scheme.ts'
import type { SecretValue } from './key.ts'
import type { SignedRequest } from './request.ts'
import { findScheme } from './schemes.ts'
import { type Check, compileScheme } from './verify.ts'

/** What the check needs of an endpoint's settings. */
export interface SigningSettings {
  readonly scheme: string
  readonly secrets: readonly SecretValue[]
  readonly extra?: Readonly<Record<string, string>> | undefined
  readonly custom?: Scheme | undefined
  readonly publicUrl?: string | undefined
}

const compiled = new WeakMap<SigningSettings, Check>()

/** The row of a scheme id, or the one that the user gave. */
export function rowOf(settings: Pick<SigningSettings, 'scheme' | 'custom'>): Scheme | undefined {
  return settings.scheme === 'custom' ? settings.custom : findScheme(settings.scheme)?.row
}

/** The settings objects are never changed in place, so one check serves for as long as the object lives. */
function checkOf(settings: SigningSettings): Check {
  const known = compiled.get(settings)
  if (known !== undefined) return known
  const row = rowOf(settings)
  const check: Check =
    row === undefined
      ? () => ({
          kind: 'unchecked',
          scheme: settings.scheme,
          reason: `This version does not know the scheme ${settings.scheme}.`,
        })
      : compileScheme(settings.scheme, row, settings.secrets, settings.extra)
  compiled.set(settings, check)
  return check
}

/** @param now Unix milliseconds; freshness is judged at the time of arrival */
export function verdictOf(settings: SigningSettings | undefined, request: SignedRequest, now: number): Verdict {
  return settings === undefined ? UNCHECKED : checkOf(settings)(request, now)
}

const UNCHECKED: Verdict = { kind: 'unchecked' }
