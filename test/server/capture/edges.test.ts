/**
 * What the capture listener makes of HTTP's corners: one row, one promise. Each row says byte for byte what is sent, what the sender hears,
 * and what is kept: the captures with all that was in them, or the rejection with the head that arrived.
 */
import { gzipSync } from 'node:zlib'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Rejection } from '../../../shared/capture.ts'
import { REJECTED_HEAD_BYTES } from '../../../shared/limits.ts'
import { anInspector, type TestInspector } from '../../support/an-inspector.ts'
import type { RawOptions } from '../../support/raw-client.ts'
import { rawRequest } from '../../support/raw-client.ts'

/** Text stands for bytes, one a character (U+0000–U+00FF). */
interface Kept {
  method?: string
  target?: string
  version?: string
  headers: [string, string][]
  body?: string
  trailers?: [string, string][]
}

interface Edge {
  name: string
  /** Sent as it stands; numbers are pauses in ms. */
  send: string | (string | number)[]
  how?: RawOptions
  /** The statuses the sender hears, in order; empty where it hears nothing. */
  hears: number[]
  /** In the order they came. Nothing else is kept. */
  keeps?: Kept[]
  /** By what the request is remembered. Left out, `head` is all that was sent and `status` the last that was heard. */
  rejects?: { reason: Rejection['reason']; head?: string; status?: number }
}

/** Small, so that rows can pass it. */
const MAX_BODY = 256 * 1024
const UUID = '3f0c1b2a-52ce-4cf0-8a54-000000000001'

const HOST: [string, string] = ['Host', 'h']
const length = (body: string): [string, string] => ['Content-Length', String(body.length)]
const CHUNKED: [string, string] = ['Transfer-Encoding', 'chunked']

const head = (line: string, ...headers: string[]): string => [line, ...headers, '', ''].join('\r\n')

/** A POST whose only oddity is one header line. */
const withHeader = (line: string): string => head('POST /edge HTTP/1.1', 'Host: h', line, 'Content-Length: 0')

/** That header, kept as the pair. */
const keepsHeader = (name: string, value: string): Kept[] => [{ headers: [HOST, [name, value], length('')] }]

const withTarget = (target: string): string => head(`POST ${target} HTTP/1.1`, 'Host: h', 'Content-Length: 0')
const keepsTarget = (target: string): Kept[] => [{ target, headers: [HOST, length('')] }]

const withBody = (method: string, body: string): string =>
  head(`${method} /edge HTTP/1.1`, 'Host: h', `Content-Length: ${body.length}`) + body

const chunked = (chunks: string, ...headers: string[]): string =>
  head('POST /edge HTTP/1.1', 'Host: h', 'Transfer-Encoding: chunked', ...headers) + chunks

const bytes = (from: number, to: number): string =>
  String.fromCharCode(...Array.from({ length: to - from + 1 }, (_, i) => from + i))
const latin1 = (text: string): string => Buffer.from(text).toString('latin1')

