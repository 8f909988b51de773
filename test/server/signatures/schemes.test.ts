import { expect, test } from 'vitest'
import { CANONICAL, CustomScheme, type Scheme, SchemeEntry } from '../../../shared/scheme.ts'
import { eventHeaders, findScheme, SCHEMES } from '../../../server/signatures/schemes.ts'
import { explain, isUnsigned, requestOf, sign, vectors, verdictOn } from './vectors.ts'

const rowOf = (id: string) => {
  const entry = findScheme(id)
  if (entry === undefined) throw new Error(`no scheme ${id}`)
  return entry.row
}

test('every scheme that the vectors are for is in the table', () => {
  expect(vectors).toHaveLength(186)
})

test('every scheme that is asked for by name is there', () => {
  const presets = ['standard-webhooks', 'svix', 'gitlab-signing-token', 'openai', 'clerk', 'resend', 'bigcommerce']
  presets.push('polar', 'standard-webhooks-v1a', 'stripe', 'mux', 'workos', 'sanity', 'paddle', 'github', 'notion')
  presets.push('twitch', 'easypost', 'line', 'razorpay', 'coinbase-commerce', 'gocardless', 'linear', 'pusher')
  presets.push('shopify', 'shopify-events', 'slack', 'zoom', 'square', 'hubspot-v1', 'hubspot-v2', 'hubspot-v3')
  presets.push('adyen-platform', 'discord', 'sendgrid', 'telegram', 'shoprenter-payment-api', 'netlify', 'messagebird')
  presets.push('plaid', 'wix', 'twilio', 'adyen-standard', 'contentful', 'aws-sns', 'atlassian-connect', 'github-sha1')
  presets.push(
    'gitlab-token',
    'bitbucket',
    'jira',
    'gitea',
    'forgejo',
    'gogs',
    'meta',
    'intercom',
    'twitter',
    'typeform',
  )
  presets.push('mollie', 'airtable', 'vercel', 'sentry', 'lemonsqueezy', 'dropbox', 'asana', 'klarna', 'woocommerce')
  presets.push('xero', 'intuit', 'docusign', 'square-legacy', 'trello', 'ms-teams-outgoing', 'webflow', 'zendesk')
  presets.push('mailgun', 'okta', 'auth0', 'figma', 'ms-graph', 'calendly', 'pagerduty', 'elevenlabs')
  expect(presets).toHaveLength(82)
  const others = ['paypal', 'adobe-io', 'adobe-commerce', 'monday', 'shoprenter-install', 'basic-auth', 'token']
  for (const id of [...presets, ...others]) expect(findScheme(id), id).toBeDefined()
})

test.each(vectors)('agrees with the provider on $id: $why', (vector) => {
  const verdict = verdictOn(vector)
  const accepted = verdict.kind === 'valid' && verdict.freshness !== 'stale' && verdict.freshness !== 'future'
  if (vector.why.startsWith('POLICY')) expect(verdict.kind).toBe('valid')
  else expect(accepted).toBe(vector.expected === 'valid')
})

test.each(vectors.filter((vector) => vector.why.includes('1 h old')))(
  'an hour-old request is rightly signed and stale: $id',
  (vector) => {
    expect(verdictOn(vector)).toMatchObject({
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
  expect(verdictOn(future)).toMatchObject({ kind: 'valid', freshness: 'future' })
  expect(verdictOn(stripe)).toMatchObject({ kind: 'valid', freshness: 'fresh' })
})

test.each(vectors.filter((vector) => /^missing /.test(vector.why)))(
  'a signature that is not there is missing: $id',
  (vector) => {
    expect(verdictOn(vector).kind).toBe('missing')
  },
)

/** Those that can be signed by adding headers, from the row alone. */
const isMacOfRow = ({ alg, content, sig }: Scheme) =>
  alg.startsWith('h') && content !== CANONICAL && sig.in !== 'bodyJson'

const remade = vectors.filter(
  (vector) =>
    vector.signedBy === 'oracle' &&
    vector.expected === 'valid' &&
    !vector.why.includes('rotation') &&
    isMacOfRow(rowOf(vector.provider)),
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
    // Only the table's own rows may say {canonical}; one of a user's is refused.
    expect(SchemeEntry.safeParse(entry).error, entry.id).toBeUndefined()
    expect(CustomScheme.safeParse(entry.row).success, entry.id).toBe(entry.row.content !== CANONICAL)
    if (entry.row.content === CANONICAL) expect(entry.signs, entry.id).toBeTruthy()
    expect(entry.source).toMatch(/^https:\/\//)
    expect(entry.secretHint, entry.id).toBeTruthy()
  }
})

test('headers that name an event are known whatever the scheme', () => {
  for (const name of ['x-github-event', 'x-shopify-topic', 'x-gitlab-event']) expect(eventHeaders).toContain(name)
})
