/** What somebody would send to be believed, or to keep the check busy. */
import { createHmac, createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Verdict } from '../../../shared/capture.ts'
import { usesPublicKey } from '../../../shared/scheme-key.ts'
import { CustomScheme, type Scheme } from '../../../shared/scheme.ts'
import type { Credentials } from '../../../server/signatures/definition.ts'
import { readJwt, writeJwt } from '../../../server/signatures/jwt.ts'
import type { SignedRequest } from '../../../server/signatures/request.ts'
import { explainSignature } from '../../../server/signatures/explain.ts'
import { findDefinition, SCHEMES } from '../../../server/signatures/schemes.ts'
import { compileScheme } from '../../../server/signatures/verify.ts'
import { aRequest } from './vectors.ts'

const NOW = 1_767_225_600_000
const NOTHING: Credentials = { secrets: [] }
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString()

const part = (json: unknown) => Buffer.from(JSON.stringify(json)).toString('base64url')
const hs256 = (header: object, claims: object, secret: string | Buffer) => {
  const signed = `${part(header)}.${part(claims)}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

function judged(
  id: string,
  request: Partial<SignedRequest> & { text?: string },
  credentials: Partial<Credentials>,
): Verdict {
  const definition = findDefinition(id)
  if (definition === undefined) throw new Error(`no scheme ${id}`)
  return compileScheme(definition, { ...NOTHING, ...credentials })(aRequest(request), NOW)
}
const wix = (text: string) => judged('wix', { text }, { publicKeys: [pem] })
const secrets = [{ id: 's1', value: 'shared' }]

describe('a token does not choose how it is checked', () => {
  const claims = { data: '{}', exp: 1767229200 }
  test('the right one is accepted', () => {
    expect(wix(writeJwt({ alg: 'RS256' }, claims, 'RS256', rsa.privateKey))).toMatchObject({
      kind: 'valid',
      freshness: 'fresh',
    })
  })
  test.each(['none', 'None', 'NONE', 'nOnE', '', 'HS256', 'RS512', 'ES256', '__proto__', 'constructor'])(
    'alg %s is refused, with and without a signature',
    (alg) => {
      const unsigned = `${part({ alg })}.${part(claims)}.`
      expect(wix(unsigned).kind).toBe('invalid')
      expect(wix(`${unsigned}AAAA`).kind).toBe('invalid')
    },
  )
  test.each([pem, pem.trim(), Buffer.from(pem), rsa.publicKey.export({ type: 'spki', format: 'der' })])(
    'the public key is no shared secret',
    (key) => {
      expect(wix(hs256({ alg: 'HS256' }, claims, key)).kind).toBe('invalid')
    },
  )
  test('a key, an address of keys and a certificate in its header are not looked at', () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const jwk = other.publicKey.export({ format: 'jwk' })
    for (const header of [
      { jwk },
      { jku: 'https://evil.example/keys' },
      { x5c: ['AAAA'] },
      { x5u: 'https://evil.example/' },
    ])
      expect(wix(writeJwt({ alg: 'RS256', ...header }, claims, 'RS256', other.privateKey)).kind).toBe('invalid')
  })
  test('extensions that are marked as critical are refused, although the signature fits', () => {
    for (const header of [{ crit: ['b64'], b64: false }, { crit: ['exp'] }, { b64: false }, { b64: true }]) {
      const token = writeJwt({ alg: 'RS256', ...header }, claims, 'RS256', rsa.privateKey)
      expect(wix(token)).toMatchObject({ kind: 'invalid', reason: expect.stringContaining('extensions') })
    }
  })
  test('the key that a token names must be there, and a set may hold keys of other kinds', () => {
    const jwk = (kid: string, key = ec.publicKey) => ({ ...key.export({ format: 'jwk' }), kid })
    const keys = JSON.stringify({ keys: [jwk('rsa', rsa.publicKey), { kty: 'unheard of' }, jwk('mine')] })
    const body = {
      request_body_sha256: '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
      iat: 1767225590,
    }
    const plaid = (kid: string, publicKeys = [keys]) =>
      judged(
        'plaid',
        { text: '{}', headers: ['plaid-verification', writeJwt({ alg: 'ES256', kid }, body, 'ES256', ec.privateKey)] },
        { publicKeys },
      )
    expect(plaid('mine')).toMatchObject({ kind: 'valid', freshness: 'fresh' })
    expect(plaid('rsa')).toMatchObject({ kind: 'invalid', reason: expect.stringContaining('"rsa"') })
    expect(plaid('x'.repeat(5000)).reason?.length).toBeLessThan(200)
    expect(plaid('mine', [JSON.stringify({ keys: [{ kty: 'oct', k: 'c2VjcmV0', kid: 'mine' }] })]).kind).toBe('invalid')
  })
  test('claims are its own and never inherited', () => {
    const definition = findDefinition('netlify')
    if (definition === undefined) throw new Error('no scheme netlify')
    const row: Scheme = {
      ...definition.row,
      claims: { iss: 'x', bodySha256Hex: 'constructor', required: ['toString'] },
    }
    const headers = ['X-Webhook-Signature', hs256({ alg: 'HS256' }, { iss: 'x' }, 'shared')]
    expect(compileScheme({ id: 'custom', row }, { secrets })(aRequest({ headers }), NOW).kind).toBe('invalid')
    const signed = `${part({ alg: 'HS256' })}.${Buffer.from('{"__proto__":{"iss":"netlify"}}').toString('base64url')}`
    const token = `${signed}.${createHmac('sha256', 'shared').update(signed).digest('base64url')}`
    expect(judged('netlify', { headers: ['X-Webhook-Signature', token] }, { secrets })).toMatchObject({
      kind: 'invalid',
      reason: expect.stringContaining('issued'),
    })
  })
})

test.each([
  ['two parts', 'a.b'],
  ['four parts', 'e30.e30.e30.e30'],
  ['a header that is no object', `${part([])}.${part({})}.AAAA`],
  ['claims that are no object', `${part({ alg: 'HS256' })}.${part('x')}.AAAA`],
  ['padding', `${part({ alg: 'HS256' })}=.${part({})}.AAAA`],
  ['the alphabet of plain base64', `${part({ alg: 'HS256' })}.${part({})}.++++`],
  ['spaces', ` ${part({ alg: 'HS256' })}.${part({})}.AAAA`],
  ['an algorithm that is no text', `${part({ alg: ['HS256'] })}.${part({})}.AAAA`],
  [
    'JSON that is nested 100,000 deep',
    `${part({ alg: 'HS256' })}.${Buffer.from('{"a":'.repeat(100_000)).toString('base64url')}.AAAA`,
  ],
  ['two million characters', `${part({ alg: 'HS256' })}.${'A'.repeat(2_000_000)}.AAAA`],
])('what is not exactly a token is not read: %s', (_, text) => {
  expect(readJwt(text)).toMatchObject({ id: 'token_malformed' })
})

describe('public keys', () => {
  const content = '1767225590{}'
  const headers = (signature: string, name = 'x-twilio-email-event-webhook') => [
    `${name}-timestamp`,
    '1767225590',
    `${name}-signature`,
    signature,
  ]
  const spki = ec.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
  const sendgrid = (signature: Buffer, publicKey = spki) =>
    judged('sendgrid', { text: '{}', headers: headers(signature.toString('base64')) }, { publicKeys: [publicKey] })

  test('an ECDSA signature is DER to the letter', () => {
    const der = sign('sha256', Buffer.from(content), ec.privateKey)
    expect(sendgrid(der).kind).toBe('valid')
    const raw = sign('sha256', Buffer.from(content), { key: ec.privateKey, dsaEncoding: 'ieee-p1363' })
    expect(sendgrid(raw).kind).toBe('invalid')
    expect(sendgrid(Buffer.concat([der, Buffer.from([0])])).kind).toBe('invalid')
    // The length in two bytes, which BER allows and DER does not.
    const long = Buffer.concat([Buffer.from([0x30, 0x81, der[1] ?? 0]), der.subarray(2)])
    expect(sendgrid(long).kind).toBe('invalid')
    // A zero too many in front of the first number.
    const first = der.subarray(4, 4 + (der[3] ?? 0))
    const padded = Buffer.concat([
      Buffer.from([0x30, (der[1] ?? 0) + 1, 0x02, (der[3] ?? 0) + 1, 0]),
      first,
      der.subarray(4 + first.length),
    ])
    expect(sendgrid(padded).kind).toBe('invalid')
    for (const zero of [Buffer.from([0x30, 6, 2, 1, 0, 2, 1, 0]), Buffer.alloc(0), Buffer.alloc(72)])
      expect(sendgrid(zero).kind).toBe('invalid')
  })

  test.each([
    ['a key of another kind', rsa.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'), 'P-256'],
    [
      'a key on another curve',
      generateKeyPairSync('ec', { namedCurve: 'P-384' })
        .publicKey.export({ type: 'spki', format: 'der' })
        .toString('base64'),
      'P-256',
    ],
    ['a private key', ec.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 'private'],
    [
      'a private key behind base64',
      Buffer.from(ec.privateKey.export({ type: 'pkcs8', format: 'pem' })).toString('base64'),
      'private',
    ],
    ['a private JWK', JSON.stringify(ec.privateKey.export({ format: 'jwk' })), 'private'],
    ['a private key in DER', ec.privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'), 'whole key'],
    ['half a key', spki.slice(0, 40), 'whole key'],
    ['rubbish', 'not base64!', 'base64'],
    ['nothing', '   ', 'empty'],
  ])('%s is refused with a reason that does not quote it', (_, key, says) => {
    const verdict = sendgrid(sign('sha256', Buffer.from(content), ec.privateKey), key)
    expect(verdict).toMatchObject({ kind: 'invalid', reason: expect.stringContaining(says) })
    if (key.trim() !== '') expect(verdict.reason).not.toContain(key.trim().slice(0, 12))
  })

  test('one key is the same in every form that it is handed out in', () => {
    const der = sign('sha256', Buffer.from(content), ec.privateKey)
    const asPem = ec.publicKey.export({ type: 'spki', format: 'pem' }).toString()
    const forms = [
      spki,
      asPem,
      `\n${asPem}\n`,
      Buffer.from(asPem).toString('base64'),
      JSON.stringify(ec.publicKey.export({ format: 'jwk' })),
    ]
    const ids = forms.map((form) => sendgrid(der, form).secretId)
    expect(new Set(ids).size).toBe(1)
    expect(ids[0]).toMatch(/^key:[0-9a-f]{12}$/)
  })

  test('Ed25519: raw in hex, and of several keys the one that fits is named', () => {
    const mine = generateKeyPairSync('ed25519')
    const hexOf = (key: typeof mine.publicKey) =>
      Buffer.from(String(key.export({ format: 'jwk' }).x), 'base64url').toString('hex')
    const publicKeys = [hexOf(generateKeyPairSync('ed25519').publicKey), hexOf(mine.publicKey)]
    const signature = sign(null, Buffer.from(content), mine.privateKey).toString('hex')
    const request = {
      text: '{}',
      headers: headers(signature, 'x-signature').map((each) =>
        each.replace('x-signature-signature', 'x-signature-ed25519'),
      ),
    }
    const both = judged('discord', request, { publicKeys })
    expect(both).toMatchObject({ kind: 'valid', freshness: 'fresh' })
    expect(judged('discord', request, { publicKeys: publicKeys.slice(1) }).secretId).toBe(both.secretId)
    expect(judged('discord', request, { publicKeys: publicKeys.slice(0, 1) }).kind).toBe('invalid')
    expect(judged('discord', request, { publicKeys: [] })).toMatchObject({
      kind: 'unchecked',
      reason: 'No public key is set.',
    })
    expect(judged('discord', request, { publicKeys: ['00'.repeat(32)] }).kind).toBe('invalid')
  })

  test('a private key is never made from what was given as a public one', () => {
    const pkcs8 = ec.privateKey.export({ type: 'pkcs8', format: 'der' })
    expect(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }).type).toBe('private')
    expect(sendgrid(Buffer.alloc(8), pkcs8.toString('base64')).kind).toBe('invalid')
  })
})

describe('names that every object has', () => {
  const row: Scheme = {
    alg: 'hmac-sha256',
    key: { enc: 'utf8' },
    sig: { in: 'header', name: 'x-sig', enc: 'hex' },
    content: '{extra:constructor}{body}',
  }
  test('are no settings', () => {
    const check = compileScheme({ id: 'custom', row }, { secrets, extra: {} })
    expect(check(aRequest({ headers: ['x-sig', 'ab'.repeat(32)] }), NOW)).toMatchObject({
      kind: 'unchecked',
      reason: expect.stringContaining('constructor'),
    })
  })
  test('are settings like any other where they were set', () => {
    const extra = JSON.parse('{"constructor":"c"}') as Record<string, string> // as it comes from a client
    const headers = ['x-sig', createHmac('sha256', 'shared').update('c{}').digest('hex')]
    expect(compileScheme({ id: 'custom', row }, { secrets, extra })(aRequest({ text: '{}', headers }), NOW).kind).toBe(
      'valid',
    )
  })
  test('are parameters of a form like any other', () => {
    const text = '__proto__=1&constructor=2&toString=3'
    const url = 'https://a.example/x'
    const signature = createHmac('sha1', 'shared').update(`${url}__proto__1constructor2toString3`).digest('base64')
    const headers = ['content-type', 'application/x-www-form-urlencoded', 'x-twilio-signature', signature]
    expect(judged('twilio', { text, url, headers }, { secrets }).kind).toBe('valid')
  })
})

test("Twilio's signature over a URL alone does not vouch for a body", () => {
  const url = 'https://a.example/x'
  const signature = createHmac('sha1', 'shared').update(url).digest('base64')
  const twilio = (type: string[], text: string) =>
    judged('twilio', { url, text, headers: [...type, 'x-twilio-signature', signature] }, { secrets }).kind
  expect(twilio([], '')).toBe('valid')
  for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded', ''])
    expect(twilio(type === '' ? [] : ['content-type', type], '{"a":1}'), type).toBe('invalid')
})

test("a row of a user's own cannot ask for content that only the table can put together", () => {
  const row = {
    alg: 'hmac-sha256',
    key: { enc: 'utf8' },
    sig: { in: 'header', name: 'x', enc: 'hex' },
    content: '{canonical}',
  }
  expect(CustomScheme.safeParse(row).success).toBe(false)
})

test('nothing a sender can put into a request makes a check throw, whatever code or key the scheme has', () => {
  const ed = generateKeyPairSync('ed25519').publicKey
  const keyFor = (row: Scheme): string =>
    row.alg === 'ed25519'
      ? Buffer.from(String(ed.export({ format: 'jwk' }).x), 'base64url').toString(
          row.key.enc === 'hex' ? 'hex' : 'base64',
        )
      : row.alg === 'ecdsa-p256' || row.algs?.includes('ES256') === true
        ? JSON.stringify({ ...ec.publicKey.export({ format: 'jwk' }), kid: 'k' })
        : pem
  const json = fc.oneof(
    fc.json(),
    fc.constantFrom(
      '{"notificationItems":[{"NotificationRequestItem":{"additionalData":{"hmacSignature":"AA=="}}},null,7]}',
      '{"SignatureVersion":"2","Type":"Notification","Signature":"AAAA","SigningCertURL":[]}',
      '{"signature":{"timestamp":{},"token":null,"signature":"00"}}',
      'payload=%&signature=%ff&__proto__=1&hmac',
    ),
  )
  const text = fc.oneof(
    fc.string({ unit: fc.nat({ max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 60 }),
    fc.constantFrom(
      '00'.repeat(32),
      `${part({ alg: 'HS256', kid: 'k' })}.${part({ iat: {}, exp: [] })}.AAAA`,
      'application/x-www-form-urlencoded',
      '%',
      '1767225590',
    ),
  )
  const url = fc.oneof(
    fc.webUrl({ withQueryParameters: true }),
    fc.string({ unit: 'binary' }),
    fc.constant('https://%/?jwt=%&bodySHA256=\ud800'),
  )
  fc.assert(
    fc.property(
      fc.constantFrom(...SCHEMES),
      fc.array(text, { maxLength: 9 }),
      url,
      json,
      fc.constantFrom('POST', 'GET', ''),
      (entry, values, address, body, method) => {
        const { row } = entry
        const definition = findDefinition(entry.id)
        if (definition === undefined) throw new Error(`no scheme ${entry.id}`)
        const names = [
          row.sig.name || 'X',
          row.ts?.name ?? 'X-A',
          'content-type',
          row.id?.name ?? 'X-B',
          'x-contentful-signed-headers',
        ]
        const headers = values.flatMap((value, i) => [names[i % names.length] ?? 'X', value])
        const request = aRequest({ method, headers, url: address, target: address, text: body })
        const credentials = usesPublicKey(row)
          ? { secrets: [], publicKeys: [keyFor(row)], extra: { webhookId: 'w' } }
          : { secrets: [{ id: 's', value: 'abcd' }], extra: { key: 'k', aud: 'a', baseUrl: '%' } }
        const explained = explainSignature(definition, credentials, request, NOW)
        expect(['invalid', 'missing', 'unchecked'], entry.id).toContain(explained.verdict.kind)
      },
    ),
    { numRuns: 3000 },
  )
})

describe('a flood is not worth the work', () => {
  const within = (ms: number, check: () => Verdict) => {
    const from = performance.now()
    expect(check().kind).toBe('invalid')
    expect(performance.now() - from).toBeLessThan(ms)
  }
  const large = randomBytes(25_000_000)
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const repeated = (name: string, value: (index: number) => string) =>
    Array.from({ length: 64 }, (_, i) => [name, value(i)]).flat()

  // Ten times what it takes on a slow machine: what is held here is that it does not grow with the flood.
  test('64 signatures, 10 public keys and 25 MB', () => {
    const publicKeys = Array.from({ length: 10 }, () =>
      generateKeyPairSync('ec', { namedCurve: 'P-256' })
        .publicKey.export({ type: 'spki', format: 'der' })
        .toString('base64'),
    )
    const headers = ['x-twilio-email-event-webhook-timestamp', '1767225590']
    headers.push(
      ...repeated('x-twilio-email-event-webhook-signature', (i) =>
        sign('sha256', Buffer.from(`${i}`), other).toString('base64'),
      ),
    )
    within(2000, () => judged('sendgrid', { body: large, headers }, { publicKeys }))
  })
  test('64 timestamps of their own, 10 secrets and 25 MB', () => {
    const ten = Array.from({ length: 10 }, (_, i) => ({ id: `s${i}`, value: `v${i}` }))
    const headers = repeated('Stripe-Signature', (i) => `t=17672255${i + 10},v1=${'ab'.repeat(32)}`)
    within(4000, () => judged('stripe', { body: large, headers }, { secrets: ten }))
  })
  test('a token of 25 MB', () => {
    within(1500, () =>
      judged(
        'wix',
        {
          body: Buffer.concat([
            Buffer.from(`${part({ alg: 'RS256' })}.`),
            Buffer.alloc(25_000_000, 65),
            Buffer.from('.AAAA'),
          ]),
        },
        { publicKeys: [pem] },
      ),
    )
  })
  test('a form of 100,000 parameters', () => {
    const text = Array.from({ length: 100_000 }, (_, i) => `k${i}=v`).join('&')
    const headers = [
      'content-type',
      'application/x-www-form-urlencoded',
      'x-twilio-signature',
      Buffer.alloc(20).toString('base64'),
    ]
    within(1000, () => judged('twilio', { text, headers }, { secrets }))
  })
})

describe('a timestamp has one spelling', () => {
  // Libraries that sign the number and libraries that sign the text would differ about any other.
  const mac = (content: string) => createHmac('sha256', 'shared').update(content).digest('hex')
  test.each([
    [String(NOW / 1000), 'valid'],
    [`0${NOW / 1000}`, 'invalid'],
    [`000${NOW / 1000}`, 'invalid'],
    [`+${NOW / 1000}`, 'invalid'],
    ['0', 'valid'],
    ['00', 'invalid'],
  ])('t=%s is %s, however rightly it is signed', (t, kind) => {
    const headers = ['Stripe-Signature', `t=${t},v1=${mac(`${t}.{}`)}`]
    expect(judged('stripe', { text: '{}', headers }, { secrets })).toMatchObject({ kind })
  })
})
