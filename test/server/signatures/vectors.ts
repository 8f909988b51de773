/** The published and SDK-made vectors, as requests that the checks understand. */
import { readFileSync } from 'node:fs'
import { withoutAuthority } from '../../../shared/target.ts'
import { lazyJson } from '../../../server/signatures/json-body.ts'
import { queryValuesOf, type SignedRequest } from '../../../server/signatures/request.ts'
import { type Explanation, explainSignature } from '../../../server/signatures/explain.ts'
import { findDefinition, findScheme } from '../../../server/signatures/schemes.ts'
import { resign } from '../../../server/signatures/resign.ts'
import { type Check, compileScheme } from '../../../server/signatures/verify.ts'
import type { HeaderPairs } from '../../../shared/headers.ts'
import type { SigningFault } from '../../../server/signatures/fault.ts'
import type { SecretValue } from '../../../server/signatures/key.ts'
import type { Scheme } from '../../../shared/scheme.ts'
import type { Verdict } from '../../../shared/capture.ts'

export interface Vector {
  readonly id: string
  /** A scheme id. */
  readonly provider: string
  readonly signedBy: string
  readonly secret: string
  /** In the form that the provider hands it out, or as a JWK. */
  readonly publicKey?: string | Record<string, unknown> | null
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

/** The public key as text, which is how it is set. */
export const publicKeyOf = ({ publicKey }: Vector): string | undefined =>
  typeof publicKey === 'string' ? publicKey : publicKey ? JSON.stringify(publicKey) : undefined

/** The verdict on a vector, with its own secret or key, at its own time. */
export function verdictOn(vector: Vector): Verdict {
  const definition = findDefinition(vector.provider)
  if (definition === undefined) throw new Error(`no scheme ${vector.provider}`)
  const publicKey = publicKeyOf(vector)
  const credentials = {
    secrets: publicKey === undefined ? [{ id: 's1', value: vector.secret }] : [],
    publicKeys: publicKey === undefined ? [] : [publicKey],
    extra: vector.extra ?? {},
  }
  return compileScheme(definition, credentials)(requestOf(vector), vector.now * 1000)
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

export interface ToSign {
  readonly method: string
  readonly url: string
  readonly body: Buffer
  /** Unix milliseconds. */
  readonly now: number
  readonly id?: string
  readonly headers?: HeaderPairs
  readonly extra?: Extra
}

/** What was put into a request that had none of it. Parameters of the query are not percent-encoded. */
export interface Additions {
  readonly headers: HeaderPairs
  readonly query: [name: string, value: string][]
}

export const isUnsigned = (result: Additions | SigningFault): result is SigningFault => 'says' in result

export function sign(row: Scheme, secret: string, input: ToSign): Additions | SigningFault {
  const { method, url, body, now, id, headers = [], extra = {} } = input
  const given: HeaderPairs = row.id === undefined || id === undefined ? headers : [...headers, [row.id.name, id]]
  const signing = { definition: { id: 'custom', row }, secrets: [{ id: '', value: secret }], extra }
  const target = withoutAuthority(url)
  const made = resign({ method, url, target, headers: given, body }, signing, { now, bodyTime: true })
  if ('says' in made) return made
  const value = row.sig.in === 'query' ? queryValuesOf(made.draft.target, row.sig.name)[0] : undefined
  return {
    headers: made.draft.headers.slice(headers.length),
    query: value === undefined ? [] : [[row.sig.name, value]],
  }
}
