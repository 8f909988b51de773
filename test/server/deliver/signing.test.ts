import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Delivery } from '../../../shared/delivery.ts'
import type { SigningInput } from '../../../shared/endpoint.ts'
import { anInspector, type TestInspector } from '../../support/an-inspector.ts'
import { rawRequest } from '../../support/raw-client.ts'
import { OK, rawTarget, takeApart } from '../../support/raw-target.ts'

const NOW = 1_767_225_600_000
const SECRET = 'a-secret-of-the-test'

let inspector: TestInspector

beforeAll(async () => {
  inspector = await anInspector({}, () => NOW)
})
afterAll(() => inspector.close())

const hmac = (content: string | Buffer, encoding: 'hex' | 'base64' = 'hex', algorithm = 'sha256') =>
  createHmac(algorithm, SECRET).update(content).digest(encoding)

let count = 0

/** A capture of a new endpoint with this scheme. */
async function captured(
  signing: SigningInput | undefined,
  headers: [string, string][],
  body: string,
  query = '',
): Promise<string> {
  const alias = `signing-${++count}`
  await inspector.store.addEndpoint({ alias, ...(signing === undefined ? {} : { signing }) })
  const lines = [['Host', 'hooks.example'], ...headers, ['Content-Length', String(Buffer.byteLength(body))]]
  const head = `POST /${alias}${query} HTTP/1.1\r\n${lines.map((pair) => pair.join(': ')).join('\r\n')}\r\n\r\n`
  const { responses } = await rawRequest(inspector.capturePort, head + body)
  const id = responses[0]?.headers.find(([name]) => name === 'Hookwell-Capture')?.[1]
  if (id === undefined) throw new Error(`not captured: ${responses[0]?.status}`)
  return id
}

const replayed = async (id: string, input: unknown) => {
  const { status, json } = await inspector.post(`/api/captures/${id}/replay`, input)
  return { status, json: json as Delivery } // a problem where the test looks at the status
}

const STRIPE: [string, string][] = [
  ['X-First', '1'],
  ['sTRIPE-signature', `t=1700000000,v1=${'0'.repeat(64)},v0=${'0'.repeat(64)}`],
  ['x-Last', '2'],
  ['X-First', '3'],
]
const stripe: SigningInput = { scheme: 'stripe', secrets: [SECRET, 'another secret'] }

