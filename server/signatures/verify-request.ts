/** One request that somebody hands in, checked without keeping anything. */
import type { Verified, VerifyInput } from '../../shared/diagnosis.ts'
import { AppError } from '../../shared/errors.ts'
import { usesPublicKey } from '../../shared/scheme-key.ts'
import { publicKeyFault, secretFault } from './credentials.ts'
import type { Credentials, Definition } from './definition.ts'
import { definitionOf } from './endpoint-check.ts'
import { evidenceOf, explainSignature } from './explain.ts'
import { lazyJson } from './json-body.ts'

/**
 * @param now Unix milliseconds, where the input names no time
 * @throws AppError `invalid_input` where it cannot be checked: no such scheme, no secret or key, or a setting is missing
 */
export function verifyRequest(input: VerifyInput, now: number): Verified {
  const definition = definitionOf({ scheme: input.scheme, custom: input.custom ?? undefined })
  if (definition === undefined)
    throw input.scheme === 'custom'
      ? refused('custom', 'A custom scheme needs its row.')
      : unknownScheme(input.scheme, 'scheme')
  const body = Buffer.from(input.bodyBase64, 'base64')
  const { method, url } = input
  const request = { method, url, target: url, headers: input.headers.flat(), body, json: lazyJson(body) }
  const at = input.at === undefined ? now : input.at * 1000
  const explanation = explainSignature(definition, credentialsOf(definition, input), request, at)
  const { kind, freshness, reason } = explanation.verdict
  if (kind === 'unchecked') throw refused('extra', reason ?? 'A setting is missing.')
  return {
    signature: kind,
    freshness: freshness ?? 'none',
    reason:
      reason ?? `The signature fits the content and the ${usesPublicKey(definition.row) ? 'public key' : 'secret'}.`,
    ...evidenceOf(explanation),
  }
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
