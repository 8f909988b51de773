import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { SCHEMES } from '../../../server/signatures/schemes.ts'
import type { Scheme } from '../../../shared/scheme.ts'
import { publicKeyWarning, secretWarning } from '../../../web/endpoint/secret-warnings.ts'

const text: Scheme['key'] = { enc: 'utf8' }
const svix: Scheme['key'] = { enc: 'base64', strip: ['whsec_'] }
const hex: Scheme['key'] = { enc: 'hex' }

test('spaces and quotes around a secret are warned of, with the secret as it was meant', () => {
  expect(secretWarning(' abc', text, undefined)?.better).toBe('abc')
  expect(secretWarning('"abc"', text, undefined)?.better).toBe('abc')
  expect(secretWarning("'abc' ", text, undefined)?.better).toBe('abc')
  expect(secretWarning('abc\n', text, undefined)?.better).toBe('abc')
  expect(secretWarning('a b "c', text, undefined)).toBeUndefined()
  expect(secretWarning('', text, undefined)).toBeUndefined()
})

test.each([
  'sk_live_51Habc',
  'pk_test_51Habc',
  'rk_live_51Habc',
  'shpat_0123456789',
  'xoxb-123-456',
  'ghp_abcdefgh',
  'github_pat_11AA',
  'glpat-abcdef',
])('%s is taken for an API key, and the warning does not repeat it', (value) => {
  const warning = secretWarning(value, text, 'Settings → Webhooks → Secret.')
  expect(warning?.text).toMatch(/signs no webhooks/)
  expect(warning?.text).not.toContain(value)
})

test('a provider whose API key does sign is not warned of', () => {
  expect(secretWarning('sk_live_abc', text, 'Settings → API keys: the secret key (sk_…).')).toBeUndefined()
})

test('a secret that the scheme decodes is looked at as it will be read', () => {
  expect(secretWarning('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', svix, undefined)).toBeUndefined()
  expect(secretWarning('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', svix, undefined)).toBeUndefined()
  expect(secretWarning('whsec_not base64!', svix, undefined)?.text).toMatch(/base64/)
  expect(secretWarning('whsec_used_as_it_is', text, undefined)).toBeUndefined()
  expect(secretWarning('44782def', hex, undefined)).toBeUndefined()
  expect(secretWarning('44782de', hex, undefined)?.text).toMatch(/hex/)
  expect(secretWarning('whsec_abc', hex, undefined)?.text).toMatch(/another provider/)
})

test('every secret hint of the table names a secret and warns of none of its own examples', () => {
  for (const { id, row, secretHint } of SCHEMES) {
    for (const [example] of (secretHint ?? '').matchAll(/\b(sk|pk|rk)_(live|test)_/g))
      expect(secretWarning(`${example}abc`, row.key, secretHint), id).toBeUndefined()
  }
})

test('a public key is looked at in the form in which the scheme takes it, and a private one is never let pass in silence', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const row = (enc: Scheme['key']['enc']): Pick<Scheme, 'key' | 'alg'> => ({ alg: 'ecdsa-p256', key: { enc } })
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const der = publicKey.export({ type: 'spki', format: 'der' })
  expect(publicKeyWarning(pem, row('pem'))).toBeUndefined()
  expect(publicKeyWarning(der.toString('base64'), row('spki-base64'))).toBeUndefined()
  expect(publicKeyWarning(der.toString('hex'), row('hex'))).toBeUndefined()
  expect(publicKeyWarning(JSON.stringify(publicKey.export({ format: 'jwk' })), row('jwk'))).toBeUndefined()
  expect(publicKeyWarning(der.toString('base64'), row('pem'))?.text).toMatch(/BEGIN PUBLIC KEY/)
  expect(publicKeyWarning('not hex', row('hex'))?.text).toMatch(/hex/)
  expect(publicKeyWarning('{"a":1}', row('jwk'))?.text).toMatch(/JWK/)
  const secretPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const secretJwk = JSON.stringify(privateKey.export({ format: 'jwk' }))
  expect(publicKeyWarning(secretPem, row('pem'))?.text).toMatch(/private key/)
  expect(publicKeyWarning(secretJwk, row('jwk'))?.text).toMatch(/private key/)
})
