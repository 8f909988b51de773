import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { HeaderPairs } from '../../../shared/headers.ts'
import type { Scheme } from '../../../shared/scheme.ts'
import { withoutAuthority } from '../../../shared/target.ts'
import { compile } from '../../../server/signatures/compile.ts'
import type { Definition } from '../../../server/signatures/definition.ts'
import { type Draft, requestOfDraft } from '../../../server/signatures/draft.ts'
import { type How, type Resigned, type Resigning, resign } from '../../../server/signatures/resign.ts'
import { findDefinition } from '../../../server/signatures/schemes.ts'
import { judge } from '../../../server/signatures/verify.ts'

const NOW = 1_767_225_600_123
const SECRET = 'a-secret-of-the-test'

const definitionOf = (id: string): Definition => {
  const found = findDefinition(id)
  if (found === undefined) throw new Error(`no scheme ${id}`)
  return found
}
const custom = (row: Scheme): Definition => ({ id: 'custom', row })
const hmac = (algorithm: string, secret: string, content: string, encoding: 'hex' | 'base64' = 'hex') =>
  createHmac(algorithm, secret).update(content).digest(encoding)

function aDraft(given: Partial<Draft> & { text?: string }): Draft {
  const { text = '{"id":"evt_1","type":"order.created"}', ...more } = given
  const url = given.url ?? 'http://localhost:3000/hook?x=1'
  return { method: 'POST', url, target: withoutAuthority(url), headers: [], body: Buffer.from(text), ...more }
}

function resigned(
  draft: Draft,
  definition: Definition,
  how: Partial<How> = {},
  more: Partial<Resigning> = {},
): Resigned {
  const secrets = [{ id: 's', value: SECRET }]
  const result = resign(draft, { definition, secrets, captured: requestOfDraft(draft), ...more }, { now: NOW, ...how })
  if ('says' in result) throw new Error(result.says)
  return result
}

const verdict = (draft: Draft, definition: Definition, secret = SECRET, extra: Record<string, string> = {}) =>
  judge(compile(definition, { secrets: [{ id: 's', value: secret }], extra }), requestOfDraft(draft), NOW).verdict