const HEADERS: Edge[] = [
  {
    name: 'headers keep their order, their case and their repeats',
    send: head('POST /edge HTTP/1.1', 'Host: h', 'x-B: 1', 'X-a: 2', 'X-b: 3', 'x-B: 1', 'Content-Length: 0'),
    hears: [200],
    keeps: [{ headers: [HOST, ['x-B', '1'], ['X-a', '2'], ['X-b', '3'], ['x-B', '1'], length('')] }],
  },
  {
    name: 'repeats of headers that Node joins or drops are all kept',
    send: head(
      'POST /edge HTTP/1.1',
      'Host: h',
      'Content-Type: a/b',
      'Content-Type: c/d',
      'User-Agent: 1',
      'User-Agent: 2',
      'Cookie: a=1',
      'Cookie: b=2',
      'Authorization: x',
      'Authorization: y',
      'Content-Length: 0',
    ),
    hears: [200],
    keeps: [
      {
        headers: [
          HOST,
          ['Content-Type', 'a/b'],
          ['Content-Type', 'c/d'],
          ['User-Agent', '1'],
          ['User-Agent', '2'],
          ['Cookie', 'a=1'],
          ['Cookie', 'b=2'],
          ['Authorization', 'x'],
          ['Authorization', 'y'],
          length(''),
        ],
      },
    ],
  },
  {
    name: 'a latin-1 value keeps its byte',
    send: withHeader('X-Name: caf\xe9'),
    hears: [200],
    keeps: keepsHeader('X-Name', 'caf\xe9'),
  },
  {
    name: 'a UTF-8 value keeps its bytes',
    send: withHeader(`X-Name: ${latin1('Győző ☃')}`),
    hears: [200],
    keeps: keepsHeader('X-Name', latin1('Győző ☃')),
  },
  {
    name: 'every byte from 0x80 to 0xFF is kept in a value',
    send: withHeader(`X-All: a${bytes(0x80, 0xff)}z`),
    hears: [200],
    keeps: keepsHeader('X-All', `a${bytes(0x80, 0xff)}z`),
  },
  { name: 'an empty value is kept', send: withHeader('X-Empty:'), hears: [200], keeps: keepsHeader('X-Empty', '') },
  {
    name: 'spaces around a value are trimmed, as HTTP says',
    send: withHeader('X-Pad: \t a b \t '),
    hears: [200],
    keeps: keepsHeader('X-Pad', 'a b'),
  },
  {
    name: 'spaces and tabs within a value are kept',
    send: withHeader('X-Tab: a\t b  c'),
    hears: [200],
    keeps: keepsHeader('X-Tab', 'a\t b  c'),
  },
  {
    name: 'a value with quotes, commas and colons is kept',
    send: withHeader('X-Q: "a, b"; c=\'d\':e\\"'),
    hears: [200],
    keeps: keepsHeader('X-Q', '"a, b"; c=\'d\':e\\"'),
  },
  {
    name: 'a header named __proto__ is kept',
    send: withHeader('__proto__: x'),
    hears: [200],
    keeps: keepsHeader('__proto__', 'x'),
  },
  {
    name: 'a header named constructor is kept',
    send: withHeader('constructor: x'),
    hears: [200],
    keeps: keepsHeader('constructor', 'x'),
  },
  {
    name: 'a header named hasOwnProperty is kept',
    send: withHeader('hasOwnProperty: x'),
    hears: [200],
    keeps: keepsHeader('hasOwnProperty', 'x'),
  },
  {
    name: 'every character that a name may have is kept',
    send: withHeader("!#$%&'*+-.^_`|~09Az: x"),
    hears: [200],
    keeps: keepsHeader("!#$%&'*+-.^_`|~09Az", 'x'),
  },
  {
    name: 'a name of 8 KB is kept',
    send: withHeader(`${'n'.repeat(8192)}: x`),
    hears: [200],
    keeps: keepsHeader('n'.repeat(8192), 'x'),
  },
  {
    name: '64 KB of headers are kept',
    send: head(
      'POST /edge HTTP/1.1',
      'Host: h',
      ...Array.from({ length: 64 }, (_, i) => `X-${i}: ${'v'.repeat(1015)}`),
      'Content-Length: 0',
    ),
    hears: [200],
    keeps: [
      {
        headers: [
          HOST,
          ...Array.from({ length: 64 }, (_, i): [string, string] => [`X-${i}`, 'v'.repeat(1015)]),
          length(''),
        ],
      },
    ],
  },
  {
    name: 'one value of 100 KB is kept',
    send: withHeader(`X-Long: ${'v'.repeat(100_000)}`),
    hears: [200],
    keeps: keepsHeader('X-Long', 'v'.repeat(100_000)),
  },
  {
    name: 'headers of more than 128 KiB are refused, and the part that was too much is kept',
    send: [
      head('POST /edge HTTP/1.1', 'Host: h').slice(0, -2),
      `X-Long: ${'v'.repeat(30_000)}`,
      30,
      'w'.repeat(120_000),
    ],
    hears: [431],
    rejects: { reason: 'parse', head: 'w'.repeat(REJECTED_HEAD_BYTES) },
  },
  {
    name: '1,000 header lines are kept',
    send: head(
      'POST /edge HTTP/1.1',
      'Host: h',
      ...Array.from({ length: 998 }, (_, i) => `X-${i}: 1`),
      'Content-Length: 0',
    ),
    hears: [200],
    keeps: [
      { headers: [HOST, ...Array.from({ length: 998 }, (_, i): [string, string] => [`X-${i}`, '1']), length('')] },
    ],
  },
  {
    name: '1,001 header lines are refused rather than cut short',
    send: head(
      'POST /edge HTTP/1.1',
      'Host: h',
      ...Array.from({ length: 999 }, (_, i) => `X-${i}: 1`),
      'Content-Length: 0',
    ),
    hears: [431],
    rejects: { reason: 'parse' },
  },
  {
    name: 'HTTP/1.1 without a Host is kept',
    send: head('POST /edge HTTP/1.1', 'Content-Length: 0'),
    hears: [200],
    keeps: [{ headers: [length('')] }],
  },
  {
    name: 'two Host lines are both kept',
    send: head('POST /edge HTTP/1.1', 'Host: a', 'host: b', 'Content-Length: 0'),
    hears: [200],
    keeps: [{ headers: [['Host', 'a'], ['host', 'b'], length('')] }],
  },
  ...['', 'a b', 'u@h', 'x/y?z', 'h:99999', '[::1', 'caf\xe9'].map(
    (host): Edge => ({
      name: `the Host ${JSON.stringify(host)} is kept as it is`,
      send: head('POST /edge HTTP/1.1', `Host: ${host}`, 'Content-Length: 0'),
      hears: [200],
      keeps: [{ headers: [['Host', host], length('')] }],
    }),
  ),
]

