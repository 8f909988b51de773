/** Every route of the API over HTTP, as the contract says it: what it answers, what it refuses, and how. */
import { createHash, createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Capture } from '../../../shared/capture.ts'
import type { Endpoint } from '../../../shared/endpoint.ts'
import { Problem } from '../../../shared/problem.ts'
import { anInspector, type TestInspector } from '../../support/an-inspector.ts'
import { type ApiAnswer, type ApiClient, apiClient } from '../../support/api-client.ts'
import { FIRST_SCHEMES } from '../signatures/vectors.ts'

let inspector: TestInspector
let api: ApiClient
beforeAll(async () => {
  inspector = await anInspector()
  api = apiClient(inspector.inspector, isWellFormed)
})
afterAll(() => inspector.close())

/** What holds for every answer, whichever test asked. */
function isWellFormed(method: string, path: string, { status, headers, json }: ApiAnswer): void {
  expect(headers.get('x-content-type-options'), `${method} ${path}`).toBe('nosniff')
  expect(headers.get('cache-control'), `${method} ${path}`).toBe('no-store')
  expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
  expect(JSON.stringify(json) ?? '').not.toContain(CANARY)
  if (status < 400) return
  expect(headers.get('content-type')).toBe('application/problem+json')
  expect(Problem.parse(json)).toMatchObject({ status })
}

const CANARY = 'canary-secret-value-0123456789'
const endpointOf = ({ json }: ApiAnswer) => json as Endpoint // the status was looked at; the document's test checks the shape
const captureOf = ({ json }: ApiAnswer) => json as Capture // likewise

async function anEndpoint(settings: object = {}): Promise<Endpoint> {
  const answer = await api('POST', '/api/endpoints', settings)
  expect(answer.status).toBe(201)
  return endpointOf(answer)
}

/** A capture that came through the front door; its id. */
async function captured(endpoint: string, init: RequestInit & { below?: string } = {}): Promise<string> {
  const response = await fetch(`${inspector.capture}/${endpoint}${init.below ?? ''}`, {
    method: 'POST',
    body: '{"type":"order.created"}',
    ...init,
  })
  expect(response.status).toBeLessThan(400)
  return response.headers.get('hookwell-capture') ?? ''
}

