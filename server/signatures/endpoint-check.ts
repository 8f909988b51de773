/** An endpoint's signing settings as one function. Compiled when first needed, and again only when the settings change. */
import type { Verdict } from '../../shared/capture.ts'
import type { Scheme } from '../../shared/scheme.ts'
import type { Credentials, Definition } from './definition.ts'
import type { SignedRequest } from './request.ts'
import { findDefinition } from './schemes.ts'
import { type Check, compileScheme } from './verify.ts'

/** What the check needs of an endpoint's settings. */
export interface SigningSettings extends Credentials {
  readonly scheme: string
  readonly custom?: Scheme | undefined
  readonly publicUrl?: string | undefined
  readonly fetchKeys?: boolean | undefined
}

const compiled = new WeakMap<SigningSettings, Check>()

/** The scheme of an id, or the row that the user gave; undefined where there is none. */
export function definitionOf({ scheme, custom }: Pick<SigningSettings, 'scheme' | 'custom'>): Definition | undefined {
  if (scheme !== 'custom') return findDefinition(scheme)
  return custom === undefined ? undefined : { id: 'custom', row: custom }
}

/** The settings objects are never changed in place, so one check serves for as long as the object lives. */
function checkOf(settings: SigningSettings): Check {
  const known = compiled.get(settings)
  if (known !== undefined) return known
  const definition = definitionOf(settings)
  const check: Check =
    definition === undefined
      ? () => ({
          kind: 'unchecked',
          scheme: settings.scheme,
          reason: `This version does not know the scheme ${settings.scheme}.`,
        })
      : compileScheme(definition, settings)
  compiled.set(settings, check)
  return check
}

/** @param now Unix milliseconds; freshness is judged at the time of arrival */
export function verdictOf(settings: SigningSettings | undefined, request: SignedRequest, now: number): Verdict {
  return settings === undefined ? UNCHECKED : checkOf(settings)(request, now)
}

const UNCHECKED: Verdict = { kind: 'unchecked' }
