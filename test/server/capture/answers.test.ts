/** What senders hear, byte by byte on the socket. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EndpointInput } from '../../../shared/endpoint.ts'
import { anInspector, type TestInspector } from '../../support/an-inspector.ts'
import { type RawResponse, rawRequest } from '../../support/raw-client.ts'

let inspector: TestInspector
beforeAll(async () => {
  inspector = await anInspector()
})
afterAll(() => inspector.close())

async function ask(
  settings: EndpointInput,
  method = 'POST',
  more = '',
): Promise<RawResponse & { id: string; kept: Awaited<ReturnType<typeof keptAnswer>> }> {
  const { id } = await inspector.store.addEndpoint(settings)
  const head = `${method} /${id} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n${more}\r\nhi`
  const { responses } = await rawRequest(inspector.capturePort, head, { head: method === 'HEAD' })
  const [response] = responses
  if (response === undefined) throw new Error('Nothing came.')
  const capture = valuesOf(response, 'hookwell-capture')[0] ?? ''
  return { ...response, id: capture, kept: await keptAnswer(capture) }
}

const valuesOf = ({ headers }: RawResponse, name: string) =>
  headers.flatMap(([key, value]) => (key.toLowerCase() === name ? [value] : []))
const keptAnswer = async (id: string) => (await inspector.store.capture(id))?.answered

/** Set on every answer, or by Node for the connection. */
const ALWAYS = ['Hookwell-Capture', 'Content-Security-Policy', 'Date', 'Connection', 'Keep-Alive', 'Content-Length']
const ownHeaders = ({ headers }: RawResponse) => headers.filter(([name]) => !ALWAYS.includes(name))

test('without settings the sender hears 200 and the id of its capture', async () => {
  const heard = await ask({})
  expect(heard).toMatchObject({ version: '1.1', status: 200, reason: 'OK' })
  expect(heard.id).toMatch(/^[A-Za-z0-9_-]+$/)
  expect(heard.body.toString()).toBe(`{"received":true,"capture":"${heard.id}"}`)
  expect(ownHeaders(heard)).toEqual([['Content-Type', 'application/json']])
  expect(valuesOf(heard, 'content-security-policy')).toEqual(['sandbox'])
  expect(valuesOf(heard, 'content-length')).toEqual([String(heard.body.length)])
  expect(valuesOf(heard, 'access-control-allow-origin')).toEqual([])
})

test('what was answered is kept with the capture, as it went out', async () => {
  const heard = await ask({
    answer: {
      default: {
        status: 202,
        headers: [
          ['X-A', 'caf\xe9'],
          ['x-a', '2'],
        ],
        body: 'tak: ✓',
      },
    },
  })
  expect(heard.kept).toMatchObject({ status: 202, bodyBase64: Buffer.from('tak: ✓').toString('base64') })
  const framing = ['Date', 'Connection', 'Keep-Alive']
  expect(heard.kept?.headers).toEqual(heard.headers.filter(([name]) => !framing.includes(name)))
})

test('headers of a set answer keep their order, case, repeats and latin-1 bytes', async () => {
  const headers: [string, string][] = [
    ['X-Zed', '1'],
    ['x-zed', '2'],
    ['Content-Type', 'text/csv'],
    ['X-Latin', 'caf\xe9 \xff'],
    ['X-Empty', ''],
  ]
  const heard = await ask({ answer: { default: { headers, body: 'a,b' } } })
  expect(ownHeaders(heard)).toEqual(headers)
  expect(heard.body.toString()).toBe('a,b')
})

test('the default body goes out with a latin-1 header byte for byte too', async () => {
  const heard = await ask({ answer: { default: { headers: [['X-Latin', '\xe9\xff']] } } })
  expect(valuesOf(heard, 'x-latin')).toEqual(['\xe9\xff'])
  expect(heard.body.toString()).toContain(heard.id)
})

test.each([1, 16_383, 16_384, 16_385, 300_000])(
  'a body of %i bytes of every value goes out as it was set',
  async (size) => {
    const bytes = Buffer.from(Array.from({ length: size }, (_, i) => (i * 7) & 255))
    const heard = await ask({ answer: { default: { bodyBase64: bytes.toString('base64') } } })
    expect(heard.body.equals(bytes)).toBe(true)
    expect(valuesOf(heard, 'content-length')).toEqual([String(size)])
  },
)

test('an empty body is a body: it takes the place of the default one', async () => {
  const heard = await ask({ answer: { default: { body: '' } } })
  expect(heard.body.length).toBe(0)
  expect(valuesOf(heard, 'content-length')).toEqual(['0'])
})

test.each([204, 304])('%i has neither body nor length, and the connection goes on', async (status) => {
  const { id } = await inspector.store.addEndpoint({ answer: { default: { status, body: 'not sent' } } })
  const one = `POST /${id} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx`
  const { responses } = await rawRequest(inspector.capturePort, one + one, { responses: 2 })
  expect(responses.map((response) => response.status)).toEqual([status, status])
  for (const response of responses) {
    expect(valuesOf(response, 'content-length')).toEqual([])
    expect(valuesOf(response, 'hookwell-capture')).toHaveLength(1)
  }
})

test('HEAD hears the length of what GET would have got, and no body', async () => {
  const heard = await ask({ answer: { default: { body: 'twelve bytes' } } }, 'HEAD')
  expect(valuesOf(heard, 'content-length')).toEqual(['12'])
  expect(heard.kept?.bodyBase64).toBe('')
})

