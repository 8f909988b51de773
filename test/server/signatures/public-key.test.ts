import { createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { readPublicKeys } from '../../../server/signatures/public-key.ts'
import { vectors } from './vectors.ts'

test('a certificate, as PEM or DER, is the public key inside it', () => {
  const certificate = vectors.find(({ provider }) => provider === 'aws-sns')?.publicKey
  const bare = vectors.find(({ id }) => id === 'wix/01-valid')?.publicKey
  if (typeof certificate !== 'string' || typeof bare !== 'string') throw new Error('vectors are missing')
  const der = new X509Certificate(certificate).raw.toString('base64')
  const texts = [certificate, der, Buffer.from(certificate).toString('base64'), `${certificate}\n${certificate}`, bare]
  const { keys, fault } = readPublicKeys({ alg: 'rsa-sha256', key: { enc: 'pem' } }, texts)
  expect(fault).toBeUndefined()
  expect(keys).toHaveLength(5)
  expect(new Set(keys.map(({ secretId }) => secretId)).size).toBe(1)
})

const rsaOf = (modulusLength: number, publicExponent = 0x10001): string =>
  generateKeyPairSync('rsa', { modulusLength, publicExponent })
    .publicKey.export({ type: 'spki', format: 'pem' })
    .toString()
const exponentOne = createPublicKey({
  key: { kty: 'RSA', n: Buffer.alloc(256, 0xc1).toString('base64url'), e: 'AQ' },
  format: 'jwk',
})

test.each([
  ['512 bits of RSA', 'rsa-sha256', rsaOf(512)],
  ['RSA with the exponent 1', 'rsa-sha256', exponentOne.export({ type: 'spki', format: 'pem' }).toString()],
  ...[
    ['the order 1', `01${'00'.repeat(31)}`],
    ['the order 1, with the sign set', `01${'00'.repeat(30)}80`],
    ['the order 2', `ec${'ff'.repeat(30)}7f`],
    ['the order 4', '00'.repeat(32)],
    ['the order 4, not canonical', `ed${'ff'.repeat(31)}`],
    ['the order 8', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'],
  ].map(([order, hex]) => [`an Ed25519 point of ${order}`, 'ed25519', hex] as const),
] as const)('a key that anybody could sign for is refused: %s', (_, alg, text) => {
  const { keys, fault } = readPublicKeys({ alg, key: { enc: alg === 'ed25519' ? 'hex' : 'pem' } }, [String(text)])
  expect(keys).toEqual([])
  expect(fault?.says).toContain('so weak that anybody could sign')
})

test('the weakest keys that providers use are read', () => {
  const texts = [rsaOf(1024), rsaOf(1024, 3)]
  expect(readPublicKeys({ alg: 'rsa-sha256', key: { enc: 'pem' } }, texts).keys).toHaveLength(2)
})