describe('signed anew', () => {
  test('the target gets order, case and body as captured, and only the signature is another', async () => {
    await using target = await rawTarget(OK)
    const body = '{"id":"evt_1",  "n":1.0}\r\n'
    const id = await captured(stripe, STRIPE, body)
    const { status, json } = await replayed(id, { target: `http://localhost:${target.port}/app`, sign: 'resign' })
    expect(status).toBe(200)
    const mac = hmac(`1767225600.${body}`)
    expect(String(target.received[0])).toBe(
      [
        'POST /app HTTP/1.1',
        `Host: localhost:${target.port}`,
        'X-First: 1',
        `sTRIPE-signature: t=1767225600,v1=${mac}`,
        'x-Last: 2',
        'X-First: 3',
        `Content-Length: ${body.length}`,
        '',
        body,
      ].join('\r\n'),
    )
    expect(json.request.identical).toBe(false)
    expect(json.request.changed.slice(0, 2)).toEqual([
      "signed anew with the endpoint's secret, as of 2026-01-01T00:00:00.000Z",
      'header sTRIPE-signature changed',
    ])
    expect(JSON.stringify(json)).not.toContain(SECRET)
  })

  test('edits come first, so what is edited is what is signed', async () => {
    await using target = await rawTarget(OK)
    const id = await captured(stripe, STRIPE, '{"n":1}')
    const edits = { bodyBase64: Buffer.from('{"n":22}').toString('base64') }
    await replayed(id, { target: `http://localhost:${target.port}`, sign: 'resign', edits })
    const { headers, body } = takeApart(target.takeLast())
    expect(String(body)).toBe('{"n":22}')
    expect(headers).toContainEqual(['sTRIPE-signature', `t=1767225600,v1=${hmac('1767225600.{"n":22}')}`])
    expect(headers).toContainEqual(['Content-Length', '8'])
  })

  test('a twin is made again, and that is said', async () => {
    await using target = await rawTarget(OK)
    const body = '{"action":"opened"}'
    const twins: [string, string][] = [
      ['X-Hub-Signature', `sha1=${hmac(body, 'hex', 'sha1')}`],
      ['X-Hub-Signature-256', `sha256=${hmac(body)}`],
    ]
    const id = await captured({ scheme: 'github', secrets: [SECRET] }, twins, body)
    const edits = { bodyBase64: Buffer.from('{}').toString('base64') }
    const { json } = await replayed(id, { target: `http://localhost:${target.port}`, sign: 'resign', edits })
    const { headers } = takeApart(target.takeLast())
    expect(headers).toContainEqual(['X-Hub-Signature', `sha1=${hmac('{}', 'hex', 'sha1')}`])
    expect(headers).toContainEqual(['X-Hub-Signature-256', `sha256=${hmac('{}')}`])
    expect(json.request.changed[1]).toBe('X-Hub-Signature signed anew, too')
  })

  test('a signature of the query is replaced there', async () => {
    await using target = await rawTarget(OK)
    const id = await captured(
      { scheme: 'shoprenter-payment-api', secrets: [SECRET] },
      [],
      `{"time":${NOW / 1000}}`,
      '?a=%7e&hmac=00&b',
    )
    const { json } = await replayed(id, {
      target: `http://localhost:${target.port}/base`,
      path: 'append',
      sign: 'resign',
      bodyTime: true,
    })
    expect(takeApart(target.takeLast()).start).toBe(
      `POST /base?a=%7e&hmac=${hmac(`{"time":${NOW / 1000}}`)}&b HTTP/1.1`,
    )
    expect(json.request.url).toContain('hmac=')
  })

  test('the URL that the target sees is signed, or on request the one the provider was given; which is said', async () => {
    await using target = await rawTarget(OK)
    const square: SigningInput = { scheme: 'square', secrets: [SECRET], publicUrl: 'https://shop.example/square' }
    const id = await captured(square, [['x-square-hmacsha256-signature', 'AA==']], '{}')
    const to = `http://localhost:${target.port}/app?x=%7e`
    const signature = () =>
      takeApart(target.takeLast()).headers.find(([name]) => name === 'x-square-hmacsha256-signature')?.[1]
    const { json } = await replayed(id, { target: to, sign: 'resign' })
    expect(signature()).toBe(hmac(`${to}{}`, 'base64'))
    expect(json.request.changed[0]).toContain(`, for the URL ${to}`)
    await replayed(id, { target: to, sign: 'resign', keepHost: true })
    expect(signature()).toBe(hmac('http://hooks.example/app?x=%7e{}', 'base64'))
    await replayed(id, { target: to, sign: 'resign', signedUrl: 'public' })
    expect(signature()).toBe(hmac('https://shop.example/square{}', 'base64'))
  })

  test('a time in the body is set only when that is asked for, and until then it is said how', async () => {
    await using target = await rawTarget(OK)
    const id = await captured(
      { scheme: 'linear', secrets: [SECRET] },
      [['Linear-Signature', '00']],
      '{"webhookTimestamp": 1700000000000}',
    )
    const to = `http://localhost:${target.port}`
    const refused = await replayed(id, { target: to, sign: 'resign' })
    expect(refused).toMatchObject({
      status: 422,
      json: {
        code: 'invalid_input',
        detail: expect.stringContaining('in the body, at webhookTimestamp'),
        hint: expect.stringContaining('`bodyTime`'),
        issues: [{ path: 'bodyTime' }],
      },
    })
    expect(target.received).toHaveLength(0)
    await replayed(id, { target: to, sign: 'resign', bodyTime: true })
    const { headers, body } = takeApart(target.takeLast())
    expect(String(body)).toBe(`{"webhookTimestamp": ${NOW}}`)
    expect(headers).toContainEqual(['Linear-Signature', hmac(body)])
  })

  test('an id is new on request', async () => {
    await using target = await rawTarget(OK)
    const headers: [string, string][] = [['X-GitHub-Delivery', '72d3162e-cc78-11e3-81ab-4c9367dc0958']]
    const id = await captured({ scheme: 'github', secrets: [SECRET] }, headers, '{}')
    const to = `http://localhost:${target.port}`
    const delivery = () => takeApart(target.takeLast()).headers.find(([name]) => name === 'X-GitHub-Delivery')?.[1]
    await replayed(id, { target: to, sign: 'resign' })
    expect(delivery()).toBe('72d3162e-cc78-11e3-81ab-4c9367dc0958')
    await replayed(id, { target: to, sign: 'resign', newId: true })
    expect(delivery()).not.toBe('72d3162e-cc78-11e3-81ab-4c9367dc0958')
  })
})

