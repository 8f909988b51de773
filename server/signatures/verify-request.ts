/** One request that somebody hands in, checked without keeping anything. */
import type { Verified, VerifyInput } from '../../shared/diagnosis.ts'
import { AppError } from '../../shared/errors.ts'
import { definitionOf } from './endpoint-check.ts'
import { evidenceOf, explainSignature } from './explain.ts'
import { lazyJson } from './json-body.ts'

/** @param now Unix milliseconds, where the input names no time */
export function verifyRequest(input: VerifyInput, now: number): Verified {
  const definition = definitionOf({ scheme: input.scheme, custom: input.custom ?? undefined })
  if (definition === undefined) throw unknownScheme(input.scheme, 'scheme')
  if (input.publicKey) throw noPublicKeysYet('publicKey')
  if (!input.secret)
    throw new AppError('invalid_input', 'A secret is needed to check this scheme.', {
      issues: [{ path: 'secret', message: 'Missing.' }],
    })
  const body = Buffer.from(input.bodyBase64, 'base64')
  const { method, url } = input
  const request = { method, url, target: url, headers: input.headers.flat(), body, json: lazyJson(body) }
  const at = input.at === undefined ? now : input.at * 1000
  const secrets = [{ id: 'given', value: input.secret }]
  const explanation = explainSignature(definition, { secrets, extra: input.extra ?? {} }, request, at)
  const { kind, freshness, reason } = explanation.verdict
  if (kind === 'unchecked')
    throw new AppError('invalid_input', reason ?? 'A setting is missing.', {
      issues: [{ path: 'extra', message: reason ?? 'Missing.' }],
    })
  return {
    signature: kind,
    freshness: freshness ?? 'none',
    reason: reason ?? 'The signature fits the content and the secret.',
    ...evidenceOf(explanation),
  }
}

/** Refused rather than ignored: a key that nothing looks at must not seem to vouch for anything. */
export function noPublicKeysYet(path: string): AppError {
  return new AppError('invalid_input', 'Schemes that are checked with a public key are not there yet.', {
    hint: 'The schemes of GET /api/schemes are checked with a secret; leave the public key out.',
    issues: [{ path, message: 'Not available yet.' }],
  })
}

export function unknownScheme(id: string, path: string): AppError {
  return new AppError('invalid_input', `There is no scheme ${JSON.stringify(id)}.`, {
    hint: 'GET /api/schemes lists them; `custom` takes a row of your own.',
    issues: [{ path, message: 'No such scheme.' }],
  })
}
