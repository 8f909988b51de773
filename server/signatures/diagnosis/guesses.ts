/** The causes where nothing that was tried fits: what the check itself says, and what the request and the secret look like. */
import type { Cause, SignedUrl, Suggestion } from '../../../shared/diagnosis.ts'
import { usesPublicKey } from '../../../shared/scheme-key.ts'
import type { Credentials, Definition } from '../definition.ts'
import type { Explanation } from '../explain.ts'
import type { FaultId } from '../fault.ts'
import type { SignedRequest } from '../request.ts'
import { findScheme } from '../schemes.ts'
import { ALWAYS_SIGN } from './always-signs.ts'
import type { Candidate } from './candidates.ts'
import { isSettled } from './find-out.ts'
import { apiKeyHint, lostBodyHint, lostHeaderHint, numbersHint, testHint } from './hints.ts'
import { type Fitted, mismatchCauses, mismatchOf, settingHint } from './mismatch.ts'
import { REMEDIES } from './remedies.ts'
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
  readonly signedUrl?: SignedUrl | undefined
  readonly fitted?: Fitted | undefined
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
  const { explanation, definition, credentials, request, candidates, suggestions, age } = given
  const id = definition?.id
  const numbers = numbersHint(request)
  const mismatch = explanation?.fault === 'mismatch' || explanation?.fault === undefined
  const unfound = candidates.length > 0 || credentials.secrets.length > 0
  const settled = isSettled(explanation?.fault)
  const main =
    explanation === undefined || definition === undefined
      ? [unknownScheme(given)]
      : mismatch
        ? mismatchCauses({ ...given, definition })
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
  const { name = '' } = findScheme(definition.id) ?? {}
  const isLost = fault === 'signature_missing' && ALWAYS_SIGN.has(definition.id)
  const where = fault === 'setting_missing' || fault === 'companion_differs' ? settingHint(definition) : ''
  const detail = says ?? verdict.reason ?? `${title}.`
  return [
    {
      id: fault,
      title,
      detail,
      remedy: isLost ? lostSignature(name, definition) : remedy + where,
      evidence: wayOf(definition),
      proven: false,
    },
  ]
}

function lostSignature(name: string, { row }: Definition): string {
  const what = row.sig.in === 'header' ? 'header' : 'signature'
  return `This was not sent by ${name}, which signs all that it sends (was it curl or a test tool?), or a proxy removed the ${what}. Send a real event, or look for what removes the ${what} on the way.`
}

function looksLikeCause({ scheme, name, because }: Suggestion): Cause {
  const row = findScheme(scheme)?.row
  const key = row !== undefined && usesPublicKey(row) ? 'public key' : 'secret'
  return {
    id: 'other_scheme',
    title: `It looks like ${name}`,
    detail: `${because.replace(/\.$/, '')}, so it probably comes from ${name} and not from the sender that is expected here.`,
    remedy: `Choose the scheme ${name} for this endpoint, and add its ${key}.`,
    evidence: because,
    proven: false,
  }
}
