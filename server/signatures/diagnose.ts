/**
 * From a capture and its endpoint's settings to what the page shows: the verdict, its evidence, and why it is not valid.
 *
 * Why is found by trying: the check runs again with one thing changed after the other, until the signature fits. What fits is proof,
 * because a signature that fits by chance does not happen; where nothing does, what is said is marked as a guess.
 */
import type { Diagnosis, SignedUrl } from '../../shared/diagnosis.ts'
import { DIAGNOSED_BODY_BYTES } from '../../shared/limits.ts'
import type { Credentials, Definition } from './definition.ts'
import { ageCause } from './diagnosis/ages.ts'
import { findCandidates } from './diagnosis/candidates.ts'
import { causesOfFinding, causesOfWeaker } from './diagnosis/causes.ts'
import { signs } from './diagnosis/coverage.ts'
import { findOut } from './diagnosis/find-out.ts'
import { faultCauses, nothingFoundCauses } from './diagnosis/guesses.ts'
import type { Fitted } from './diagnosis/mismatch.ts'
import { foundScheme } from './diagnosis/row-variants.ts'
import { findMd5 } from './diagnosis/solve.ts'
import { suggest, suggestBeside } from './diagnosis/suggest.ts'
import { schemeThatRefuses } from './diagnosis/table.ts'
import { startTries, type Tries } from './diagnosis/tries.ts'
import { md5Values } from './diagnosis/unknown.ts'
import { definitionOf, type SigningSettings } from './endpoint-check.ts'
import { evidenceOf, type Explanation, explainSignature } from './explain.ts'
import type { SignedRequest } from './request.ts'

/** What to check with. Without a scheme (or with `custom` and no row) the scheme itself is looked for. */
export type SettingsToTry = Omit<SigningSettings, 'scheme'> & { readonly scheme?: string | undefined }

export interface DiagnoseRequest {
  readonly settings: SettingsToTry | undefined
  readonly request: SignedRequest
  /** Where `request.url` is from; shown where the scheme signs the URL. */
  readonly signedUrl?: SignedUrl | undefined
  /** Other endpoints' secrets, each under the name that people know the endpoint by. Only the names ever get into a sentence. */
  readonly others?: readonly { readonly name: string; readonly secrets: readonly string[] }[] | undefined
  /** What the same settings said of the endpoint's other requests, where that is known. */
  readonly fitted?: Fitted | undefined
  /** `false`: the verdict and its evidence only, without a search. */
  readonly tryCauses?: boolean | undefined
  /** Asked between tries; once it says so, what was found until then is given. */
  readonly cancelled?: (() => boolean) | undefined
}

/**
 * Never throws, whatever the request holds. A valid and fresh one costs the check alone.
 * @param now when the request arrived, in Unix milliseconds
 */
export function diagnose(input: DiagnoseRequest, now: number): Diagnosis {
  const { settings, request, signedUrl, others = [], tryCauses = true } = input
  const definition =
    settings?.scheme === undefined ? undefined : definitionOf({ scheme: settings.scheme, custom: settings.custom })
  if (settings === undefined || definition === undefined) return unchecked(input, now)

  const explanation = explainSignature(definition, settings, request, now)
  const shown = { verdict: explanation.verdict, ...evidence(definition, settings, input, explanation) }
  const age = ageCause(explanation, definition.row, now, explanation.verdict.kind === 'valid')
  const ages = age === undefined ? [] : [age]
  if (explanation.verdict.kind === 'valid') return { ...shown, causes: ages, suggestions: [] }
  const suggestions = suggestBeside(definition, request)
  if (!tryCauses) return { ...shown, causes: faultCauses(explanation, definition), suggestions }

  const tries = startTries(request.body.length, now, input.cancelled)
  const candidates = findCandidates(request)
  const { fault } = explanation
  const searched = { definition, credentials: settings, request, signedUrl, others, candidates, fault }
  const { finding, weaker } = findOut(searched, tries)
  const tried = tries.count()
  const causes =
    finding === undefined
      ? [
          ...nothingFoundCauses({ ...searched, explanation, suggestions, age, tried, fitted: input.fitted }),
          ...causesOfWeaker(weaker),
        ]
      : [...causesOfFinding(finding, definition.row, request), ...ages]
  const scheme = finding === undefined ? {} : foundScheme(finding, definition, settings, request, tries)
  return { ...shown, causes, suggestions, ...scheme, ...limits(request, tries) }
}

/** No scheme is set: with a secret the scheme is looked for, and without one only guessed. */
function unchecked(input: DiagnoseRequest, now: number): Diagnosis {
  const { settings, request, signedUrl, others = [], tryCauses = true } = input
  const suggestions = suggest(request)
  const verdict = { kind: 'unchecked' } as const
  if (settings === undefined || settings.secrets.length === 0 || !tryCauses) return { verdict, causes: [], suggestions }
  const refusing = schemeThatRefuses(settings, request, now)
  if (refusing !== undefined) {
    const { causes, limited } = diagnose({ ...input, settings: { ...settings, scheme: refusing } }, now)
    return { verdict, causes, suggestions, ...(limited === undefined ? {} : { limited }) }
  }
  const tries = startTries(request.body.length, now, input.cancelled)
  const candidates = findCandidates(request)
  const given = { credentials: settings, request, signedUrl, others, candidates }
  const searched = { ...given, definition: undefined, fault: undefined }
  const { finding } = findOut(searched, tries)
  const md5 = finding === undefined ? findMd5(given, md5Values(request), tries) : undefined
  const tried = tries.count()
  const causes =
    finding === undefined
      ? nothingFoundCauses({ ...searched, suggestions, tried, md5 })
      : causesOfFinding(finding, undefined, request)
  const scheme = finding === undefined ? {} : foundScheme(finding, undefined, settings, request, tries)
  return { verdict, causes, suggestions, ...scheme, ...limits(request, tries) }
}

function evidence(
  definition: Definition,
  credentials: Credentials,
  { request, signedUrl }: DiagnoseRequest,
  explanation: Explanation,
): Partial<Diagnosis> {
  const { received, ...rest } = evidenceOf(explanation)
  const showsUrl = signedUrl !== undefined && signs({ definition, credentials, request }, 'url')
  return {
    ...rest,
    // A value that is compared with the secret is the secret, of this endpoint or of another.
    ...(received === undefined || definition.row.alg === 'token' ? {} : { received }),
    ...(showsUrl ? { url: signedUrl } : {}),
  }
}

function limits(request: SignedRequest, tries: Tries): Pick<Diagnosis, 'limited'> {
  const large =
    request.body.length > DIAGNOSED_BODY_BYTES
      ? 'The body is larger than 1 MiB, so only changes at its edges and of its line breaks were tried.'
      : undefined
  const limited = [large, tries.limited()].filter((each) => each !== undefined).join(' ')
  return limited === '' ? {} : { limited }
}
