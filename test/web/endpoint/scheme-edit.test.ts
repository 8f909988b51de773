import { expect, test } from 'vitest'
import { SCHEMES } from '../../../server/signatures/schemes.ts'
import { Algorithm, Scheme } from '../../../shared/scheme.ts'
import { withJwtAlgorithm } from '../../../web/endpoint/jwt-fields.tsx'
import {
  keyed,
  namesOf,
  readScheme,
  seconds,
  withAlgorithm,
  withNames,
  withText,
} from '../../../web/endpoint/scheme-edit.ts'
import { usualScheme } from '../../../web/endpoint/signing-draft.ts'

const faultsOf = (row: Scheme) => Scheme.safeParse(row).error?.issues.map((issue) => issue.message) ?? []

test('whichever algorithm is chosen after whichever other, the row can still be meant', () => {
  for (const first of Algorithm.options) {
    for (const second of Algorithm.options) {
      const row = withAlgorithm(withAlgorithm(usualScheme(), first), second)
      expect(faultsOf(row), `${first}, then ${second}`).toEqual([])
    }
  }
})

test('a scheme of the table stays a possible one when its algorithm is changed', () => {
  for (const { id, row, signs } of SCHEMES) {
    if (signs !== undefined) continue
    for (const alg of Algorithm.options) expect(faultsOf(withAlgorithm(row, alg)), `${id} as ${alg}`).toEqual([])
  }
})

test('any text may stand for the time only as long as the time is signed', () => {
  const discord = SCHEMES.find(({ id }) => id === 'discord')?.row
  if (discord === undefined) throw new Error('no scheme discord')
  expect(discord.ts).toMatchObject({ policy: true })
  expect(withAlgorithm(discord, 'hmac-sha256').ts).toEqual(discord.ts)
  for (const alg of ['token', 'jwt'] as const) expect(withAlgorithm(discord, alg).ts).not.toHaveProperty('policy')
})

test('a JWT is never taken by a secret and a public key side by side, and never by nothing', () => {
  const jwt = withAlgorithm(usualScheme(), 'jwt')
  const both = withJwtAlgorithm(withJwtAlgorithm(jwt, 'HS512', true), 'HS384', true)
  expect(both.algs).toEqual(['HS256', 'HS384', 'HS512'])
  const byKey = withJwtAlgorithm(both, 'ES256', true)
  expect([byKey.algs, byKey.key.enc]).toEqual([['ES256'], 'pem'])
  expect(faultsOf(byKey)).toEqual([])
  expect(withJwtAlgorithm(byKey, 'ES256', false).algs).toEqual(['ES256'])
  expect(keyed({ ...byKey, algs: ['HS256'] }).key.enc).toBe('utf8')
})

test('an empty field is no field', () => {
  const { sig, key } = usualScheme()
  expect(withText(sig, 'prefix', 'v1=')).toMatchObject({ prefix: 'v1=' })
  expect(withText({ ...sig, prefix: 'v1=' }, 'prefix', '')).not.toHaveProperty('prefix')
  expect(withNames(key, 'strip', ' whsec_, ,x ')).toMatchObject({ strip: ['whsec_', 'x'] })
  expect(withNames({ ...key, strip: ['x'] }, 'strip', ' , ')).not.toHaveProperty('strip')
  expect(namesOf('')).toEqual([])
  expect([seconds('', 5), seconds('12', 5), seconds('-1', 5), seconds('x', null)]).toEqual([null, 12, 5, null])
})

test('every row of the table is read back from its JSON, alone or within its entry', () => {
  for (const entry of SCHEMES) {
    expect(readScheme(JSON.stringify(entry.row)), entry.id).toEqual(entry.row)
    expect(readScheme(JSON.stringify(entry)), entry.id).toEqual(entry.row)
  }
})

test.each([
  ['{', /no JSON/],
  ['[]', /JSON object/],
  ['{"alg":"md5"}', /“alg”/],
  ['{"alg":"token"}', /“key”/],
  ['{"alg":"token","key":{"enc":"utf8"}}', /“sig”/],
  ['{"alg":"token","key":{"enc":"utf8"},"sig":{"in":"header","aliases":"x"}}', /“sig.aliases” must be a list/],
  ['{"alg":"token","key":{"enc":"utf8"},"sig":{"in":"header"},"ts":"t"}', /“ts” must be an object/],
])('%s is not taken over, and it is said why', (json, why) => {
  expect(() => readScheme(json)).toThrow(why)
})
