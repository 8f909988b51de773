import { describe, expect, test } from 'vitest'
import { prepare } from '../../../server/deliver/prepare.ts'
import type { Capture } from '../../../shared/capture.ts'
import type { Replay } from '../../../shared/delivery.ts'
import type { HeaderPairs } from '../../../shared/headers.ts'

const BODY = Buffer.from('{"type":"a"}')

function aCaptured(more: Partial<Capture> = {}): Capture {
  return {
    id: 'c1',
    endpoint: 'e1',
    seq: 1,
    receivedAt: 0,
    method: 'POST',
    target: '/shop/orders?x=1',
    bodySize: BODY.length,
    attempt: 1,
    verdict: { kind: 'unchecked' },
    answered: { status: 200, headers: [], bodyBase64: '', ms: 1 },
    pinned: false,
    read: false,
    tags: [],
    httpVersion: '1.1',
    remoteAddress: '127.0.0.1',
    headers: [
      ['X-First', '1'],
      ['hOst', 'hooks.example'],
      ['content-length', '12'],
      ['X-Last', 'caf\xe9'],
    ],
    trailers: [],
    bodySha256: '',
    ...more,
  }
}

const APPEND: Replay = { target: 'http://localhost:3000', path: 'append' }
const edited = (edits: Replay['edits']): Replay => ({ ...APPEND, edits })

/** What becomes of these headers on the way, the body being 12 bytes unless said. */
const through = (headers: HeaderPairs, more: { body?: Buffer; replay?: Replay; trailers?: HeaderPairs } = {}) => {
  const { body = BODY, replay = APPEND, trailers = [] } = more
  const { headers: sent, changed, identical } = prepare(aCaptured({ headers, trailers }), body, replay)
  return { sent, changed: changed.filter((each) => !each.startsWith('path ')), identical }
}

test('unedited, only Host and path change, in their places, and both are listed', () => {
  expect(prepare(aCaptured(), BODY, APPEND)).toMatchObject({
    method: 'POST',
    target: '/orders?x=1',
    headers: [
      ['X-First', '1'],
      ['hOst', 'localhost:3000'],
      ['content-length', '12'],
      ['X-Last', 'caf\xe9'],
    ],
    trailers: [],
    body: BODY,
    identical: true,
    changed: ['path /shop/orders → /orders', 'hOst hooks.example → localhost:3000'],
  })
})

test('an exact target brings its own path; a query that is not the captured one is a change', () => {
  const to = (target: string) => {
    const { identical, changed } = prepare(aCaptured(), BODY, { target })
    return [identical, changed[0]]
  }
  expect(to('http://localhost:3000/webhooks?x=1')).toEqual([true, 'path /shop/orders → /webhooks'])
  expect(to('http://localhost:3000/webhooks')).toEqual([false, 'query ?x=1 → none'])
  expect(to('http://localhost:3000/webhooks?y')).toEqual([false, 'query ?x=1 → ?y'])
})

describe('the Host line', () => {
  const HOST: HeaderPairs = [
    ['A', '1'],
    ['Host', 'a'],
    ['B', '2'],
    ['Host', 'b'],
  ]
  test('is kept on request, even if it came twice', () => {
    const { sent, changed } = through([...HOST, ['Content-Length', '12']], { replay: { ...APPEND, keepHost: true } })
    expect(sent).toEqual([...HOST, ['Content-Length', '12']])
    expect(changed).toEqual([])
  })
  test('is one, where the first stood', () => {
    expect(through([...HOST, ['Content-Length', '12']]).sent).toEqual([
      ['A', '1'],
      ['Host', 'localhost:3000'],
      ['B', '2'],
      ['Content-Length', '12'],
    ])
  })
  test('is added where there was none, kept or not', () => {
    for (const keepHost of [true, false]) {
      const { sent, changed, identical } = through([['A', '1']], {
        body: Buffer.alloc(0),
        replay: { ...APPEND, keepHost },
      })
      expect(sent).toEqual([
        ['Host', 'localhost:3000'],
        ['A', '1'],
      ])
      expect([changed, identical]).toEqual([['Host: localhost:3000 added'], true])
    }
  })
  test('goes out as edited', () => {
    const headers: HeaderPairs = [['Host', 'shop.example']]
    expect(prepare(aCaptured(), BODY, edited({ headers })).headers[0]).toEqual(['Host', 'shop.example'])
  })
  test('that an editor handed back untouched still becomes the target', () => {
    const { headers, identical } = prepare(aCaptured(), BODY, edited({ headers: aCaptured().headers }))
    expect([headers[1], identical]).toEqual([['hOst', 'localhost:3000'], true])
  })
})

