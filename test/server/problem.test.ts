/** A refusal looks the same wherever it comes from: both listeners, the API, and sockets without a response object. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { problemHeaders } from '../../server/problem.ts'
import { AppError, ERROR_CODES, STATUS_OF } from '../../shared/errors.ts'
import { anInspector, type TestInspector } from '../support/an-inspector.ts'
import { rawRequest } from '../support/raw-client.ts'

let inspector: TestInspector
beforeAll(async () => {
  inspector = await anInspector({ token: 'a-long-token' })
})
afterAll(() => inspector.close())

test('whoever may try again is told when, whoever lacks a token which kind, and a wrong method which ones are right', () => {
  for (const code of ERROR_CODES) {
    const headers = problemHeaders(new AppError(code, 'x', { allow: ['GET', 'HEAD'] }))
    expect(headers, code).toMatchObject({
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': 'sandbox',
    })
    expect([headers['Retry-After'], headers['WWW-Authenticate'], headers['Allow']], code).toEqual([
      [503, 507].includes(STATUS_OF[code]) ? '5' : undefined,
      STATUS_OF[code] === 401 ? 'Bearer' : undefined,
      STATUS_OF[code] === 405 ? 'GET, HEAD' : undefined,
    ])
  }
})

const UPGRADE =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n'

test.each([
  ['an unknown endpoint', 'capture', 'GET /nobody HTTP/1.1\r\nHost: x\r\n\r\n', 'HTTP/1.1 404 Not Found', {}],
  ['what the parser refuses', 'capture', 'GET / HTTP/1.1\r\nHost x\r\n\r\n', 'HTTP/1.1 400 Bad Request', {}],
  [
    'CONNECT',
    'capture',
    'CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n',
    'HTTP/1.1 405 Method Not Allowed',
    { allow: expect.stringContaining('POST') },
  ],
  [
    'the API',
    'inspector',
    'GET /api/health HTTP/1.1\r\nHost: HERE\r\n\r\n',
    'HTTP/1.1 401 Unauthorized',
    { 'www-authenticate': 'Bearer' },
  ],
  ['the page', 'inspector', 'GET /nothing.js HTTP/1.1\r\nHost: HERE\r\n\r\n', 'HTTP/1.1 404 Not Found', {}],
  [
    'OPTIONS',
    'inspector',
    'OPTIONS / HTTP/1.1\r\nHost: HERE\r\n\r\n',
    'HTTP/1.1 405 Method Not Allowed',
    { allow: 'GET, HEAD' },
  ],
  [
    'the feed',
    'inspector',
    `GET /api/feed HTTP/1.1\r\nHost: HERE\r\n${UPGRADE}\r\n`,
    'HTTP/1.1 401 Unauthorized',
    { 'www-authenticate': 'Bearer' },
  ],
] as const)('%s says no with the same headers', async (_, listener, request, statusLine, more) => {
  const port = listener === 'capture' ? inspector.capturePort : inspector.inspectorPort
  const { raw } = await rawRequest(port, request.replace('HERE', `127.0.0.1:${port}`))
  const [head = ''] = String(raw).split('\r\n\r\n')
  const [first, ...lines] = head.split('\r\n')
  expect(first).toBe(statusLine)
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  )
  expect(headers).toMatchObject({
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy': 'sandbox',
    ...more,
  })
})
