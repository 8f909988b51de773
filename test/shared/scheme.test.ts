import { expect, test } from 'vitest'
import { CANONICAL, CustomScheme, Scheme } from '../../shared/scheme.ts'

const row = {
  alg: 'hmac-sha256',
  key: { enc: 'utf8' },
  sig: { in: 'header', name: 'X-Sig', enc: 'hex' },
  content: '{body}',
}

const saidOf = (changes: object) =>
  Scheme.safeParse({ ...row, ...changes }).error?.issues.map((issue) => issue.message) ?? []

test('a plain row is understood, and braces around anything but a word are text', () => {
  for (const content of ['{body}', '{"a":{body}}', '{json:a.0.b}{header:X-Id}{url}{method}{query}'])
    expect(saidOf({ content })).toEqual([])
})

test.each([
  ['a token nobody knows', { content: '{bdoy}' }, /no token \{bdoy\}/],
  ['a token without its argument', { content: '{json:}' }, /no token/],
  ['an argument nobody reads', { content: '{body:x}' }, /no token/],
  ['a timestamp without a place', { content: '{ts}.{body}' }, /where it stands/],
  [
    'a text for a time that is not signed',
    { ts: { in: 'header', name: 'X-Time', unit: 's', past: 300, future: null, policy: true } },
    /must hold \{ts\}/,
  ],
  ['an id without a place', { content: '{id}.{body}' }, /where it stands/],
  ['nothing to sign', { content: '' }, /what is signed/],
  ['a hash without the secret', { alg: 'hash-sha256' }, /proves nothing/],
  ['a MAC as plain text', { sig: { in: 'header', name: 'X', enc: 'utf8' } }, /Only a token/],
  ['a field without separator', { sig: { in: 'header', name: 'X', enc: 'hex', field: 'v1' } }, /separator/],
  ['part of a secret cut off', { key: { enc: 'utf8', strip: ['CANARYsecret'] } }, /marker/],
  ['a letter cut off', { key: { enc: 'utf8', strip: ['a'] } }, /marker/],
  ['many markers', { key: { enc: 'utf8', strip: ['a_', 'b_', 'c_', 'd_', 'e_'] } }, /<=4/],
  ['a body signed thrice', { content: '{body}{bodyBase64}{body}' }, /At most 2 of \{body\}/],
  ['many JSON values', { content: '{json:a}'.repeat(5) }, /At most 4 \{json:…\} tokens; here are 5/],
  ['many tokens', { content: '{method}'.repeat(21) }, /At most 20 tokens/],
  ['half a character', { sig: { in: 'header', name: 'X', prefix: '\ud800', enc: 'hex' } }, /half a character/],
  [
    'half a character in a list',
    { sig: { in: 'header', name: 'X', aliases: ['\udfff'], enc: 'hex' } },
    /half a character/,
  ],
])('a row that cannot be meant is refused: %s', (_, changes, said) => {
  expect(saidOf(changes).join(' ')).toMatch(said)
})

const long = 'x'.repeat(201)
const sig = { in: 'header', name: 'X', enc: 'hex' }
const ts = { in: 'header', name: 'X-Time', unit: 's', past: 300, future: null }
const jwt = { alg: 'jwt', algs: ['HS256'], sig: { ...sig, enc: 'utf8' }, content: '' }

test.each([
  ['names of the signature', { sig: { ...sig, aliases: Array(21).fill('Y') } }],
  ['names of the timestamp', { ts: { ...ts, aliases: Array(21).fill('Y') } }],
  ['names of the id', { id: { name: 'X-Id', aliases: Array(21).fill('Y') } }],
  ['algorithms', { ...jwt, algs: Array(21).fill('HS256') }],
  ['claims', { ...jwt, claims: { required: Array(21).fill('jti') } }],
])('a list of more than 20 is refused: %s', (_, changes) => {
  expect(saidOf(changes)).toEqual([expect.stringContaining('<=20')])
})

test.each([
  ['another name', { sig: { ...sig, aliases: [long] } }],
  ['another name of the timestamp', { ts: { ...ts, aliases: [long] } }],
  ['another name of the id', { id: { name: 'X-Id', aliases: [long] } }],
  ['prefix', { sig: { ...sig, prefix: long } }],
  ['list', { sig: { ...sig, list: long } }],
  ['kv', { sig: { ...sig, kv: long } }],
  ['field', { sig: { ...sig, kv: '=', field: long } }],
  ['emitJoin', { sig: { ...sig, emitJoin: long } }],
  ['companion', { match: { header: long, extra: 'app' } }],
  ['setting of the companion', { match: { header: 'X-App', extra: long } }],
  ['issuer', { ...jwt, claims: { iss: long } }],
  ['claim over the body', { ...jwt, claims: { bodySha256Hex: long } }],
  ['claim over the URL', { ...jwt, claims: { urlSha256Hex: long } }],
  ['claim that must be there', { ...jwt, claims: { required: [long] } }],
])('a text of more than 200 characters is refused: %s', (_, changes) => {
  expect(saidOf(changes)).toEqual([expect.stringContaining('<=200')])
})

test('the markers that providers put in front of secrets are understood', () => {
  expect(saidOf({ key: { enc: 'base64', strip: ['whsec_', 'v1,whsec_', 'whpk_', 'sk_'] } })).toEqual([])
})

test('only the table may leave the content to code', () => {
  const row = {
    alg: 'hmac-sha256',
    key: { enc: 'utf8' },
    sig: { in: 'header', name: 'X', enc: 'hex' },
    content: CANONICAL,
  }
  expect(Scheme.safeParse(row).success).toBe(true)
  expect(CustomScheme.safeParse(row).error?.issues[0]?.path).toEqual(['content'])
  expect(CustomScheme.safeParse({ ...row, content: '{body}{canonical}' }).success).toBe(false)
})
