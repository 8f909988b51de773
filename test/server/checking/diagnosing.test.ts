/** Asking why a signature is not accepted, over the API: with the endpoint's settings, or with others that are tried and not kept. */
import { createHmac, generateKeyPairSync } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Diagnosis } from '../../../shared/diagnosis.ts'
import type { EndpointInput } from '../../../shared/endpoint.ts'
import { anInspector, type TestInspector } from '../../support/an-inspector.ts'

const SECRET = 'the-secret-of-the-sender'
const OTHER = 'the-secret-of-billing-is-this'

let inspector: TestInspector
beforeAll(async () => {
  inspector = await anInspector()
})
afterAll(() => inspector.close())

async function captured(settings: EndpointInput, body = '{"a":1}', secret = SECRET): Promise<string> {
  const { id } = await inspector.store.addEndpoint(settings)
  const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
  const response = await fetch(`${inspector.capture}/${id}`, {
    method: 'POST',
    headers: { 'x-hub-signature-256': signature },
    body,
  })
  return response.headers.get('hookwell-capture') ?? ''
}

const asked = async (capture: string, input: unknown = {}) => {
  const { status, json } = await inspector.post(`/api/captures/${capture}/diagnose`, input)
  return { status, json: json as Diagnosis & { code?: string; issues?: { path: string }[] } }
}

const GITHUB = { signing: { scheme: 'github', secrets: ['a-wrong-secret-000'] } }

test('a valid capture has its evidence and no causes', async () => {
  const capture = await captured({ signing: { scheme: 'github', secrets: [SECRET] } })
  const { status, json } = await asked(capture)
  expect(status).toBe(200)
  expect(json).toMatchObject({ verdict: { kind: 'valid' }, causes: [] })
  expect(Buffer.from(json.signedBase64 ?? '', 'base64').toString()).toBe('{"a":1}')
})

test('an invalid one has causes, and none where none are asked for', async () => {
  const capture = await captured(GITHUB)
  expect((await asked(capture)).json.causes.length).toBeGreaterThan(0)
  const quick = await asked(capture, { causes: false })
  expect(quick.json).toMatchObject({ verdict: { kind: 'invalid' } })
})

test('the secret of another endpoint is found, is called by the name of that endpoint, and is never said', async () => {
  await inspector.store.addEndpoint({ alias: 'billing', signing: { scheme: 'stripe', secrets: [OTHER] } })
  const capture = await captured(GITHUB, '{"b":2}', OTHER)
  const { json } = await asked(capture)
  expect(json.causes[0]?.proven).toBe(true)
  expect(`${json.causes[0]?.title} ${json.causes[0]?.detail} ${json.causes[0]?.evidence}`).toContain('billing')
  expect(JSON.stringify(json)).not.toContain(OTHER)
})

test('that the secret fitted other requests of the endpoint is known, and that one came later', async () => {
  const { id } = await inspector.store.addEndpoint({ signing: { scheme: 'github', secrets: [SECRET] } })
  const sent = async (body: string, signed: string): Promise<string> => {
    const signature = `sha256=${createHmac('sha256', SECRET).update(signed).digest('hex')}`
    const headers = { 'x-hub-signature-256': signature }
    const response = await fetch(`${inspector.capture}/${id}`, { method: 'POST', headers, body })
    return response.headers.get('hookwell-capture') ?? ''
  }
  const alone = await sent('{"amount":2}', '{"amount":1}')
  expect((await asked(alone)).json.causes[0]?.title).toBe('Probably another secret')
  for (const n of [1, 2, 3]) await sent(`{"n":${n}}`, `{"n":${n}}`)
  expect((await asked(alone)).json.causes[0]?.detail).toBe(
    'The secret is right: it fitted 3 other requests here. So what was signed was changed on the way, or somebody else sent this.',
  )
  const last = await sent('{"amount":4}', '{"amount":3}')
  expect((await asked(last)).json.causes[0]?.detail).toContain('or the sender has another secret since then')
  const tried = await asked(last, { secret: 'another-secret-here' })
  expect(tried.json.causes[0]?.title).toBe('Probably another secret')
})

