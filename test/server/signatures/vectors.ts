/** The published and SDK-made vectors, as requests that the checks understand. */
import { readFileSync } from 'node:fs'
import { withoutAuthority } from '../../../shared/target.ts'
import { lazyJson } from '../../../server/signatures/json-body.ts'
import type { SignedRequest } from '../../../server/signatures/request.ts'
import { type Explanation, explainSignature } from '../../../server/signatures/explain.ts'
import { findScheme } from '../../../server/signatures/schemes.ts'
import { type Additions, signRequest, type ToSign } from '../../../server/signatures/sign.ts'
import { type Check, compileScheme } from '../../../server/signatures/verify.ts'
import type { Fault } from '../../../server/signatures/fault.ts'
import type { SecretValue } from '../../../server/signatures/key.ts'
import type { Scheme } from '../../../shared/scheme.ts'

export interface Vector {
  readonly id: string
  /** A scheme id. */
  readonly provider: string
  readonly signedBy: string
  readonly secret: string
  readonly extra?: Record<string, string>
  readonly method: string
  readonly url: string
  readonly headers: Record<string, string>
  readonly bodyBase64: string
  /** Unix seconds. */
  readonly now: number
  readonly expected: 'valid' | 'invalid'
  /** Begins with POLICY where the provider's library accepts what is rightly signed but old. */
  readonly why: string
}

const file = new URL('../../fixtures/signatures/vectors.json', import.meta.url)

/** Those of the schemes in the table. */
export const vectors = (JSON.parse(readFileSync(file, 'utf8')) as Vector[]) // the file's own shape
  .filter((vector) => findScheme(vector.provider) !== undefined)

export function requestOf(vector: Pick<Vector, 'method' | 'url' | 'headers' | 'bodyBase64'>): SignedRequest {
  const body = Buffer.from(vector.bodyBase64, 'base64')
  const target = withoutAuthority(vector.url)
  return {
    method: vector.method,
    url: vector.url,
    target,
    headers: Object.entries(vector.headers).flat(),
    body,
    json: lazyJson(body),
  }
}

/** A request as a sender would make it, with what matters to the test filled in. */
export function aRequest(given: Partial<SignedRequest> & { text?: string } = {}): SignedRequest {
  const body = given.body ?? Buffer.from(given.text ?? '{"id":"evt_1","type":"order.created"}')
  const url = given.url ?? 'https://shop.example/hook?x=1'
  return { method: 'POST', url, target: withoutAuthority(url), headers: [], ...given, body, json: lazyJson(body) }
}

/** The schemes that were there first, and that everything else is shown with. */
export const FIRST_SCHEMES = [
  'standard-webhooks',
  'svix',
  'stripe',
  'github',
  'shopify',
  'slack',
  'square',
  'shoprenter-payment-api',
]

type Extra = Readonly<Record<string, string>>

/** The check of a row, which tests mostly have in hand without a definition around it. */
export const checkOf = (id: string, row: Scheme, secrets: readonly SecretValue[], extra: Extra = {}): Check =>
  compileScheme({ id, row }, { secrets, extra })

export const explain = (
  id: string,
  row: Scheme,
  secrets: readonly SecretValue[],
  request: SignedRequest,
  now: number,
  extra: Extra = {},
): Explanation => explainSignature({ id, row }, { secrets, extra }, request, now)

export const sign = (row: Scheme, secret: string, input: ToSign): Additions | Fault =>
  signRequest({ id: 'custom', row }, secret, input)
