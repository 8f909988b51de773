/**
 * The promise of replay, held by bytes: what a raw socket sends to the capture listener is what a raw socket gets when the capture is
 * replayed, except for what the promise names. What is expected is worked out here from the bytes that were sent, without our code.
 */
import http from 'node:http'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Delivery } from '../../../shared/delivery.ts'
import { anInspector, type TestInspector } from '../../support/an-inspector.ts'
import { rawRequest } from '../../support/raw-client.ts'
import { type RawTarget, rawTarget, takeApart } from '../../support/raw-target.ts'

const RUNS = Number(process.env['ROUND_TRIPS'] ?? 600)

let inspector: TestInspector
let target: RawTarget

beforeAll(async () => {
  inspector = await anInspector({ keepCaptures: '100' })
  target = await rawTarget()
})

afterAll(async () => {
  await inspector.close()
  await target.close()
})

type Line = [name: string, value: string]

interface Sent {
  method: string
  below: string
  version: '1.0' | '1.1'
  lines: Line[]
  body: Buffer
  chunked: boolean
  cuts: number[]
  trailers: Line[]
}

const from = (characters: string) => fc.constantFrom(...characters)
const VISIBLE = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)).join('')
const token = fc.string({ unit: from("!#$%&'*+-.^_`|~019azAZ"), minLength: 1, maxLength: 12 })
const latin1 = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).filter((c) =>
  /[\t\x20-\x7e\x80-\xff]/.test(c),
)
const value = fc
  .string({ unit: fc.constantFrom(...latin1), maxLength: 40 })
  .map((text) => text.replace(/^[ \t]+|[ \t]+$/g, ''))

/** Those that are framing are made by `sent`, and these are what they would be confused with. */
const RESERVED = /^(host|content-length|transfer-encoding|expect|upgrade|connection|trailer|http2-settings)$/i
const line = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(
      token.filter((name) => !RESERVED.test(name)),
      value,
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(
      fc.constantFrom(
        'Content-Type',
        'content-disposition',
        'X-Sig',
        'x-sig',
        'X-SIG',
        '__proto__',
        'constructor',
        'Cookie',
        'Date',
        'TE',
        'Keep-Alive',
        'Proxy-Authorization',
        'User-Agent',
        'Accept-Encoding',
        'Set-Cookie',
      ),
      value,
    ),
  },
)
const framingLine = fc.constantFrom<Line>(
  ['Expect', '100-continue'],
  ['eXPECT', '100-Continue'],
  ['Expect', 'caf\xe9'],
  ['Connection', 'keep-alive'],
  ['connection', 'close'],
  ['Upgrade', 'h2c'],
)

const segment = fc.string({ unit: from(VISIBLE.replace('?', '')), maxLength: 12 })
const below = fc.oneof(
  fc.constantFrom(
    '',
    '/',
    '//',
    '/a/../b/./c',
    '/%2e%2e/%2F%00%zz',
    '?',
    '/?',
    '?a=%20&b=+&a',
    '/<>"{}|^`\\',
    '/#f',
    '//a//b//',
  ),
  fc
    .tuple(
      fc.array(segment, { minLength: 1, maxLength: 4 }),
      fc.option(fc.string({ unit: from(VISIBLE), maxLength: 20 }), { nil: undefined }),
    )
    .map(([path, query]) => `/${path.join('/')}${query === undefined ? '' : `?${query}`}`),
)

const sent: fc.Arbitrary<Sent> = fc
  .record({
    method: fc.constantFrom(...http.METHODS.filter((method) => method !== 'CONNECT')),
    below,
    version: fc.constantFrom<Sent['version']>('1.1', '1.1', '1.1', '1.0'),
    hosts: fc.constantFrom<Line[]>(
      [['Host', 'hooks.example']],
      [['hOsT', 'a:1']],
      [['HOST', '']],
      [
        ['Host', 'a'],
        ['host', 'b'],
      ],
      [],
    ),
    lines: fc.array(line, { maxLength: 10 }),
    framing: fc.option(framingLine, { nil: undefined, freq: 2 }),
    kind: fc.constantFrom('none', 'length', 'length', 'chunked', 'trailers', 'coded'),
    body: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    cuts: fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 4 }),
    trailers: fc.array(
      fc.tuple(
        token.filter((name) => !RESERVED.test(name)),
        value,
      ),
      { minLength: 1, maxLength: 3 },
    ),
    name: fc.nat({ max: 1 }),
    shuffle: fc.infiniteStream(fc.nat()),
  })
  .map(({ hosts, lines, framing, kind, shuffle, name, ...rest }) => {
    const delimiter: Line[] =
      kind === 'none'
        ? []
        : kind === 'length'
          ? [[name === 0 ? 'Content-Length' : 'content-length', String(rest.body.length)]]
          : [[name === 0 ? 'Transfer-Encoding' : 'transfer-encoding', kind === 'coded' ? 'gzip, chunked' : 'chunked']]
    const all = [...lines]
    for (const extra of [...hosts, ...delimiter, ...(framing === undefined ? [] : [framing])]) {
      all.splice((shuffle.next().value ?? 0) % (all.length + 1), 0, extra)
    }
    const chunked = kind === 'chunked' || kind === 'trailers' || kind === 'coded'
    const body = kind === 'none' ? Buffer.alloc(0) : rest.body
    return { ...rest, lines: all, body, chunked, trailers: kind === 'trailers' ? rest.trailers : [] }
  })

