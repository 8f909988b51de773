import { createHash, createHmac, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Scheme } from '../../../../shared/scheme.ts'
import { diagnose } from '../../../../server/signatures/diagnose.ts'
import { compileScheme } from '../../../../server/signatures/verify.ts'
import { aRequest } from '../vectors.ts'
import { GITHUB, deliver, NOW, SECONDS, SECRET, settings, STANDARD, STRIPE, URL } from './faults.ts'

const BODY = '{"data":{"id":"716","order_id":"#186"},"type":"order.created","webhook_environment":"live"}'
const MS = `${SECONDS}000`
const ISO = new Date(Number(MS)).toISOString()
const KEY = randomBytes(24)

interface Unknown {
  readonly hash: 'sha1' | 'sha256' | 'sha384' | 'sha512'
  readonly enc: 'hex' | 'base64' | 'base64url'
  readonly key: { readonly given: string; readonly bytes: Buffer; readonly as: string }
  readonly content: string
  readonly headers: (signature: string) => string[]
  readonly put: string
}

const KEYS = [
  { as: 'text', given: SECRET, bytes: Buffer.from(SECRET) },
  { as: 'base64', given: KEY.toString('base64'), bytes: KEY },
  { as: 'hex', given: KEY.toString('hex'), bytes: KEY },
  { as: 'whsec_ and base64', given: `whsec_${KEY.toString('base64')}`, bytes: KEY },
] as const

const CONTENTS: readonly { content: string; headers: readonly string[] }[] = [
  { content: BODY, headers: [] },
  { content: URL + BODY, headers: [] },
  { content: BODY + URL, headers: [] },
  { content: `POST${URL}${BODY}`, headers: [] },
  { content: `${SECONDS}.${BODY}`, headers: ['X-Shoprocket-Time', SECONDS] },
  { content: `${MS}${BODY}`, headers: ['X-Shoprocket-Time', MS] },
  { content: `${ISO}:${BODY}`, headers: ['X-Sent', ISO] },
  { content: `v0:${SECONDS}:${BODY}`, headers: ['X-Sent', SECONDS] },
  { content: `d-1.${SECONDS}.${BODY}`, headers: ['X-Delivery-Id', 'd-1', 'X-Time', SECONDS] },
  { content: `${SECONDS}|d-1|${BODY}`, headers: ['X-Nonce', 'd-1', 'X-Time', SECONDS] },
  { content: `d-1\n${BODY}`, headers: ['X-Request', 'd-1'] },
  { content: `${BODY}.${SECONDS}`, headers: ['X-Time', SECONDS] },
]

const PUTS: readonly { put: string; headers: (signature: string) => string[] }[] = [
  { put: 'bare', headers: (signature) => ['X-Shoprocket-Signature', signature] },
  { put: 'behind sha=', headers: (signature) => ['X-Sig', `sha=${signature}`] },
  { put: 'in Authorization', headers: (signature) => ['Authorization', `HMAC ${signature}`] },
  { put: 'as a field', headers: (signature) => ['X-Sig', `k=1;s=${signature};u=x`] },
]

const UNKNOWN: readonly Unknown[] = CONTENTS.flatMap(({ content, headers }, c) =>
  KEYS.flatMap((key, k) =>
    PUTS.map((one, p): Unknown => {
      const hash = (['sha256', 'sha1', 'sha512', 'sha384'] as const)[(c + k + p) % 4] ?? 'sha256'
      const enc = (['hex', 'base64', 'base64url'] as const)[(c + 2 * k + p) % 3] ?? 'hex'
      return { hash, enc, key, content, put: one.put, headers: (signature) => [...headers, ...one.headers(signature)] }
    }),
  ),
)