const refusedHeader = (name: string, line: string): Edge => ({
  name: `${name} is refused, and what arrived is kept`,
  send: withHeader(line),
  hears: [400],
  rejects: { reason: 'parse' },
})

const BAD_HEADERS: Edge[] = [
  refusedHeader('a NUL in a value', 'X-A: a\0b'),
  refusedHeader('a control character in a value', 'X-A: a\x01b'),
  refusedHeader('a DEL in a value', 'X-A: a\x7fb'),
  refusedHeader('a lone CR in a value', 'X-A: a\rb'),
  refusedHeader('a lone LF in a value', 'X-A: a\nb'),
  refusedHeader('a folded header', 'X-A: a\r\n b'),
  refusedHeader('a space before the colon', 'X-A : a'),
  refusedHeader('a space in a name', 'X A: a'),
  refusedHeader('a bracket in a name', 'X(A: a'),
  refusedHeader('a latin-1 name', 'X-\xe9: a'),
  refusedHeader('an empty name', ': a'),
  refusedHeader('a line without a colon', 'X-A'),
]

const TARGETS: Edge[] = [
  '/edge',
  '/edge/',
  '/edge//double//slash?x',
  '/edge/a/../b/./c',
  '/edge/..',
  '/edge/../other',
  '/edge/a/%2e%2e/b',
  '/edge/%2F%00%zz%7E%7e%',
  '/edge?',
  '/edge??a=1&a=2&=&b',
  '/edge/#frag',
  '/edge#frag',
  '/edge?a=#b?c',
  '/edge/<>"{}|^`',
  '/edge/\\..\\x',
  "/edge/!$&'()*+,;=:@",
  '/edge?url=http://a/b//c',
  'http://other.example/edge/a?b',
  'HTTPS://u:p@other.example:8443/edge/a//b',
  'ftp://files.example/edge',
  'http://edge/edge',
  `/${UUID}`,
  `/${UUID.toUpperCase()}/a`,
  `/edge/${'p'.repeat(60_000)}`,
  `/edge?${'q'.repeat(60_000)}`,
].map((target) => ({
  name: `the target ${target.length > 100 ? `${target.slice(0, 20)}… of 60 KB` : target} is kept as it is`,
  send: withTarget(target),
  hears: [200],
  keeps: keepsTarget(target),
}))

const BAD_TARGETS: Edge[] = [
  ...['/edge/a b', '/edge/\tx', '/edge/\x01', '/edge/\x7f', `/edge/${latin1('é')}`, 'edge', '?a', ''].map(
    (target): Edge => ({
      name: `the target ${JSON.stringify(target)} is refused, and what arrived is kept`,
      send: withTarget(target),
      hears: [400],
      rejects: { reason: 'parse' },
    }),
  ),
  ...[
    '/',
    '/nobody',
    '/nobody/edge',
    '//edge',
    '/./edge',
    '/../edge',
    '/%65dge',
    '/EDGE',
    '/edge;v=1',
    '/edges',
    'http://edge',
    'http://h/',
    '/__proto__',
    '/00000000-0000-4000-8000-000000000000',
  ].map(
    (target): Edge => ({
      name: `at ${target} there is no endpoint, which the sender is told`,
      send: withTarget(target),
      hears: [404],
      rejects: { reason: 'unknown_endpoint' },
    }),
  ),
  {
    name: 'OPTIONS * names no endpoint, which the sender is told',
    send: head('OPTIONS * HTTP/1.1', 'Host: h'),
    hears: [404],
    rejects: { reason: 'unknown_endpoint' },
  },
  {
    name: 'what came to an unknown endpoint is kept with the head of its body',
    send: `${head('PUT /nobody HTTP/1.1', 'Host: h', 'Content-Length: 5')}hello`,
    hears: [404],
    rejects: { reason: 'unknown_endpoint' },
  },
]