describe('where only the provider could sign', () => {
  const discord: SigningInput = { scheme: 'discord', publicKeys: ['00'.repeat(32)] }
  test('that is said, and with the test key it is signed', async () => {
    await using target = await rawTarget(OK)
    const id = await captured(
      discord,
      [
        ['X-Signature-Ed25519', '00'],
        ['X-Signature-Timestamp', '1700000000'],
      ],
      '{"type":1}',
    )
    const to = `http://localhost:${target.port}`
    expect(await replayed(id, { target: to, sign: 'resign' })).toMatchObject({
      status: 422,
      json: { detail: expect.stringContaining('a private key that nobody else has'), issues: [{ path: 'testKey' }] },
    })
    const { json } = await replayed(id, { target: to, sign: 'resign', testKey: true })
    expect(json.request.changed[0]).toBe('signed anew with the local test key, as of 2026-01-01T00:00:00.000Z')
    expect(target.received).toHaveLength(1)
  })
  test('made wrong, an old capture gets the time of now by the test key', async () => {
    await using target = await rawTarget(OK)
    const old: [string, string][] = [
      ['X-Signature-Ed25519', '00'.repeat(64)],
      ['X-Signature-Timestamp', '1700000000'],
    ]
    const id = await captured(discord, old, '{"type":1}')
    const { json } = await replayed(id, { target: `http://localhost:${target.port}`, sign: 'corrupt' })
    const { headers, body } = takeApart(target.takeLast())
    expect(headers).toContainEqual(['X-Signature-Timestamp', '1767225600'])
    expect(headers.find(([name]) => name === 'X-Signature-Ed25519')?.[1]).toMatch(/^(?!0{128})[0-9a-f]{128}$/)
    expect(String(body)).toBe('{"type":1}')
    expect(json.request.changed[0]).toMatch(/^signed anew with the local test key, .+ and made wrong by one bit$/)
  })
  test('an endpoint that has the public half finds it valid', async () => {
    const { publicKey } = (await (await fetch(`${inspector.inspector}/api/schemes/discord/test-key`)).json()) as {
      publicKey: string
    } // the route's own shape
    await inspector.store.addEndpoint({ alias: 'own-key', signing: { scheme: 'discord', publicKeys: [publicKey] } })
    const { status, json } = await inspector.post('/api/endpoints/own-key/send', { template: 'shoprocket' })
    expect(status).toBe(200)
    const capture = await inspector.store.capture((json as Delivery).capture)
    expect(capture?.verdict).toMatchObject({ kind: 'valid', scheme: 'discord' })
  })
})