describe('a scheme that nobody described', () => {
  test.each(UNKNOWN)('is found from one delivery: $hash in $enc $put, key in $key.as, over $content', (one) => {
    const signature = createHmac(one.hash, one.key.bytes).update(one.content).digest(one.enc)
    const headers = ['Host', 'shop.example', 'User-Agent', 'shop/1.0', 'X-Topic', 'order', ...one.headers(signature)]
    const request = aRequest({ url: URL, text: BODY, headers })
    const diagnosis = diagnose({ settings: settings(undefined, one.key.given), request }, NOW)
    expect(diagnosis).toMatchObject({ verdict: { kind: 'unchecked' }, causes: [{ proven: true }] })
    const row = Scheme.parse(diagnosis.scheme)
    const check = compileScheme({ id: 'custom', row }, { secrets: [{ id: 's', value: one.key.given }] })
    expect(check(request, NOW).kind).toBe('valid')
    // It checks what it says: with another body it is not valid any more.
    expect(check(aRequest({ url: URL, text: `${BODY} `, headers }), NOW).kind).toBe('invalid')
  })

  test.each([
    ['{secret}{body}', (secret: string) => secret + BODY],
    ['{body}{secret}', (secret: string) => BODY + secret],
    ['{secret}:{body}', undefined],
    ['{secret}{url}{body}', (secret: string) => secret + URL + BODY],
  ] as const)('is found where the secret is hashed along: %s', (content, join) => {
    const text = join === undefined ? undefined : join(SECRET)
    const signature = createHash('sha256')
      .update(text ?? `${BODY}:${SECRET}`)
      .digest('hex')
    const request = aRequest({ url: URL, text: BODY, headers: ['X-Check', signature] })
    const { scheme } = diagnose({ settings: settings(undefined, SECRET), request }, NOW)
    expect(scheme).toMatchObject({ alg: 'hash-sha256', content: text === undefined ? '{body}:{secret}' : content })
  })

  test.each([
    [
      'in the query',
      aRequest({
        url: `https://a.example/h?a=1&sign=${createHmac('sha256', SECRET).update(BODY).digest('hex')}`,
        text: BODY,
      }),
      'query',
    ],
    [
      'in the body',
      aRequest({
        url: URL,
        text: JSON.stringify({
          sign: {
            id: 'x',
            mac: createHmac('sha256', SECRET).update(`POST${URL}`).digest('hex'),
          },
        }),
      }),
      'bodyJson',
    ],
  ] as const)('is found where the signature stands %s', (_, request, place) => {
    const { scheme } = diagnose({ settings: settings(undefined, SECRET), request }, NOW)
    expect(scheme?.sig.in).toBe(place)
  })

  test('is found where the endpoint has another scheme, and the secret has a space behind it', () => {
    const signature = createHmac('sha256', SECRET).update(`${SECONDS}|${BODY}`).digest('base64')
    const request = aRequest({ url: URL, text: BODY, headers: ['X-Mac', signature, 'X-When', SECONDS] })
    const { causes, scheme } = diagnose({ settings: settings('github', `${SECRET} `), request }, NOW)
    expect(causes.map(({ id, proven }) => [id, proven])).toEqual([
      ['scheme_found', true],
      ['secret_whitespace', true],
    ])
    expect(scheme).toMatchObject({ content: '{ts}|{body}', ts: { in: 'header', name: 'X-When', unit: 's' } })
  })

  test.each([
    ['as it is', ['X-Token', SECRET], { in: 'header', name: 'X-Token' }],
    [
      'behind Bearer',
      ['Authorization', `Bearer ${SECRET}`],
      { in: 'header', name: 'Authorization', prefix: 'Bearer ' },
    ],
  ])('is a token where the secret itself is sent %s', (_, headers, sig) => {
    const request = aRequest({ url: URL, text: BODY, headers })
    const diagnosis = diagnose({ settings: settings(undefined, SECRET), request }, NOW)
    expect(diagnosis.scheme).toMatchObject({ alg: 'token', sig })
    expect(JSON.stringify(diagnosis)).not.toContain(SECRET)
  })

  test('is a JWT where a header holds one that the secret signed', () => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
    const sha = createHash('sha256').update(BODY).digest('hex')
    const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ iss: 'shop', hash: sha })}`
    const jwt = `${signed}.${createHmac('sha256', SECRET).update(signed).digest('base64url')}`
    const request = aRequest({ url: URL, text: BODY, headers: ['X-Jwt', jwt] })
    expect(diagnose({ settings: settings(undefined, SECRET), request }, NOW).scheme).toMatchObject({
      alg: 'jwt',
      algs: ['HS256'],
      claims: { bodySha256Hex: 'hash' },
    })
    const other = diagnose({ settings: settings(undefined, 'no such secret'), request }, NOW)
    expect(other.causes).toMatchObject([{ id: 'scheme_not_found', proven: false }])
    expect(other.causes[0]?.detail).toContain('HS256')
  })

  test.each([
    [GITHUB, 'github'],
    [STRIPE, 'stripe'],
    [STANDARD, 'standard-webhooks'],
  ])('is told by its id where it is one of the table', (family, id) => {
    const request = deliver(family, BODY)
    expect(diagnose({ settings: settings(undefined, family.secret), request }, NOW)).toMatchObject({
      causes: [{ id: 'other_scheme', proven: true }],
      schemeId: id,
    })
    const chosen = diagnose({ settings: settings('shopify', family.secret), request }, NOW)
    expect(chosen.causes[0]?.proven).toBe(true)
    expect(chosen.schemeId).toBe(id)
  })

  test('is not found in a request that carries none', () => {
    const { causes } = diagnose({ settings: settings(undefined, SECRET), request: aRequest({ text: BODY }) }, NOW)
    expect(causes).toMatchObject([{ id: 'scheme_not_found', title: 'It carries no signature', proven: false }])
  })
})

describe('a scheme of which only a part is known here', () => {
  test.each([
    ['{url}{body}', (url: string) => url + BODY, []],
    ['{ts}.{url}.{body}', (url: string) => `${SECONDS}.${url}.${BODY}`, ['X-Time', SECONDS]],
  ] as const)('is found over %s with the URL as the sender knows it', (content, join, more) => {
    for (const url of [URL.replace('https', 'http'), URL.replace('shop.example', 'hooks.shop.example')]) {
      const signature = createHmac('sha256', SECRET).update(join(url)).digest('hex')
      const headers = ['Host', 'shop.example', 'X-Forwarded-Host', 'hooks.shop.example', 'X-Sig', signature, ...more]
      const diagnosis = diagnose(
        { settings: settings(undefined, SECRET), request: aRequest({ url: URL, text: BODY, headers }) },
        NOW,
      )
      expect(diagnosis.causes).toMatchObject([{ id: 'scheme_found' }, { id: 'wrong_url', url, proven: true }])
      expect(diagnosis.scheme).toMatchObject({ content })
      const check = compileScheme(
        { id: 'custom', row: Scheme.parse(diagnosis.scheme) },
        { secrets: [{ id: 's', value: SECRET }] },
      )
      expect(check(aRequest({ url, text: BODY, headers }), NOW).kind).toBe('valid')
    }
  })

  test.each([
    ['{"n": 1, "a": [1, 2]}', '{"n":1,"a":[1,2]}', 'body_reserialised'],
    ['{\n  "n": 1\n}', '{"n":1}', 'body_reserialised'],
    ['{"n":1}', '{\n    "n": 1\n}', 'body_reserialised'],
    ['{"b":1,"a":2}', '{"b": 1, "a": 2}', 'body_reserialised'],
    ['{"a":"\\u00e9"}', '{"a":"é"}', 'body_escaped'],
    ['{"a":"http:\\/\\/x"}', '{"a":"http://x"}', 'body_escaped'],
    ['{"a":1}\n', '{"a":1}', 'body_line_ends'],
  ])('is found although %j was signed and %j came', (signed, arrives, cause) => {
    for (const [content, headers] of [
      ['{body}', []],
      ['{ts}.{body}', ['X-Time', SECONDS]],
    ] as const) {
      const text = content.replace('{ts}', SECONDS).replace('{body}', signed)
      const signature = createHmac('sha256', SECRET).update(text).digest('hex')
      const request = aRequest({ url: URL, text: arrives, headers: ['X-Shop-Sig', signature, ...headers] })
      const diagnosis = diagnose({ settings: settings(undefined, SECRET), request }, NOW)
      expect(diagnosis.causes.map(({ id, proven }) => [id, proven])).toEqual([
        ['scheme_found', true],
        [cause, true],
      ])
      expect(diagnosis).toMatchObject({ scheme: { content } })
      expect(diagnosis.causes[0]?.evidence).toMatch(/Only with both together\.$/)
    }
  })

  test('is told in words', () => {
    const signature = createHmac('sha256', SECRET).update(`v0:${SECONDS}\n${BODY}`).digest('hex')
    const custom = Scheme.parse({
      alg: 'hmac-sha256',
      key: { enc: 'utf8' },
      sig: { in: 'header', name: 'X-Sig', enc: 'hex' },
      ts: { in: 'header', name: 'X-Time', unit: 's', past: 300, future: 300 },
      content: 'v0:{ts}\n{body}',
    })
    const request = aRequest({ url: URL, text: '{}', headers: ['X-Sig', signature, 'X-Time', SECONDS] })
    const { causes } = diagnose({ settings: { ...settings('custom', SECRET), custom }, request }, NOW)
    expect(causes[0]?.evidence).toBe(
      'This scheme signs “v0:”, the time, a line break and the body, one behind the other – with the secret and SHA-256. The signature stands in the header X-Sig, written as hex.',
    )
    const found = createHmac('sha256', SECRET).update(`${SECONDS}.${BODY}`).digest('hex')
    const unknown = aRequest({ url: URL, text: BODY, headers: ['X-Sig', found, 'X-Time', SECONDS] })
    expect(diagnose({ settings: settings(undefined, SECRET), request: unknown }, NOW).causes[0]?.detail).toBe(
      'The header X-Sig holds a signature that was made with the secret and SHA-256. What is signed is the time, “.” and the body, one behind the other; the signature is written in hex.',
    )
  })

  test.each([
    ['hex', BODY, []],
    ['base64', `${SECONDS}.${BODY}`, ['X-Time', SECONDS]],
  ] as const)('is recognised where MD5 made it (%s), which is not set up', (enc, content, more) => {
    const signature = createHmac('md5', SECRET).update(content).digest(enc)
    const request = aRequest({
      url: URL,
      text: BODY,
      headers: ['X-Request-Id', 'ab'.repeat(16), 'X-S', signature, ...more],
    })
    const { causes, scheme } = diagnose({ settings: settings(undefined, SECRET), request }, NOW)
    expect(causes[0]).toMatchObject({ id: 'scheme_not_found', title: 'It is signed with MD5', proven: false })
    expect(causes[0]?.detail).toContain('X-S was made with MD5')
    expect(scheme).toBeUndefined()
  })

  test('is not called unsigned where a header says by its name that it is a signature', () => {
    const request = aRequest({ url: URL, text: BODY, headers: ['X-Shop-Signature', randomBytes(28).toString('hex')] })
    const { causes } = diagnose({ settings: settings(undefined, SECRET), request }, NOW)
    expect(causes[0]).toMatchObject({ id: 'scheme_not_found', title: 'How it is signed was not found' })
    expect(causes[0]?.detail).toContain('X-Shop-Signature')
  })
})

describe('200 signatures that have nothing to do with the request', () => {
  const SCHEMES = [
    undefined,
    'github',
    'stripe',
    'standard-webhooks',
    'square',
    'twilio',
    'slack',
    'hubspot-v2',
    'sanity',
    'shopify',
  ]
  test.each(SCHEMES)('prove nothing where the scheme is %s', (scheme) => {
    for (let i = 0; i < 20; i++) {
      const bytes = randomBytes([20, 32, 64, 48][i % 4] ?? 32)
      const text = bytes.toString((['hex', 'base64', 'base64url'] as const)[i % 3])
      const headers = [
        ...['X-Hub-Signature-256', `sha256=${text}`, 'Stripe-Signature', `t=${SECONDS},v1=${text}`],
        ...['webhook-id', 'm', 'webhook-timestamp', SECONDS, 'webhook-signature', `v1,${text}`],
        ...['x-square-hmacsha256-signature', text, 'X-Twilio-Signature', text, 'X-HubSpot-Signature', text],
        ...['X-Slack-Signature', `v0=${text}`, 'X-Slack-Request-Timestamp', SECONDS, 'X-Shopify-Hmac-Sha256', text],
        ...['sanity-webhook-signature', `t=${MS},v1=${text}`],
      ]
      const request = aRequest({ url: URL, text: BODY, headers })
      const diagnosis = diagnose({ settings: settings(scheme, SECRET), request }, NOW)
      const { causes } = diagnosis
      expect(causes.filter(({ proven }) => proven)).toEqual([])
      expect(causes.length).toBeGreaterThan(0)
      expect(diagnosis.scheme).toBeUndefined()
    }
  })
})
