import { createHash } from 'node:crypto'
import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { replay } from '../../../server/deliver/replay.ts'
import { openTestKeys } from '../../../server/test-keys.ts'
import { parseAllowedTarget } from '../../../server/outbound/target.ts'
import type { Delivery } from '../../../shared/delivery.ts'
import { anInspector, type TestInspector } from '../../support/an-inspector.ts'
import { rawRequest } from '../../support/raw-client.ts'
import { rawTarget } from '../../support/raw-target.ts'

let inspector: TestInspector

beforeAll(async () => {
  inspector = await anInspector()
})
afterAll(() => inspector.close())

const BODY = '{"type":"order.created"}'

/** The id of a capture that came over the wire. */
async function captured(headers: [string, string][] = [], path = `/${inspector.defaultEndpoint.id}`): Promise<string> {
  const lines = [['Host', 'hooks.example'], ...headers, ['Content-Length', String(BODY.length)]]
  const head = `POST ${path} HTTP/1.1\r\n${lines.map((pair) => pair.join(': ')).join('\r\n')}\r\n\r\n`
  const { responses } = await rawRequest(inspector.capturePort, head + BODY)
  const id = responses[0]?.headers.find(([name]) => name === 'Hookwell-Capture')?.[1]
  if (id === undefined) throw new Error(`not captured: ${responses[0]?.status}`)
  return id
}

const replayed = async (id: string, input: unknown) => {
  const { status, json } = await inspector.post(`/api/captures/${id}/replay`, input)
  return { status, json: json as Delivery } // a problem where the test looks at the status
}

test('a delivery tells what was sent and what came back, and is kept with its capture', async () => {
  await using target = await rawTarget('HTTP/1.1 201 Created\r\nX-App: 1\r\nContent-Length: 2\r\n\r\nok')
  const id = await captured()
  const to = `http://localhost:${target.port}/webhooks`
  const { status, json } = await replayed(id, { target: to })
  expect([status, json]).toEqual([
    200,
    {
      id: expect.stringMatching(/^[0-9a-z]+$/),
      capture: id,
      target: to,
      cause: 'replay',
      startedAt: expect.any(Number),
      ms: expect.any(Number),
      request: {
        method: 'POST',
        url: to,
        headers: [
          ['Host', `localhost:${target.port}`],
          ['Content-Length', '24'],
        ],
        bodySha256: createHash('sha256').update(BODY).digest('hex'),
        identical: true,
        changed: [`path /${inspector.defaultEndpoint.id} → /webhooks`, `Host hooks.example → localhost:${target.port}`],
      },
      outcome: {
        status: 201,
        headers: [
          ['X-App', '1'],
          ['Content-Length', '2'],
        ],
        bodyBase64: Buffer.from('ok').toString('base64'),
        truncated: false,
      },
      attempt: 1,
    },
  ])
  expect(await inspector.store.deliveries(id, 50)).toEqual([json])
  expect(await inspector.store.delivery(json.id)).toEqual(json)
  expect(String(target.received[0])).toBe(
    `POST /webhooks HTTP/1.1\r\nHost: localhost:${target.port}\r\nContent-Length: 24\r\n\r\n${BODY}`,
  )
})

test('a target on which nothing listens gives a delivery that says so', async () => {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // a TCP server that listens has one
  server.close()
  const id = await captured()
  const { status, json } = await replayed(id, { target: `http://localhost:${port}` })
  expect(status).toBe(200)
  expect(json.outcome).toEqual({
    error: { code: 'connection_refused', detail: `Nothing listens on localhost:${port}.` },
  })
  expect(await inspector.store.deliveries(id, 50)).toEqual([json])
})

test('several replays of one capture are kept, the newest first', async () => {
  await using target = await rawTarget()
  const id = await captured()
  const first = await replayed(id, { target: `http://localhost:${target.port}/1` })
  const second = await replayed(id, { target: `http://localhost:${target.port}/2`, timeoutMs: 1000 })
  expect((await inspector.store.deliveries(id, 50)).map((each) => each.id)).toEqual([second.json.id, first.json.id])
})

test('edits reach the target and are listed', async () => {
  await using target = await rawTarget()
  const id = await captured([['X-A', '1']])
  const edits = {
    method: 'PUT',
    headers: [
      ['Host', 'shop.example'],
      ['X-A', '2'],
    ],
    bodyBase64: Buffer.from('new').toString('base64'),
  }
  const { json } = await replayed(id, { target: `http://localhost:${target.port}`, edits })
  expect(json.request.identical).toBe(false)
  expect(json.request.changed.slice(0, 3)).toEqual(['method POST → PUT', 'header X-A changed', 'body 24 → 3 bytes'])
  expect(String(target.received[0])).toBe(
    'PUT / HTTP/1.1\r\nHost: shop.example\r\nX-A: 2\r\nContent-Length: 3\r\n\r\nnew',
  )
})

test('the time that was asked for is the time that is waited', async () => {
  await using target = await rawTarget(() => undefined)
  const { json } = await replayed(await captured(), { target: `http://localhost:${target.port}`, timeoutMs: 120 })
  expect(json.outcome).toEqual({
    error: {
      code: 'first_byte_timeout',
      detail: `localhost:${target.port} took the request but did not begin to answer within 120 ms.`,
    },
  })
  expect(json.ms).toBeGreaterThanOrEqual(115)
  expect(json.ms).toBeLessThan(2000)
})