const METHODS: Edge[] = [
  ...[
    'GET',
    'PUT',
    'DELETE',
    'PATCH',
    'OPTIONS',
    'PURGE',
    'PROPFIND',
    'REPORT',
    'QUERY',
    'LINK',
    'M-SEARCH',
    'TRACE',
    'MKCALENDAR',
  ].map(
    (method): Edge => ({
      name: `${method} with a body keeps both`,
      send: withBody(method, 'hello'),
      hears: [200],
      keeps: [{ method, headers: [HOST, length('hello')], body: 'hello' }],
    }),
  ),
  {
    name: 'HEAD with a body keeps it, and hears no body',
    send: withBody('HEAD', 'hello'),
    how: { head: true },
    hears: [200],
    keeps: [{ method: 'HEAD', headers: [HOST, length('hello')], body: 'hello' }],
  },
  {
    name: 'GET with a chunked body keeps it',
    send: `${head('GET /edge HTTP/1.1', 'Host: h', 'Transfer-Encoding: chunked')}5\r\nhello\r\n0\r\n\r\n`,
    hears: [200],
    keeps: [{ method: 'GET', headers: [HOST, CHUNKED], body: 'hello' }],
  },
  ...['FOO', 'get', 'Post', 'TRACK', 'P OST', ''].map(
    (method): Edge => ({
      name: `the method ${JSON.stringify(method)} is refused, and what arrived is kept`,
      send: withBody(method, ''),
      hears: [400],
      rejects: { reason: 'parse' },
    }),
  ),
  {
    name: 'CONNECT gets an answer, and is kept as rejected',
    send: head('CONNECT h:443 HTTP/1.1', 'Host: h:443'),
    hears: [405],
    rejects: { reason: 'unknown_endpoint' },
  },
]

const body = (name: string, content: string, ...headers: [string, string][]): Edge => ({
  name,
  send:
    head(
      'POST /edge HTTP/1.1',
      'Host: h',
      ...headers.map((pair) => pair.join(': ')),
      `Content-Length: ${content.length}`,
    ) + content,
  hears: [200],
  keeps: [{ headers: [HOST, ...headers, length(content)], body: content }],
})

const GZIP = gzipSync('{"a":1}').toString('latin1')
const MULTIPART = `--b\r\nContent-Disposition: form-data; name="f"; filename="caf\xe9.bin"\r\n\r\n\0\r\n--b\xff\xfe\x80\r\n--b--\r\n`

