import { createHash, createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Scheme } from '../../../shared/scheme.ts'
import { findScheme } from '../../../server/signatures/schemes.ts'
import { aRequest, checkOf, explain } from './vectors.ts'

const NOW = 1_767_225_600_000
const SECONDS = '1767225590'
const SECRET = 'a secret nobody may read 0123456789'

const hex = (body: Buffer | string, secret: string | Buffer = SECRET) =>
  createHmac('sha256', secret).update(body).digest('hex')
const secret = (value: string = SECRET, id = 's1') => ({ id, value })
const rowOf = (id: string): Scheme => {
  const row = findScheme(id)?.row
  if (row === undefined) throw new Error(`no scheme ${id}`)
  return row
}
const checkWith = (id: string, ...secrets: { id: string; value: string }[]) => checkOf(id, rowOf(id), secrets)

describe("a scheme of one's own", () => {
  const ALGORITHMS = ['sha1', 'sha256', 'sha384', 'sha512'] as const
  const ENCODINGS = ['hex', 'base64', 'base64url'] as const
  const KEYS = [
    { enc: 'utf8', value: 'plain text é', bytes: Buffer.from('plain text é') },
    { enc: 'base64', value: Buffer.from('key bytes').toString('base64'), bytes: Buffer.from('key bytes') },
    { enc: 'hex', value: Buffer.from('key bytes').toString('hex'), bytes: Buffer.from('key bytes') },
  ] as const
  const CONTENTS = [
    ['{body}', (body: string) => body],
    ['{ts}.{body}', (body: string) => `${SECONDS}.${body}`],
    ['{method} {url}|{body}', (body: string) => `POST https://shop.example/hook?x=1|${body}`],
    ['{id}:{header:X-Shop}:{json:order.items.0.sku}:{body}', (body: string) => `m1:acme:é-1:${body}`],
  ] as const

  const table = ALGORITHMS.flatMap((algorithm) =>
    ENCODINGS.flatMap((enc) =>
      KEYS.flatMap((key) =>
        CONTENTS.flatMap(([content, text]) =>
          (['header', 'query'] as const).flatMap((place) =>
            ['', 'sha='].map((prefix) => ({ algorithm, enc, key, content, text, place, prefix })),
          ),
        ),
      ),
    ),
  )

  test.each(table)(
    'verifies $algorithm in $enc with a $key.enc key over $content in the $place behind "$prefix"',
    (one) => {
      const body = JSON.stringify({ order: { items: [{ sku: 'é-1' }] } })
      const row: Scheme = {
        alg: `hmac-${one.algorithm}`,
        key: { enc: one.key.enc },
        sig: { in: one.place, name: 'X-Sig', prefix: one.prefix, enc: one.enc },
        ts: { in: 'header', name: 'X-Time', unit: 's', past: 60, future: 60 },
        id: { name: 'X-Id' },
        content: one.content,
      }
      const signature = one.prefix + createHmac(one.algorithm, one.key.bytes).update(one.text(body)).digest(one.enc)
      const headers = ['x-time', SECONDS, 'X-ID', 'm1', 'x-shop', 'acme']
      const request = aRequest({
        text: body,
        headers: one.place === 'header' ? [...headers, 'x-sIG', signature] : headers,
        target: one.place === 'query' ? `/hook?a=b&X-Sig=${encodeURIComponent(signature)}&c` : '/hook',
      })
      const check = checkOf('custom', row, [secret(one.key.value)])
      expect(check(request, NOW)).toEqual({ kind: 'valid', scheme: 'custom', secretId: 's1', freshness: 'fresh' })
      const other = checkOf('custom', row, [secret(Buffer.from('other key').toString(one.key.enc))])
      expect(other(request, NOW)).toMatchObject({ kind: 'invalid', freshness: 'fresh' })
    },
  )

  test('what stands in the query can be signed, without the signature itself', () => {
    const row: Scheme = {
      alg: 'hmac-sha256',
      key: { enc: 'utf8' },
      sig: { in: 'query', name: 'hmac', enc: 'hex' },
      content: '{query}',
    }
    const target = `/install?code=1&hmac=${hex('code=1&shop=a%2Fb')}&shop=a%2Fb`
    expect(checkOf('custom', row, [secret()])(aRequest({ target }), NOW).kind).toBe('valid')
  })

  test("a signature inside the body is found, and only where it is the body's own", () => {
    const mailgun = checkWith('mailgun', secret())
    const text = JSON.stringify({ signature: { timestamp: '12', token: 'tok', signature: hex('12tok') } })
    expect(mailgun(aRequest({ text }), NOW).kind).toBe('valid')
    expect(mailgun(aRequest({ text: '{"signature":{"timestamp":"12","token":"tok"}}' }), NOW).kind).toBe('missing')
    expect(mailgun(aRequest({ text: 'not json' }), NOW).kind).toBe('missing')
    const inherited = checkOf(
      'custom',
      { ...rowOf('figma'), sig: { in: 'bodyJson', name: 'constructor.name', enc: 'utf8' } },
      [secret('Object')],
    )
    expect(inherited(aRequest({ text: '{}' }), NOW).kind).toBe('missing')
  })
})

