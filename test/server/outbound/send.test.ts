import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import https from 'node:https'
import net, { type AddressInfo, type Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { type OutboundRequest, type Sent, send } from '../../../server/outbound/send.ts'
import { OK, type Reply, rawTarget } from '../../support/raw-target.ts'

const LOCAL = { local: true, allowed: [], ownPorts: [] }

function aRequest(port: number, more: Partial<OutboundRequest> = {}): OutboundRequest {
  const url = more.url ?? new URL(`http://127.0.0.1:${port}`)
  return { url, method: 'GET', target: '/', headers: [['Host', url.host]], body: Buffer.alloc(0), ...more }
}

/** What comes back from a target that answers like this. */
async function answeredWith(reply: Reply, more: Partial<OutboundRequest> = {}): Promise<Sent> {
  await using target = await rawTarget(reply)
  return await send(aRequest(target.port, more), LOCAL)
}

const troubleOf = ({ outcome }: Sent) => ('error' in outcome ? outcome.error : outcome)

/** With the port, which is another one each time, called 3000. */
const worded = (sent: Sent) => {
  const trouble = troubleOf(sent)
  return 'detail' in trouble ? { ...trouble, detail: trouble.detail.replace(/:\d{4,5}\b/, ':3000') } : trouble
}

/** A port on which nothing listens. */
async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // a TCP server that listens has one
  server.close()
  await once(server, 'close')
  return port
}

test('what is sent is what was asked for, to the byte, and nothing more', async () => {
  await using target = await rawTarget()
  const body = Buffer.from(Array.from({ length: 256 }, (_, i) => i))
  const sent = await send(
    aRequest(target.port, {
      method: 'PROPFIND',
      target: '/a/../b//c/%2e%7E?x=%20&y=+&<>"{}|^`\\#f',
      headers: [
        ['hOST', 'anything'],
        ['X-Twice', '1'],
        ['content-LENGTH', '256'],
        ['x-twice', 'caf\xe9\t\xff'],
        ['Content-Disposition', 'form-data; filename="\xe9\xc3\xa9 \xf0\x9f\x8e\x89"'],
        ['__proto__', ''],
        ['Connection', 'keep-alive'],
        ['Expect', '100-continue'],
      ],
      body,
    }),
    LOCAL,
  )
  expect(sent.outcome).toMatchObject({ status: 200 })
  expect(target.received.map((bytes) => bytes.toString('latin1'))).toEqual([
    'PROPFIND /a/../b//c/%2e%7E?x=%20&y=+&<>"{}|^`\\#f HTTP/1.1\r\n' +
      'hOST: anything\r\nX-Twice: 1\r\ncontent-LENGTH: 256\r\nx-twice: caf\xe9\t\xff\r\n' +
      'Content-Disposition: form-data; filename="\xe9\xc3\xa9 \xf0\x9f\x8e\x89"\r\n__proto__: \r\nConnection: keep-alive\r\n' +
      `Expect: 100-continue\r\n\r\n${body.toString('latin1')}`,
  ])
})

test('trailers go out behind a chunked body, in order, with repeats and latin-1 bytes', async () => {
  await using target = await rawTarget()
  const headers: [string, string][] = [
    ['Host', 'x'],
    ['transfer-encoding', 'gzip, Chunked'],
  ]
  const trailers: [string, string][] = [
    ['X-Sum', '1'],
    ['x-sum', '\xe9'],
  ]
  await send(aRequest(target.port, { method: 'POST', headers, trailers, body: Buffer.from('abc') }), LOCAL)
  await send(aRequest(target.port, { method: 'GET', headers, trailers }), LOCAL)
  expect(target.received.map((bytes) => bytes.toString('latin1'))).toEqual([
    'POST / HTTP/1.1\r\nHost: x\r\ntransfer-encoding: gzip, Chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 1\r\nx-sum: \xe9\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: x\r\ntransfer-encoding: gzip, Chunked\r\n\r\n0\r\nX-Sum: 1\r\nx-sum: \xe9\r\n\r\n',
  ])
})

test('a POST without a body goes out as it came, with no framing invented', async () => {
  await using target = await rawTarget()
  await send(aRequest(target.port, { method: 'POST', headers: [['Host', 'x']] }), LOCAL)
  expect(target.received.map(String)).toEqual(['POST / HTTP/1.1\r\nHost: x\r\n\r\n'])
})

