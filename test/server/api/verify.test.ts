/** `POST /api/verify` agrees with every published and SDK-made vector of the schemes it knows. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withoutAuthority } from '../../../shared/target.ts'
import { Verified } from '../../../shared/diagnosis.ts'
import { anInspector, type TestInspector } from '../../support/an-inspector.ts'
import { FIRST_SCHEMES, publicKeyOf, vectors } from '../signatures/vectors.ts'

let inspector: TestInspector
beforeAll(async () => {
  inspector = await anInspector()
})
afterAll(() => inspector.close())

test('there are vectors for each of the first schemes, and all are of schemes that are known', () => {
  expect(vectors).toHaveLength(186)
  const providers = new Set(vectors.map(({ provider }) => provider))
  for (const id of FIRST_SCHEMES) expect(providers, id).toContain(id)
})

test.each(vectors)('$id is judged as its provider does', async (vector) => {
  const { provider, secret, extra, method, url, headers, bodyBase64, now, expected, why } = vector
  const { status, json } = await inspector.post('/api/verify', {
    scheme: provider,
    secret,
    publicKey: publicKeyOf(vector) ?? null,
    extra: extra ?? null,
    method,
    url,
    headers: Object.entries(headers),
    bodyBase64,
    at: now,
  })
  expect(status, JSON.stringify(json)).toBe(200)
  const verified = Verified.parse(json)
  const accepted = verified.signature === 'valid' && ['fresh', 'none'].includes(verified.freshness)
  // Where the provider's library does not look at the age, what is rightly signed is accepted there and stale here.
  if (why.startsWith('POLICY')) {
    expect(verified.signature).toBe('valid')
    // Stripe limits age only: what is dated ahead is fresh there, and here.
    expect(verified.freshness).toBe(why.includes(' 1 h old') ? 'stale' : 'fresh')
  } else expect(accepted ? 'valid' : 'invalid', `${verified.reason} ${withoutAuthority(url)}`).toBe(expected)
})

test.each([
  [{ scheme: 'nobody' }, 'scheme'],
  [{ secret: null }, 'secret'],
  [{ publicKey: 'MCowBQYDK2VwAyEA' }, 'publicKey'],
  [{ scheme: 'discord', secret: null }, 'publicKey'],
  [{ scheme: 'discord' }, 'publicKey'],
  [{ scheme: 'discord', publicKey: 'ff'.repeat(32) }, 'secret'],
  [{ scheme: 'discord', secret: null, publicKey: 'ff' }, 'publicKey'],
  [{ scheme: 'pusher' }, 'extra'],
  [{ scheme: 'custom' }, 'custom'],
  [{ bodyBase64: '%' }, 'bodyBase64'],
  [{ headers: [['a']] }, 'headers.0'],
  [{ colour: 1 }, ''],
])('input that cannot be checked is refused with its place: %j', async (change, path) => {
  const whole = { scheme: 'github', secret: 's', method: 'POST', url: 'https://x/', headers: [], bodyBase64: '' }
  const { status, json } = await inspector.post('/api/verify', { ...whole, ...change })
  expect(status).toBe(422)
  expect((json as { issues: { path: string }[] }).issues.map((issue) => issue.path)).toContain(path)
})