test('other settings are tried and not kept', async () => {
  const capture = await captured(GITHUB)
  expect((await asked(capture, { secret: SECRET })).json.verdict).toMatchObject({ kind: 'valid' })
  expect((await asked(capture, { scheme: 'stripe', secret: SECRET })).json.verdict).toMatchObject({
    kind: 'missing',
    scheme: 'stripe',
  })
  const custom = {
    alg: 'hmac-sha256',
    key: { enc: 'utf8' },
    sig: { in: 'header', name: 'X-Hub-Signature-256', prefix: 'sha256=', enc: 'hex' },
    content: '{extra:before}{body}',
  }
  const tried = { scheme: 'custom', custom, secret: SECRET, extra: { before: '' } }
  expect((await asked(capture, tried)).json.verdict).toMatchObject({ kind: 'valid', scheme: 'custom' })
  expect((await inspector.store.capture(capture))?.verdict).toMatchObject({ kind: 'invalid', scheme: 'github' })
})

test('the URL that is checked comes with where it is from', async () => {
  const { id } = await inspector.store.addEndpoint({ signing: { scheme: 'square', secrets: [SECRET] } })
  const response = await fetch(`${inspector.capture}/${id}/a`, {
    method: 'POST',
    headers: { 'x-square-hmacsha256-signature': 'AAAA', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'x.test' },
    body: '{}',
  })
  const capture = response.headers.get('hookwell-capture') ?? ''
  expect((await asked(capture)).json.url).toEqual({ url: `https://x.test/${id}/a`, from: 'forwarded' })
  const publicUrl = 'https://y.test/hooks'
  expect((await asked(capture, { publicUrl })).json.url).toEqual({ url: `${publicUrl}/a`, from: 'endpoint' })
})

test('without a scheme the sender is recognised, and with a secret the scheme is found', async () => {
  const capture = await captured({})
  expect((await asked(capture)).json.suggestions.map(({ scheme }) => scheme)).toContain('github')
  const { json } = await asked(capture, { secret: SECRET })
  expect(json.scheme).toBeDefined()
  expect(JSON.stringify(json)).not.toContain(SECRET)
})

test('a large body is looked at in the thread, and what only it holds is read', async () => {
  const body = JSON.stringify({ signature: 'x', filler: 'y'.repeat(3 * 1024 * 1024) })
  const capture = await captured(GITHUB, body)
  expect((await asked(capture, { secret: SECRET })).json.verdict).toMatchObject({ kind: 'valid' })
  expect((await asked(capture)).json).toMatchObject({ verdict: { kind: 'invalid' } })
})

test.each([
  ['an unknown scheme', { scheme: 'nobody' }, 'scheme'],
  ['a custom scheme without its row', { scheme: 'custom' }, 'custom'],
  ['a public key that is none', { scheme: 'discord', publicKey: 'zz' }, 'publicKey'],
  ['a secret that is empty', { secret: '' }, 'secret'],
  ['something that is not known', { sceret: 'x' }, ''],
])('%s is refused, and it says where', async (_, input, path) => {
  const capture = await captured(GITHUB)
  const { status, json } = await asked(capture, input)
  expect(status).toBe(422)
  expect(json.issues?.[0]?.path).toBe(path)
})

test('a public key is tried as given', async () => {
  const { publicKey } = generateKeyPairSync('ed25519')
  const hex = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex')
  const capture = await captured({})
  const { status, json } = await asked(capture, { scheme: 'discord', publicKey: hex })
  expect(status).toBe(200)
  expect(json.verdict).toMatchObject({ kind: 'missing', scheme: 'discord' })
})

test('a capture that is not there is a 404', async () => {
  expect((await asked('nobody')).status).toBe(404)
})

test('who goes away while waiting holds nobody up', async () => {
  const capture = await captured(GITHUB, JSON.stringify({ filler: 'z'.repeat(900_000) }))
  const url = new URL(`${inspector.inspector}/api/captures/${capture}/diagnose`)
  for (let n = 0; n < 20; n++)
    await new Promise<void>((resolve) => {
      const left = httpRequest(url, { method: 'POST', headers: { 'content-type': 'application/json' } })
      left.on('error', () => undefined).on('close', () => resolve())
      left.end('{}', () => setTimeout(() => left.destroy(), 5))
    })
  // More than may wait have come; had they not been called off, this one were refused.
  expect((await asked(capture)).status).toBe(200)
})