describe('in its place', () => {
  test('the signature and the time are new, and order, case and all other lines are as captured', () => {
    const headers: HeaderPairs = [
      ['Host', 'hooks.example'],
      ['X-SLACK-request-TIMESTAMP', '1700000000'],
      ['accept', '*/*'],
      ['x-slack-SIGNATURE', 'v0=00'],
      ['Content-Type', 'application/json'],
      ['accept', 'b'],
    ]
    const { draft, notes } = resigned(aDraft({ headers }), definitionOf('slack'))
    const mac = hmac('sha256', SECRET, `v0:1767225600:${draft.body}`)
    expect(draft.headers).toEqual([
      ['Host', 'hooks.example'],
      ['X-SLACK-request-TIMESTAMP', '1767225600'],
      ['accept', '*/*'],
      ['x-slack-SIGNATURE', `v0=${mac}`],
      ['Content-Type', 'application/json'],
      ['accept', 'b'],
    ])
    expect(notes).toEqual([])
  })
  test('within a value, signatures of other versions go and fields that are none stay', () => {
    const value = (headers: HeaderPairs) => resigned(aDraft({ headers }), definitionOf('stripe')).draft.headers[0]?.[1]
    const mac = hmac('sha256', SECRET, '1767225600.{"id":"evt_1","type":"order.created"}')
    const old = 'a'.repeat(64)
    expect(value([['Stripe-Signature', `t=1,v1=${old},v0=${old}`]])).toBe(`t=1767225600,v1=${mac}`)
    expect(value([['Stripe-Signature', `v1=${old}, t=1, v1=${old}, k=test`]])).toBe(`v1=${mac}, t=1767225600, k=test`)
    expect(value([['Stripe-Signature', 'nonsense']])).toBe(`t=1767225600,v1=${mac}`)
  })
  test('a list of the Standard Webhooks keeps no signature by another key or version', () => {
    const secret = `whsec_${Buffer.from(SECRET).toString('base64')}`
    const headers: HeaderPairs = [
      ['webhook-id', 'msg_1'],
      ['webhook-timestamp', '1700000000'],
      ['webhook-signature', `v1,${'A'.repeat(43)}= v1a,${'A'.repeat(86)}== v1,${'B'.repeat(43)}=`],
    ]
    const { draft } = resigned(
      aDraft({ headers }),
      definitionOf('standard-webhooks'),
      {},
      {
        secrets: [{ id: 's', value: secret }],
      },
    )
    expect(draft.headers).toEqual([
      ['webhook-id', 'msg_1'],
      ['webhook-timestamp', '1767225600'],
      ['webhook-signature', `v1,${hmac('sha256', SECRET, `msg_1.1767225600.${draft.body}`, 'base64')}`],
    ])
  })
  test('in the query, and all of the rest of it stays byte for byte', () => {
    const url = 'http://localhost:3000/a//b?b=%7e&%68mac=00&c=a+b&&d'
    const row: Scheme = {
      alg: 'hmac-sha1',
      key: { enc: 'utf8' },
      sig: { in: 'query', name: 'hmac', enc: 'base64' },
      content: '{body}',
    }
    const { draft } = resigned(aDraft({ url }), custom(row))
    const mac = encodeURIComponent(hmac('sha1', SECRET, String(draft.body), 'base64'))
    expect(draft.target).toBe(`/a//b?b=%7e&%68mac=${mac}&c=a+b&&d`)
    const { draft: added } = resigned(aDraft({ url: 'http://localhost:3000/a?b' }), custom(row))
    expect(added.target).toBe(`/a?b&hmac=${mac}`)
  })
  test('in the body, and all of the rest of it stays byte for byte', () => {
    const row: Scheme = {
      alg: 'hmac-sha256',
      key: { enc: 'utf8' },
      sig: { in: 'bodyJson', name: 'signature.signature', enc: 'hex' },
      ts: { in: 'bodyJson', name: 'signature.timestamp', unit: 's', past: 300, future: 300, required: true },
      content: '{ts}{json:signature.token}',
    }
    const text = '{ "signature": {"token":"to\\u006ben", "timestamp" : "1700000000","signature":"00"},\n "n": 1.0 }\r\n'
    const { draft } = resigned(aDraft({ text }), custom(row))
    const mac = hmac('sha256', SECRET, '1767225600token')
    expect(String(draft.body)).toBe(
      `{ "signature": {"token":"to\\u006ben", "timestamp" : "1767225600","signature":"${mac}"},\n "n": 1.0 }\r\n`,
    )
    expect(
      resign(aDraft({ text: '{}' }), { definition: custom(row), secrets: [{ id: 's', value: SECRET }] }, { now: NOW }),
    ).toMatchObject({
      says: expect.stringContaining('The body has no signature.timestamp'),
    })
  })
  test('what was never signed gets what it lacks', () => {
    const { draft } = resigned(aDraft({ headers: [['Host', 'a']] }), definitionOf('twitch'))
    expect(draft.headers.map(([name]) => name)).toEqual([
      'Host',
      'Twitch-Eventsub-Message-Timestamp',
      'Twitch-Eventsub-Message-Id',
      'Twitch-Eventsub-Message-Signature',
    ])
  })
  test('a token is the secret', () => {
    const { draft } = resigned(aDraft({ headers: [['x-gitlab-TOKEN', 'old']] }), definitionOf('gitlab-token'))
    expect(draft.headers).toEqual([['x-gitlab-TOKEN', SECRET]])
  })
  test('a time of day keeps its number of digits', () => {
    const time = (old: string) =>
      resigned(aDraft({ headers: [['twitch-eventsub-message-timestamp', old]] }), definitionOf('twitch')).draft
        .headers[0]?.[1]
    expect(time('2023-11-14T22:13:20.123456789Z')).toBe('2026-01-01T00:00:00.123000000Z')
    expect(time('2023-11-14T22:13:20Z')).toBe('2026-01-01T00:00:00Z')
  })
})