test('without a secret nothing is checked', () => {
  const verdict = checkOf('github', rowOf('github'), [])(aRequest(), NOW)
  expect(verdict).toEqual({ kind: 'unchecked', scheme: 'github', reason: 'No secret is set.' })
})

test('while a secret is being replaced both count, and the verdict says which one fits', () => {
  const check = checkWith('github', secret('old', 'first'), secret('new', 'second'))
  const signed = (value: string) =>
    aRequest({ text: 'x', headers: ['X-Hub-Signature-256', `sha256=${hex('x', value)}`] })
  expect(check(signed('old'), NOW)).toMatchObject({ kind: 'valid', secretId: 'first' })
  expect(check(signed('new'), NOW)).toMatchObject({ kind: 'valid', secretId: 'second' })
  expect(check(signed('third'), NOW)).toMatchObject({ kind: 'invalid', reason: expect.stringContaining('2 secrets') })
})

test('any of several signatures may fit, in one header or in several', () => {
  const good = `v1=${hex(`${SECONDS}.x`)}`
  const bad = `v1=${hex('other')}`
  const stripe = checkWith('stripe', secret())
  for (const headers of [
    ['Stripe-Signature', `t=${SECONDS},${bad},${good},v0=00`],
    ['Stripe-Signature', `t=${SECONDS}, ${bad}, ${good}`],
    ['Stripe-Signature', `t=${SECONDS},${bad}`, 'stripe-signature', `t=${SECONDS},${good}`],
  ])
    expect(stripe(aRequest({ text: 'x', headers }), NOW)).toMatchObject({ kind: 'valid', freshness: 'fresh' })
})

test('a flood of signature headers is not worth a MAC each', () => {
  const headers = Array.from({ length: 50 }, () => ['Stripe-Signature', `t=${SECONDS},v1=${hex('other')}`]).flat()
  headers.push('Stripe-Signature', `t=${SECONDS},v1=${hex(`${SECONDS}.x`)}`)
  expect(checkWith('stripe', secret())(aRequest({ text: 'x', headers }), NOW).kind).toBe('invalid')
})

