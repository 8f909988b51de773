/** Providers without published vectors: requests signed here by hand, as their descriptions say, and not by our own code. */
import { createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { Verdict } from '../../../shared/capture.ts'
import type { Credentials } from '../../../server/signatures/definition.ts'
import type { SignedRequest } from '../../../server/signatures/request.ts'
import { findDefinition } from '../../../server/signatures/schemes.ts'
import { CODES } from '../../../server/signatures/schemes/own-rules.ts'
import { compileScheme } from '../../../server/signatures/verify.ts'
import { aRequest } from './vectors.ts'

const NOW = 1_767_225_600_000
const SECRET = 'the secret of the table'
const BODY = '{"id":"evt_1","name":"é"}'
const URL_SIGNED = 'https://shop.example/hook?x=1'
const FORM = ['content-type', 'application/x-www-form-urlencoded']
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString()

const hmac = (algorithm: string, text: string, enc: 'hex' | 'base64', key: string | Buffer = SECRET) =>
  createHmac(algorithm, key).update(text).digest(enc)
const rsaSha256 = (text: string) => sign('RSA-SHA256', Buffer.from(text), rsa.privateKey).toString('base64')
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const part = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url')
const hs256 = (claims: object, header: object = { alg: 'HS256', typ: 'JWT' }) => {
  const signed = `${part(header)}.${part(claims)}`
  return `${signed}.${createHmac('sha256', SECRET).update(signed).digest('base64url')}`
}

function verdict(
  id: string,
  request: Partial<SignedRequest> & { text?: string },
  credentials: Partial<Credentials> = {},
): Verdict {
  const definition = findDefinition(id)
  if (definition === undefined) throw new Error(`no scheme ${id}`)
  const secrets = credentials.publicKeys === undefined ? [{ id: 's1', value: SECRET }] : []
  return compileScheme(definition, { secrets, ...credentials })(aRequest({ text: BODY, ...request }), NOW)
}

test('each piece of code belongs to a scheme of the table', () => {
  for (const id of CODES.keys()) expect(findDefinition(id)?.code, id).toBeDefined()
})

const MACS: [string, string[]][] = [
  ['sentry', ['sentry-app-signature', hmac('sha256', BODY, 'hex')]],
  ['basic-auth', ['authorization', `Basic ${Buffer.from(SECRET).toString('base64')}`]],
  ['gitea', ['x-gitea-signature', hmac('sha256', BODY, 'hex')]],
]

test.each(MACS)('%s: what is signed by hand is valid, and with another secret it is not', (id, headers) => {
  expect(verdict(id, { headers })).toMatchObject({ kind: 'valid', secretId: 's1' })
  expect(verdict(id, { headers }, { secrets: [{ id: 's2', value: 'another' }] }).kind).toBe('invalid')
})

describe('signed with RSA', () => {
  const paypal = (webhookId: string, body = BODY) => [
    'PAYPAL-TRANSMISSION-ID',
    'b0c1-4d',
    'PAYPAL-TRANSMISSION-TIME',
    '2025-12-31T23:59:50Z',
    'PAYPAL-TRANSMISSION-SIG',
    rsaSha256(`b0c1-4d|2025-12-31T23:59:50Z|${webhookId}|${crc32(Buffer.from(body))}`),
  ]
  test('PayPal: transmission, webhook id and CRC of the body', () => {
    const credentials = { publicKeys: [pem], extra: { webhookId: 'WH-1' } }
    expect(verdict('paypal', { headers: paypal('WH-1') }, credentials)).toMatchObject({
      kind: 'valid',
      secretId: expect.stringMatching(/^key:[0-9a-f]{12}$/),
    })
    expect(verdict('paypal', { headers: paypal('WH-2') }, credentials).kind).toBe('invalid')
    expect(verdict('paypal', { headers: paypal('WH-1'), text: '{}' }, credentials).kind).toBe('invalid')
    expect(verdict('paypal', { headers: paypal('WH-1') }, { publicKeys: [pem] })).toMatchObject({
      kind: 'unchecked',
      reason: expect.stringContaining('webhookId'),
    })
  })
  test('Adobe I/O: the body, in either of two headers', () => {
    for (const name of ['x-adobe-digital-signature-1', 'x-adobe-digital-signature-2'])
      expect(verdict('adobe-io', { headers: [name, rsaSha256(BODY)] }, { publicKeys: [pem] }).kind).toBe('valid')
  })
  test('Adobe Commerce: the body in base64', () => {
    const headers = ['x-adobe-commerce-webhook-signature', rsaSha256(Buffer.from(BODY).toString('base64'))]
    expect(verdict('adobe-commerce', { headers }, { publicKeys: [pem] }).kind).toBe('valid')
    const raw = ['x-adobe-commerce-webhook-signature', rsaSha256(BODY)]
    expect(verdict('adobe-commerce', { headers: raw }, { publicKeys: [pem] }).kind).toBe('invalid')
  })
})

describe('Amazon SNS', () => {
  const message = (change: Record<string, unknown> = {}, algorithm = 'RSA-SHA256') => {
    const fields: Record<string, unknown> = {
      Type: 'Notification',
      MessageId: 'm-1',
      TopicArn: 'arn:aws:sns:eu-west-1:1:t',
      Message: 'hé\n',
      Timestamp: '2026-01-01T00:00:00.000Z',
      SignatureVersion: algorithm === 'RSA-SHA1' ? '1' : '2',
      SigningCertURL: 'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem',
      ...change,
    }
    const names = ['Message', 'MessageId', 'Subject', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type']
    const text = names.flatMap((name) => (name in fields ? [`${name}\n${fields[name]}\n`] : [])).join('')
    const signature = sign(algorithm, Buffer.from(text), rsa.privateKey).toString('base64')
    return { text: JSON.stringify({ ...fields, Signature: signature }) }
  }
  const judged = (request: { text: string }) => verdict('aws-sns', request, { publicKeys: [pem] })

  test('both versions, with and without a subject', () => {
    expect(judged(message()).kind).toBe('valid')
    expect(judged(message({ Subject: 's' })).kind).toBe('valid')
    expect(judged(message({}, 'RSA-SHA1')).kind).toBe('valid')
    expect(judged(message({ SignatureVersion: '3' })).kind).toBe('invalid')
  })
  test('both confirmations, whose token and address are signed', () => {
    const more = { Token: 't', SubscribeURL: 'https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription' }
    expect(judged(message({ Type: 'SubscriptionConfirmation', ...more })).kind).toBe('valid')
    expect(judged(message({ Type: 'UnsubscribeConfirmation', ...more })).kind).toBe('valid')
    expect(judged(message({ Type: 'SubscriptionConfirmation' }))).toMatchObject({
      kind: 'invalid',
      reason: expect.stringContaining('SubscribeURL'),
    })
  })
  test.each([
    'https://sns.us-east-1.amazonaws.com.evil.com/a.pem',
    'https://evil.com/sns.us-east-1.amazonaws.com/a.pem',
    'https://sns.us-east-1.amazonaws.com@evil.com/a.pem',
    'https://user@sns.us-east-1.amazonaws.com/a.pem',
    'https://sns.us-east-1.amazonaws.com:8443/a.pem',
    'https://sns.us-east-1.amazonaws.com/a?b=.pem',
    'https://sns.us-east-1.amazonaws.com/a.txt',
    'https://sns.us-east-1.amazonaws.com./a.pem',
    'https://xsns.us-east-1.amazonaws.com/a.pem',
    'https://sns.a.b.amazonaws.com/a.pem',
    'http://sns.us-east-1.amazonaws.com/a.pem',
    '',
    7,
  ])('a certificate from elsewhere vouches for nothing: %s', (address) => {
    expect(judged(message({ SigningCertURL: address }))).toMatchObject({
      kind: 'invalid',
      reason: expect.stringContaining('SigningCertURL'),
    })
  })
})

describe('forms and queries', () => {
  const payload = '{"ref":"é&=+"}'
  const form = new URLSearchParams({ payload }).toString()
  test('Gitea signs the JSON inside a form and inside the query of a GET', () => {
    for (const [id, name] of [
      ['gitea', 'X-Gitea-Signature'],
      ['forgejo', 'X-Forgejo-Signature'],
      ['gogs', 'X-Gogs-Signature'],
    ] as const) {
      const headers = [...FORM, name, hmac('sha256', payload, 'hex')]
      expect(verdict(id, { headers, text: form }).kind).toBe('valid')
      expect(verdict(id, { headers: [...FORM, name, hmac('sha256', form, 'hex')], text: form }).kind).toBe('invalid')
      const get = { method: 'GET', target: `/hook?${form}`, headers: [name, hmac('sha256', payload, 'hex')], text: '' }
      expect(verdict(id, get).kind).toBe('valid')
    }
  })
  test('Mailgun signs timestamp and token, in JSON and in a form', () => {
    const signature = hmac('sha256', '1529006854tok', 'hex')
    const fields = { timestamp: '1529006854', token: 'tok', signature }
    expect(verdict('mailgun', { text: JSON.stringify({ signature: fields, 'event-data': {} }) }).kind).toBe('valid')
    expect(verdict('mailgun', { headers: FORM, text: new URLSearchParams(fields).toString() }).kind).toBe('valid')
    const other = new URLSearchParams({ ...fields, token: 'tok2' }).toString()
    expect(verdict('mailgun', { headers: FORM, text: other }).kind).toBe('invalid')
    expect(verdict('mailgun', { headers: FORM, text: 'timestamp=1&token=2' }).kind).toBe('missing')
  })
  test("Shoprenter's install signs the query, in the order of the description, of the sample, and as it came", () => {
    const pairs = ['code=c%201', 'shopname=shop', 'timestamp=1767225590']
    const [code, shop, time] = pairs
    for (const signed of [`${code}&${shop}&${time}`, `${shop}&${code}&${time}`, `${time}&${code}&${shop}`]) {
      const target = `/install?${time}&hmac=${hmac('sha256', signed, 'hex')}&${code}&${shop}`
      expect(verdict('shoprenter-install', { target }).kind, signed).toBe('valid')
    }
    const changed = `/install?code=2&hmac=${hmac('sha256', pairs.join('&'), 'hex')}&${shop}&${time}`
    expect(verdict('shoprenter-install', { target: changed }).kind).toBe('invalid')
  })
  test('Twilio: ports, a query written anew, and a body that is not the one the URL names', () => {
    const signed = (url: string) => ['X-Twilio-Signature', hmac('sha1', url, 'base64')]
    const at = (url: string, headers: string[], text = '') =>
      verdict('twilio', { url, target: '/x', headers, text }).kind
    expect(at('https://a.example/x', signed('https://a.example:443/x'))).toBe('valid')
    expect(at('http://a.example/x', signed('http://a.example:80/x'))).toBe('valid')
    expect(at('https://a.example:8443/x', signed('https://a.example/x'))).toBe('valid')
    expect(at("https://a.example/x?q=it's", signed('https://a.example/x?q=it%27s'))).toBe('valid')
    expect(at('https://a.example/x?q=a+b', signed('https://a.example/x?q=a%20b'))).toBe('valid')
    expect(at('https://a.example/x', signed('https://b.example/x'))).toBe('invalid')
    const url = `https://a.example/x?bodySHA256=${sha256('{}')}`
    expect(at(url, signed(url), '{}')).toBe('valid')
    expect(verdict('twilio', { url, target: '/x', headers: signed(url), text: '{"a":1}' })).toMatchObject({
      kind: 'invalid',
      reason: expect.stringContaining('bodySHA256'),
    })
    expect(at('not a url', signed('not a url'))).toBe('valid')
  })
})

test('Contentful signs method, path, listed headers and body', () => {
  const listed = 'content-type,x-contentful-signed-headers,x-contentful-timestamp'
  const lines = `content-type:application/json;x-contentful-signed-headers:${listed};x-contentful-timestamp:1767225590000`
  const signature = hmac('sha256', `POST\n/a%20b?x%253D%25201\n${lines}\n${BODY}`, 'hex')
  const headers = ['Content-Type', ' application/json', 'X-Other', 'o', 'X-Contentful-Signed-Headers', listed]
  headers.push('X-Contentful-Timestamp', '1767225590000', 'X-Contentful-Signature', signature)
  const url = 'https://shop.example/a b?x= 1'
  expect(verdict('contentful', { url, headers })).toMatchObject({ kind: 'valid', freshness: 'fresh' })
  expect(verdict('contentful', { url: `${url}2`, headers }).kind).toBe('invalid')
  const late = headers.map((value) => (value === '1767225590000' ? '1767225500000' : value))
  expect(verdict('contentful', { url, headers: late })).toMatchObject({ kind: 'invalid', freshness: 'stale' })
  expect(verdict('contentful', { url, headers: headers.slice(0, 6) }).kind).toBe('missing')
  const unlisted = [...headers.slice(0, 4), ...headers.slice(6)]
  expect(verdict('contentful', { url, headers: unlisted })).toMatchObject({
    kind: 'invalid',
    reason: expect.stringContaining('lists'),
  })
})

test('Adyen: every notification must be rightly signed', () => {
  const key = Buffer.from('0123456789abcdef')
  const item = (reference: string, signedReference = reference) => ({
    NotificationRequestItem: {
      pspReference: reference,
      amount: { value: 10, currency: 'EUR' },
      additionalData: { hmacSignature: hmac('sha256', `${signedReference}::::10:EUR::`, 'base64', key) },
    },
  })
  const judged = (...items: unknown[]) =>
    verdict(
      'adyen-standard',
      { text: JSON.stringify({ notificationItems: items }) },
      { secrets: [{ id: 's1', value: key.toString('hex') }] },
    ).kind
  expect(judged(item('a'), item('b'))).toBe('valid')
  expect(judged(item('a'), item('b', 'c'))).toBe('invalid')
  expect(judged(item('a'), {})).toBe('missing')
  expect(judged()).toBe('missing')
  expect(judged(...Array.from({ length: 1001 }, () => item('a')))).toBe('missing')
})

describe('tokens of a shared secret', () => {
  test('Netlify: issuer and hash of the body', () => {
    const judged = (claims: object) => verdict('netlify', { headers: ['X-Webhook-Signature', hs256(claims)] })
    expect(judged({ iss: 'netlify', sha256: sha256(BODY) })).toEqual({
      kind: 'valid',
      scheme: 'netlify',
      secretId: 's1',
    })
    expect(judged({ iss: 'other', sha256: sha256(BODY) }).kind).toBe('invalid')
    expect(judged({ iss: 'netlify', sha256: sha256('other') }).kind).toBe('invalid')
    expect(judged({ iss: 'netlify' }).kind).toBe('invalid')
  })
  test('Bird: hashes of URL and body, an id, and five seconds of patience', () => {
    const claims = {
      iss: 'MessageBird',
      jti: '1',
      url_hash: sha256(URL_SIGNED),
      payload_hash: sha256(BODY),
      nbf: 1767225604,
      exp: 1767225597,
    }
    const judged = (change: object, text = BODY) =>
      verdict('messagebird', { headers: ['messagebird-signature-jwt', hs256({ ...claims, ...change })], text })
    expect(judged({})).toMatchObject({ kind: 'valid', freshness: 'fresh' })
    expect(judged({ exp: 1767225595 })).toMatchObject({ kind: 'valid', freshness: 'stale' })
    expect(judged({ nbf: 1767225606 })).toMatchObject({ kind: 'valid', freshness: 'future' })
    expect(judged({ jti: undefined })).toMatchObject({ kind: 'invalid', reason: expect.stringContaining('jti') })
    expect(judged({ url_hash: sha256('https://other/') }).kind).toBe('invalid')
    expect(judged({ payload_hash: undefined }).kind).toBe('invalid')
    expect(judged({ payload_hash: undefined }, '').kind).toBe('valid')
    expect(judged({ exp: 'soon' }).kind).toBe('invalid')
  })
  test('monday: the audience must be the one that was set', () => {
    const judged = (claims: object, extra: Record<string, string> = { aud: URL_SIGNED }) =>
      verdict('monday', { headers: ['Authorization', hs256({ exp: 1767225700, ...claims })] }, { extra })
    expect(judged({ aud: URL_SIGNED })).toMatchObject({ kind: 'valid', freshness: 'fresh' })
    expect(judged({ aud: ['a', URL_SIGNED] }).kind).toBe('valid')
    expect(judged({ aud: 'https://other/' }).kind).toBe('invalid')
    expect(judged({}).kind).toBe('invalid')
    expect(judged({ aud: URL_SIGNED }, {})).toMatchObject({ kind: 'unchecked', reason: expect.stringContaining('aud') })
  })
  test("Atlassian: the path is counted from the app's base URL, and the token may stand in the query", () => {
    const qsh = sha256('POST&/webhooks/a%26b&a=%21,1&b%20c=%C3%A9')
    const token = hs256({ exp: 1767225700, qsh })
    const url = 'https://app.example/base/webhooks/a&b/?b%20c=%C3%A9&a=1&a=!'
    const extra = { baseUrl: 'https://app.example/base/' }
    const judged = (request: Partial<SignedRequest>, more = {}) => verdict('atlassian-connect', request, more).kind
    const headers = ['Authorization', `JWT ${token}`]
    expect(judged({ url, headers }, { extra })).toBe('valid')
    expect(judged({ url, headers })).toBe('invalid')
    expect(judged({ url: `${url}&jwt=${token}` }, { extra })).toBe('valid')
    expect(judged({ url, headers, method: 'GET' }, { extra })).toBe('invalid')
    expect(judged({ url, headers: ['Authorization', `JWT ${hs256({ exp: 1767225700 })}`] }, { extra })).toBe('invalid')
    expect(judged({ url, headers: ['Authorization', `JWT ${hs256({ qsh })}`] }, { extra })).toBe('invalid')
  })
})
