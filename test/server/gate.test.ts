/**
 * The gate in front of a real server, asked by raw bytes and by real clients. Each guard is shown able to fail: every refused request of
 * the table has a twin that differs in the guarded part only and gets through.
 */
import { once } from 'node:events'
import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import type { GateSettings } from '../../server/gate.ts'
import { createGate } from '../../server/gate.ts'
import { refuseUpgrade } from '../../server/live/refuse-upgrade.ts'
import { toProblem } from '../../shared/errors.ts'
import type { Problem } from '../../shared/problem.ts'
import { anInspector, type TestInspector } from '../support/an-inspector.ts'
import { rawRequest } from '../support/raw-client.ts'

const CAPTURE = 'http://127.0.0.1:4665'
const TOKEN = 'a-token-of-some-length'

interface Guarded {
  port: number
  close(): Promise<void>
}

/** A server that answers 200, and opens any socket, for whatever passes the gate. */
async function guarded(settings: Partial<GateSettings> = {}): Promise<Guarded> {
  const server = createServer({ requireHostHeader: false })
  let port = 0
  const gate = createGate({
    port: () => port,
    allowedHosts: [],
    token: undefined,
    trustProxy: false,
    captureBase: () => CAPTURE,
    ...settings,
  })
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'hookwell.v1' })
  server.on('request', (request, response) => {
    const refused = gate(request, 'request')
    if (refused === undefined) return void response.end('passed')
    const problem = toProblem(refused)
    response.writeHead(problem.status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem))
  })
  server.on('upgrade', (request, socket, head) => {
    const refused = gate(request, 'upgrade')
    if (refused !== undefined) return refuseUpgrade(socket, refused)
    sockets.handleUpgrade(request, socket, head, (opened) => opened.close(1000))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port // a listening TCP server has one
  return {
    port,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

let open: Guarded
let locked: Guarded
let proxied: Guarded
beforeAll(async () => {
  open = await guarded()
  locked = await guarded({ token: TOKEN })
  proxied = await guarded({ trustProxy: true, allowedHosts: ['inspector.example', 'Box.local:8443', 'fd00::7'] })
})
afterAll(async () => {
  await Promise.all([open.close(), locked.close(), proxied.close()])
})

/** `PORT` in any part stands for the server's port. */
async function ask(
  to: Guarded,
  line: string,
  headers: string[],
  body = '',
): Promise<{ status: number; problem?: Problem }> {
  const head = [`${line} HTTP/1.1`, ...headers, ...(body === '' ? [] : [`Content-Length: ${body.length}`]), '', '']
  const { responses } = await rawRequest(to.port, head.join('\r\n').replaceAll('PORT', String(to.port)) + body)
  const response = responses[0]
  if (response === undefined) throw new Error('The server gave no response.')
  const text = response.body.toString()
  return { status: response.status, ...(text.startsWith('{') ? { problem: JSON.parse(text) as Problem } : {}) } // our own JSON
}

const HOST = 'Host: localhost:PORT'
const JSON_TYPE = 'Content-Type: application/json'
const UPGRADE = [
  HOST,
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
]

describe('paths', () => {
  test.each([
    '/%61pi/health',
    '/%2561pi/%2e%2e/x',
    '/a%2fb',
    '/a%5Cb',
    '/%00',
    '/a%zz',
    '/%7Euser',
    '//api/health',
    '/api//health',
    '/./api',
    '/a/../api',
    '/.well-known/x',
    '/%2e%2e/api',
    '/a\\b',
    '/a"b',
    'http://localhost:PORT/api/health',
    'http://evil.test/api/health',
  ])('a path written as %s is refused as unreadable', async (path) => {
    const { status, problem } = await ask(open, `GET ${path}`, [HOST])
    expect(status).toBe(400)
    expect(problem?.code).toBe('bad_request')
  })

  test('OPTIONS * is refused as unreadable', async () => {
    expect((await ask(open, 'OPTIONS *', [HOST])).status).toBe(400)
  })

  test.each([
    '/',
    '/api/health',
    '/api/endpoints/my-shop/captures?before=3&x=//..%2e%00',
    '/e/my-shop/diff/a1...b2?tab=raw',
    '/assets/main-D3_x.js',
    '/a%20b',
  ])('a path written as %s passes', async (path) => {
    expect((await ask(open, `GET ${path}`, [HOST])).status).toBe(200)
  })
})

describe('host names', () => {
  test.each([
    'evil.test',
    'evil.test:PORT',
    '127.0.0.1.nip.io:PORT',
    'localhost.:PORT',
    'localhost.',
    'LOCALHOST',
    '2130706433:PORT',
    '0x7f.1:PORT',
    '127.1:PORT',
    '[::ffff:127.0.0.1]:PORT',
    '0.0.0.0:PORT',
    'localhost',
    'localhost:1',
    'localhost:PORT:PORT',
    'user@localhost:PORT',
    'localhost:PORT, localhost:PORT',
    '',
  ])('the host %j is told that it is unknown, and how to add it', async (host) => {
    const { status, problem } = await ask(open, 'GET /', [`Host: ${host}`])
    expect(status).toBe(421)
    expect(problem?.code).toBe('forbidden_host')
    expect(problem?.hint).toContain('--allowed-host')
  })

  test('two Host lines are refused even when both are right', async () => {
    expect((await ask(open, 'GET /', [HOST, HOST])).status).toBe(421)
    expect((await ask(open, 'GET /', [HOST, 'Host: evil.test'])).status).toBe(421)
  })

  test('a request without a Host line is refused', async () => {
    expect((await ask(open, 'GET /', ['X-None: 1'])).status).toBe(421)
  })

  test.each(['localhost:PORT', '127.0.0.1:PORT', '[::1]:PORT'])('the host %s passes', async (host) => {
    expect((await ask(open, 'GET /', [`Host: ${host}`])).status).toBe(200)
  })

  test.each(['inspector.example', 'inspector.example:PORT', 'box.local:8443', '[fd00::7]:PORT', 'localhost:PORT'])(
    'with added hosts, %s passes',
    async (host) => {
      expect((await ask(proxied, 'GET /', [`Host: ${host}`])).status).toBe(200)
    },
  )

  test.each(['inspector.example:1', 'box.local', 'x.inspector.example', 'inspector.example.evil.test'])(
    'with added hosts, %s is still unknown',
    async (host) => {
      expect((await ask(proxied, 'GET /', [`Host: ${host}`])).status).toBe(421)
    },
  )

  test('on port 80 the port may be left out, as browsers do', async () => {
    const gate = createGate({
      port: () => 80,
      allowedHosts: [],
      token: undefined,
      trustProxy: false,
      captureBase: () => CAPTURE,
    })
    const server = createServer((request, response) => {
      response.writeHead(gate(request, 'request') === undefined ? 200 : 421).end()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const here: Guarded = { port: (server.address() as AddressInfo).port, close: async () => {} } // a listening TCP server has one
    expect((await ask(here, 'GET /', ['Host: localhost'])).status).toBe(200)
    expect((await ask(here, 'GET /', ['Host: localhost:80'])).status).toBe(200)
    expect((await ask(here, 'GET /', ['Host: evil.test'])).status).toBe(421)
    server.closeAllConnections()
    server.close()
  })
})

describe('tunnels', () => {
  const SETS: Record<string, string[]> = {
    'ngrok, host rewritten': [
      'X-Forwarded-For: 203.0.113.9',
      'X-Forwarded-Host: ab12.ngrok-free.app',
      'X-Forwarded-Proto: https',
      'Accept-Encoding: gzip',
    ],
    cloudflared: [
      'Cdn-Loop: cloudflare; loops=1',
      'Cf-Connecting-Ip: 203.0.113.9',
      'Cf-Ipcountry: HU',
      'Cf-Ray: 8f0-BUD',
      'Cf-Visitor: {"scheme":"https"}',
      'X-Forwarded-For: 203.0.113.9',
      'X-Forwarded-Proto: https',
    ],
    'cloudflared, one header left': ['CF-Warp-Tag-Id: 1'],
    'a plain proxy': ['Via: 1.1 proxy'],
    'the standard header': ['Forwarded: for=203.0.113.9'],
    nginx: ['X-Real-IP: 203.0.113.9'],
    'fly.io': ['Fly-Client-IP: 203.0.113.9'],
    'an ngrok header': ['ngrok-skip-browser-warning: 1'],
    'an original host': ['x-original-host: a.example'],
  }

  test.each(Object.keys(SETS))('through %s the inspector shows nothing and names the port to tunnel', async (name) => {
    for (const path of ['/', '/api/health', '/api/feed']) {
      const { status, problem } = await ask(open, `GET ${path}`, [HOST, ...(SETS[name] as string[])]) // a key of SETS
      expect(status).toBe(403)
      expect(problem?.code).toBe('forbidden_proxy')
      expect(problem?.hint).toContain(CAPTURE)
    }
    expect((await ask(open, 'GET /api/feed', [...UPGRADE, ...(SETS[name] as string[])])).status).toBe(403)
  })

  test('a tunnel that keeps its host name is refused for the name, with a hint about tunnels', async () => {
    const { status, problem } = await ask(open, 'GET /', ['Host: ab12.ngrok-free.app', 'X-Forwarded-Proto: https'])
    expect(status).toBe(421)
    expect(problem?.hint).toContain('tunnel')
  })

  test.each(Object.keys(SETS))(
    'behind the own proxy of the user, %s passes, but an unknown host does not',
    async (name) => {
      const lines = SETS[name] as string[] // a key of SETS
      expect((await ask(proxied, 'GET /', ['Host: inspector.example', ...lines])).status).toBe(200)
      expect((await ask(proxied, 'GET /', ['Host: evil.test', ...lines])).status).toBe(421)
    },
  )
})

describe('pages of other origins', () => {
  const FOREIGN = [
    'http://evil.test',
    'null',
    'http://localhost:4665',
    'http://localhost:PORT.evil.test',
    'https://localhost:PORT',
    'http://localhost',
    'http://localhost:PORT/',
    'http://LOCALHOST:PORT',
    'http://127.0.0.1:1',
    'http://evil.test:PORT',
    'file://',
    '',
  ]

  test.each(FOREIGN)('a POST with the origin %j is refused', async (origin) => {
    const { status, problem } = await ask(open, 'POST /api/endpoints', [HOST, JSON_TYPE, `Origin: ${origin}`], '{}')
    expect(status).toBe(403)
    expect(problem?.code).toBe('forbidden_origin')
  })

  test.each(FOREIGN)('a WebSocket from the origin %j is refused before it opens', async (origin) => {
    expect((await ask(open, 'GET /api/feed', [...UPGRADE, `Origin: ${origin}`])).status).toBe(403)
  })

  test.each(FOREIGN)('a GET from the origin %j is refused as well', async (origin) => {
    expect((await ask(open, 'GET /api/endpoints', [HOST, `Origin: ${origin}`])).status).toBe(403)
  })

  test.each(['http://localhost:PORT', 'http://127.0.0.1:PORT', 'http://[::1]:PORT'])(
    'the origin %s is our own',
    async (origin) => {
      const own = [`Origin: ${origin}`, 'Sec-Fetch-Site: same-origin']
      expect((await ask(open, 'POST /api/endpoints', [HOST, JSON_TYPE, ...own], '{}')).status).toBe(200)
      expect((await ask(open, 'GET /api/feed', [...UPGRADE, ...own])).status).toBe(101)
    },
  )

  test('two Origin lines are refused', async () => {
    const origin = 'Origin: http://localhost:PORT'
    expect((await ask(open, 'POST /api/endpoints', [HOST, JSON_TYPE, origin, origin], '{}')).status).toBe(403)
  })

  test.each(['same-site', 'cross-site', 'none'])('a browser that says %s gets nothing of the API', async (site) => {
    const says = [`Sec-Fetch-Site: ${site}`, 'Sec-Fetch-Mode: no-cors', 'Sec-Fetch-Dest: empty']
    expect((await ask(open, 'GET /api/endpoints', [HOST, ...says])).status).toBe(403)
    expect((await ask(open, 'GET /assets/main.js', [HOST, ...says])).status).toBe(403)
    expect((await ask(open, 'DELETE /api/endpoints/a', [HOST, ...says])).status).toBe(403)
    expect((await ask(open, 'GET /api/feed', [...UPGRADE, ...says])).status).toBe(403)
  })

  test('a browser that says same-origin but hides its origin changes nothing', async () => {
    const says = 'Sec-Fetch-Site: same-origin'
    expect((await ask(open, 'DELETE /api/endpoints/a', [HOST, says])).status).toBe(403)
    expect((await ask(open, 'GET /api/feed', [...UPGRADE, says])).status).toBe(403)
    expect((await ask(open, 'GET /api/endpoints', [HOST, says])).status).toBe(200)
    expect((await ask(open, 'DELETE /api/endpoints/a', [HOST])).status).toBe(200)
  })

  test('a form of a page on the capture port changes nothing', async () => {
    const form = [
      'Content-Type: application/x-www-form-urlencoded',
      'Origin: http://localhost:4665',
      'Sec-Fetch-Site: same-site',
      'Sec-Fetch-Mode: navigate',
      'Sec-Fetch-Dest: document',
    ]
    for (const path of ['/', '/api/endpoints'])
      expect((await ask(open, `POST ${path}`, [HOST, ...form], 'a=1')).status).toBe(403)
  })

  test.each(['cross-site', 'same-site', 'none'])(
    'a link that was followed or pasted (%s) opens the page, not the API',
    async (site) => {
      const follows = [`Sec-Fetch-Site: ${site}`, 'Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: document']
      expect((await ask(open, 'GET /', [HOST, ...follows])).status).toBe(200)
      expect((await ask(open, 'GET /e/my-shop/c/1?tab=raw', [HOST, ...follows])).status).toBe(200)
      for (const path of ['/api', '/api/endpoints', '/metrics', '/mcp']) {
        expect((await ask(open, `GET ${path}`, [HOST, ...follows])).status).toBe(403)
      }
      expect((await ask(open, 'GET /', [HOST, ...follows.slice(0, 2), 'Sec-Fetch-Dest: iframe'])).status).toBe(403)
      expect((await ask(open, 'GET /e/x', [...UPGRADE, ...follows])).status).toBe(403)
    },
  )

  test('the page behind an https proxy is our own only when a proxy was announced', async () => {
    const from = 'Origin: https://inspector.example'
    expect((await ask(proxied, 'DELETE /api/endpoints/a', ['Host: inspector.example', from])).status).toBe(200)
    const direct = await guarded({ allowedHosts: ['inspector.example'] })
    expect((await ask(direct, 'DELETE /api/endpoints/a', ['Host: inspector.example', from])).status).toBe(403)
    await direct.close()
  })
})

describe('bodies and methods', () => {
  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'text/plain; application/json',
  ])('a body of type %s is not taken by the API', async (type) => {
    const { status, problem } = await ask(open, 'POST /api/endpoints', [HOST, `Content-Type: ${type}`], '{}')
    expect(status).toBe(415)
    expect(problem?.code).toBe('unsupported_media_type')
  })

  test('a chunked body without a type is not taken by the API', async () => {
    const { status } = await ask(open, 'PATCH /api/endpoints/a', [
      HOST,
      'Transfer-Encoding: chunked',
      '',
      '2\r\n{}\r\n0',
    ])
    expect(status).toBe(415)
  })

  test.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON'])(
    'a body of type %s passes',
    async (type) => {
      expect((await ask(open, 'POST /api/endpoints', [HOST, `Content-Type: ${type}`], '{}')).status).toBe(200)
    },
  )

  test('without a body no type is asked for', async () => {
    expect((await ask(open, 'POST /api/endpoints', [HOST, 'Content-Length: 0'])).status).toBe(200)
    expect((await ask(open, 'DELETE /api/endpoints/a', [HOST])).status).toBe(200)
  })

  test('a preflight is never granted', async () => {
    const preflight = ['Access-Control-Request-Method: POST', 'Origin: http://evil.test', 'Sec-Fetch-Site: cross-site']
    expect((await ask(open, 'OPTIONS /api/endpoints', [HOST, ...preflight])).status).toBe(403)
    expect((await ask(open, 'OPTIONS /api/endpoints', [HOST])).status).toBe(405)
    const { responses } = await rawRequest(open.port, `OPTIONS /api HTTP/1.1\r\nHost: localhost:${open.port}\r\n\r\n`)
    expect(responses[0]?.headers.filter(([name]) => /^access-control/i.test(name))).toEqual([])
  })

  test.each(['POST', 'PUT', 'DELETE', 'PURGE'])(
    'a webhook sent here by %s is told where webhooks are captured',
    async (method) => {
      for (const path of ['/my-shop', '/3f0c1b2a-0000-4000-8000-000000000000/orders?x=1', '/']) {
        const { status, problem } = await ask(open, `${method} ${path}`, [HOST, 'Content-Type: text/xml'], '<a/>')
        expect(status).toBe(404)
        expect(problem?.detail).toContain(CAPTURE)
        expect(problem?.hint).toContain(path === '/' ? '/<endpoint>' : path.split('?')[0])
      }
    },
  )

  test('with a token, a lost webhook is still told where to go', async () => {
    expect((await ask(locked, 'POST /my-shop', [HOST], 'x')).status).toBe(404)
  })
})

describe('the token', () => {
  const GUARDED = ['GET /api/endpoints', 'GET /metrics', 'GET /mcp', 'GET /api', 'DELETE /api/endpoints/a']

  test.each(GUARDED)('without the token, %s is refused', async (line) => {
    const { status, problem } = await ask(locked, line, [HOST])
    expect(status).toBe(401)
    expect(problem?.hint).toContain('Bearer')
  })

  test.each([
    `Bearer ${TOKEN}x`,
    `Bearer ${TOKEN.slice(1)}`,
    'Bearer ',
    'Bearer',
    `Basic ${TOKEN}`,
    TOKEN,
    `Bearer ${TOKEN} ${TOKEN}`,
  ])('with the credentials %j nothing of the API is told', async (credentials) => {
    expect((await ask(locked, 'GET /api/endpoints', [HOST, `Authorization: ${credentials}`])).status).toBe(401)
  })

  test.each(GUARDED)('with the token, %s passes', async (line) => {
    expect((await ask(locked, line, [HOST, `Authorization: Bearer ${TOKEN}`])).status).toBe(200)
    expect((await ask(locked, line, [HOST, `authorization: bearer ${TOKEN}`])).status).toBe(200)
  })

  test('the token in the address is worth nothing', async () => {
    expect((await ask(locked, `GET /api/endpoints?token=${TOKEN}&t=${TOKEN}`, [HOST])).status).toBe(401)
  })

  test('the page loads without the token', async () => {
    for (const path of ['/', '/e/my-shop', '/assets/a.js', '/settings']) {
      expect((await ask(locked, `GET ${path}`, [HOST])).status).toBe(200)
    }
  })

  test.each([
    ['no subprotocol', [], 401],
    ['another token', ['Sec-WebSocket-Protocol: hookwell.v1, t.wrong'], 401],
    ['the bare token', [`Sec-WebSocket-Protocol: ${TOKEN}`], 401],
    ['the token as subprotocol', [`Sec-WebSocket-Protocol: hookwell.v1, t.${TOKEN}`], 101],
    ['the token as credentials', [`Authorization: Bearer ${TOKEN}`], 101],
  ])('a feed with %s', async (_, lines, status) => {
    expect((await ask(locked, 'GET /api/feed', [...UPGRADE, ...lines])).status).toBe(status)
  })

  test('the token does not open the door to another origin', async () => {
    const credentials = `Authorization: Bearer ${TOKEN}`
    expect((await ask(locked, 'GET /api/endpoints', [HOST, credentials, 'Origin: http://evil.test'])).status).toBe(403)
    expect((await ask(locked, 'GET /api/endpoints', ['Host: evil.test', credentials])).status).toBe(421)
  })
})

describe('real clients', () => {
  test("Node's fetch reads and writes", async () => {
    const base = `http://127.0.0.1:${open.port}`
    expect((await fetch(`${base}/api/endpoints`)).status).toBe(200)
    const written = await fetch(`${base}/api/endpoints`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    })
    expect(written.status).toBe(200)
  })

  test("Node's WebSocket opens the feed, with a token too", async () => {
    for (const [to, protocols] of [
      [open, []],
      [locked, ['hookwell.v1', `t.${TOKEN}`]],
    ] as [Guarded, string[]][]) {
      const socket = new WebSocket(`ws://127.0.0.1:${to.port}/api/feed`, protocols)
      await once(socket, 'open')
      expect(socket.protocol).toBe(protocols[0] ?? '')
      socket.close()
    }
  })

  test('curl reads and writes', async () => {
    const curl = ['User-Agent: curl/8.5.0', 'Accept: */*']
    expect((await ask(open, 'GET /api/health', ['Host: 127.0.0.1:PORT', ...curl])).status).toBe(200)
    expect((await ask(open, 'POST /api/endpoints', ['Host: 127.0.0.1:PORT', ...curl, JSON_TYPE], '{}')).status).toBe(
      200,
    )
  })

  test('node:http without any extra header reads', async () => {
    const sent = httpRequest({ port: open.port, host: '127.0.0.1', path: '/api/health' }).end()
    const [response] = await once(sent, 'response')
    expect(response.statusCode).toBe(200)
    response.resume()
  })
})

describe('in the running inspector', () => {
  let running: TestInspector
  let here: Guarded
  beforeAll(async () => {
    running = await anInspector({ token: TOKEN })
    here = { port: running.inspectorPort, close: () => running.close() }
  })
  afterAll(() => here.close())

  test.each([
    'GET /',
    'GET /api/health',
    'GET /api/openapi.json',
    'GET /assets/x.js',
    'POST /api/endpoints',
    'DELETE /x',
  ])('the gate stands before %s', async (line) => {
    expect((await ask(here, line, ['Host: evil.test'])).status).toBe(421)
    expect((await ask(here, line, [HOST, 'Origin: http://evil.test'])).status).toBe(403)
    expect((await ask(here, line, [HOST, 'Via: 1.1 tunnel'])).status).toBe(403)
  })

  test('the gate stands before the feed', async () => {
    const token = `Sec-WebSocket-Protocol: hookwell.v1, t.${TOKEN}`
    expect((await ask(here, 'GET /api/feed', [...UPGRADE, token, 'Origin: null'])).status).toBe(403)
    expect((await ask(here, 'GET /api/feed', UPGRADE)).status).toBe(401)
    expect((await ask(here, 'GET /%61pi/feed', [...UPGRADE, token])).status).toBe(400)
    expect((await ask(here, 'GET /api/feed', [...UPGRADE, token])).status).toBe(101)
  })

  test('no answer grants anything to another origin', async () => {
    for (const line of ['GET /', 'GET /api/health', 'OPTIONS /api/endpoints', 'POST /x']) {
      const { responses } = await rawRequest(
        here.port,
        `${line} HTTP/1.1\r\nHost: localhost:${here.port}\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`,
      )
      expect(responses[0]?.headers.filter(([name]) => /^access-control/i.test(name))).toEqual([])
    }
  })

  test('a tunnel that leads to the capture port shows neither page nor API', async () => {
    const captures: Guarded = { port: running.capturePort, close: async () => {} }
    for (const path of ['/', '/api/endpoints', '/api/feed', '/assets/main.js', '/metrics']) {
      expect(
        (await ask(captures, `GET ${path}`, ['Host: ab12.ngrok-free.app', 'X-Forwarded-For: 1.2.3.4'])).status,
      ).toBe(404)
    }
  })
})