describe('of the response', () => {
  test('status, headers in their order and case, and the body bytes are kept as they came', async () => {
    const { outcome, ms } = await answeredWith(
      Buffer.from(
        'HTTP/1.1 418 Teapot\r\nX-b: 1\r\nx-A: \xe9\r\nX-B: 2\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x00\xff\x1f',
        'latin1',
      ),
    )
    expect(outcome).toEqual({
      status: 418,
      headers: [
        ['X-b', '1'],
        ['x-A', '\xe9'],
        ['X-B', '2'],
        ['Content-Encoding', 'gzip'],
        ['Content-Length', '3'],
      ],
      bodyBase64: Buffer.from([0, 255, 31]).toString('base64'),
      truncated: false,
    })
    expect(ms).toBeGreaterThan(0)
  })

  test.each([301, 302, 303, 307, 308])('a %i is the result and is not followed', async (status) => {
    await using target = await rawTarget(
      `HTTP/1.1 ${status} Moved\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n`,
    )
    expect((await send(aRequest(target.port), LOCAL)).outcome).toMatchObject({ status })
    expect(target.received.length).toBe(1)
  })

  const ENDS: [name: string, request: Partial<OutboundRequest>, reply: string, status: number, body: string][] = [
    [
      'to HEAD has no body, whatever its length says',
      { method: 'HEAD' },
      'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n',
      200,
      '',
    ],
    ['204 ends with its head', {}, 'HTTP/1.1 204 No Content\r\n\r\n', 204, ''],
    ['304 ends with its head', {}, 'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n', 304, ''],
    [
      '101 is taken as the answer',
      {},
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\nrest',
      101,
      '',
    ],
    ['to CONNECT ends HTTP', { method: 'CONNECT', target: 'a:1' }, 'HTTP/1.1 200 OK\r\n\r\ntunnel', 200, ''],
    ['100 is passed over', {}, `HTTP/1.1 100 Continue\r\n\r\n${OK}`, 200, 'ok'],
    ['103 is passed over', {}, `HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n${OK}`, 200, 'ok'],
    [
      'chunked is put together',
      {},
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\nX-T: 1\r\n\r\n',
      200,
      'abc',
    ],
    ['without a length lasts until the end', {}, 'HTTP/1.1 200 OK\r\n\r\nuntil the end', 200, 'until the end'],
    ['of HTTP/1.0 is one', {}, 'HTTP/1.0 200 OK\r\n\r\nold', 200, 'old'],
    ['999 is one', {}, 'HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n', 999, ''],
  ]
  test.each(ENDS)('one %s', async (_, request, reply, status, body) => {
    const { outcome } = await answeredWith(reply, request)
    expect(outcome).toMatchObject({ status, bodyBase64: Buffer.from(body).toString('base64'), truncated: false })
  })

  test.each([
    ['101', 'GET', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'],
    ['a CONNECT that was granted', 'CONNECT', 'HTTP/1.1 200 OK\r\n\r\n'],
    ['a body that was cut', 'GET', `HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(2 * 1024 * 1024)}`],
    ['keep-alive', 'GET', OK],
  ])('after %s the connection is closed and not left behind', async (_, method, reply) => {
    const closed = Promise.withResolvers<void>()
    await using target = await rawTarget((socket) => {
      socket.on('close', () => closed.resolve())
      socket.write(reply)
    })
    await send(aRequest(target.port, { method, headers: [['Connection', 'keep-alive']] }), LOCAL)
    await closed.promise
  })

  test.each([
    [1024 * 1024, false],
    [1024 * 1024 + 1, true],
    [8 * 1024 * 1024, true],
  ])('a body of %i bytes is kept up to 1 MiB (cut: %j)', async (size, truncated) => {
    const head = Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`)
    const { outcome } = await answeredWith(Buffer.concat([head, Buffer.alloc(size, 'x')]))
    if ('error' in outcome) throw new Error(outcome.error.detail)
    expect(outcome.truncated).toBe(truncated)
    expect(Buffer.from(outcome.bodyBase64, 'base64').length).toBe(Math.min(size, 1024 * 1024))
  })

  test('an endless one is cut at 1 MiB instead of filling the memory', async () => {
    const { outcome } = await answeredWith((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      const more = () => {
        while (socket.writable && socket.write(Buffer.alloc(65536)));
      }
      socket.on('drain', more)
      more()
    })
    expect(outcome).toMatchObject({ status: 200, truncated: true })
  })
})

describe('in words:', () => {
  test('nothing listens', async () => {
    const port = await freePort()
    expect(troubleOf(await send(aRequest(port), LOCAL))).toEqual({
      code: 'connection_refused',
      detail: `Nothing listens on 127.0.0.1:${port}.`,
    })
    expect(troubleOf(await send(aRequest(port, { url: new URL(`http://localhost:${port}/x`) }), LOCAL))).toEqual({
      code: 'connection_refused',
      detail: `Nothing listens on localhost:${port}.`,
    })
  })

  test('localhost reaches an app that listens on IPv6 only', async ({ skip }) => {
    let target: Awaited<ReturnType<typeof rawTarget>>
    try {
      target = await rawTarget(OK, '::1')
    } catch {
      return skip('this machine has no IPv6')
    }
    const { outcome } = await send(aRequest(0, { url: new URL(`http://localhost:${target.port}`) }), LOCAL)
    await target.close()
    expect(outcome).toMatchObject({ status: 200 })
  })

  test('no such host', async () => {
    const resolve = async () => {
      throw Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' })
    }
    const sent = await send(aRequest(0, { url: new URL('http://nowhere.test/') }), { ...LOCAL, resolve })
    expect(troubleOf(sent)).toEqual({ code: 'name_not_found', detail: 'There is no host named nowhere.test.' })
  })

  const silent = () => undefined
  const reset = (socket: Socket) => socket.resetAndDestroy()
  const CASES: [name: string, reply: Reply, request: Partial<OutboundRequest>, code: string, detail: string][] = [
    [
      'closed without an answer',
      (socket) => socket.end(),
      {},
      'connection_reset',
      '127.0.0.1:3000 closed the connection without an answer.',
    ],
    [
      'reset without an answer',
      reset,
      {},
      'connection_reset',
      '127.0.0.1:3000 closed the connection without an answer.',
    ],
    [
      'cut in the body',
      'HTTP/1.1 500 Oops\r\nContent-Length: 10\r\n\r\nabc',
      {},
      'response_cut',
      '127.0.0.1:3000 answered 500, but closed the connection before the response was complete.',
    ],
    [
      'cut in the head',
      'HTTP/1.1 200 OK\r\nX-A',
      {},
      'connection_reset',
      '127.0.0.1:3000 closed the connection without an answer.',
    ],
    [
      'no answer in time',
      silent,
      { timeoutMs: 150 },
      'first_byte_timeout',
      '127.0.0.1:3000 took the request but did not begin to answer within 150 ms.',
    ],
    [
      'only 1xx in time',
      (socket) => socket.write('HTTP/1.1 102 Processing\r\n\r\n'),
      { timeoutMs: 150 },
      'first_byte_timeout',
      '127.0.0.1:3000 took the request but did not begin to answer within 150 ms.',
    ],
    [
      'a body that does not end in time',
      (socket) => socket.write('HTTP/1.1 200 OK\r\n\r\nabc'),
      { timeoutMs: 150 },
      'total_timeout',
      '127.0.0.1:3000 answered 200, but the response did not end within 150 ms.',
    ],
    [
      'a TLS handshake that does not come',
      silent,
      { url: new URL('https://127.0.0.1'), timeoutMs: 150 },
      'connect_timeout',
      '127.0.0.1:3000 did not accept the connection within 150 ms.',
    ],
    [
      'TLS where there is none',
      'HTTP/1.1 400 Bad Request\r\n\r\n',
      { url: new URL('https://127.0.0.1') },
      'tls',
      '127.0.0.1:3000: it does not speak TLS. Try http:// instead of https://.',
    ],
  ]
  test.each(CASES)('%s', async (_, reply, request, code, detail) => {
    const isTls = request.url?.protocol === 'https:'
    // Over TLS a raw target never sees a whole request, so it has to act on the first bytes.
    if (isTls) {
      const server = net.createServer((socket) => {
        socket.on('error', () => undefined)
        socket.once('data', (bytes: Buffer) => (typeof reply === 'function' ? reply(socket, bytes) : socket.end(reply)))
      })
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      const { port } = server.address() as AddressInfo // a TCP server that listens has one
      const sent = await send(aRequest(port, { ...request, url: new URL(`https://127.0.0.1:${port}`) }), LOCAL)
      server.close()
      expect(worded(sent)).toEqual({ code, detail })
    } else expect(worded(await answeredWith(reply, request))).toEqual({ code, detail })
  })

  test.each([
    ['not HTTP at all', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['a broken header', 'HTTP/1.1 200 OK\r\nX A: 1\r\nContent-Length: 0\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    ['a head without end', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(200_000)}\r\n\r\n`],
  ])('a response that is %s', async (_, reply) => {
    const trouble = worded(await answeredWith(reply))
    expect(trouble).toMatchObject({
      code: 'malformed_response',
      detail: expect.stringMatching(/^127\.0\.0\.1:3000 answered with something that is not HTTP: /),
    })
  })

  const UNSENDABLE: [name: string, request: Partial<OutboundRequest>][] = [
    ['a space in the path', { target: '/a b' }],
    ['a line break in the path', { target: '/a\r\nX: 1' }],
    ['a character above U+00FF in the path', { target: '/\u2603' }],
    ['a line break in a value', { headers: [['X', 'a\r\nY: 1']] }],
    ['NUL in a value', { headers: [['X', 'a\0']] }],
    ['a character above U+00FF in a value', { headers: [['X', '\u2603']] }],
    ['a space in a name', { headers: [['X Y', '1']] }],
    ['a name that is empty', { headers: [['', '1']] }],
    ['a space in the method', { method: 'GET /' }],
    [
      'a line break in a trailer',
      { method: 'POST', headers: [['Transfer-Encoding', 'chunked']], trailers: [['X', '\n']] },
    ],
    ['a Trailer header without chunks', { headers: [['Trailer', 'X']] }],
  ]
  test.each(UNSENDABLE)('what Node refuses to send: %s', async (_, request) => {
    await using target = await rawTarget()
    const trouble = troubleOf(await send(aRequest(target.port, request), LOCAL))
    expect(trouble).toMatchObject({
      code: 'unsendable',
      detail: expect.stringMatching(/^This request cannot be sent: .+\.$/),
    })
    expect(Buffer.concat(target.received).length).toBe(0)
  })

  test('called off', async () => {
    await using target = await rawTarget(() => undefined)
    const stop = new AbortController()
    const sent = send(aRequest(target.port), LOCAL, stop.signal)
    setTimeout(() => stop.abort(), 50)
    expect(worded(await sent)).toEqual({ code: 'stopped', detail: 'Sending to 127.0.0.1:3000 was stopped.' })
    expect(worded(await send(aRequest(target.port), LOCAL, stop.signal))).toMatchObject({ code: 'stopped' })
  })
})

describe('over TLS', () => {
  const file = (name: string) => readFileSync(new URL(`../../fixtures/tls/${name}`, import.meta.url))

  async function secureTarget() {
    const seen: (string | false | null)[] = []
    const server = https.createServer(
      {
        key: file('self-signed-key.pem'),
        cert: file('self-signed.pem'),
        SNICallback: (name, done) => {
          seen.push(name)
          done(null)
        },
      },
      (_, response) => response.end('ok'),
    )
    server.on('tlsClientError', () => undefined)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo // a TCP server that listens has one
    const close = async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    }
    return { port, seen, [Symbol.asyncDispose]: close }
  }

  test('a self-signed certificate is refused, with a word on how to accept it', async () => {
    await using target = await secureTarget()
    expect(worded(await send(aRequest(0, { url: new URL(`https://localhost:${target.port}`) }), LOCAL))).toEqual({
      code: 'tls',
      detail:
        'localhost:3000: its certificate is self-signed. Send with “accept any certificate” (insecureTls) if that is expected.',
    })
  })

  test('with insecureTls any certificate is accepted, and the name asked for is the target, not the Host header', async () => {
    await using target = await secureTarget()
    const url = new URL(`https://localhost:${target.port}`)
    const { outcome } = await send(aRequest(0, { url, headers: [['Host', 'shop.example']], insecureTls: true }), LOCAL)
    expect(outcome).toMatchObject({ status: 200 })
    const byAddress = new URL(`https://127.0.0.1:${target.port}`)
    expect((await send(aRequest(0, { url: byAddress, insecureTls: true }), LOCAL)).outcome).toMatchObject({
      status: 200,
    })
    expect(target.seen).toEqual(['localhost'])
  })
})

test('a body of 25 MiB arrives whole', async () => {
  await using target = await rawTarget()
  const body = Buffer.alloc(25 * 1024 * 1024, 'abcdefg')
  const headers: [string, string][] = [
    ['Host', 'x'],
    ['Content-Length', String(body.length)],
  ]
  const { outcome } = await send(aRequest(target.port, { method: 'POST', headers, body }), LOCAL)
  expect(outcome).toMatchObject({ status: 200 })
  const received = target.received[0] ?? Buffer.alloc(0)
  expect(received.subarray(received.indexOf('\r\n\r\n') + 4).equals(body)).toBe(true)
})

test('a target that answers before it has read everything is heard', async () => {
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => {
      socket.pause()
      socket.write('HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nno!')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // a TCP server that listens has one
  const body = Buffer.alloc(20 * 1024 * 1024)
  const headers: [string, string][] = [['Content-Length', String(body.length)]]
  const { outcome } = await send(aRequest(port, { method: 'POST', headers, body }), LOCAL)
  server.close()
  expect(outcome).toMatchObject({ status: 413, bodyBase64: Buffer.from('no!').toString('base64') })
})