describe('what is not exactly a signature is refused', () => {
  const right = hex('x')
  const base64 = createHmac('sha256', SECRET).update('x').digest('base64')
  const bytes = createHmac('sha256', SECRET).update('x').digest()
  const table: [string, string, string][] = [
    ['gitea', 'rubbish behind the digits', `${right.slice(0, -4)}00zz`],
    ['gitea', 'more after a whole signature', `${right}zz`],
    ['gitea', 'half a byte', right.slice(0, -1)],
    ['gitea', 'another digest length', createHmac('sha512', SECRET).update('x').digest('hex')],
    ['gitea', 'spaces between', right.replace(/(..)/g, '$1 ').trim()],
    ['gitea', 'nothing', ''],
    ['github', "capital digits, where the provider's library compares text", `sha256=${right.toUpperCase()}`],
    ['github', 'a prefix of another algorithm as long as the right one', `sha512=${right}`],
    ['github', 'no prefix', right],
    ['github', 'another prefix', `sha1=${right}`],
    ['shopify', 'base64 without its padding', base64.replace('=', '')],
    ['shopify', 'base64 with rubbish inside', `${base64.slice(0, 10)}*${base64.slice(10)}`],
    ['shopify', 'the alphabet of URLs', Buffer.alloc(32, 0xfb).toString('base64url')],
    [
      'shopify',
      'unused bits that are set',
      `${base64.slice(0, -2)}${base64.at(-2) === 'A' ? 'B' : nextDigit(base64.at(-2) ?? '')}=`,
    ],
    ['shopify', 'hex', right],
    ['shopify', 'one byte short', bytes.subarray(0, 31).toString('base64')],
  ]
  test.each(table)('%s: %s', (id, _, value) => {
    const name = rowOf(id).sig.name
    expect(checkWith(id, secret())(aRequest({ text: 'x', headers: [name, value] }), NOW).kind).toBe('invalid')
  })
  test('capital hex digits are the same bytes elsewhere', () => {
    const headers = ['X-Gitea-Signature', right.toUpperCase()]
    expect(checkWith('gitea', secret())(aRequest({ text: 'x', headers }), NOW).kind).toBe('valid')
  })
})

function nextDigit(digit: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  return alphabet[alphabet.indexOf(digit) ^ 1] ?? ''
}

test.each([
  ['a byte order mark', Buffer.from('\uFEFF{"a":1}')],
  ['invalid UTF-8', Buffer.from([0xff, 0xfe, 0x80, 0x00, 0xc3])],
  ['a lone surrogate in UTF-8', Buffer.from([0xed, 0xa0, 0x80])],
  ['nothing', Buffer.alloc(0)],
  ['CRLF and trailing newlines', Buffer.from('{"a":1}\r\n\r\n')],
])('the body counts byte for byte: %s', (_, body) => {
  const headers = ['X-Hub-Signature-256', `sha256=${hex(body)}`]
  expect(checkWith('github', secret())(aRequest({ body, headers }), NOW).kind).toBe('valid')
})

describe('timestamps', () => {
  const slack = (time: string[], signedTime = SECONDS) =>
    checkWith('slack', secret())(
      aRequest({
        text: 'x',
        headers: [
          ...time.flatMap((each) => ['X-Slack-Request-Timestamp', each]),
          'X-Slack-Signature',
          `v0=${hex(`v0:${signedTime}:x`)}`,
        ],
      }),
      NOW,
    )
  const at = (seconds: number) => String(NOW / 1000 - seconds)

  test('a timestamp is fresh up to its limit and stale after it', () => {
    expect(slack([at(300)], at(300))).toMatchObject({ kind: 'valid', freshness: 'fresh' })
    expect(slack([at(301)], at(301))).toMatchObject({ kind: 'valid', freshness: 'stale' })
  })
  test('a signature that does not fit still says how old the request is', () => {
    expect(slack([at(4000)])).toMatchObject({
      kind: 'invalid',
      freshness: 'stale',
      reason: expect.stringContaining('does not fit'),
    })
  })
  test('a signed timestamp that is missing makes the signature invalid, and is named', () => {
    expect(slack([])).toMatchObject({ kind: 'invalid', reason: expect.stringContaining('X-Slack-Request-Timestamp') })
  })
  test.each(['12a', '1.5', '-5', ' 12', '', '1e9', '99999999999999999999'])('%j is no timestamp', (text) => {
    expect(slack([text], text)).toMatchObject({
      kind: 'invalid',
      reason: expect.stringContaining('not a timestamp in seconds'),
    })
  })
  test('a timestamp that comes twice must be the same twice', () => {
    expect(slack([SECONDS, SECONDS]).kind).toBe('valid')
    expect(slack([SECONDS, at(11)])).toMatchObject({
      kind: 'invalid',
      reason: expect.stringContaining('more than once'),
    })
  })
  test('where the body must tell the time, it is not enough that the signature fits', () => {
    const linear = (text: string) =>
      checkWith('linear', secret())(aRequest({ text, headers: ['Linear-Signature', hex(text)] }), NOW)
    expect(linear(`{"webhookTimestamp":${NOW - 60_000}}`)).toMatchObject({ kind: 'valid', freshness: 'fresh' })
    expect(linear(`{"webhookTimestamp":${NOW - 60_001}}`)).toMatchObject({ kind: 'valid', freshness: 'stale' })
    expect(linear(`{"webhookTimestamp":${NOW + 60_001}}`)).toMatchObject({ kind: 'valid', freshness: 'future' })
    expect(linear('{}')).toMatchObject({ kind: 'invalid', reason: expect.stringContaining('webhookTimestamp') })
    expect(linear('{"webhookTimestamp":"soon"}').kind).toBe('invalid')
  })
  test('times of day are read with and without fractions and zones', () => {
    const twitch = (time: string) =>
      checkWith('twitch', secret())(
        aRequest({
          text: 'x',
          headers: [
            ...['Twitch-Eventsub-Message-Id', 'm', 'Twitch-Eventsub-Message-Timestamp', time],
            ...['Twitch-Eventsub-Message-Signature', `sha256=${hex(`m${time}x`)}`],
          ],
        }),
        NOW,
      )
    for (const time of ['2025-12-31T23:59:50Z', '2025-12-31T23:59:50.123456789Z', '2026-01-01T01:59:50+02:00'])
      expect(twitch(time)).toMatchObject({ kind: 'valid', freshness: 'fresh' })
    for (const time of ['yesterday', '2025-12-31', '2025-13-31T23:59:50Z', '1767225590'])
      expect(twitch(time).kind).toBe('invalid')
  })
})