describe('endpoints', () => {
  test('one can be made of nothing, and is then listed, read by id and removed', async () => {
    const made = await anEndpoint()
    expect(made).toMatchObject({
      url: `${inspector.capture}/${made.id}`,
      answer: { default: {} },
      forwards: [],
      handshakes: false,
      cors: false,
      captures: 0,
      lastSeq: 0,
    })
    expect((await api('GET', `/api/endpoints/${made.id.toUpperCase()}`)).json).toEqual(made)
    const { json } = await api('GET', '/api/endpoints')
    expect((json as { endpoints: Endpoint[] }).endpoints.at(-1)).toEqual(made) // as above
    const removed = await api('DELETE', `/api/endpoints/${made.id}`)
    expect([removed.status, removed.json]).toEqual([204, undefined])
    expect((await api('GET', `/api/endpoints/${made.id}`)).status).toBe(404)
    expect((await api('DELETE', `/api/endpoints/${made.id}`)).status).toBe(404)
  })

  test('without a body or a content type one is made as well', async () => {
    const response = await fetch(`${inspector.inspector}/api/endpoints`, { method: 'POST' })
    expect(response.status).toBe(201)
  })

  test('a UUID can be claimed, and an alias taken; both only once', async () => {
    const id = 'EF62FE6D-2CA0-42A5-831D-5AB8457BCAC6'
    const made = await anEndpoint({ id, alias: 'claimed' })
    expect(made).toMatchObject({ id: id.toLowerCase(), alias: 'claimed', url: `${inspector.capture}/claimed` })
    expect((await api('GET', '/api/endpoints/claimed')).json).toEqual(made)
    expect((await api('POST', '/api/endpoints', { id })).json).toMatchObject({ code: 'conflict' })
    expect((await api('POST', '/api/endpoints', { alias: 'claimed' })).status).toBe(409)
    const other = await anEndpoint({ alias: 'another' })
    expect((await api('PATCH', `/api/endpoints/${other.id}`, { alias: 'claimed' })).status).toBe(409)
    expect((await api('PATCH', '/api/endpoints/another', { alias: 'renamed' })).status).toBe(200)
    expect((await api('GET', '/api/endpoints/another')).status).toBe(404)
  })

  test('a change merges, null clears, and the whole object comes back', async () => {
    const { id } = await anEndpoint({
      name: 'Shop',
      cors: true,
      eventType: '/kind',
      keep: { captures: 5, for: '2d', size: '1mb' },
      answer: {
        default: {
          status: 202,
          headers: [
            ['X-A', '1'],
            ['x-a', '2'],
          ],
          body: 'ok',
        },
      },
    })
    const changed = endpointOf(await api('PATCH', `/api/endpoints/${id}`, { name: 'New', eventId: 'X-Id' }))
    expect(changed).toMatchObject({
      id,
      name: 'New',
      cors: true,
      eventType: '/kind',
      eventId: 'X-Id',
      keep: { captures: 5, for: '2d', size: '1mb' },
    })
    expect(changed.answer).toEqual({
      default: {
        status: 202,
        headers: [
          ['X-A', '1'],
          ['x-a', '2'],
        ],
        body: 'ok',
      },
    })
    const cleared = endpointOf(
      await api('PATCH', `/api/endpoints/${id}`, { name: null, eventType: null, keep: null, answer: null }),
    )
    expect(Object.keys(cleared)).not.toEqual(expect.arrayContaining(['name']))
    expect(cleared).toMatchObject({ answer: { default: {} }, cors: true, eventId: 'X-Id' })
    expect(cleared.keep).toBeUndefined()
  })

  test('a secret goes in and never comes out: four characters at most, of a short one none', async () => {
    const { id, signing } = await anEndpoint({ signing: { scheme: 'stripe', secrets: [CANARY, 'short-secre'] } })
    expect(signing?.secrets.map(({ last4 }) => last4)).toEqual(['6789', ''])
    const capture = await captured(id, { headers: { 'stripe-signature': 't=1,v1=00' } })
    for (const path of [
      '/api/endpoints',
      `/api/endpoints/${id}`,
      `/api/captures/${capture}`,
      `/api/endpoints/${id}/captures`,
      '/api/openapi.json',
      '/api/rejections',
    ])
      expect((await api('GET', path)).status).toBe(200) // `isWellFormed` looks for the canary
    expect((await api('POST', `/api/captures/${capture}/diagnose`, {})).status).toBe(200)
    const kept = endpointOf(await api('PATCH', `/api/endpoints/${id}`, { signing: { scheme: 'stripe' } }))
    expect(kept.signing?.secrets).toEqual(signing?.secrets)
    const none = endpointOf(await api('PATCH', `/api/endpoints/${id}`, { signing: null }))
    expect(none.signing).toBeUndefined()
  })

  test.each([
    [{ alias: 'No' }, 'alias'],
    [{ colour: 1 }, ''],
    [{ signing: { scheme: 'nobody', secrets: ['s'] } }, 'signing.scheme'],
    [{ signing: { scheme: 'github', publicKeys: ['MCowBQYDK2VwAyEA'] } }, 'signing.publicKeys.0'],
    [{ signing: { scheme: 'discord', publicKeys: ['not hex'] } }, 'signing.publicKeys.0'],
    [{ signing: { scheme: 'discord', secrets: ['a secret'] } }, 'signing.secrets.0'],
    [{ signing: { scheme: 'svix', secrets: ['whsec_c2VjcmV0', 'whsec_%%%'] } }, 'signing.secrets.1'],
    [{ signing: { scheme: 'custom' } }, 'signing.custom'],
    [
      {
        signing: {
          scheme: 'custom',
          custom: {
            alg: 'hmac-sha256',
            key: { enc: 'utf8' },
            sig: { in: 'header', name: 'X', enc: 'hex' },
            content: '{bdoy}',
          },
        },
      },
      'signing.custom.content',
    ],
    [{ answer: { default: { status: 99 } } }, 'answer.default.status'],
    [{ answer: { default: { headers: [['X-A', 'a\r\nb']] } } }, 'answer.default.headers.0'],
    [
      {
        answer: {
          default: {
            headers: [
              ['X-Ok', '1'],
              ['X A', '1'],
            ],
          },
        },
      },
      'answer.default.headers.1',
    ],
    [{ answer: { default: { headers: [['X-A', '\u2603']] } } }, 'answer.default.headers.0'],
    [{ answer: { default: { headers: [['Content-Length', '5']] } } }, 'answer.default.headers.0'],
    [{ answer: { default: { headers: [['transfer-ENCODING', 'chunked']] } } }, 'answer.default.headers.0'],
    [{ answer: { default: { headers: [['Set-Cookie', 'a=b']] } } }, 'answer.default.headers.0'],
    [{ answer: { default: { headers: [['Service-Worker-Allowed', '/']] } } }, 'answer.default.headers.0'],
    [{ keep: { for: '0d' } }, 'keep.for'],
  ])('settings that cannot be kept or sent are refused with their place: %j', async (settings, path) => {
    const { id } = await anEndpoint()
    for (const answer of [
      await api('POST', '/api/endpoints', settings),
      await api('PATCH', `/api/endpoints/${id}`, settings),
    ]) {
      expect(answer.status).toBe(422)
      expect(Problem.parse(answer.json).issues?.map((issue) => issue.path)).toContain(path)
    }
  })
})

