import { expect, test } from 'vitest'
import { SchemeEntry } from '../../../shared/scheme.ts'
import { eventHeaders, findScheme, SCHEMES } from '../../../server/signatures/schemes.ts'
import { isUnsigned } from '../../../server/signatures/sign.ts'
import { FIRST_SCHEMES, checkOf, explain, requestOf, sign, vectors } from './vectors.ts'

const rowOf = (id: string) => {
  const entry = findScheme(id)
  if (entry === undefined) throw new Error(`no scheme ${id}`)
  return entry.row
}

const checked = (vector: (typeof vectors)[number]) =>
  checkOf(
    vector.provider,
    rowOf(vector.provider),
    [{ id: 's1', value: vector.secret }],
    vector.extra,
  )(requestOf(vector), vector.now * 1000)

test('the vectors of all required schemes are there', () => {
  const have = new Set(vectors.map((vector) => vector.provider))
  for (const id of FIRST_SCHEMES) expect(have).toContain(id)
  expect(vectors.length).toBeGreaterThan(100)
})

test.each(vectors)('agrees with the provider on $id: $why', (vector) => {
  const verdict = checked(vector)
  const accepted = verdict.kind === 'valid' && verdict.freshness !== 'stale' && verdict.freshness !== 'future'
  if (vector.why.startsWith('POLICY')) expect(verdict.kind).toBe('valid')
  else expect(accepted).toBe(vector.expected === 'valid')
})

test.each(vectors.filter((vector) => vector.why.includes('1 h old')))(
  'an hour-old request is rightly signed and stale: $id',
  (vector) => {
    expect(checked(vector)).toMatchObject({
      kind: 'valid',
      freshness: 'stale',
      reason: expect.stringContaining(' ago; '),
    })
  },
)

test('a request from the future is fresh where a scheme only limits age, and said where it limits both', () => {
  const future = vectors.find((vector) => vector.id === 'standard-webhooks/10-invalid')
  const stripe = vectors.find((vector) => vector.id === 'stripe/10-valid')
  if (future === undefined || stripe === undefined) throw new Error('vectors are missing')
  expect(checked(future)).toMatchObject({ kind: 'valid', freshness: 'future' })
  expect(checked(stripe)).toMatchObject({ kind: 'valid', freshness: 'fresh' })
})

test.each(vectors.filter((vector) => /^missing /.test(vector.why)))(
  'a signature that is not there is missing: $id',
  (vector) => {
    expect(checked(vector).kind).toBe('missing')
  },
)

const remade = vectors.filter(
  (vector) => vector.signedBy === 'oracle' && vector.expected === 'valid' && !vector.why.includes('rotation'),
)

test.each(remade)("signs byte for byte as the provider's own library does: $id", (vector) => {
  const row = rowOf(vector.provider)
  const request = requestOf(vector)
  const secrets = [{ id: 's1', value: vector.secret }]
  const now = explain(vector.provider, row, secrets, request, vector.now * 1000).timestamp ?? 0
  const id = row.id === undefined ? undefined : new Map(Object.entries(vector.headers)).get(row.id.name.toLowerCase())
  const signed = sign(row, vector.secret, {
    method: vector.method,
    url: vector.url,
    body: request.body,
    now,
    ...(id === undefined ? {} : { id }),
  })
  if (isUnsigned(signed)) throw new Error(signed.says)
  const sent = new Map(Object.entries(vector.headers).map(([name, value]) => [name.toLowerCase(), value]))
  for (const [name, value] of signed.headers) expect([name, value]).toEqual([name, sent.get(name.toLowerCase())])
  expect(signed.headers.length).toBeGreaterThan(0)
})

test('every entry is well formed, has an id of its own and names its source', () => {
  expect(new Set(SCHEMES.map((entry) => entry.id)).size).toBe(SCHEMES.length)
  for (const entry of SCHEMES) {
    expect(SchemeEntry.safeParse(entry)).toMatchObject({ success: true })
    expect(entry.source).toMatch(/^https:\/\//)
    expect(entry.secretHint, entry.id).toBeTruthy()
  }
})

test('headers that name an event are known whatever the scheme', () => {
  for (const name of ['x-github-event', 'x-shopify-topic', 'x-gitlab-event']) expect(eventHeaders).toContain(name)
})