describe('tokens', () => {
  const check = checkWith('gitlab-token', secret('right'))
  test.each([
    ['the right one', ['x-gitlab-token', 'right'], 'valid'],
    ['a wrong one of the same length', ['X-Gitlab-Token', 'wrong'], 'invalid'],
    ['one that begins the same', ['X-Gitlab-Token', 'right-'], 'invalid'],
    ['an empty one', ['X-Gitlab-Token', ''], 'invalid'],
    ['none', ['Other', 'right'], 'missing'],
  ] as const)('%s', (_, headers, kind) => {
    expect(check(aRequest({ headers }), NOW).kind).toBe(kind)
  })
  test('a token outside ASCII is compared by its bytes', () => {
    const sent = Buffer.from('schlüssel').toString('latin1')
    expect(
      checkWith('gitlab-token', secret('schlüssel'))(aRequest({ headers: ['X-Gitlab-Token', sent] }), NOW).kind,
    ).toBe('valid')
  })
  test('a token with a broken escape is not guessed at', () => {
    const row: Scheme = {
      alg: 'token',
      key: { enc: 'utf8' },
      sig: { in: 'query', name: 't', enc: 'utf8' },
      content: '',
    }
    const given = (target: string) => checkOf('custom', row, [secret('a\u0003z')])(aRequest({ target }), NOW).kind
    expect(given('/?t=a%03z')).toBe('valid')
    expect(given('/?t=a%3zz')).toBe('invalid')
  })
  test('what a token should be is not explained away', () => {
    const explained = explain(
      'gitlab-token',
      rowOf('gitlab-token'),
      [secret()],
      aRequest({ headers: ['X-Gitlab-Token', 'no'] }),
      NOW,
    )
    expect(explained).toMatchObject({ expected: undefined, signed: undefined, received: ['no'] })
  })
})

