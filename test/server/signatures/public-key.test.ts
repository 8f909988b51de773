import { X509Certificate } from 'node:crypto'
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