describe('a refused target', () => {
  test.each([
    ['our own capture listener', () => inspector.capture, 'forbidden_target', 403],
    ['our own inspector', () => `${inspector.inspector}/api/endpoints`, 'forbidden_target', 403],
    ['our own inspector by name', () => inspector.inspector.replace('127.0.0.1', 'localhost'), 'forbidden_target', 403],
    ['a metadata service', () => 'http://169.254.169.254/', 'forbidden_target', 403],
    ['the unspecified address', () => 'http://0.0.0.0:3000/', 'forbidden_target', 403],
    ['no URL', () => 'localhost:3000', 'invalid_input', 422],
    ['a URL with a password', () => 'http://a:b@localhost:3000', 'invalid_input', 422],
  ])('that is %s is a problem, and nothing is recorded', async (_, target, code, expected) => {
    const id = await captured()
    const { status, json } = await replayed(id, { target: target() })
    expect([status, json]).toEqual([expected, expect.objectContaining({ code, status: expected })])
    expect(await inspector.store.deliveries(id, 50)).toEqual([])
  })

  test('that only turns out when its name is resolved is refused just so', async () => {
    const id = await captured()
    const resolve = async () => [{ address: '169.254.169.254', family: 4 }]
    const policy = { local: true, allowed: [parseAllowedTarget('sneaky.test')], ownPorts: [], resolve }
    const log = () => undefined
    const parts = { store: inspector.store, policy, now: Date.now, log, publicBase: undefined }
    const replaying = replay({ ...parts, testKeys: openTestKeys(':memory:', log) }, id, {
      target: 'http://sneaky.test/',
    })
    await expect(replaying).rejects.toMatchObject({
      code: 'forbidden_target',
      message: 'sneaky.test (169.254.169.254) is a cloud metadata address.',
    })
    expect(await inspector.store.deliveries(id, 50)).toEqual([])
  })
})

test('an inspector that others can reach sends to this machine only where that was allowed', async () => {
  await using target = await rawTarget()
  const options = { uiHost: '0.0.0.0', token: 'a-long-token', allowTarget: [`127.0.0.1:${target.port}`] }
  await using team = await anInspector(options)
  const { responses } = await rawRequest(team.capturePort, `GET /${team.defaultEndpoint.id} HTTP/1.0\r\n\r\n`)
  const id = responses[0]?.headers.find(([name]) => name === 'Hookwell-Capture')?.[1]
  const statusOf = async (to: string) => {
    const url = `${team.inspector.replace('0.0.0.0', '127.0.0.1')}/api/captures/${id}/replay`
    const headers = { 'content-type': 'application/json', authorization: 'Bearer a-long-token' }
    return (await fetch(url, { method: 'POST', headers, body: JSON.stringify({ target: to }) })).status
  }
  expect(await statusOf(`http://127.0.0.1:${target.port}`)).toBe(200)
  expect(await statusOf(`http://localhost:${target.port}`)).toBe(200)
  expect(await statusOf(`http://127.0.0.1:${target.port + 1}`)).toBe(403)
  expect(await statusOf('http://10.0.0.1/')).toBe(403)
})

test('a redirect to our own inspector is an outcome and is not followed', async () => {
  await using target = await rawTarget(
    `HTTP/1.1 307 Temporary Redirect\r\nLocation: ${inspector.inspector}/api/endpoints\r\nContent-Length: 0\r\n\r\n`,
  )
  const { json } = await replayed(await captured(), { target: `http://localhost:${target.port}` })
  expect(json.outcome).toMatchObject({ status: 307 })
})

test('an unknown capture is not found', async () => {
  expect(await replayed('nothing', { target: 'http://localhost:3000' })).toMatchObject({
    status: 404,
    json: { code: 'not_found' },
  })
})

describe('stripping the signature', () => {
  test('takes out the header that the scheme of the endpoint names', async () => {
    await using target = await rawTarget()
    await inspector.store.addEndpoint({ alias: 'gh', signing: { scheme: 'github', secrets: ['s3cret-s3cret'] } })
    const id = await captured(
      [
        ['x-hub-signature-256', 'sha256=00'],
        ['X-GitHub-Event', 'push'],
      ],
      '/gh',
    )
    const { json } = await replayed(id, { target: `http://localhost:${target.port}`, sign: 'strip' })
    expect(json.request.headers.map(([name]) => name)).toEqual(['Host', 'X-GitHub-Event', 'Content-Length'])
    expect(json.request.changed[0]).toBe('header x-hub-signature-256 left out')
    const kept = await replayed(id, { target: `http://localhost:${target.port}`, sign: 'keep' })
    expect(kept.json.request.headers.map(([name]) => name)).toEqual([
      'Host',
      'x-hub-signature-256',
      'X-GitHub-Event',
      'Content-Length',
    ])
  })
  test('is refused with a sentence where there is no scheme', async () => {
    const { status, json } = await replayed(await captured(), { target: 'http://localhost:3000', sign: 'strip' })
    expect([status, json]).toEqual([
      422,
      expect.objectContaining({ detail: expect.stringContaining('the endpoint has no scheme') }),
    ])
  })
})