describe('secrets', () => {
  const body = 'x'
  const signed = (key: Buffer) =>
    aRequest({
      text: body,
      headers: [
        ...['webhook-id', 'm', 'webhook-timestamp', SECONDS],
        ...['webhook-signature', `v1,${createHmac('sha256', key).update(`m.${SECONDS}.${body}`).digest('base64')}`],
      ],
    })
  const key = Buffer.from('twenty-four bytes of key')
  test.each([
    ['with its prefix', `whsec_${key.toString('base64')}`],
    ['with its prefix cut off by hand', key.toString('base64')],
  ])('a secret %s signs the same', (_, value) => {
    expect(checkWith('standard-webhooks', secret(value))(signed(key), NOW).kind).toBe('valid')
  })
  test('a missing padding does not change the key', () => {
    const short = Buffer.from('25 bytes need padding: ok')
    const value = `whsec_${short.toString('base64').replaceAll('=', '')}`
    expect(checkWith('standard-webhooks', secret(value))(signed(short), NOW).kind).toBe('valid')
  })
  test('where a scheme says so, a secret without prefix is plain text', () => {
    expect(checkWith('openai', secret('plain'))(signed(Buffer.from('plain')), NOW).kind).toBe('valid')
    expect(checkWith('openai', secret(`whsec_${key.toString('base64')}`))(signed(key), NOW).kind).toBe('valid')
  })
  test('the same prefix means another key at Stripe', () => {
    const value = `whsec_${key.toString('base64')}`
    const headers = ['Stripe-Signature', `t=${SECONDS},v1=${hex(`${SECONDS}.x`, value)}`]
    expect(checkWith('stripe', secret(value))(aRequest({ text: 'x', headers }), NOW).kind).toBe('valid')
  })
  test.each(['whsec_not base64!', 'whsec_ab=', 'whsec_', 'whsec_a', `whsec_${key.toString('base64')}\n`])(
    'a secret that cannot be read is said to be so, and not repeated: %j',
    (value) => {
      const verdict = checkWith('standard-webhooks', secret(value))(signed(key), NOW)
      expect(verdict).toMatchObject({
        kind: 'invalid',
        reason: expect.stringMatching(/^The secret is (not base64|empty)/),
      })
    },
  )
  test('one bad secret does not hide a good one', () => {
    const check = checkWith('adyen-platform', secret('zz', 'bad'), secret(key.toString('hex'), 'good'))
    const right = createHmac('sha256', key).update('x').digest('base64')
    expect(check(aRequest({ text: 'x', headers: ['HmacSignature', right] }), NOW)).toMatchObject({
      kind: 'valid',
      secretId: 'good',
    })
    expect(check(aRequest({ text: 'y', headers: ['HmacSignature', right] }), NOW).reason).toContain('was not tried')
  })
  test('a secret is never part of what is said about it', () => {
    const canary = 'c4nary-9e1f'
    for (const id of [
      'github',
      'stripe',
      'standard-webhooks',
      'adyen-platform',
      'token',
      'hubspot-v1',
      'pusher',
      'airtable',
      'linear',
    ])
      for (const headers of [[], [rowOf(id).sig.name, 'rubbish'], [rowOf(id).sig.name, `sha256=${hex('y')}`]]) {
        const explained = explain(id, rowOf(id), [secret(canary)], aRequest({ headers }), NOW, { key: 'app' })
        const { signed, ...rest } = explained
        expect(JSON.stringify(rest) + (signed?.toString('latin1') ?? '')).not.toContain(canary)
      }
  })
})

test('names such as __proto__ are headers and parameters like any other', () => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    const base = { alg: 'hmac-sha256', key: { enc: 'utf8' }, content: '{body}' } as const
    const inHeader = checkOf('custom', { ...base, sig: { in: 'header', name, enc: 'hex' } }, [secret()])
    const inQuery = checkOf('custom', { ...base, sig: { in: 'query', name, enc: 'hex' } }, [secret()])
    expect(inHeader(aRequest({ text: 'x', headers: [] }), NOW).kind).toBe('missing')
    expect(inHeader(aRequest({ text: 'x', headers: [name, hex('x')] }), NOW).kind).toBe('valid')
    expect(inQuery(aRequest({ text: 'x', target: '/' }), NOW).kind).toBe('missing')
    expect(inQuery(aRequest({ text: 'x', target: `/?${name}=${hex('x')}` }), NOW).kind).toBe('valid')
  }
})

