/** The causes where nothing that was tried fits: what the check itself says, and what the request and the secret look like. */
import type { Cause, Suggestion } from '../../../shared/diagnosis.ts'
import { CONTENT_TOKEN } from '../../../shared/scheme.ts'
import { usesPublicKey } from '../../../shared/scheme-key.ts'
import type { Credentials, Definition } from '../definition.ts'
import type { Explanation } from '../explain.ts'
import type { FaultId } from '../fault.ts'
import type { SignedRequest } from '../request.ts'
import { findScheme } from '../schemes.ts'
import type { Candidate } from './candidates.ts'
import { isSettled } from './find-out.ts'
import { apiKeyHint, lostBodyHint, lostHeaderHint, numbersHint, testHint } from './hints.ts'
import { MISMATCH_OF_KEY, REMEDIES, type Remedy } from './remedies.ts'
import { unknownScheme } from './unknown.ts'
import { wayOf } from './words.ts'

/** The scheme finds nothing that it could check: then it may be another's request. */
const ELSEWHERE: ReadonlySet<FaultId> = new Set([
  'signature_missing',
  'element_missing',
  'signature_malformed',
  'timestamp_missing',
  'id_missing',
  'token_malformed',
])

export interface NothingFound {
  readonly explanation?: Explanation
  readonly definition: Definition | undefined
  readonly credentials: Credentials
  readonly request: SignedRequest
  readonly candidates: readonly Candidate[]
  readonly suggestions: readonly Suggestion[]
  readonly age?: Cause | undefined
  /** How many ways were tried. */
  readonly tried: number
  /** What was recognised, though no scheme can check it. */
  readonly md5?: { readonly name: string; readonly template: string } | undefined
}

/** Likeliest first; never empty. */
export function nothingFoundCauses(given: NothingFound): Cause[] {
  const { explanation, definition, credentials, request, candidates, suggestions, age, tried } = given
  const id = definition?.id
  const numbers = numbersHint(request)
  const mismatch = explanation?.fault === 'mismatch' || explanation?.fault === undefined
  const unfound = candidates.length > 0 || credentials.secrets.length > 0
  const settled = isSettled(explanation?.fault)
  const main =
    explanation === undefined || definition === undefined
      ? [unknownScheme(given)]
      : mismatch
        ? [anotherSecret(definition, tried)]
        : faultCauses(explanation, definition)
  const looksLike =
    explanation?.fault !== undefined && ELSEWHERE.has(explanation.fault)
      ? suggestions.slice(0, 1).map(looksLikeCause)
      : []
  return [
    ...(settled ? main : []),
    lostBodyHint(request, definition?.row),
    mismatch ? lostHeaderHint(request) : undefined,
    settled
      ? undefined
      : apiKeyHint(
          credentials.secrets.map(({ value }) => value),
          id,
        ),
    testHint(request, id),
    numbers?.strong === true && mismatch ? numbers.cause : undefined,
    ...looksLike,
    ...(settled ? [] : main),
    numbers?.strong === false && mismatch && unfound ? numbers.cause : undefined,
    age,
  ].filter((cause) => cause !== undefined)
}

/** What the check itself says is wrong. */
export function faultCauses({ verdict, fault }: Explanation, definition: Definition): Cause[] {
  if (fault === undefined) return []
  const { title, says, remedy } = fault === 'mismatch' ? mismatchOf(definition) : REMEDIES[fault]
  const where = fault === 'setting_missing' || fault === 'companion_differs' ? settingHint(definition) : ''
  const detail = says ?? verdict.reason ?? `${title}.`
  return [{ id: fault, title, detail, remedy: remedy + where, evidence: wayOf(definition), proven: false }]
}

const mismatchOf = ({ row }: Definition): Remedy => (usesPublicKey(row) ? MISMATCH_OF_KEY : REMEDIES.mismatch)

/** Where the user finds the settings that the scheme cannot be checked without. */
function settingHint({ id }: Definition): string {
  const needed = findScheme(id)?.settings?.filter(({ required, hint }) => required && hint !== undefined) ?? []
  return needed.map(({ label, hint }) => ` ${label}: ${hint}`).join('')
}

/** What is signed along with the request, so that a wrong value looks like a wrong key. */
function signedSettings({ id, row }: Definition): string[] {
  const names = [...row.content.matchAll(CONTENT_TOKEN)].flatMap(([, token, name]) =>
    token === 'extra' ? (name ?? []) : [],
  )
  const settings = findScheme(id)?.settings ?? []
  return names.map((name) => settings.find((each) => each.name === name)?.label ?? name)
}

function anotherSecret(definition: Definition, tried: number): Cause {
  const { title, remedy } = mismatchOf(definition)
  const settings = signedSettings(definition)
  const what = usesPublicKey(definition.row) ? 'key' : 'secret'
  const orSetting =
    settings.length === 0
      ? ''
      : `, or the setting ${settings.join(' or ')}, which is part of what is signed, is not the sender’s`
  return {
    id: 'mismatch',
    title,
    detail: `Of ${tried} ways to sign this request that were tried none fits, so the sender most likely signed with another ${what}${orSetting}.`,
    remedy: settings.length === 0 ? remedy : `${remedy}${settingHint(definition)}`,
    evidence: wayOf(definition),
    proven: false,
  }
}

function looksLikeCause({ scheme, name, because }: Suggestion): Cause {
  const row = findScheme(scheme)?.row
  const key = row !== undefined && usesPublicKey(row) ? 'public key' : 'secret'
  return {
    id: 'other_scheme',
    title: `It looks like ${name}`,
    detail: `${because.replace(/\.$/, '')}, so it probably comes from ${name} and not from what this endpoint expects.`,
    remedy: `Choose the scheme ${name} for this endpoint, and add its ${key}.`,
    evidence: because,
    proven: false,
  }
}
