import { expect, test } from 'vitest'
import type { Endpoint } from '../../../shared/endpoint.ts'
import type { Scheme, SchemeEntry } from '../../../shared/scheme.ts'
import { type Attempt, FIND, inputOf, needsOf, rowOf, signingOf } from '../../../web/capture/attempt.ts'

const row: Scheme = {
  alg: 'hmac-sha256',
  key: { enc: 'utf8' },
  sig: { in: 'header', name: 'X-Signature', enc: 'hex' },
  content: '{body}',
}
const entry = (change: Partial<SchemeEntry>): SchemeEntry => ({ id: 'one', name: 'One', source: '', row, ...change })
const attempt = (change: Partial<Attempt>): Attempt => ({
  scheme: 'one',
  custom: '',
  key: '',
  extra: {},
  publicUrl: '',
  ...change,
})
const nothing = needsOf(attempt({}), undefined, false)
const signing: NonNullable<Endpoint['signing']> = {
  scheme: 'stripe',
  secrets: [{ id: 's', last4: 'abcd', addedAt: 1 }],
  extra: { kept: 'yes' },
}
const valid = { verdict: { kind: 'valid' as const } }
const invalid = { verdict: { kind: 'invalid' as const } }

test('a scheme says what has to be asked for it: a key of which kind, the URL, its own settings', () => {
  expect(needsOf(attempt({}), entry({}), false)).toEqual({ publicKey: false, url: false, settings: [] })
  const asymmetric = entry({ row: { ...row, alg: 'ed25519', key: { enc: 'hex' }, content: '{url}{body}' } })
  expect(needsOf(attempt({}), asymmetric, false)).toMatchObject({ publicKey: true, url: true })
  const matched = entry({ row: { ...row, match: { header: 'X-App', extra: 'app' } } })
  expect(needsOf(attempt({}), matched, false).settings).toEqual([
    { name: 'app', label: 'Expected value of X-App', required: false },
  ])
})

test('a row of one’s own says what is asked as soon as it can be read', () => {
  const custom = JSON.stringify({ ...row, alg: 'rsa-sha256', key: { enc: 'pem' } })
  expect(needsOf(attempt({ scheme: 'custom', custom }), undefined, false).publicKey).toBe(true)
  expect(rowOf('{"alg":')).toBeUndefined()
  expect(rowOf('null')).toBeUndefined()
  expect(rowOf('[]')).toBeUndefined()
})

test('the secret goes out exactly as typed, for its spaces may be what is wrong', () => {
  expect(inputOf(attempt({ key: ' abc ' }), nothing)).toEqual({ scheme: 'one', secret: ' abc ' })
})

test('who does not know the scheme names none', () => {
  expect(inputOf(attempt({ scheme: FIND, key: 'abc' }), nothing)).toEqual({ secret: 'abc' })
})

test('a public key is sent as a public key, and settings that the scheme does not ask for stay behind', () => {
  const needs = needsOf(attempt({}), entry({ row: { ...row, alg: 'ed25519', key: { enc: 'hex' } } }), true)
  const input = inputOf(attempt({ key: 'PEM', extra: { other: 'x' }, publicUrl: ' https://a.example/ ' }), needs)
  expect(input).toEqual({ scheme: 'one', publicKey: 'PEM', publicUrl: 'https://a.example/' })
})

test('a row that cannot be read is said to be so before anything is sent', () => {
  expect(() => inputOf(attempt({ scheme: 'custom', custom: '{' }), nothing)).toThrow(/cannot be read/)
})

test('what was valid is kept as it was tried', () => {
  const input = { scheme: 'github', secret: 'abc', extra: { app: '1' } }
  expect(signingOf(input, valid, { signing })).toEqual({
    scheme: 'github',
    secrets: ['abc'],
    extra: { kept: 'yes', app: '1' },
  })
  expect(signingOf({ secret: 'abc' }, valid, { signing })).toEqual({ scheme: 'stripe', secrets: ['abc'] })
})

test('a scheme that was found is kept by its name where it has one, else as a row, with the secret that was typed', () => {
  expect(signingOf({ secret: 'abc' }, { ...invalid, scheme: row, schemeId: 'github' }, {})).toEqual({
    scheme: 'github',
    secrets: ['abc'],
  })
  expect(signingOf({}, { ...invalid, scheme: row }, { signing })).toEqual({ scheme: 'custom', custom: row })
})

test('where nothing fits there is nothing to keep', () => {
  expect(signingOf({ scheme: 'github', secret: 'abc' }, invalid, { signing })).toBeUndefined()
})