test('a broken escape in the query is no signature', () => {
  const check = checkOf('shoprenter-payment-api', rowOf('shoprenter-payment-api'), [secret()])
  const right = hex('x')
  expect(check(aRequest({ text: 'x', target: `/?hmac=${right}#hmac=1` }), NOW).kind).toBe('valid')
  expect(
    check(aRequest({ text: 'x', target: `/?%68mac=%${right.charCodeAt(0).toString(16)}${right.slice(1)}` }), NOW).kind,
  ).toBe('valid')
  expect(check(aRequest({ text: 'x', target: `/?hmac=${right}%` }), NOW).kind).toBe('invalid')
  expect(check(aRequest({ text: 'x', target: '/?hmac=' }), NOW).kind).toBe('invalid')
  expect(check(aRequest({ text: 'x', target: '/?other=1' }), NOW).kind).toBe('missing')
})

test('a companion header must hold the value that was set', () => {
  const headers = ['X-Pusher-Signature', hex('x'), 'X-Pusher-Key', 'app']
  const check = (extra: Record<string, string>) =>
    checkOf('pusher', rowOf('pusher'), [secret()], extra)(aRequest({ text: 'x', headers }), NOW)
  expect(check({ key: 'app' }).kind).toBe('valid')
  expect(check({ key: 'other' })).toMatchObject({ kind: 'invalid', reason: expect.stringContaining('X-Pusher-Key') })
  expect(check({})).toMatchObject({ kind: 'unchecked', reason: expect.stringContaining('`key`') })
})

test('Svix is also understood under the header names of Standard Webhooks', () => {
  const mac = createHmac('sha256', Buffer.from('key!')).update(`m.${SECONDS}.x`).digest('base64')
  const headers = ['webhook-id', 'm', 'webhook-timestamp', SECONDS, 'webhook-signature', `v1,${mac}`]
  expect(checkWith('svix', secret('whsec_a2V5IQ=='))(aRequest({ text: 'x', headers }), NOW).kind).toBe('valid')
})

describe('the explanation', () => {
  test('shows the signed bytes, the element that was expected and those that came', () => {
    const came = [`v1=${hex('other')}`, `v1=${hex('another')}`]
    const request = aRequest({ text: 'x', headers: ['Stripe-Signature', `t=${SECONDS},${came.join(',')},v0=ff`] })
    expect(explain('stripe', rowOf('stripe'), [secret()], request, NOW)).toEqual({
      verdict: expect.objectContaining({ kind: 'invalid', freshness: 'fresh' }),
      fault: 'mismatch',
      signed: Buffer.from(`${SECONDS}.x`),
      signedSize: `${SECONDS}.x`.length,
      expected: `v1=${hex(`${SECONDS}.x`)}`,
      received: came,
      timestamp: Number(SECONDS) * 1000,
    })
  })
  test('still says what would have been right when no signature came', () => {
    const explained = explain('github', rowOf('github'), [secret()], aRequest({ text: 'x' }), NOW)
    expect(explained).toMatchObject({ fault: 'signature_missing', expected: `sha256=${hex('x')}`, received: undefined })
  })
  test('keeps the secret out of what was hashed with it', () => {
    const right = createHash('sha256').update(`${SECRET}x`).digest('hex')
    const request = aRequest({ text: 'x', headers: ['X-HubSpot-Signature', right] })
    const explained = explain('hubspot-v1', rowOf('hubspot-v1'), [secret()], request, NOW)
    expect(explained).toMatchObject({ verdict: { kind: 'valid' }, signed: Buffer.from('{secret}x'), expected: right })
  })
  test('takes the secret that fits for what was expected', () => {
    const request = aRequest({ text: 'x', headers: ['X-Hub-Signature-256', `sha256=${hex('x', 'b')}`] })
    const explained = explain('github', rowOf('github'), [secret('a', '1'), secret('b', '2')], request, NOW)
    expect(explained).toMatchObject({ expected: `sha256=${hex('x', 'b')}`, received: [`sha256=${hex('x', 'b')}`] })
  })
})