describe('the id', () => {
  const headers: HeaderPairs = [
    ['X-GitHub-Delivery', '72d3162e-cc78-11e3-81ab-4c9367dc0958'],
    ['X-Hub-Signature-256', 'sha256=00'],
  ]
  test('is kept, so that the receiver can be seen to know the event already', () => {
    expect(
      resigned(aDraft({ headers }), definitionOf('github'), { eventId: 'X-GitHub-Delivery' }).draft.headers[0],
    ).toEqual(headers[0])
  })
  test('is another on request, in a header that the scheme signs or not', () => {
    const how = { newId: true, eventId: 'X-GitHub-Delivery' }
    const [first] = resigned(aDraft({ headers }), definitionOf('github'), how).draft.headers
    expect(first?.[1]).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    expect(first?.[1]).not.toBe(headers[0]?.[1])
    const svix: HeaderPairs = [['Svix-Id', 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W']]
    const secrets = [{ id: 's', value: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }]
    const again = resigned(
      aDraft({ headers: svix }),
      definitionOf('svix'),
      { newId: true, eventId: 'svix-id' },
      { secrets },
    )
    expect(again.draft.headers[0]).toEqual(['Svix-Id', expect.stringMatching(/^msg_[0-9A-Za-z]{27}$/)])
    expect(again.draft.headers[0]).not.toEqual(svix[0])
  })
  test('is another on request where it stands in the body, and is signed there', () => {
    const { draft } = resigned(aDraft({ text: '{ "id": "evt_1P2kM4Jx7Q", "n":1.0}' }), definitionOf('stripe'), {
      newId: true,
      eventId: '/id',
    })
    expect(String(draft.body)).toMatch(/^\{ "id": "evt_[0-9A-Za-z]{10}", "n":1\.0\}$/)
    expect(String(draft.body)).not.toContain('evt_1P2kM4Jx7Q')
    expect(verdict(draft, definitionOf('stripe')).kind).toBe('valid')
  })
})

describe('a time in the body', () => {
  const text = '{"webhookTimestamp": 1700000000000, "n":1.0}'
  test('is not changed without being told to', () => {
    const signing = { definition: definitionOf('linear'), secrets: [{ id: 's', value: SECRET }] }
    expect(resign(aDraft({ text }), signing, { now: NOW })).toEqual({
      id: 'body_time',
      says: expect.stringContaining('in the body, at webhookTimestamp'),
    })
  })
  test('is set to now on request, in its unit, and nothing else is', () => {
    const { draft } = resigned(aDraft({ text }), definitionOf('linear'), { bodyTime: true })
    expect(String(draft.body)).toBe('{"webhookTimestamp": 1767225600123, "n":1.0}')
    expect(verdict(draft, definitionOf('linear'))).toMatchObject({ kind: 'valid', freshness: 'fresh' })
  })
})

describe('twins', () => {
  const body = '{"id":"evt_1","type":"order.created"}'
  const edited = '{"id":"evt_2"}'
  const headers: HeaderPairs = [
    ['x-hub-signature', `sha1=${hmac('sha1', SECRET, body)}`],
    ['X-A', '1'],
    ['X-Hub-Signature-256', `sha256=${hmac('sha256', SECRET, body)}`],
  ]
  test('that our secret made are made again, in their place', () => {
    const captured = requestOfDraft(aDraft({ headers, text: body }))
    const { draft, notes } = resigned(aDraft({ headers, text: edited }), definitionOf('github'), {}, { captured })
    expect(draft.headers).toEqual([
      ['x-hub-signature', `sha1=${hmac('sha1', SECRET, edited)}`],
      ['X-A', '1'],
      ['X-Hub-Signature-256', `sha256=${hmac('sha256', SECRET, edited)}`],
    ])
    expect(notes).toEqual(['x-hub-signature signed anew, too'])
  })
  test('that somebody else made are left out', () => {
    const others: HeaderPairs = [['x-hub-signature', `sha1=${hmac('sha1', 'another', body)}`], ...headers.slice(1)]
    const { draft, notes } = resigned(aDraft({ headers: others }), definitionOf('github'))
    expect(draft.headers.map(([name]) => name)).toEqual(['X-A', 'X-Hub-Signature-256'])
    expect(notes).toEqual(['x-hub-signature left out, since it is another signature and cannot be made again'])
  })
  test('of a scheme with a time of its own get that, too', () => {
    const secret = `whsec_${Buffer.from(SECRET).toString('base64')}`
    const mac = hmac('sha256', SECRET, `msg_1.1700000000.${body}`, 'base64')
    const both: HeaderPairs = ['svix', 'webhook'].flatMap(
      (family): HeaderPairs => [
        [`${family}-id`, 'msg_1'],
        [`${family}-timestamp`, '1700000000'],
        [`${family}-signature`, `v1,${mac}`],
      ],
    )
    const now = hmac('sha256', SECRET, `msg_1.1767225600.${body}`, 'base64')
    const { draft } = resigned(
      aDraft({ headers: both }),
      definitionOf('standard-webhooks'),
      {},
      {
        secrets: [{ id: 's', value: secret }],
      },
    )
    expect(draft.headers).toEqual(
      ['svix', 'webhook'].flatMap(
        (family): HeaderPairs => [
          [`${family}-id`, 'msg_1'],
          [`${family}-timestamp`, '1767225600'],
          [`${family}-signature`, `v1,${now}`],
        ],
      ),
    )
  })
  test('a token beside a signature stays as it is', () => {
    const secrets = [{ id: 's', value: `whsec_${Buffer.from(SECRET).toString('base64')}` }]
    const { draft } = resigned(
      aDraft({ headers: [['X-Gitlab-Token', 'tok']] }),
      definitionOf('gitlab-signing-token'),
      {},
      { secrets },
    )
    expect(draft.headers[0]).toEqual(['X-Gitlab-Token', 'tok'])
  })
  test('a second line of the same name stays only if it said the same', () => {
    const mac = `sha256=${hmac('sha256', SECRET, body)}`
    const lines = (second: string) =>
      resigned(
        aDraft({
          text: body,
          headers: [
            ['X-Mollie-Signature', mac],
            ['X-Mollie-Signature', second],
          ],
        }),
        definitionOf('mollie'),
      ).draft.headers.length
    expect([lines(mac), lines(`sha256=${'0'.repeat(64)}`)]).toEqual([2, 1])
  })
})

test.each(['t%C3%B6ken', 't%c3%b6ken', 't\u00c3\u00b6ken'])(
  'a parameter whose name goes beyond ASCII is replaced, however it is written: %s',
  (name) => {
    const row: Scheme = {
      alg: 'hmac-sha256',
      key: { enc: 'utf8' },
      sig: { in: 'query', name: 't\u00f6ken', enc: 'hex' },
      content: '{body}',
    }
    const target = `/hook?${name}=00&b=%7e`
    const { draft } = resigned({ ...aDraft({ text: 'x' }), target }, custom(row))
    expect(draft.target).toBe(`/hook?${name}=${hmac('sha256', SECRET, 'x')}&b=%7e`)
  },
)

test('a secret that cannot be read is a sentence that does not quote it', () => {
  const result = resign(
    aDraft({}),
    { definition: definitionOf('standard-webhooks'), secrets: [{ id: 's', value: 'whsec_%%%' }] },
    { now: NOW },
  )
  expect(result).toMatchObject({ says: expect.stringContaining('The secret is not base64') })
  expect(JSON.stringify(result)).not.toContain('%%%')
})