const text = (lines: Line[]) => lines.map(([name, content]) => `${name}: ${content}\r\n`).join('')

function wireOf(
  { method, below: rest, version, lines, body, chunked, cuts, trailers }: Sent,
  endpoint: string,
): Buffer {
  const head = Buffer.from(`${method} /${endpoint}${rest} HTTP/${version}\r\n${text(lines)}\r\n`, 'latin1')
  if (!chunked) return Buffer.concat([head, body])
  const parts: Buffer[] = [head]
  for (let at = 0, i = 0; at < body.length; i++) {
    const piece = body.subarray(at, at + (cuts[i] ?? body.length))
    parts.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'))
    at += piece.length
  }
  return Buffer.concat([...parts, Buffer.from(`0\r\n${text(trailers)}\r\n`, 'latin1')])
}

/** The lines that have to arrive, and the words by which each difference has to be listed. */
function expectedOf({ lines, body, trailers, version }: Sent, host: string): { lines: Line[]; listed: RegExp[] } {
  const listed: RegExp[] = [/^path /]
  const hosts = lines.filter(([name]) => name.toLowerCase() === 'host')
  const firstHost = lines.findIndex(([name]) => name.toLowerCase() === 'host')
  const result = lines.flatMap(([name, content], i): Line[] => {
    const key = name.toLowerCase()
    if (key === 'host') return i === firstHost ? [[name, host]] : []
    if (key === 'expect' && content.toLowerCase() === '100-continue') {
      listed.push(/^expect: 100-continue left out/i)
      return []
    }
    if (key === 'upgrade') {
      listed.push(/^upgrade: h2c left out/i)
      return []
    }
    if (key === 'transfer-encoding' && content === 'chunked' && trailers.length === 0) {
      listed.push(/^transfer-encoding: chunked → content-length: \d+$/i)
      return [[name.startsWith('t') ? 'content-length' : 'Content-Length', String(body.length)]]
    }
    return [[name, content]]
  })
  listed.push(hosts.length === 0 ? /^Host: .* added$/ : /^host .* → /i)
  if (hosts.length === 1 && hosts[0]?.[1] === '') listed.splice(-1, 1, /^host: .* added$/i)
  if (version === '1.0') listed.push(/^HTTP\/1\.0 → HTTP\/1\.1$/)
  return { lines: hosts.length === 0 ? [['Host', host], ...result] : result, listed }
}

test(`${RUNS} generated requests come out of a replay as they went into a capture, and every difference is listed`, {
  timeout: 300_000,
}, async () => {
  const endpoint = inspector.defaultEndpoint.id
  const base = `http://127.0.0.1:${target.port}`
  await fc.assert(
    fc.asyncProperty(sent, async (request) => {
      const { responses } = await rawRequest(inspector.capturePort, wireOf(request, endpoint), {
        head: request.method === 'HEAD',
      })
      const id = responses.at(-1)?.headers.find(([name]) => name === 'Hookwell-Capture')?.[1]
      expect(id, `captured, not ${responses.at(-1)?.status} ${responses.at(-1)?.body}`).toBeDefined()

      const { status, json } = await inspector.post(`/api/captures/${id}/replay`, { target: base, path: 'append' })
      expect([status, json]).toEqual([
        200,
        expect.objectContaining({ outcome: expect.objectContaining({ status: 200 }) }),
      ])
      const delivery = Delivery.parse(json)

      const arrived = takeApart(target.takeLast())
      const { lines, listed } = expectedOf(request, `127.0.0.1:${target.port}`)
      const path = request.below.startsWith('/') ? request.below : `/${request.below}`
      expect(arrived.start).toBe(`${request.method} ${path} HTTP/1.1`)
      expect(arrived.headers).toEqual(lines)
      expect(arrived.body.equals(request.body)).toBe(true)
      expect(arrived.trailers).toEqual(request.trailers)

      expect(delivery.request).toMatchObject({
        method: request.method,
        url: base + path,
        headers: lines,
        identical: true,
      })
      expect(delivery.request.changed.length, delivery.request.changed.join('\n')).toBe(listed.length)
      for (const pattern of listed) expect(delivery.request.changed).toContainEqual(expect.stringMatching(pattern))
    }),
    { numRuns: RUNS },
  )
})