const BODIES: Edge[] = [
  body('a body of 0 bytes is a capture', ''),
  {
    name: 'without a length there is no body',
    send: head('POST /edge HTTP/1.1', 'Host: h'),
    hears: [200],
    keeps: [{ headers: [HOST] }],
  },
  body('every byte value of a body is kept', bytes(0, 255)),
  body('a byte order mark and broken UTF-8 are kept', '\xef\xbb\xbf{"a":"\xff\xc3"}', [
    'Content-Type',
    'application/json',
  ]),
  body('a body that looks like a request is only a body', 'POST /edge HTTP/1.1\r\nHost: x\r\n\r\n'),
  body('a gzipped body stays gzipped', GZIP, ['Content-Encoding', 'gzip']),
  body('a body that lies about its coding is kept', 'not brotli', ['Content-Encoding', 'br']),
  body('a multipart body with bytes in it is kept', MULTIPART, ['Content-Type', 'multipart/form-data; boundary=b']),
  body('a body of 200 KB is kept', 'x\0\xff\r\n'.repeat(40_000)),
  body('a body at the limit is kept', 'y'.repeat(MAX_BODY)),
  {
    name: 'a body that comes byte by byte is whole',
    send: [head('POST /edge HTTP/1.1', 'Host: h', 'Content-Length: 5'), 5, 'h', 5, 'e', 5, 'l', 5, 'l', 5, 'o'],
    hears: [200],
    keeps: [{ headers: [HOST, length('hello')], body: 'hello' }],
  },
  {
    name: 'a head that comes in pieces, cut within a line, is whole',
    send: [
      'PO',
      5,
      'ST /ed',
      5,
      'ge HTTP/1.1\r',
      5,
      '\nHost: ',
      5,
      'h\r\nX-',
      5,
      'A: b\r\nContent-Length: 0\r\n',
      5,
      '\r\n',
    ],
    hears: [200],
    keeps: [{ headers: [HOST, ['X-A', 'b'], length('')] }],
  },
  {
    name: 'chunks are joined',
    send: chunked('3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n'),
    hears: [200],
    keeps: [{ headers: [HOST, CHUNKED], body: 'hello' }],
  },
  {
    name: 'chunk extensions and zeros before a size are no part of the body',
    send: chunked('0005;a=b;c="d;e"\r\nhello\r\n0;x\r\n\r\n'),
    hears: [200],
    keeps: [{ headers: [HOST, CHUNKED], body: 'hello' }],
  },
  {
    name: 'a chunked body of 0 bytes is a capture',
    send: chunked('0\r\n\r\n'),
    hears: [200],
    keeps: [{ headers: [HOST, CHUNKED] }],
  },
  {
    name: 'trailers keep their order, case and repeats, announced or not',
    send: chunked('2\r\nhi\r\n0\r\nX-Sum: 1\r\nx-other: caf\xe9\r\nx-SUM: 2\r\n\r\n', 'Trailer: X-Sum'),
    hears: [200],
    keeps: [
      {
        headers: [HOST, CHUNKED, ['Trailer', 'X-Sum']],
        body: 'hi',
        trailers: [
          ['X-Sum', '1'],
          ['x-other', 'caf\xe9'],
          ['x-SUM', '2'],
        ],
      },
    ],
  },
  {
    name: 'a body that was gzipped for the transfer stays gzipped',
    send:
      head('POST /edge HTTP/1.1', 'Host: h', 'Transfer-Encoding: gzip, chunked') +
      `${GZIP.length.toString(16)}\r\n${GZIP}\r\n0\r\n\r\n`,
    hears: [200],
    keeps: [{ headers: [HOST, ['Transfer-Encoding', 'gzip, chunked']], body: GZIP }],
  },
  {
    name: 'chunked may be written in any case',
    send: `${head('POST /edge HTTP/1.1', 'Host: h', 'transfer-encoding: CHUNKED')}2\r\nhi\r\n0\r\n\r\n`,
    hears: [200],
    keeps: [{ headers: [HOST, ['transfer-encoding', 'CHUNKED']], body: 'hi' }],
  },
]

const framing = (name: string, lines: string[], content: string): Edge => ({
  name: `${name} is refused, since nobody can say where it ends`,
  send: head('POST /edge HTTP/1.1', 'Host: h', ...lines) + content,
  hears: [400],
  rejects: { reason: 'parse' },
})

const BAD_FRAMING: Edge[] = [
  framing(
    'a length together with chunks',
    ['Content-Length: 3', 'Transfer-Encoding: chunked'],
    '3\r\nabc\r\n0\r\n\r\n',
  ),
  framing('a length that is given twice', ['Content-Length: 3', 'Content-Length: 3'], 'abc'),
  framing('a length that is given differently', ['Content-Length: 3', 'Content-Length: 4'], 'abc'),
  framing('a list of lengths', ['Content-Length: 3, 3'], 'abc'),
  framing('a length with a plus', ['Content-Length: +3'], 'abc'),
  framing('a negative length', ['Content-Length: -1'], ''),
  framing('a length of 2^64', ['Content-Length: 18446744073709551616'], 'abc'),
  framing('an empty length', ['Content-Length:'], 'abc'),
  framing('a hexadecimal length', ['Content-Length: 0x3'], 'abc'),
  framing('the transfer coding identity', ['Transfer-Encoding: identity'], 'abc'),
  framing('an unknown transfer coding', ['Transfer-Encoding: xchunked'], '3\r\nabc\r\n0\r\n\r\n'),
  framing('chunked that is not the last coding', ['Transfer-Encoding: chunked, identity'], '3\r\nabc\r\n0\r\n\r\n'),
  framing('a chunk size that is no number', ['Transfer-Encoding: chunked'], 'zz\r\nabc\r\n0\r\n\r\n'),
  framing('a chunk size of 2^68', ['Transfer-Encoding: chunked'], '100000000000000000\r\nabc\r\n'),
  framing('a chunk longer than its size', ['Transfer-Encoding: chunked'], '3\r\nabcd\r\n0\r\n\r\n'),
  framing('a chunk line that ends with LF only', ['Transfer-Encoding: chunked'], '3\nabc\r\n0\r\n\r\n'),
]

