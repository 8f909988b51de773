import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { headerThatLooksSigned } from '../../../web/capture/looks-signed.ts'

const mac = (encoding: 'hex' | 'base64' | 'base64url', alg = 'sha256') =>
  createHmac(alg, 'k').update('body').digest(encoding)

test.each([
  ['X-Shoprocket-Signature', mac('hex')],
  ['x-shop-hmac-sha256', mac('base64')],
  ['X-Hook-Digest', `sha256=${mac('hex')}`],
  ['X-Signature', `t=1700000000,v1=${mac('hex')}`],
  ['webhook-signature', `v1,${mac('base64')}`],
  ['X-Mac', mac('hex', 'sha1')],
  ['X-Signature', mac('base64url', 'sha512')],
])('%s looks like a signature', (name, value) => {
  expect(
    headerThatLooksSigned([
      ['Host', 'a'],
      [name, value],
    ]),
  ).toBe(name)
})

test.each([
  ['X-Signature', 'none'],
  ['Content-Digest', `sha-256=:${mac('base64')}:`],
  ['X-Amz-Content-Sha256', mac('hex')],
  ['ETag', `"${mac('hex')}"`],
  ['X-Request-Id', mac('hex')],
  ['X-Signature-Version', '2'],
])('%s with %s does not', (name, value) => {
  expect(headerThatLooksSigned([[name, value]])).toBeUndefined()
})

test('of several, the one that is called a signature is named', () => {
  const headers = [
    ['X-Body-Hash', mac('hex')],
    ['X-Signature', mac('hex')],
  ] as [string, string][]
  expect(headerThatLooksSigned(headers)).toBe('X-Signature')
})