test.each([200, 201, 299, 301, 400, 404, 418, 429, 500, 503, 599])('%i can be answered', async (status) => {
  expect((await ask({ answer: { default: { status } } })).status).toBe(status)
})

test('a changed answer is heard by the next sender', async () => {
  const { id } = await inspector.store.addEndpoint({})
  const post = async () => (await fetch(`${inspector.capture}/${id}`, { method: 'POST' })).status
  expect(await post()).toBe(200)
  await inspector.store.updateEndpoint(id, { answer: { default: { status: 500 } } })
  expect(await post()).toBe(500)
  await inspector.store.updateEndpoint(id, { answer: null })
  expect(await post()).toBe(200)
})

test('a header that got into the store past every check neither breaks the wire nor stops the process', async () => {
  const headers: [string, string][] = [
    ['X-A', 'a\r\nX-Evil: 1'],
    ['X B', '1'],
    ['X-C', '\u2603'],
    ['Content-Length', '1'],
    ['X-Ok', 'yes'],
  ]
  const heard = await ask({ answer: { default: { headers, body: 'whole' } } })
  expect(ownHeaders(heard)).toEqual([
    ['Content-Type', 'text/plain; charset=utf-8'],
    ['X-Ok', 'yes'],
  ])
  expect(heard.body.toString()).toBe('whole')
})

describe('CORS', () => {
  const preflight =
    'Origin: http://shop.example\r\nAccess-Control-Request-Method: PUT\r\nAccess-Control-Request-Headers: x-a, x-b\r\n'

  test('is off unless it is switched on: a preflight is a request like any other', async () => {
    const heard = await ask({}, 'OPTIONS', preflight)
    expect(heard.status).toBe(200)
    expect(heard.headers.filter(([name]) => /^access-control/i.test(name))).toEqual([])
  })

  test('switched on, a preflight gets what it asks for, and is recorded', async () => {
    const heard = await ask({ cors: true, answer: { default: { status: 500 } } }, 'OPTIONS', preflight)
    expect(heard.status).toBe(204)
    expect(valuesOf(heard, 'access-control-allow-origin')).toEqual(['*'])
    expect(valuesOf(heard, 'access-control-allow-methods')).toEqual(['PUT'])
    expect(valuesOf(heard, 'access-control-allow-headers')).toEqual(['x-a, x-b'])
    expect(await inspector.store.capture(heard.id)).toMatchObject({ method: 'OPTIONS', answered: { status: 204 } })
  })

  test('switched on, every answer may be read by any page', async () => {
    const heard = await ask({ cors: true })
    expect(valuesOf(heard, 'access-control-allow-origin')).toEqual(['*'])
    expect(valuesOf(heard, 'access-control-expose-headers')).toEqual(['*'])
    const plain = await ask({ cors: true }, 'OPTIONS')
    expect(plain.status).toBe(200)
  })
})

describe('addresses', () => {
  test('an endpoint is found by id in either case, by alias, with anything below it, in every form of target', async () => {
    const { id } = await inspector.store.addEndpoint({ alias: 'by-alias' })
    const targets = [
      `/${id}`,
      `/${id.toUpperCase()}`,
      '/by-alias',
      `/by-alias/`,
      '/by-alias?x',
      '/by-alias#f',
      '/by-alias/../../api',
      `http://other.example:1/${id}/x`,
    ]
    for (const target of targets) {
      const { responses } = await rawRequest(inspector.capturePort, `GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`)
      expect(responses[0]?.status, target).toBe(200)
    }
    const { captures } = await inspector.store.captures({ endpoint: id, limit: 50 })
    expect(captures.map(({ target }) => target).reverse()).toEqual(targets)
  })

  test('without a Host a request is a capture like others', async () => {
    const { id } = await inspector.store.addEndpoint({})
    const { responses } = await rawRequest(inspector.capturePort, `POST /${id} HTTP/1.1\r\nContent-Length: 0\r\n\r\n`)
    expect(responses[0]?.status).toBe(200)
  })

  test.each([
    '/',
    '/nobody',
    '/By-Alias2',
    '/api/health',
    '/favicon.ico',
    '/%61bc',
    '//x',
    '/../x',
    '/?x',
    'http://h/',
  ])('%s is no endpoint: 404, said so, and kept as a rejection', async (target) => {
    const { responses } = await rawRequest(
      inspector.capturePort,
      `POST ${target} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi`,
    )
    const [response] = responses
    expect(response?.status).toBe(404)
    expect(response === undefined ? [] : valuesOf(response, 'content-type')).toEqual(['application/problem+json'])
    expect(response === undefined ? [] : valuesOf(response, 'content-security-policy')).toEqual(['sandbox'])
    expect(response === undefined ? [] : valuesOf(response, 'hookwell-capture')).toEqual([])
    expect(JSON.parse(response?.body.toString() ?? '')).toMatchObject({
      code: 'not_found',
      hint: expect.stringContaining(inspector.inspector),
    })
    expect((await inspector.store.rejections(1))[0]).toMatchObject({ reason: 'unknown_endpoint', status: 404 })
  })
})

test('an answer goes out only once the capture can be read', async () => {
  const { id } = await inspector.store.addEndpoint({})
  for (let i = 0; i < 20; i++) {
    const socket = connect(inspector.capturePort, '127.0.0.1')
    socket.write(`POST /${id} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx`)
    const [heard] = (await once(socket, 'data')) as [Buffer]
    const capture = /Hookwell-Capture: (\S+)/.exec(heard.toString('latin1'))?.[1] ?? ''
    expect(await inspector.store.capture(capture)).toBeDefined()
    socket.destroy()
  }
})