describe('captures', () => {
  test('a capture is read whole, changed, and deleted', async () => {
    const { id: endpoint } = await anEndpoint()
    const id = await captured(endpoint, {
      below: '/a//b?x=%7e',
      headers: { 'X-Twice': 'caf\xe9', 'Content-Type': 'application/json' },
    })
    const capture = captureOf(await api('GET', `/api/captures/${id}`))
    expect(capture).toMatchObject({
      id,
      endpoint,
      method: 'POST',
      target: `/${endpoint}/a//b?x=%7e`,
      eventType: 'order.created',
      attempt: 1,
      verdict: { kind: 'unchecked' },
      httpVersion: '1.1',
      bodySize: 24,
      pinned: false,
      read: false,
      tags: [],
    })
    expect(capture.headers.find(([name]) => name.toLowerCase() === 'x-twice')?.[1]).toBe('caf\xe9')
    expect(capture.bodySha256).toBe(createHash('sha256').update('{"type":"order.created"}').digest('hex'))
    expect(Buffer.from(capture.answered.bodyBase64, 'base64').toString()).toBe(`{"received":true,"capture":"${id}"}`)
    const changed = captureOf(
      await api('PATCH', `/api/captures/${id}`, { note: 'why', pinned: true, read: true, tags: ['a'] }),
    )
    expect(changed).toEqual({ ...capture, note: 'why', pinned: true, read: true, tags: ['a'] })
    expect(captureOf(await api('PATCH', `/api/captures/${id}`, { note: null, tags: null })).note).toBeUndefined()
    expect((await api('DELETE', `/api/captures/${id}`)).status).toBe(204)
    for (const [method, path, input] of [
      ['GET', ''],
      ['GET', '/body'],
      ['GET', '/deliveries'],
      ['DELETE', ''],
      ['PATCH', '', {}],
      ['POST', '/diagnose', {}],
      ['POST', '/replay', { target: 'http://127.0.0.1:9/' }],
    ] as const)
      expect((await api(method, `/api/captures/${id}${path}`, input)).status, `${method} ${path}`).toBe(404)
  })

  test.each([
    [{ note: 'x'.repeat(10_001) }],
    [{ pinned: 'yes' }],
    [{ tags: [''] }],
    [{ tags: Array(33).fill('t') }],
    [{ verdict: 'valid' }],
  ])('a change that does not fit is refused: %.60j', async (patch) => {
    const id = await captured((await anEndpoint()).id)
    expect((await api('PATCH', `/api/captures/${id}`, patch)).status).toBe(422)
  })

  test('the list goes newest first, by key in both directions, and says whether there is more', async () => {
    const { id } = await anEndpoint({ alias: 'listed' })
    for (let i = 0; i < 7; i++) await captured(id)
    const list = async (search: string) => {
      const { json } = await api('GET', `/api/endpoints/listed/captures${search}`)
      const page = json as { captures: Capture[]; more: boolean } // the document's test checks the shape
      return { seqs: page.captures.map(({ seq }) => seq), more: page.more }
    }
    const { seqs, more } = await list('')
    expect(seqs).toEqual([...seqs].sort((a, b) => b - a))
    expect([seqs.length, more]).toEqual([7, false])
    expect(await list('?limit=3')).toEqual({ seqs: seqs.slice(0, 3), more: true })
    expect(await list(`?limit=3&before=${seqs[2]}`)).toEqual({ seqs: seqs.slice(3, 6), more: true })
    expect(await list(`?after=${seqs[2]}`)).toEqual({ seqs: seqs.slice(0, 2), more: false })
    expect(await list('?query=&limit=500')).toEqual({ seqs, more: false })
  })

  test.each(['?limit=0', '?limit=501', '?limit=1.5', '?limit=x', '?limit=', '?before=-1', '?after=x'])(
    '%s is refused',
    async (search) => {
      const { status, json } = await api('GET', `/api/endpoints/${(await anEndpoint()).id}/captures${search}`)
      expect(status).toBe(422)
      expect(Problem.parse(json).issues?.[0]?.path).toBe(/\?(\w+)/.exec(search)?.[1])
    },
  )

  test('a query is refused until it can be answered, rather than ignored', async () => {
    const { id } = await anEndpoint()
    await captured(id)
    for (const method of ['GET', 'DELETE']) {
      const { status, json } = await api(method, `/api/endpoints/${id}/captures?query=type:x`)
      expect(status).toBe(422)
      expect(json).toMatchObject({ code: 'invalid_query', issues: [{ path: 'query', position: 0 }] })
    }
    expect(inspector.store.counters(id).captures).toBe(1)
  })

  test('clearing says how many there were', async () => {
    const { id } = await anEndpoint()
    for (let i = 0; i < 3; i++) await captured(id)
    expect((await api('DELETE', `/api/endpoints/${id}/captures`)).json).toEqual({ deleted: 3 })
    expect((await api('GET', `/api/endpoints/${id}/captures`)).json).toEqual({ captures: [], more: false })
    expect((await api('DELETE', '/api/endpoints/nobody/captures')).status).toBe(404)
  })
})

