/** One request that somebody hands in, checked without keeping anything. */
import type { Verified, VerifyInput } from '../../shared/diagnosis.ts'
import { AppError } from '../../shared/errors.ts'
import { usesPublicKey } from '../../shared/scheme-key.ts'
import { publicKeyFault, secretFault } from './credentials.ts'
import type { Credentials, Definition } from './definition.ts'
import { definitionOf, type SigningSettings } from './endpoint-check.ts'
import { evidenceOf, explainSignature } from './explain.ts'
import type { SignedRequest } from './request.ts'

/** What is checked, as plain data that can be told to another thread. `at` is Unix milliseconds. */
export interface ToVerify {
  readonly settings: SigningSettings
  readonly request: Omit<SignedRequest, 'json'>
  readonly at: number
}

/** `missing` says which setting the scheme needs and was not given: nothing could be checked. */
export type Outcome = Verified | { readonly missing: string }

/**
 * @param now Unix milliseconds, where the input names no time
 * @throws AppError `invalid_input` where it cannot be checked: no such scheme, no secret or key, or one that cannot be read
 */
export function toVerify(input: VerifyInput, now: number): ToVerify {
  const { scheme, custom, method, url } = input
  const chosen = { scheme, custom: custom ?? undefined }
  const definition = definitionOf(chosen)
  if (definition === undefined)
    throw scheme === 'custom' ? refused('custom', 'A custom scheme needs its row.') : unknownScheme(scheme, 'scheme')
  const settings = { ...chosen, ...credentialsOf(definition, input) }
  const body = Buffer.from(input.bodyBase64, 'base64')
  const request = { method, url, target: url, headers: input.headers.flat(), body }
  return { settings, request, at: input.at === undefined ? now : input.at * 1000 }
}

/** @param json of the body: how much of it is read is for whoever's thread this is to say */
export function verify({ settings, request, at }: ToVerify, json: SignedRequest['json']): Outcome {
  const definition = definitionOf(settings)
  if (definition === undefined) throw unknownScheme(settings.scheme, 'scheme')
  const explanation = explainSignature(definition, settings, { ...request, json }, at)
  const { kind, freshness, reason } = explanation.verdict
  if (kind === 'unchecked') return { missing: reason ?? 'A setting is missing.' }
  return {
    signature: kind,
    freshness: freshness ?? 'none',
    reason:
      reason ?? `The signature fits the content and the ${usesPublicKey(definition.row) ? 'public key' : 'secret'}.`,
    ...evidenceOf(explanation),
  }
}

/** @throws AppError `invalid_input` where a setting was missing */
export function verifiedOf(outcome: Outcome): Verified {
  if ('missing' in outcome) throw refused('extra', outcome.missing)
  return outcome
}

/** A secret or a key that nothing would look at is refused: it must not seem to vouch for anything. */
function credentialsOf(definition: Definition, { secret, publicKey, extra }: VerifyInput): Credentials {
  if (usesPublicKey(definition.row)) {
    const needless = secret ? secretFault(definition, secret) : undefined
    if (needless !== undefined) throw refused(publicKey ? 'secret' : 'publicKey', needless.says)
    if (!publicKey) throw refused('publicKey', "The provider's public key is needed to check this scheme.")
    const fault = publicKeyFault(definition, publicKey)
    if (fault !== undefined) throw refused('publicKey', fault.says)
    return { secrets: [], publicKeys: [publicKey], extra: extra ?? {} }
  }
  const needless = publicKey ? publicKeyFault(definition, publicKey) : undefined
  if (needless !== undefined) throw refused('publicKey', needless.says)
  if (!secret) throw refused('secret', 'A secret is needed to check this scheme.')
  return { secrets: [{ id: 'given', value: secret }], extra: extra ?? {} }
}

export function unknownScheme(id: string, path: string): AppError {
  return new AppError('invalid_input', `There is no scheme ${JSON.stringify(id)}.`, {
    hint: 'GET /api/schemes lists them; `custom` takes a row of your own.',
    issues: [{ path, message: 'No such scheme.' }],
  })
}

const refused = (path: string, says: string): AppError =>
  new AppError('invalid_input', says, { issues: [{ path, message: says }] })