describe('framing', () => {
  const CASES: [name: string, headers: HeaderPairs, trailers: HeaderPairs, sent: HeaderPairs, changed: string[]][] = [
    [
      'chunks become a length, where the coding stood',
      [
        ['transfer-encoding', 'chunked'],
        ['A', '1'],
      ],
      [],
      [
        ['content-length', '12'],
        ['A', '1'],
      ],
      ['transfer-encoding: chunked → Content-Length: 12'],
    ],
    [
      'and so does their announced but absent trailer',
      [
        ['Transfer-Encoding', 'Chunked'],
        ['Trailer', 'X-Sum'],
      ],
      [],
      [['Content-Length', '12']],
      ['Transfer-Encoding: Chunked → Content-Length: 12', 'Trailer: X-Sum left out'],
    ],
    [
      'chunks stay for the sake of trailers',
      [
        ['Trailer', 'X-Sum'],
        ['Transfer-Encoding', 'chunked'],
      ],
      [['X-Sum', '1']],
      [
        ['Trailer', 'X-Sum'],
        ['Transfer-Encoding', 'chunked'],
      ],
      [],
    ],
    [
      'chunks stay around another coding',
      [['Transfer-Encoding', 'gzip, chunked']],
      [],
      [['Transfer-Encoding', 'gzip, chunked']],
      [],
    ],
    [
      'chunks stay around another coding on its own line',
      [
        ['Transfer-Encoding', 'gzip'],
        ['transfer-encoding', 'chunked'],
      ],
      [],
      [
        ['Transfer-Encoding', 'gzip'],
        ['transfer-encoding', 'chunked'],
      ],
      [],
    ],
    ['a right length keeps its spelling', [['CONTENT-LENGTH', '0012']], [], [['CONTENT-LENGTH', '0012']], []],
    [
      'nobody is asked whether the body may come',
      [
        ['Expect', '100-Continue'],
        ['Content-Length', '12'],
      ],
      [],
      [['Content-Length', '12']],
      ['Expect: 100-Continue left out, since the body follows at once'],
    ],
    [
      'another expectation is passed on',
      [
        ['Expect', 'a miracle'],
        ['Content-Length', '12'],
      ],
      [],
      [
        ['Expect', 'a miracle'],
        ['Content-Length', '12'],
      ],
      [],
    ],
    [
      'the protocol stays',
      [
        ['Connection', 'Upgrade, HTTP2-Settings'],
        ['Upgrade', 'h2c'],
        ['HTTP2-Settings', 'AAMA'],
        ['Content-Length', '12'],
      ],
      [],
      [['Content-Length', '12']],
      [
        'Connection: Upgrade, HTTP2-Settings left out',
        'Upgrade: h2c left out, since the protocol stays HTTP/1.1',
        'HTTP2-Settings: AAMA left out',
      ],
    ],
    [
      'other connection options stay',
      [
        ['Connection', 'keep-alive, Upgrade'],
        ['Upgrade', 'h2c'],
        ['Content-Length', '12'],
      ],
      [],
      [
        ['Connection', 'keep-alive'],
        ['Content-Length', '12'],
      ],
      ['Connection keep-alive, Upgrade → keep-alive', 'Upgrade: h2c left out, since the protocol stays HTTP/1.1'],
    ],
    [
      'what obliges nobody stays',
      [
        ['Connection', 'close'],
        ['Keep-Alive', 'timeout=5'],
        ['TE', 'trailers'],
        ['Proxy-Connection', 'x'],
        ['Content-Length', '12'],
      ],
      [],
      [
        ['Connection', 'close'],
        ['Keep-Alive', 'timeout=5'],
        ['TE', 'trailers'],
        ['Proxy-Connection', 'x'],
        ['Content-Length', '12'],
      ],
      [],
    ],
  ]
  test.each(CASES)('%s', (_, headers, trailers, sent, changed) => {
    const host: [string, string] = ['Host', 'localhost:3000']
    const result = through([host, ...headers], { trailers })
    expect(result).toEqual({ sent: [host, ...sent], changed, identical: true })
  })

  test('a request without a body and without a length gets none', () => {
    expect(through([['Host', 'localhost:3000']], { body: Buffer.alloc(0) })).toEqual({
      sent: [['Host', 'localhost:3000']],
      changed: [],
      identical: true,
    })
  })

  test('a request of HTTP/1.0 goes out as HTTP/1.1, which is listed', () => {
    const { identical, changed } = prepare(aCaptured({ httpVersion: '1.0' }), BODY, APPEND)
    expect([identical, changed.at(-1)]).toEqual([true, 'HTTP/1.0 → HTTP/1.1'])
  })
})