describe('the bytes of a body', () => {
  const bytes = Buffer.from(Array.from({ length: 2_500_000 }, (_, i) => (i * 7 + (i >> 8)) & 255))
  let url = ''
  beforeAll(async () => {
    const id = await captured((await anEndpoint()).id, { body: bytes })
    url = `${inspector.inspector}/api/captures/${id}/body`
  })
  const get = async (range?: string) => {
    const response = await fetch(url, range === undefined ? {} : { headers: { range } })
    return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) }
  }

  test('are a download that no browser can take for anything else', async () => {
    const whole = await get()
    expect(whole.status).toBe(200)
    expect(whole.bytes.equals(bytes)).toBe(true)
    expect(whole.headers.get('content-type')).toBe('application/octet-stream')
    expect(whole.headers.get('content-disposition')).toMatch(/^attachment; filename="capture-\d+\.bin"$/)
    expect(whole.headers.get('content-length')).toBe('2500000')
    expect(whole.headers.get('content-security-policy')).toBe('sandbox')
    expect(whole.headers.get('x-content-type-options')).toBe('nosniff')
    expect(whole.headers.get('cache-control')).toBe('no-store')
  })

  test.each([
    ['bytes=0-0', 0, 1],
    ['bytes=0-99', 0, 100],
    ['bytes=262143-262145', 262_143, 262_146],
    ['bytes=1000000-', 1_000_000, 2_500_000],
    ['bytes=-500', 2_499_500, 2_500_000],
    ['bytes=-9999999', 0, 2_500_000],
    ['bytes=2499999-9999999', 2_499_999, 2_500_000],
  ])('%s gives exactly that part', async (range, start, end) => {
    const part = await get(range)
    expect(part.status).toBe(206)
    expect(part.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/2500000`)
    expect(part.bytes.equals(bytes.subarray(start, end))).toBe(true)
  })

  test.each(['bytes=2500000-', 'bytes=9999999-', 'bytes=-0'])('%s lies outside', async (range) => {
    const part = await get(range)
    expect(part.status).toBe(416)
    expect(part.headers.get('content-range')).toBe('bytes */2500000')
    expect(Problem.parse(JSON.parse(part.bytes.toString()))).toMatchObject({ code: 'range_not_satisfiable' })
  })

  test.each(['bytes=0-1,5-6', 'lines=1-2', 'bytes=5-2', 'bytes=-', 'what'])('%s gives the whole', async (range) => {
    const whole = await get(range)
    expect([whole.status, whole.bytes.length]).toEqual([200, bytes.length])
  })

  test('of nothing are nothing', async () => {
    const id = await captured((await anEndpoint()).id, { body: null })
    const response = await fetch(`${inspector.inspector}/api/captures/${id}/body`)
    expect([response.status, (await response.arrayBuffer()).byteLength]).toEqual([200, 0])
  })
})

describe('sending on', () => {
  test('a replay reaches the target and is kept as a delivery', async () => {
    const heard: string[] = []
    const target = createServer((request, response) => {
      heard.push(`${request.method} ${request.url}`)
      request.resume().on('end', () => response.writeHead(418, { 'x-it': 'is' }).end('short and stout'))
    }).listen(0, '127.0.0.1')
    await once(target, 'listening')
    onTestFinished(() => void target.close())
    const { port } = target.address() as AddressInfo // a listening TCP server has one
    const id = await captured((await anEndpoint()).id, { below: '/x?y=1' })
    const sent = await api('POST', `/api/captures/${id}/replay`, {
      target: `http://127.0.0.1:${port}/hook`,
      path: 'append',
    })
    expect(sent.status).toBe(200)
    expect(sent.json).toMatchObject({
      capture: id,
      cause: 'replay',
      outcome: { status: 418, bodyBase64: Buffer.from('short and stout').toString('base64') },
    })
    expect(heard).toEqual(['POST /hook/x?y=1'])
    expect((await api('GET', `/api/captures/${id}/deliveries`)).json).toEqual({ deliveries: [sent.json] })
    expect((await api('GET', `/api/deliveries/${(sent.json as { id: string }).id}`)).json).toEqual(sent.json)
    expect((await api('GET', '/api/deliveries/nobody')).status).toBe(404)
  })

  test('a target that fails is a delivery, one that is not allowed is refused, and what does not fit is said', async () => {
    const id = await captured((await anEndpoint()).id)
    const failed = await api('POST', `/api/captures/${id}/replay`, { target: 'http://127.0.0.1:1/' })
    expect(failed).toMatchObject({ status: 200, json: { outcome: { error: { detail: expect.any(String) } } } })
    const refused = await api('POST', `/api/captures/${id}/replay`, { target: 'http://169.254.169.254/' })
    expect(refused).toMatchObject({ status: 403, json: { code: 'forbidden_target' } })
    const own = await api('POST', `/api/captures/${id}/replay`, { target: `${inspector.inspector}/api/endpoints` })
    expect(own).toMatchObject({ status: 403, json: { code: 'forbidden_target' } })
    for (const input of [
      {},
      { target: '' },
      { target: 'ftp://x/' },
      { target: 'http://x/', sign: 'maybe' },
      { target: 'http://x/', edits: { bodyBase64: '%' } },
    ])
      expect((await api('POST', `/api/captures/${id}/replay`, input)).status, JSON.stringify(input)).toBe(422)
  })

  test('a test event comes in through the front door, signed as the endpoint demands', async () => {
    const { id } = await anEndpoint({ signing: { scheme: 'shopify', secrets: ['a-shared-secret'] } })
    const { json } = await api('GET', '/api/templates')
    const [template] = (json as { templates: { id: string; events: string[] }[] }).templates
    const sent = await api('POST', `/api/endpoints/${id}/send`, { template: template?.id })
    expect(sent).toMatchObject({ status: 200, json: { cause: 'send', outcome: { status: 200 } } })
    const capture = captureOf(await api('GET', `/api/captures/${(sent.json as { capture: string }).capture}`))
    expect(capture).toMatchObject({ endpoint: id, verdict: { kind: 'valid' } })
    expect((await api('POST', `/api/endpoints/${id}/send`, { template: 'nobody' })).status).toBe(404)
    expect((await api('POST', `/api/endpoints/${id}/send`, { template: template?.id, event: 'nothing' })).status).toBe(
      404,
    )
    expect((await api('POST', `/api/endpoints/${id}/send`, {})).status).toBe(422)
  })
})

