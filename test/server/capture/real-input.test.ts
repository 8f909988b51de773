/**
 * What real providers send: Shoprocket's order as its documentation shows it, Shoprenter's in both its types, GitHub's own example
 * events, Stripe's. Each goes over a socket to a running Hookwell and must come out as it went in, named and verified.
 */
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Capture } from '../../../shared/capture.ts'
import { anInspector, type TestInspector } from '../../support/an-inspector.ts'

const SECRET = 'whsec_this-is-only-a-test-0123456789'
const payload = (name: string): Buffer => readFileSync(new URL(`../../fixtures/payloads/${name}`, import.meta.url))

// Its declarations describe thousands of literal payloads and take the compiler seconds; what is used of them is this.
const examples = createRequire(import.meta.url)('@octokit/webhooks-examples') as { name: string; examples: unknown[] }[]

let inspector: TestInspector
beforeAll(async () => {
  inspector = await anInspector()
})
afterAll(() => inspector.close())

/** Sends a webhook to an endpoint made for it, and reads back what was kept. */
async function received(
  settings: object,
  path: string,
  headers: Record<string, string>,
  body: Buffer,
): Promise<{ capture: Capture; bytes: Buffer }> {
  const { json } = await inspector.post('/api/endpoints', settings)
  const { id } = json as { id: string }
  const answer = await fetch(`${inspector.capture}/${id}${path}`, {
    method: 'POST',
    headers,
    body: new Uint8Array(body),
  })
  expect(answer.status).toBe(200)
  const captureId = answer.headers.get('hookwell-capture')
  const capture = (await (await fetch(`${inspector.inspector}/api/captures/${captureId}`)).json()) as Capture
  const bytes = Buffer.from(await (await fetch(`${inspector.inspector}/api/captures/${captureId}/body`)).arrayBuffer())
  return { capture, bytes }
}

test("Shoprocket's order.created is named by the `type` that stands last in it, and no byte of it changes", async () => {
  const body = payload('shoprocket-order.created.json')
  const { capture, bytes } = await received({}, '', { 'content-type': 'application/json' }, body)
  expect(bytes.equals(body)).toBe(true)
  expect(capture).toMatchObject({ eventType: 'order.created', verdict: { kind: 'unchecked' }, bodySize: body.length })
  expect(bytes.toString()).toContain('"total_amount": "21.95"')
})

test("Shoprocket's order signed by a scheme that the user described is valid", async () => {
  const body = payload('shoprocket-order.created.json')
  const custom = {
    alg: 'hmac-sha256',
    key: { enc: 'utf8' },
    sig: { in: 'header', name: 'X-Webhook-Signature', enc: 'hex' },
    content: '{body}',
  }
  const signature = createHmac('sha256', SECRET).update(body).digest('hex')
  const { capture } = await received(
    { signing: { scheme: 'custom', custom, secrets: [SECRET] } },
    '',
    { 'content-type': 'application/json', 'x-webhook-signature': signature },
    body,
  )
  expect(capture.verdict.kind).toBe('valid')
})

test.each([
  ['json', 'application/json'],
  ['xml', 'text/xml; charset=utf-8'],
])("Shoprenter's order_confirm as %s has no type in it, and gets none", async (type, contentType) => {
  const body = payload(`shoprenter-order_confirm.${type}`)
  const { capture, bytes } = await received({}, '', { 'content-type': contentType }, body)
  expect(bytes.equals(body)).toBe(true)
  expect(capture.eventType).toBeUndefined()
  expect(capture.contentType).toBe(contentType)
})

test('a Payment API notification of Shoprenter is verified by the signature in its query', async () => {
  const body = Buffer.from(JSON.stringify({ orderId: '4711', time: 1_767_225_600, status: 'success' }))
  const hmac = createHmac('sha256', SECRET).update(body).digest('hex')
  const { capture } = await received(
    { signing: { scheme: 'shoprenter-payment-api', secrets: [SECRET] } },
    `/notify?hmac=${hmac}`,
    { 'content-type': 'application/json' },
    body,
  )
  expect(capture.verdict.kind).toBe('valid')
})

test('every example event of GitHub comes out as it went in, named by its header, and valid', async () => {
  let count = 0
  for (const { name, examples: bodies } of examples) {
    for (const example of bodies) {
      const body = Buffer.from(JSON.stringify(example))
      const { capture, bytes } = await received(
        { signing: { scheme: 'github', secrets: [SECRET] } },
        '',
        {
          'content-type': 'application/json',
          'x-github-event': name,
          'x-github-delivery': `72d3162e-cc78-11e3-81ab-${String(count).padStart(12, '0')}`,
          'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
        },
        body,
      )
      count++
      expect(bytes.equals(body)).toBe(true)
      expect(capture).toMatchObject({ eventType: name, verdict: { kind: 'valid' }, attempt: 1 })
      expect(capture.eventId).toMatch(/^72d3162e-/)
    }
  }
  expect(count).toBeGreaterThan(200)
})

test.each(['checkout.session.completed', 'invoice.payment_failed', 'payment_intent.succeeded'])(
  "Stripe's %s is valid when fresh, and when it is old it is still rightly signed, but stale",
  async (name) => {
    const body = payload(`stripe-${name}.json`)
    const sign = (at: number): string =>
      `t=${at},v1=${createHmac('sha256', SECRET).update(`${at}.`).update(body).digest('hex')}`
    const now = Math.floor(Date.now() / 1000)
    for (const [at, freshness] of [
      [now, 'fresh'],
      [now - 3600, 'stale'],
    ] as const) {
      const { capture } = await received(
        { signing: { scheme: 'stripe', secrets: ['another secret of a rotation', SECRET] } },
        '',
        { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': sign(at) },
        body,
      )
      expect(capture).toMatchObject({ eventType: name, verdict: { kind: 'valid', freshness } })
      expect(capture.eventId).toMatch(/^evt_/)
    }
  },
)
