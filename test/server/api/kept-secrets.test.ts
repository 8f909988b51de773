/** A secret that was written is never given back: not by another scheme, not by a row of somebody's own, not piece by piece. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EndpointInput } from '../../../shared/endpoint.ts'
import { anInspector, type TestInspector } from '../../support/an-inspector.ts'

const SECRET = 'whsec_CANARY~9fK2!x'
const GITHUB = { scheme: 'github', secrets: [SECRET] }

let inspector: TestInspector
beforeAll(async () => {
  inspector = await anInspector()
})
afterAll(() => inspector.close())

async function anEndpoint(signing: EndpointInput['signing']): Promise<string> {
  return (await inspector.store.addEndpoint({ signing })).id
}

async function patched(id: string, signing: object): Promise<{ status: number; paths: string[] }> {
  const response = await fetch(`${inspector.inspector}/api/endpoints/${id}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ signing }),
  })
  const json = (await response.json()) as { issues?: { path: string }[] } // a problem, or an endpoint
  expect(JSON.stringify(json)).not.toContain('CANARY')
  return { status: response.status, paths: (json.issues ?? []).map(({ path }) => path) }
}

const hmac = (key: object) => ({
  alg: 'hmac-sha256',
  key,
  sig: { in: 'header', name: 'X-Hub-Signature-256', prefix: 'sha256=', enc: 'hex' },
  content: '{body}',
})
const token = { alg: 'token', key: { enc: 'utf8' }, sig: { in: 'header', name: 'X-Token', enc: 'utf8' } }

test.each([
  ['a token', { scheme: 'token' }],
  ["GitLab's token", { scheme: 'gitlab-token' }],
  ['user and password', { scheme: 'basic-auth' }],
  ["a token of one's own", { scheme: 'custom', custom: token }],
  ['a key that is asked for with the secret', { scheme: 'plaid', extra: { clientId: 'x' } }],
  ['a row that cuts off what nobody cuts off', { scheme: 'custom', custom: hmac({ enc: 'utf8', strip: ['whsec_'] }) }],
])('a kept secret does not become %s unless it is typed again', async (_, signing) => {
  const id = await anEndpoint(GITHUB)
  expect(await patched(id, signing)).toEqual({ status: 422, paths: ['signing.secrets'] })
  expect(inspector.store.endpoint(id)?.signing?.scheme).toBe('github')
  expect((await patched(id, { ...signing, secrets: ['typed-again'] })).status).toBe(200)
})

test('nor by way of a scheme that does not look at it', async () => {
  const id = await anEndpoint(GITHUB)
  expect((await patched(id, { scheme: 'discord' })).status).toBe(200)
  expect((await patched(id, { scheme: 'token' })).paths).toEqual(['signing.secrets'])
  expect((await patched(id, { scheme: 'github', custom: token })).status).toBe(200)
  expect((await patched(id, { scheme: 'custom' })).paths).toEqual(['signing.secrets'])
})

test("a row of one's own keeps its secret while it reads it alike, or as a scheme of the table does", async () => {
  const own = { enc: 'utf8', strip: ['mine_'] }
  const id = await anEndpoint({ scheme: 'custom', custom: hmac(own) as never, secrets: [SECRET] })
  expect((await patched(id, { scheme: 'custom', custom: { ...hmac(own), content: '{method}{body}' } })).status).toBe(
    200,
  )
  expect((await patched(id, { scheme: 'custom', custom: hmac({ enc: 'utf8', strip: ['whsec_'] }) })).paths).toEqual([
    'signing.secrets',
  ])
  expect((await patched(id, { scheme: 'custom', custom: hmac({ enc: 'utf8' }) })).status).toBe(200)
  expect((await patched(id, { scheme: 'stripe' })).status).toBe(200)
})

test('a row that is only tried gets no kept secret to cut pieces off', async () => {
  const id = await anEndpoint(GITHUB)
  await inspector.store.addEndpoint({
    alias: 'neighbour',
    signing: { scheme: 'github', secrets: ['of-the-neighbour'] },
  })
  const response = await fetch(`${inspector.capture}/${id}`, {
    method: 'POST',
    headers: { 'x-hub-signature-256': `sha256=${'00'.repeat(32)}` },
    body: '{}',
  })
  const ask = async (input: object) => {
    const path = `/api/captures/${response.headers.get('hookwell-capture')}/diagnose`
    const { status, json } = await inspector.post(path, input)
    const { issues = [], ...rest } = json as { issues?: { path: string }[]; expected?: string } // a problem or a diagnosis
    return { status, paths: issues.map(({ path }) => path), expected: rest.expected }
  }
  const custom = hmac({ enc: 'utf8', strip: ['whsec_'] })
  expect(await ask({ scheme: 'custom', custom })).toMatchObject({ status: 422, paths: ['secret'] })
  expect(await ask({ custom: hmac({ enc: 'utf8', strip: ['CANARY'] }), causes: false })).toMatchObject({
    status: 422,
    paths: ['custom.key.strip.0'],
  })
  expect(await ask({ custom, secret: 'whsec_typed' })).toMatchObject({
    status: 200,
    expected: expect.stringMatching(/^sha256=/),
  })
  expect(await ask({ scheme: 'custom', custom: hmac({ enc: 'utf8' }) })).toMatchObject({ status: 200 })
})