const TOO_LARGE: Edge[] = [
  {
    name: 'a body that is declared one byte too large is refused unread',
    send: head('POST /edge HTTP/1.1', 'Host: h', `Content-Length: ${MAX_BODY + 1}`) + 'z'.repeat(100),
    hears: [413],
    rejects: { reason: 'too_large', head: head('POST /edge HTTP/1.1', 'Host: h', `Content-Length: ${MAX_BODY + 1}`) },
  },
  {
    name: 'a sender that goes on sending what is too large still hears the refusal',
    send: head('POST /edge HTTP/1.1', 'Host: h', `Content-Length: ${MAX_BODY * 8}`) + 'z'.repeat(MAX_BODY * 8),
    hears: [413],
    rejects: { reason: 'too_large', head: head('POST /edge HTTP/1.1', 'Host: h', `Content-Length: ${MAX_BODY * 8}`) },
  },
  {
    name: 'a chunked body that grows too large is refused, and its beginning is kept',
    send: chunked(`${(MAX_BODY + 1).toString(16)}\r\n${'z'.repeat(MAX_BODY + 1)}\r\n0\r\n\r\n`),
    hears: [413],
    rejects: {
      reason: 'too_large',
      head: (chunked('') + 'z'.repeat(REJECTED_HEAD_BYTES)).slice(0, REJECTED_HEAD_BYTES),
    },
  },
  {
    name: 'who asks before sending what is too large is refused before it is sent',
    send: head('POST /edge HTTP/1.1', 'Host: h', 'Expect: 100-continue', `Content-Length: ${MAX_BODY + 1}`),
    hears: [413],
    rejects: { reason: 'too_large' },
  },
]

const simple: Kept = { headers: [HOST, length('hi')], body: 'hi' }
const HI = withBody('POST', 'hi')