describe('made wrong', () => {
  test('one bit of the signature is another, and nothing else', async () => {
    await using target = await rawTarget(OK)
    const body = '{"action":"opened"}'
    const right = hmac(body)
    const id = await captured(
      { scheme: 'github', secrets: [SECRET] },
      [
        ['X-A', '1'],
        ['X-hub-Signature-256', `sha256=${right}`],
        ['X-B', '2'],
      ],
      body,
    )
    const { json } = await replayed(id, { target: `http://localhost:${target.port}`, sign: 'corrupt' })
    const { headers, body: sent } = takeApart(target.takeLast())
    const value = headers[2]?.[1] ?? ''
    expect(headers.map(([name]) => name)).toEqual(['Host', 'X-A', 'X-hub-Signature-256', 'X-B', 'Content-Length'])
    expect(value).toMatch(/^sha256=[0-9a-f]{64}$/)
    const [a, b] = [value.slice(7), right].map((each) => BigInt(`0x${each}`)) as [bigint, bigint] // two of two
    expect((a ^ b).toString(2).replaceAll('0', '')).toBe('1')
    expect(String(sent)).toBe(body)
    expect(json.request.changed[0]).toBe('signature made wrong by one bit')
    expect(json.request.identical).toBe(false)
  })
  test('of an old capture only the signature is wrong, and not its time', async () => {
    await using target = await rawTarget(OK)
    const id = await captured(stripe, STRIPE, '{"n":1}')
    const { json } = await replayed(id, { target: `http://localhost:${target.port}`, sign: 'corrupt' })
    const { headers, body } = takeApart(target.takeLast())
    const value = headers.find(([name]) => name === 'sTRIPE-signature')?.[1] ?? ''
    const [, mac = ''] = /^t=1767225600,v1=([0-9a-f]{64})$/.exec(value) ?? []
    const [a, b] = [mac, hmac('1767225600.{"n":1}')].map((each) => BigInt(`0x${each}`)) as [bigint, bigint] // two of two
    expect((a ^ b).toString(2).replaceAll('0', '')).toBe('1')
    expect(String(body)).toBe('{"n":1}')
    expect(json.request.changed[0]).toBe(
      "signed anew with the endpoint's secret, as of 2026-01-01T00:00:00.000Z, so that its time is right, and made wrong by one bit",
    )
  })

  test('a time in the body stays, since the body is to stay as it is', async () => {
    await using target = await rawTarget(OK)
    const body = `{"time":${NOW / 1000 - 9000}}`
    const id = await captured({ scheme: 'shoprenter-payment-api', secrets: [SECRET] }, [], body, `?hmac=${hmac(body)}`)
    const to = `http://localhost:${target.port}`
    const { json } = await replayed(id, { target: to, path: 'append', sign: 'corrupt' })
    expect(String(takeApart(target.takeLast()).body)).toBe(body)
    expect(json.request.changed[0]).toBe('signature made wrong by one bit')
  })

  test('what was not signed is signed first', async () => {
    await using target = await rawTarget(OK)
    const id = await captured(stripe, [], '{}')
    await replayed(id, { target: `http://localhost:${target.port}`, sign: 'corrupt' })
    const value = takeApart(target.takeLast()).headers.find(([name]) => name === 'Stripe-Signature')?.[1]
    expect(value).toMatch(/^t=1767225600,v1=[0-9a-f]{64}$/)
    expect(value).not.toContain(hmac('1767225600.{}'))
  })
})

