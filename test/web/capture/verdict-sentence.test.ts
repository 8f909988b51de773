import { expect, test } from 'vitest'
import type { Verdict } from '../../../shared/capture.ts'
import type { Scheme } from '../../../shared/scheme.ts'
import { schemeFacts } from '../../../web/capture/scheme-facts.ts'
import { contentInWords } from '../../../web/scheme-words.ts'
import { ageOf, duration, verdictSentence } from '../../../web/capture/verdict-sentence.ts'

const row: Scheme = {
  alg: 'hmac-sha256',
  key: { enc: 'utf8' },
  sig: { in: 'header', name: 'Stripe-Signature', list: ',', kv: '=', field: 'v1', enc: 'hex' },
  ts: { in: 'sigField', name: 't', unit: 's', past: 300, future: null },
  content: '{ts}.{body}',
}
const signing = { scheme: 'stripe', secrets: [{ id: 's1', last4: 'wxyz', addedAt: 0 }] }
const say = (verdict: Verdict, ageMs?: number, change: Partial<Scheme> = {}) =>
  verdictSentence({ verdict, name: 'Stripe', row: { ...row, ...change }, signing, ageMs })

test('a valid signature names the secret that fitted by its end, and how long it was on its way', () => {
  expect(say({ kind: 'valid', secretId: 's1' }, 3000)).toBe(
    'Stripe signed exactly these bytes with the secret that ends in “wxyz”. It arrived 3 seconds after it was signed.',
  )
})

test('a public key is named by its fingerprint', () => {
  expect(say({ kind: 'valid', secretId: 'key:0123456789ab' })).toBe(
    'Stripe signed exactly these bytes, as the public key with the fingerprint 0123456789ab shows.',
  )
})

test('a stale one is told from a wrong one, with its age', () => {
  expect(say({ kind: 'valid', freshness: 'stale', secretId: 's1' }, 41 * 60_000)).toContain('41 minutes before')
  expect(say({ kind: 'valid', freshness: 'future', secretId: 's1' }, -600_000)).toContain('10 minutes in the future')
})

test('the time of a signature that does not fit is told only where it would be refused, too', () => {
  expect(say({ kind: 'invalid', reason: 'No.', freshness: 'fresh' }, 3000)).toBe('No.')
  expect(say({ kind: 'invalid', reason: 'No.', freshness: 'stale' }, 41 * 60_000)).toContain('41 minutes before')
})

test('a token is not said to protect the content', () => {
  const sentence = say({ kind: 'valid', secretId: 's1' }, undefined, { alg: 'token' })
  expect(sentence).toContain('the right token, the one that ends in “wxyz”')
  expect(sentence).toContain('not that nothing was changed')
})

test('every kind of verdict has a sentence that ends', () => {
  for (const kind of ['valid', 'invalid', 'missing', 'unchecked'] as const) expect(say({ kind })).toMatch(/\.$/)
})

test.each([
  [1000, '1 second'],
  [59_400, '59 seconds'],
  [41 * 60_000, '41 minutes'],
  [3 * 3_600_000, '3 hours'],
  [4 * 86_400_000, '4 days'],
])('%d ms are %s', (ms, words) => {
  expect(duration(ms)).toBe(words)
})

test('the age is read from the signature’s own field, from a header, or not at all', () => {
  const receivedAt = 1_000_000_000
  const header = (name: string, value: string): [string, string][] => [[name, value]]
  expect(ageOf(row, { receivedAt, headers: header('stripe-signature', 't=999990, v1=aa') })).toBe(10_000)
  const timed: Scheme = { ...row, ts: { in: 'header', name: 'X-At', unit: 'ms', past: 300, future: null } }
  expect(ageOf(timed, { receivedAt, headers: header('x-at', '1000000500') })).toBe(-500)
  expect(ageOf(timed, { receivedAt, headers: header('x-at', 'soon') })).toBeUndefined()
  expect(ageOf(row, { receivedAt, headers: [] })).toBeUndefined()
  expect(ageOf(undefined, { receivedAt, headers: [] })).toBeUndefined()
})

test('what is signed is spelled out in words', () => {
  expect(contentInWords('{body}')).toBe('the body, byte for byte')
  expect(contentInWords('{ts}.{body}')).toBe('the time, “.” and the body, byte for byte')
  expect(contentInWords('v0:{json:data.id}{header:X-Id}')).toBe('“v0:”, “data.id” of the JSON body and the header X-Id')
})

test('a row is told as facts: where, made with what, of what, and how old it may be', () => {
  const facts = schemeFacts(row)
  expect(facts[0]).toEqual({ term: 'The signature stands', words: 'in the header', code: 'Stripe-Signature' })
  expect(facts.find(({ term }) => term === 'Time')?.words).toContain('at most 5 minutes old')
  expect(facts.every(({ words, code }) => words !== '' || code !== undefined)).toBe(true)
})