const CONNECTIONS: Edge[] = [
  {
    name: 'who asks before sending is told to go on, then answered',
    send: [head('POST /edge HTTP/1.1', 'Host: h', 'Expect: 100-continue', 'Content-Length: 2'), 20, 'hi'],
    hears: [100, 200],
    keeps: [{ headers: [HOST, ['Expect', '100-continue'], length('hi')], body: 'hi' }],
  },
  {
    name: 'who asks, but does not wait, is captured',
    send: `${head('POST /edge HTTP/1.1', 'Host: h', 'Expect: 100-Continue', 'Content-Length: 2')}hi`,
    hears: [100, 200],
    keeps: [{ headers: [HOST, ['Expect', '100-Continue'], length('hi')], body: 'hi' }],
  },
  {
    name: 'who expects something unknown is captured all the same',
    send: `${head('POST /edge HTTP/1.1', 'Host: h', 'Expect: a-miracle', 'Content-Length: 2')}hi`,
    hears: [200],
    keeps: [{ headers: [HOST, ['Expect', 'a-miracle'], length('hi')], body: 'hi' }],
  },
  {
    name: 'HTTP/1.0 with a length is kept',
    send: `${head('POST /edge HTTP/1.0', 'Content-Length: 2')}hi`,
    hears: [200],
    keeps: [{ version: '1.0', headers: [length('hi')], body: 'hi' }],
  },
  {
    name: 'HTTP/1.0 with chunks is kept',
    send: `${head('POST /edge HTTP/1.0', 'Host: h', 'Transfer-Encoding: chunked')}2\r\nhi\r\n0\r\n\r\n`,
    hears: [200],
    keeps: [{ version: '1.0', headers: [HOST, CHUNKED], body: 'hi' }],
  },
  {
    name: 'HTTP/1.0 without a Host is kept',
    send: head('GET /edge HTTP/1.0'),
    hears: [200],
    keeps: [{ method: 'GET', version: '1.0', headers: [] }],
  },
  {
    name: 'HTTP/1.0 without a length is kept without a body, and what follows at once is a rejection',
    send: `${head('POST /edge HTTP/1.0', 'Host: h')}body till the end`,
    how: { untilClosed: true },
    hears: [200],
    keeps: [{ version: '1.0', headers: [HOST] }],
    rejects: { reason: 'parse', head: `${head('POST /edge HTTP/1.0', 'Host: h')}body till the end`, status: 0 },
  },
  {
    name: 'three requests in one packet are kept and answered in order',
    send: withBody('POST', 'one') + withBody('PUT', 'two') + withBody('GET', 'three'),
    how: { responses: 3 },
    hears: [200, 200, 200],
    keeps: [
      { method: 'POST', headers: [HOST, length('one')], body: 'one' },
      { method: 'PUT', headers: [HOST, length('two')], body: 'two' },
      { method: 'GET', headers: [HOST, length('three')], body: 'three' },
    ],
  },
  {
    name: 'a connection takes one request after the other',
    send: [HI, 30, HI],
    how: { responses: 2 },
    hears: [200, 200],
    keeps: [simple, simple],
  },
  {
    name: 'noise right behind a request is refused after the request is answered',
    send: `${HI}nonsense\r\n\r\n`,
    how: { responses: 2 },
    hears: [200, 400],
    keeps: [simple],
    rejects: { reason: 'parse' },
  },
  {
    name: 'a body with a broken chunk right behind a request is refused after the request is answered',
    send: `${HI}${head('POST /edge HTTP/1.1', 'Host: h', 'Transfer-Encoding: chunked')}ZZ\r\nx\r\n`,
    how: { responses: 2 },
    hears: [200, 400],
    keeps: [simple],
    rejects: { reason: 'parse' },
  },
  {
    name: 'a CONNECT right behind a request is refused after the request is answered',
    send: `${HI}CONNECT foo:1 HTTP/1.1\r\nHost: foo:1\r\n\r\n`,
    how: { responses: 2 },
    hears: [200, 405],
    keeps: [simple],
    rejects: { reason: 'unknown_endpoint', head: 'CONNECT foo:1 HTTP/1.1\r\nHost: foo:1\r\n\r\n' },
  },
  {
    name: 'a request that is refused takes nothing of the one before with it',
    send: [HI, 30, 'nonsense\r\n\r\n'],
    how: { responses: 2 },
    hears: [200, 400],
    keeps: [simple],
    rejects: { reason: 'parse', head: 'nonsense\r\n\r\n' },
  },
  {
    name: 'a connection that the sender wants closed is closed',
    send: head('POST /edge HTTP/1.1', 'Host: h', 'Connection: close', 'Content-Length: 0'),
    how: { untilClosed: true },
    hears: [200],
    keeps: [{ headers: [HOST, ['Connection', 'close'], length('')] }],
  },
  { name: 'empty lines before a request are passed over', send: `\r\n\r\n${HI}`, hears: [200], keeps: [simple] },
  {
    name: 'a sender that closes its half after the request is answered',
    send: HI,
    how: { afterwards: 'end' },
    hears: [200],
    keeps: [simple],
  },
  {
    name: 'a sender that cuts the line after the request is captured',
    send: HI,
    how: { afterwards: 'reset' },
    hears: [200],
    keeps: [simple],
  },
  {
    name: 'a body that is cut off by a closed half is a rejection with what came',
    send: `${head('POST /edge HTTP/1.1', 'Host: h', 'Content-Length: 10')}half`,
    how: { afterwards: 'end' },
    hears: [],
    rejects: { reason: 'aborted' },
  },
  {
    name: 'a body that is cut off by a cut line is a rejection with what came',
    send: `${head('POST /edge HTTP/1.1', 'Host: h', 'Content-Length: 10')}half`,
    how: { afterwards: 'reset' },
    hears: [],
    rejects: { reason: 'aborted' },
  },
  {
    name: 'a body that is cut off within a chunk is a rejection with what came',
    send: chunked('a\r\nhalf'),
    how: { afterwards: 'reset' },
    hears: [],
    rejects: { reason: 'aborted', head: `${chunked('')}half` },
  },
  {
    name: 'an upgrade to h2c is not taken up, the request is captured',
    send: `${head(
      'POST /edge HTTP/1.1',
      'Host: h',
      'Connection: Upgrade, HTTP2-Settings',
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABk',
      'Content-Length: 2',
    )}hi`,
    hears: [200],
    keeps: [
      {
        headers: [
          HOST,
          ['Connection', 'Upgrade, HTTP2-Settings'],
          ['Upgrade', 'h2c'],
          ['HTTP2-Settings', 'AAMAAABk'],
          length('hi'),
        ],
        body: 'hi',
      },
    ],
  },
  {
    name: 'a WebSocket handshake is a capture like others',
    send: head(
      'GET /edge HTTP/1.1',
      'Host: h',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ),
    hears: [200],
    keeps: [
      {
        method: 'GET',
        headers: [
          HOST,
          ['Connection', 'Upgrade'],
          ['Upgrade', 'websocket'],
          ['Sec-WebSocket-Version', '13'],
          ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
        ],
      },
    ],
  },
]

const refusedLine = (name: string, send: string): Edge => ({
  name: `${name} is refused, and what arrived is kept`,
  send,
  hears: [400],
  rejects: { reason: 'parse' },
})