describe('beside the signature that counts', () => {
  const body = '{"action":"opened"}'
  const others: [string, string][] = [
    ['x-hub-signature', `sha1=${hmac(body, 'hex', 'sha1')}`],
    ['X-Gitlab-Token', SECRET],
    ['X-Signature-Ed25519', '00'.repeat(64)],
    ['Authorization', 'Bearer of-somebody-else'],
  ]
  const github: SigningInput = { scheme: 'github', secrets: [SECRET] }

  test('nothing is left that a receiver could accept, when the signature is left out', async () => {
    await using target = await rawTarget(OK)
    const id = await captured(github, [...others, ['X-Hub-Signature-256', `sha256=${hmac(body)}`]], body)
    const to = `http://localhost:${target.port}`
    const { json } = await replayed(id, { target: to, sign: 'strip' })
    expect(takeApart(target.takeLast()).headers.map(([name]) => name)).toEqual([
      'Host',
      'Authorization',
      'Content-Length',
    ])
    expect(json.request.changed.join()).toContain('x-hub-signature')
    const edits = { headers: [['x-gogs-signature', hmac(body)]] }
    await replayed(id, { target: to, sign: 'strip', edits })
    expect(takeApart(target.takeLast()).headers.map(([name]) => name)).toEqual(['Host', 'Content-Length'])
  })

  test('every other one is made wrong, too', async () => {
    await using target = await rawTarget(OK)
    const id = await captured(github, [...others, ['X-Hub-Signature-256', `sha256=${hmac(body)}`]], body)
    await replayed(id, { target: `http://localhost:${target.port}`, sign: 'corrupt' })
    const { headers } = takeApart(target.takeLast())
    for (const [i, [name, value]] of others.slice(0, 3).entries()) {
      expect(headers[i + 1]?.[0]).toBe(name)
      expect(headers[i + 1]?.[1], name).not.toBe(value)
      expect(headers[i + 1]?.[1], name).toHaveLength(value.length)
    }
    expect(headers[4]).toEqual(others[3])
  })

  test('a signature in the query does not hide one in a header', async () => {
    await using target = await rawTarget(OK)
    const query = `?a=1&hmac=${hmac(body)}`
    const id = await captured({ scheme: 'shoprenter-payment-api', secrets: [SECRET] }, others.slice(0, 1), body, query)
    const to = `http://localhost:${target.port}`
    await replayed(id, { target: to, path: 'append', sign: 'strip' })
    const stripped = takeApart(target.takeLast())
    expect([stripped.start, stripped.headers.map(([name]) => name)]).toEqual([
      'POST /?a=1 HTTP/1.1',
      ['Host', 'Content-Length'],
    ])
    await replayed(id, { target: to, path: 'append', sign: 'corrupt' })
    const wrong = takeApart(target.takeLast())
    expect(wrong.start).toMatch(/^POST \/\?a=1&hmac=[0-9a-f]{64} HTTP\/1\.1$/)
    expect(wrong.start).not.toContain(hmac(body))
    expect(wrong.headers[1]?.[1]).toMatch(/^sha1=[0-9a-f]{40}$/)
    expect(wrong.headers[1]).not.toEqual(others[0])
  })
})

describe('what cannot be done is refused with what to do, and nothing is sent', () => {
  test.each<[string, SigningInput | undefined, object, string, string]>([
    ['without a scheme', undefined, { sign: 'resign' }, 'sign', 'has no scheme'],
    ['without a secret', { scheme: 'github' }, { sign: 'resign' }, 'sign', 'has no secret'],
    ['wrong, without a secret or a signature', { scheme: 'github' }, { sign: 'corrupt' }, 'sign', 'has no secret'],
    ['with a test key that nobody takes', stripe, { sign: 'resign', testKey: true }, 'testKey', 'takes no test key'],
    ['a new id without signing', stripe, { newId: true }, 'newId', 'belongs to signing anew'],
    ['another URL without signing', stripe, { sign: 'keep', signedUrl: 'public' }, 'signedUrl', 'belongs to signing'],
    [
      'with a secret that cannot be read',
      { scheme: 'standard-webhooks', secrets: ['whsec_%%%'] },
      { sign: 'resign' },
      'sign',
      'not base64',
    ],
  ])('%s', async (_, signing, input, path, says) => {
    await using target = await rawTarget(OK)
    const id = await captured(signing, [], '{}')
    const { status, json } = await replayed(id, { target: `http://localhost:${target.port}`, ...input })
    expect([status, json]).toEqual([
      422,
      expect.objectContaining({
        code: 'invalid_input',
        detail: expect.stringContaining(says),
        hint: expect.any(String),
        issues: [expect.objectContaining({ path })],
      }),
    ])
    expect(target.received).toHaveLength(0)
    expect(await inspector.store.deliveries(id, 50)).toEqual([])
  })
})