describe('signatures', () => {
  test('a diagnosis shows what was signed, expected and received, with other settings too', async () => {
    const { id } = await anEndpoint({ signing: { scheme: 'github', secrets: ['the-right-secret'] } })
    const body = '{"a":1}'
    const signature = `sha256=${createHmac('sha256', 'another-secret').update(body).digest('hex')}`
    const capture = await captured(id, { body, headers: { 'x-hub-signature-256': signature } })
    const { json } = await api('POST', `/api/captures/${capture}/diagnose`, {})
    expect(json).toMatchObject({
      verdict: { kind: 'invalid' },
      signedBase64: Buffer.from(body).toString('base64'),
      causes: [{ id: 'mismatch' }],
    })
    expect(JSON.stringify(json)).toContain(signature.slice(7))
    const other = await api('POST', `/api/captures/${capture}/diagnose`, { secret: 'another-secret' })
    expect(other.json).toMatchObject({ verdict: { kind: 'valid' }, causes: [] })
    const none = await api('POST', `/api/captures/${await captured((await anEndpoint()).id)}/diagnose`)
    expect(none).toMatchObject({ status: 200, json: { verdict: { kind: 'unchecked' } } })
    expect((await api('POST', `/api/captures/${capture}/diagnose`, { scheme: 'nobody' })).status).toBe(422)
  })

  test('every scheme is listed with its source', async () => {
    const { json } = await api('GET', '/api/schemes')
    const { schemes } = json as { schemes: { id: string; source: string }[] }
    expect(schemes.map(({ id }) => id)).toEqual(expect.arrayContaining(FIRST_SCHEMES))
    for (const { id, source } of schemes) expect(source, id).toMatch(/^https:\/\//)
  })
})

describe('the server', () => {
  test('says what it is and that it is well', async () => {
    expect((await api('GET', '/api/health')).json).toEqual({ ok: true })
    expect((await api('GET', '/api/version')).json).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      captureUrl: inspector.capture,
      maxBodyBytes: 25 * 1024 ** 2,
      keep: { captures: 10_000 },
    })
  })

  test('is not well when nothing can be written', async () => {
    const ill = await anInspector()
    await ill.store.close()
    const response = await fetch(`${ill.inspector}/api/health`)
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('5')
    expect(await response.json()).toMatchObject({ code: 'storage_unavailable' })
  })

  test('is not well while the capture listener is closed, and says that it is that', async () => {
    const closing = await anInspector()
    const socket = connect(closing.inspectorPort, '127.0.0.1')
    let heard = ''
    socket.setEncoding('latin1').on('data', (text: string) => {
      heard += text
    })
    socket.write(`GET /api/health HTTP/1.1\r\nHost: 127.0.0.1:${closing.inspectorPort}\r\n`)
    await pause(50) // so that it is a request in flight when the listeners close
    const closed = closing.close()
    socket.write('\r\n')
    await once(socket, 'end')
    socket.end()
    await closed
    expect(heard).toMatch(/^HTTP\/1\.1 503 [\s\S]*\r\nretry-after: 5\r\n/i)
    expect(heard).toContain('"code":"unavailable"')
  })

  test.each(['/metrics', '/mcp'])('%s, which it does not have yet, is no webhook that lost its way', async (path) => {
    const response = await fetch(inspector.inspector + path, { method: 'POST' })
    expect(response.status).toBe(404)
    const problem = await response.text()
    expect(problem).toContain(`There is nothing at ${path}.`)
    expect(problem).not.toContain(inspector.capture)
  })

  test('keeps what was refused, newest first', async () => {
    await fetch(`${inspector.capture}/nobody-here`, { method: 'POST', body: 'hello' })
    const { json } = await api('GET', '/api/rejections?limit=1')
    expect(json).toMatchObject({
      rejections: [{ reason: 'unknown_endpoint', status: 404, remoteAddress: expect.stringContaining('127.0.0.1') }],
    })
    const [{ headBase64 } = { headBase64: '' }] = (json as { rejections: { headBase64: string }[] }).rejections
    expect(Buffer.from(headBase64, 'base64').toString()).toMatch(
      /^POST \/nobody-here HTTP\/1\.1\r\n[\s\S]*\r\n\r\nhello$/,
    )
    expect((await api('GET', '/api/rejections?limit=501')).status).toBe(422)
  })

  test.each([
    ['DELETE', '/api/endpoints', 'POST, GET, HEAD'],
    ['PUT', '/api/captures/x', 'GET, HEAD, PATCH, DELETE'],
    ['POST', '/api/health', 'GET, HEAD'],
    ['GET', '/api/verify', 'POST'],
    ['POST', '/api/openapi.json', 'GET, HEAD'],
  ])('%s %s is told from a wrong path, with what is possible', async (method, path, allowed) => {
    const answer = await api(method, path)
    expect(answer).toMatchObject({ status: 405, json: { code: 'method_not_allowed' } })
    expect(answer.headers.get('allow')?.split(', ').sort()).toEqual(allowed.split(', ').sort())
  })

  test('an unknown path is a 404 that says where the API is described', async () => {
    expect(await api('GET', '/api/nothing')).toMatchObject({
      status: 404,
      json: { code: 'not_found', hint: expect.stringContaining('/api/openapi.json') },
    })
    expect((await api('GET', '/api')).status).toBe(404)
  })

  test('a webhook that comes to the inspector is told the address it belongs to', async () => {
    const response = await fetch(`${inspector.inspector}/some-endpoint/x`, { method: 'POST', body: 'x' })
    expect(response.status).toBe(404)
    const problem = Problem.parse(await response.json())
    expect(`${problem.detail} ${problem.hint}`).toContain(`${inspector.capture}/some-endpoint/x`)
  })

  test.each([
    ['nothing that is JSON', '{"a"', 'application/json', 422],
    ['JSON that is no object', '[1]', 'application/json', 422],
    ['a form', 'alias=abc', 'application/x-www-form-urlencoded', 415],
    ['plain text', '{"alias":"abc"}', 'text/plain', 415],
  ])('a body of %s is refused', async (_, body, type, status) => {
    const response = await fetch(`${inspector.inspector}/api/endpoints`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    })
    expect(response.status).toBe(status)
    expect(Problem.parse(await response.json()).status).toBe(status)
  })

  test('more than it takes at once is refused', async () => {
    const response = await fetch(`${inspector.inspector}/api/verify`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: Buffer.alloc(48 * 1024 * 1024 + 1, 32),
    }).catch(() => undefined)
    if (response !== undefined) expect(response.status).toBe(413)
    expect((await api('GET', '/api/health')).status).toBe(200)
  })
})
