import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Delivery } from '../../../shared/delivery.ts'
import { findEvent } from '../../../server/templates/templates.ts'
import { anInspector, type TestInspector } from '../../support/an-inspector.ts'

let inspector: TestInspector

beforeAll(async () => {
  inspector = await anInspector({ maxBody: '100kb' })
})
afterAll(() => inspector.close())

const SHOPROCKET = { template: 'shoprocket' }

async function sent(endpoint: string, input: unknown) {
  const { status, json } = await inspector.post(`/api/endpoints/${endpoint}/send`, input)
  return { status, json: json as Delivery } // a problem where the test looks at the status
}

test('a test event arrives as a webhook like any other, and its delivery names the capture', async () => {
  const { id } = await inspector.store.addEndpoint({ alias: 'plain' })
  const { status, json } = await sent('plain', SHOPROCKET)
  expect(status).toBe(200)
  expect(json).toMatchObject({
    cause: 'send',
    target: `${inspector.capture}/plain`,
    attempt: 1,
    outcome: { status: 200 },
  })
  expect(json.request).toMatchObject({ method: 'POST', identical: true, changed: [] })

  const capture = await inspector.store.capture(json.capture)
  expect(capture).toMatchObject({
    endpoint: id,
    method: 'POST',
    target: '/plain',
    eventType: 'order.created',
    verdict: { kind: 'unchecked' },
  })
  expect(capture?.headers).toEqual(json.request.headers)
  expect(capture?.bodySha256).toBe(json.request.bodySha256)
  const body = await inspector.store.body(json.capture)
  expect(body?.bytes).toEqual(findEvent('shoprocket')?.body(0))
  expect(await inspector.store.deliveries(json.capture, 50)).toEqual([json])
})

test('an event can be named, and an unknown one is not found', async () => {
  const { id } = inspector.defaultEndpoint
  expect((await sent(id, { ...SHOPROCKET, event: 'order.created' })).status).toBe(200)
  expect(await sent(id, { ...SHOPROCKET, event: 'order.eaten' })).toMatchObject({
    status: 404,
    json: { code: 'not_found' },
  })
  expect(await sent(id, { template: 'nobody' })).toMatchObject({ status: 404, json: { code: 'not_found' } })
})

describe('signed by the scheme of the endpoint', () => {
  const KEY = Buffer.from('a key of thirty-two bytes, or so').toString('base64')
  test.each([
    ['standard-webhooks', `whsec_${KEY}`],
    ['svix', `whsec_${KEY}`],
    ['stripe', 'whsec_test_secret'],
    ['github', 'a secret'],
    ['shopify', 'a secret'],
    ['slack', 'a secret'],
    ['square', 'a secret'],
    ['shoprenter-payment-api', 'a secret'],
  ])('%s, it is found valid', async (scheme, secret) => {
    const { id } = await inspector.store.addEndpoint({ signing: { scheme, secrets: [secret, 'another'] } })
    const { status, json } = await sent(id, SHOPROCKET)
    expect([status, json]).toEqual([200, expect.objectContaining({ cause: 'send' })])
    expect((await inspector.store.capture(json.capture))?.verdict).toMatchObject({ kind: 'valid', scheme })
    expect(JSON.stringify(json)).not.toContain(secret)
  })

  test('with a public URL of its own, that URL is what is signed', async () => {
    const signing = { scheme: 'square', secrets: ['a secret'], publicUrl: 'https://shop.example/hooks' }
    const { id } = await inspector.store.addEndpoint({ signing })
    const { json } = await sent(id, SHOPROCKET)
    expect((await inspector.store.capture(json.capture))?.verdict).toMatchObject({ kind: 'valid' })
  })

  test('behind a public URL of the listener, that one is', async () => {
    await using behind = await anInspector({ publicUrl: 'https://tunnel.example/base' })
    const { id } = await behind.store.addEndpoint({ signing: { scheme: 'square', secrets: ['a secret'] } })
    const { json } = await behind.post(`/api/endpoints/${id}/send`, SHOPROCKET)
    const capture = await behind.store.capture((json as Delivery).capture) // shown to be one by what follows
    expect(capture?.verdict).toMatchObject({ kind: 'valid' })
  })

  test('as a parameter of the query, it goes there', async () => {
    const custom = {
      alg: 'hmac-sha256',
      key: { enc: 'utf8' },
      sig: { in: 'query', name: 'sig n', enc: 'base64' },
      content: '{body}',
    } as const
    const { id } = await inspector.store.addEndpoint({ signing: { scheme: 'custom', custom, secrets: ['a secret'] } })
    const { json } = await sent(id, SHOPROCKET)
    const capture = await inspector.store.capture(json.capture)
    expect(capture?.verdict).toMatchObject({ kind: 'valid' })
    expect(json.request.url).toBe(`${inspector.capture}${capture?.target}`)
    expect(capture?.target).toMatch(/\?sig%20n=[A-Za-z0-9%]+$/)
  })

  test('with a scheme but no secret, it goes out unsigned', async () => {
    const { id } = await inspector.store.addEndpoint({ signing: { scheme: 'github' } })
    const { json } = await sent(id, SHOPROCKET)
    expect(json.request.headers.map(([name]) => name)).toEqual([
      'Host',
      'User-Agent',
      'Accept',
      'Content-Type',
      'Content-Length',
    ])
    expect((await inspector.store.capture(json.capture))?.verdict).toMatchObject({ kind: 'unchecked' })
  })

  test('with a secret that cannot be read, it is refused with a sentence without the secret', async () => {
    const { id } = await inspector.store.addEndpoint({ signing: { scheme: 'svix', secrets: ['whsec_%%%notbase64'] } })
    const { status, json } = await sent(id, SHOPROCKET)
    expect([status, json]).toEqual([
      422,
      expect.objectContaining({
        code: 'invalid_input',
        detail: expect.stringMatching(/^The test event cannot be signed\. /),
      }),
    ])
    expect(JSON.stringify(json)).not.toContain('notbase64')
  })
})

test('an endpoint that answers with an error has captured the event all the same', async () => {
  const { id } = await inspector.store.addEndpoint({ answer: { default: { status: 500, body: 'no' } } })
  const { status, json } = await sent(id, SHOPROCKET)
  expect([status, json]).toEqual([200, expect.objectContaining({ outcome: expect.objectContaining({ status: 500 }) })])
  expect((await inspector.store.capture(json.capture))?.endpoint).toBe(id)
})

test('it works where the inspector may reach public targets only', async () => {
  await using team = await anInspector({ uiHost: '0.0.0.0', token: 'a-long-token' })
  const response = await fetch(
    `${team.inspector.replace('0.0.0.0', '127.0.0.1')}/api/endpoints/${team.defaultEndpoint.id}/send`,
    {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer a-long-token' },
      body: JSON.stringify(SHOPROCKET),
    },
  )
  expect(response.status).toBe(200)
})

test('what the capture listener refuses is refused with its words', async () => {
  await using small = await anInspector({ maxBody: '1kb' })
  const { status, json } = await small.post(`/api/endpoints/${small.defaultEndpoint.id}/send`, SHOPROCKET)
  expect([status, json]).toEqual([413, expect.objectContaining({ code: 'body_too_large' })])
})