const LINES: Edge[] = [
  {
    name: 'a request without a version is one of HTTP/0.9, and is kept',
    send: 'GET /edge\r\n\r\n',
    hears: [200],
    keeps: [{ method: 'GET', version: '0.9', headers: [] }],
  },
  refusedLine('HTTP/1.2', head('GET /edge HTTP/1.2', 'Host: h')),
  refusedLine('HTTP/3.0', head('GET /edge HTTP/3.0', 'Host: h')),
  refusedLine('the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  refusedLine('a TLS greeting', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'),
  refusedLine('a version in small letters', head('GET /edge http/1.1', 'Host: h')),
  refusedLine('a version without its number', head('GET /edge HTTP', 'Host: h')),
  refusedLine('lines that end with LF only', 'POST /edge HTTP/1.1\nHost: h\nContent-Length: 0\n\n'),
  refusedLine('a line of noise', '\0\0\0\0\r\n\r\n'),
  refusedLine('a request that begins with a space', ` ${HI}`),
]

let server: TestInspector
beforeAll(async () => {
  server = await anInspector({ maxBody: String(MAX_BODY) })
  await server.store.addEndpoint({ alias: 'edge' })
  await server.store.addEndpoint({ id: UUID })
})
afterAll(() => server.close())

const TABLE: Record<string, Edge[]> = {
  'header lines': HEADERS,
  'bad header lines': BAD_HEADERS,
  targets: TARGETS,
  'bad targets': BAD_TARGETS,
  methods: METHODS,
  bodies: BODIES,
  'bad framing': BAD_FRAMING,
  'large bodies': TOO_LARGE,
  connections: CONNECTIONS,
  'request lines': LINES,
}

describe.each(Object.entries(TABLE))('%s', (_, edges) => {
  test.each(edges)('$name', async ({ send, how, hears, keeps = [], rejects }) => {
    const cursor = server.store.lastSeq()
    const { responses } = await rawRequest(server.capturePort, send, how)
    if (how?.afterwards !== 'reset') expect(responses.map(({ status }) => status)).toEqual(hears)
    for (const { status, headers } of responses) {
      if (status === 100) continue
      expect(headers.filter(([name]) => name === 'Content-Security-Policy')).toEqual([
        ['Content-Security-Policy', 'sandbox'],
      ])
      expect(headers.some(([name]) => name === 'Hookwell-Capture')).toBe(status === 200)
    }

    const { captures, rejections } = await recorded(cursor, keeps.length, rejects === undefined ? 0 : 1)
    expect(captures).toEqual(
      keeps.map(({ method = 'POST', target = '/edge', version = '1.1', headers, body = '', trailers = [] }) => ({
        method,
        target,
        httpVersion: version,
        headers,
        body,
        trailers,
      })),
    )
    const sent = Array.isArray(send) ? send.filter((part) => typeof part === 'string').join('') : send
    expect(rejections).toEqual(
      rejects === undefined
        ? []
        : [
            {
              reason: rejects.reason,
              head: (rejects.head ?? sent).slice(0, REJECTED_HEAD_BYTES),
              status: rejects.status ?? hears.at(-1) ?? 0,
            },
          ],
    )
  })
})

test('the table is as long as the published one', () => {
  expect(Object.values(TABLE).flat().length).toBeGreaterThanOrEqual(110)
})

test('the listener has survived all of it', async () => {
  expect((await rawRequest(server.capturePort, HI)).responses[0]?.status).toBe(200)
})

/** What the log holds after a cursor, once as much is there as is awaited; and a moment later, so that what should not come is seen too. */
async function recorded(cursor: number, captureCount: number, rejectionCount: number) {
  for (let tries = 0; ; tries++) {
    const events = await server.store.events(cursor, 100)
    if (events === 'reset') throw new Error('The log was cut.')
    const arrived = events.flatMap((event) => (event.type === 'capture' ? [event.capture.id] : []))
    const refused = events.flatMap((event) => (event.type === 'rejection' ? [event.rejection] : []))
    if (tries < 200 && (arrived.length < captureCount || refused.length < rejectionCount || tries < 2)) {
      await pause(5)
      continue
    }
    const captures = await Promise.all(
      arrived.map(async (id) => {
        const capture = await server.store.capture(id)
        const kept = await server.store.body(id)
        if (capture === undefined || kept === undefined) throw new Error(`Capture ${id} is gone.`)
        const { method, target, httpVersion, headers, trailers } = capture
        return { method, target, httpVersion, headers, body: kept.bytes.toString('latin1'), trailers }
      }),
    )
    const rejections = refused.map(({ reason, headBase64, status }) => ({
      reason,
      head: Buffer.from(headBase64, 'base64').toString('latin1'),
      status,
    }))
    return { captures, rejections }
  }
}