describe('an edit', () => {
  test('of the body brings its length along, in place', () => {
    const bodyBase64 = Buffer.from('{"type":"abcd"}').toString('base64')
    const { headers, body, identical, changed } = prepare(aCaptured(), BODY, edited({ bodyBase64 }))
    expect(headers[2]).toEqual(['content-length', '15'])
    expect([body.toString(), identical]).toEqual(['{"type":"abcd"}', false])
    expect(changed).toEqual([
      'body 12 → 15 bytes',
      'path /shop/orders → /orders',
      'hOst hooks.example → localhost:3000',
      'content-length 12 → 15',
    ])
  })
  test('that keeps the length is still a change', () => {
    const bodyBase64 = Buffer.from('{"type":"b"}').toString('base64')
    expect(prepare(aCaptured(), BODY, edited({ bodyBase64 })).changed[0]).toBe('body changed (12 bytes)')
  })
  test('that gives a body to a request without one gives it a length, too', () => {
    const capture = aCaptured({ method: 'GET', headers: [['Host', 'a']] })
    const { headers } = prepare(capture, Buffer.alloc(0), edited({ bodyBase64: Buffer.from('abc').toString('base64') }))
    expect(headers).toEqual([
      ['Host', 'localhost:3000'],
      ['Content-Length', '3'],
    ])
  })
  test('of the method is listed', () => {
    const { method, identical, changed } = prepare(aCaptured(), BODY, edited({ method: 'put' }))
    expect([method, identical, changed[0]]).toEqual(['PUT', false, 'method POST → PUT'])
  })
  test('of headers is listed line by line, without their values', () => {
    const headers: HeaderPairs = [
      ['hOst', 'hooks.example'],
      ['X-First', 'secret'],
      ['x-last', 'caf\xe9'],
      ['content-length', '12'],
      ['Added', 'secret'],
    ]
    const capture = aCaptured({ headers: [...aCaptured().headers, ['Gone', 'secret']] })
    const { changed, identical } = prepare(capture, BODY, edited({ headers }))
    expect(identical).toBe(false)
    expect(changed.slice(0, 4)).toEqual([
      'header X-First changed',
      'header x-last changed',
      'header Gone left out',
      'header Added added',
    ])
  })
  test('of the order alone is a change', () => {
    const headers = [...aCaptured().headers].reverse()
    expect(prepare(aCaptured(), BODY, edited({ headers })).changed[0]).toBe('order of the headers changed')
  })
  test('that changes nothing is none', () => {
    const edits = { method: 'POST', headers: aCaptured().headers, bodyBase64: BODY.toString('base64') }
    expect(prepare(aCaptured(), BODY, edited(edits))).toEqual(prepare(aCaptured(), BODY, APPEND))
  })
  test('that frames the body wrongly is put right, so that nothing is smuggled behind it', () => {
    const wrong = (lines: HeaderPairs) =>
      prepare(aCaptured(), BODY, edited({ headers: [['Host', 'x'], ...lines] })).headers.slice(1)
    expect(wrong([['Content-Length', '3']])).toEqual([['Content-Length', '12']])
    expect(
      wrong([
        ['Content-Length', '12'],
        ['Content-Length', '3'],
      ]),
    ).toEqual([['Content-Length', '12']])
    expect(
      wrong([
        ['Transfer-Encoding', 'chunked'],
        ['Content-Length', '3'],
      ]),
    ).toEqual([['Content-Length', '12']])
    expect(
      wrong([
        ['Transfer-Encoding', 'x, chunked'],
        ['Content-Length', '3'],
      ]),
    ).toEqual([['Transfer-Encoding', 'x, chunked']])
    expect(() => wrong([['Transfer-Encoding', 'gzip']])).toThrow(
      'A Transfer-Encoding of a request has to end with chunked.',
    )
  })
  test('that takes the chunks away takes the trailers along, and says so', () => {
    const capture = aCaptured({
      headers: [
        ['Host', 'x'],
        ['Transfer-Encoding', 'chunked'],
      ],
      trailers: [['X-Sum', '1']],
    })
    const { trailers, changed, identical } = prepare(capture, BODY, edited({ headers: [['Host', 'x']] }))
    expect([trailers, identical]).toEqual([[], false])
    expect(changed[0]).toBe('trailers left out, since the body is not chunked any more')
  })
  test.each<[string, Replay['edits'], string]>([
    ['a method with a space', { method: 'GET /' }, 'edits.method'],
    ['an empty header name', { headers: [['', '1']] }, 'edits.headers[0]'],
    [
      'a header name with a colon',
      {
        headers: [
          ['A', '1'],
          ['B:', '1'],
        ],
      },
      'edits.headers[1]',
    ],
    ['a line break in a value', { headers: [['A', '1\r\nB: 2']] }, 'edits.headers[0]'],
    ['NUL in a value', { headers: [['A', '\0']] }, 'edits.headers[0]'],
    ['a character that is no byte', { headers: [['A', '☃']] }, 'edits.headers[0]'],
  ])('to %s is refused, and the place is named', (_, edits, path) => {
    expect(() => prepare(aCaptured(), BODY, edited(edits))).toThrow(
      expect.objectContaining({ code: 'invalid_input', issues: [expect.objectContaining({ path })] }),
    )
  })
})

test('a signature is stripped wherever its scheme puts it, and nothing else is', () => {
  const capture = aCaptured({
    target: '/shop?a=1&Sig=x&b',
    headers: [
      ['Host', 'a'],
      ['x-sig', '1'],
      ['X-Sig', '2'],
      ['X-Sign', '3'],
    ],
  })
  const none = Buffer.alloc(0)
  const byHeader = prepare(capture, none, APPEND, { strip: { headers: ['X-SIG'], query: [] } })
  expect(byHeader.headers).toEqual([
    ['Host', 'localhost:3000'],
    ['X-Sign', '3'],
  ])
  expect([byHeader.changed[0], byHeader.identical]).toEqual(['header x-sig left out', false])
  const byQuery = prepare(capture, none, APPEND, { strip: { headers: [], query: ['Sig'] } })
  expect([byQuery.target, byQuery.changed[0]]).toEqual(['/?a=1&b', 'query ?a=1&Sig=x&b → ?a=1&b'])
})
