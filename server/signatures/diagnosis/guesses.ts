/** The causes where nothing that was tried fits: what the check itself says, and what the request and the secret look like. */
import type { Cause, Suggestion } from '../../../shared/diagnosis.ts'
import type { Scheme } from '../../../shared/scheme.ts'
import type { Credentials, Definition } from '../definition.ts'
import type { Explanation } from '../explain.ts'
import type { FaultId } from '../fault.ts'
import type { SignedRequest } from '../request.ts'
import type { Candidate } from './candidates.ts'
import { apiKeyHint, lostBodyHint, numbersHint, testHint } from './hints.ts'
import { REMEDIES } from './remedies.ts'
import { jwtsOf } from './solve-token.ts'

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
}

/** Likeliest first; never empty. */
export function nothingFoundCauses(given: NothingFound): Cause[] {
  const { explanation, definition, credentials, request, candidates, suggestions, age, tried } = given
  const id = definition?.id
  const numbers = numbersHint(request)
  const mismatch = explanation?.fault === 'mismatch' || explanation?.fault === undefined
  const unfound = candidates.length > 0 || credentials.secrets.length > 0
  const main =
    explanation === undefined || definition === undefined
      ? [unknownScheme(request, candidates, tried)]
      : mismatch
        ? [anotherSecret(definition, tried)]
        : faultCauses(explanation, definition)
  const looksLike =
    explanation?.fault !== undefined && ELSEWHERE.has(explanation.fault) ? suggestions.slice(0, 1).map(otherScheme) : []
  return [
    lostBodyHint(request, definition?.row),
    apiKeyHint(
      credentials.secrets.map(({ value }) => value),
      id,
    ),
    testHint(request, id),
    numbers?.strong === true && mismatch ? numbers.cause : undefined,
    ...looksLike,
    ...main,
    numbers?.strong === false && mismatch && unfound ? numbers.cause : undefined,
    age,
  ].filter((cause) => cause !== undefined)
}

/** What the check itself says is wrong. */
export function faultCauses({ verdict, fault }: Explanation, { row }: Definition): Cause[] {
  if (fault === undefined) return []
  const { title, says, remedy } = REMEDIES[fault]
  return [
    { id: fault, title, detail: says ?? verdict.reason ?? `${title}.`, remedy, evidence: wayOf(row), proven: false },
  ]
}

function anotherSecret({ row }: Definition, tried: number): Cause {
  const { title, remedy } = REMEDIES.mismatch
  return {
    id: 'mismatch',
    title,
    detail: `Of ${tried} ways to sign this request that were tried none fits, so the sender most likely signed with another secret.`,
    remedy,
    evidence: wayOf(row),
    proven: false,
  }
}

function unknownScheme(request: SignedRequest, candidates: readonly Candidate[], tried: number): Cause {
  const jwt = jwtsOf(request)[0]
  if (jwt !== undefined)
    return {
      id: 'scheme_not_found',
      title: 'It carries a signed token (JWT)',
      detail: `The value ${jwt.value.name} is a token signed with ${JSON.stringify(jwt.jwt.alg.slice(0, 20))}, and the secret that was given does not fit it.`,
      remedy:
        'Choose the scheme of this sender; a token signed with RS256 or ES256 is checked with the public key of the sender.',
      evidence: `${tried} ways were tried.`,
      proven: false,
    }
  const names = [...new Set(candidates.map(({ name }) => name))].slice(0, 3).join(', ')
  return {
    id: 'scheme_not_found',
    title: names === '' ? 'It carries no signature' : 'How it is signed was not found',
    detail:
      names === ''
        ? 'No header, no part of the query and no value of the body could be a signature, so it was sent unsigned or the signature was removed on the way.'
        : `The signature could stand in ${names}, but of ${tried} ways to sign that were tried none fits with this secret.`,
    remedy:
      names === ''
        ? 'Turn signing on at the provider, and look for what removes headers on the way.'
        : 'Make sure that this is the secret of this very webhook, then look in the documentation of the sender for what it signs.',
    evidence: `${tried} ways were tried.`,
    proven: false,
  }
}

function otherScheme({ name, because }: Suggestion): Cause {
  return {
    id: 'other_scheme',
    title: `It looks like ${name}`,
    detail: `${because.replace(/\.$/, '')}, so it probably comes from ${name} and not from what this endpoint expects.`,
    remedy: `Choose the scheme ${name} for this endpoint, and add its secret.`,
    evidence: because,
    proven: false,
  }
}

/** How the scheme signs, in one line. */
function wayOf({ alg, content, sig }: Scheme): string {
  return alg === 'token' || alg === 'jwt'
    ? `A token in ${sig.in} ${sig.name}`.trim()
    : `${alg} over ${content.replaceAll('\n', '\\n')}, ${sig.enc} in ${sig.in} ${sig.name}`
}
