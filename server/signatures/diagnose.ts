/** From a capture and its endpoint's settings to what the page shows: the verdict, its evidence, and what to do about it. */
import type { Cause, Diagnosis, SignedUrl } from '../../shared/diagnosis.ts'
import type { Scheme } from '../../shared/scheme.ts'
import { definitionOf, type SigningSettings } from './endpoint-check.ts'
import { evidenceOf, type Explanation, explainSignature } from './explain.ts'
import type { FaultId } from './fault.ts'
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
  /** `false`: the verdict and its evidence only, without a search. */
  readonly tryCauses?: boolean | undefined
  /** Asked between tries; once it says so, what was found until then is given. */
  readonly cancelled?: (() => boolean) | undefined
}

/**
 * Never throws, whatever the request holds. A valid and fresh one costs the check alone.
 * @param now when the request arrived, in Unix milliseconds
 */
export function diagnose({ settings, request }: DiagnoseRequest, now: number): Diagnosis {
  const definition =
    settings?.scheme === undefined ? undefined : definitionOf({ scheme: settings.scheme, custom: settings.custom })
  if (settings === undefined || definition === undefined)
    return { verdict: { kind: 'unchecked' }, causes: [], suggestions: [] }
  const explanation = explainSignature(definition, settings, request, now)
  const causes = causesOf(explanation, definition.row)
  return { verdict: explanation.verdict, causes, suggestions: [], ...evidenceOf(explanation) }
}

/** What each fault is called and what mends it. */
const REMEDIES: Record<FaultId, { title: string; says?: string; remedy: string }> = {
  no_secret: { title: 'No secret', remedy: "Add the signing secret in the endpoint's settings." },
  secret_unreadable: {
    title: 'The secret cannot be read',
    remedy: 'Copy the signing secret from the provider again, all of it, without spaces or quotes.',
  },
  no_public_key: { title: 'No public key', remedy: "Add the provider's public key in the endpoint's settings." },
  public_key_unreadable: {
    title: 'The public key cannot be read',
    remedy: 'Copy the public key from the provider again, all of it, in the form the scheme needs.',
  },
  public_key_unknown: {
    title: 'The key is not known here',
    remedy: "Add the public key that the request names, or let it be fetched in the endpoint's settings.",
  },
  setting_missing: { title: 'A setting is missing', remedy: "Add it in the endpoint's signing settings." },
  signature_missing: {
    title: 'No signature',
    remedy: 'Turn signing on at the provider, or choose the scheme that this sender uses.',
  },
  element_missing: { title: 'No signature of this form', remedy: 'Choose the scheme that this sender uses.' },
  signature_malformed: {
    title: 'The signature is malformed',
    remedy: 'Choose the scheme that this sender uses, or mend the encoding at the sender.',
  },
  timestamp_missing: {
    title: 'No timestamp',
    remedy: 'Something on the way may have dropped the header; compare with what the sender sent.',
  },
  timestamp_malformed: {
    title: 'The timestamp is malformed',
    remedy: 'Choose the scheme that this sender uses, or mend the unit at the sender.',
  },
  id_missing: {
    title: 'No message id',
    remedy: 'Something on the way may have dropped the header; compare with what the sender sent.',
  },
  part_missing: {
    title: 'A signed part is missing',
    remedy: 'The scheme signs a part that this request does not have; check the scheme.',
  },
  companion_differs: {
    title: 'A header differs from the setting',
    remedy: 'The request may be meant for another app or endpoint; compare the setting with the provider.',
  },
  condition_differs: {
    title: 'The signature fits, but not to this request',
    remedy: 'Something on the way may have changed the body or the URL; compare with what the sender sent.',
  },
  token_malformed: {
    title: 'The token cannot be read',
    remedy: 'Choose the scheme that this sender uses; the value that came is no signed token.',
  },
  token_algorithm: {
    title: 'The token is signed in another way',
    remedy: 'Choose the scheme that this sender uses. A token must never choose how it is checked.',
  },
  claim_missing: {
    title: 'The token lacks a statement',
    remedy: 'Choose the scheme that this sender uses; its tokens say more than this one.',
  },
  claim_differs: {
    title: 'The token was made for another request',
    remedy: 'Something on the way may have changed the body or the URL, or the request was meant for another receiver.',
  },
  mismatch: {
    title: 'The signature does not fit',
    says: 'The sender signed with another secret, or something on the way changed what was signed.',
    remedy:
      'Check that this is the signing secret of exactly this endpoint at the provider (test or live, this webhook).',
  },
  body_borne: {
    title: 'The signature stands in the body',
    remedy: 'The body must be JSON of at most 1 MiB to be read.',
  },
}

function causesOf({ verdict, fault }: Explanation, row: Scheme): Cause[] {
  if (fault !== undefined) {
    const { title, says, remedy } = REMEDIES[fault]
    const detail = says ?? verdict.reason ?? title
    return [{ id: fault, title, detail, remedy, evidence: evidenceLine(row), proven: false }]
  }
  if (verdict.freshness === 'stale' || verdict.freshness === 'future')
    return [
      {
        id: verdict.freshness,
        title: verdict.freshness === 'stale' ? 'Too old' : 'From the future',
        detail: verdict.reason ?? '',
        remedy:
          verdict.freshness === 'stale'
            ? 'Have the sender send it again; a replay keeps the old timestamp.'
            : 'Set the clocks of both machines right.',
        evidence: evidenceLine(row),
        proven: true,
      },
    ]
  return []
}

const evidenceLine = ({ alg, content, sig }: Scheme): string =>
  alg === 'token' ? `A token in ${sig.in} ${sig.name}` : `${alg} over ${content}, ${sig.enc} in ${sig.in} ${sig.name}`
