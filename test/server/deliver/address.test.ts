import { expect, test } from 'vitest'
import { addressOf, withoutParameters } from '../../../server/deliver/address.ts'

test.each([
  // Exactly the target: the path and the query that were typed, in their own spelling.
  ['http://localhost:3000', 'exact', '/orders?x=1', 'http://localhost:3000', '/'],
  ['http://localhost:3000/', 'exact', '', 'http://localhost:3000', '/'],
  ['http://localhost:3000/a/../b//c/%7e?x=%20&y=+', 'exact', '', 'http://localhost:3000', '/a/../b//c/%7e?x=%20&y=+'],
  ['http://localhost:3000?x', 'exact', '', 'http://localhost:3000', '/?x'],
  ['http://localhost:3000/a?', 'exact', '', 'http://localhost:3000', '/a?'],
  ['http://localhost:3000/a#b?c', 'exact', '', 'http://localhost:3000', '/a'],
  ['HTTPS://Example.COM:443/A', 'exact', '', 'https://example.com', '/A'],
  [' http://localhost/a b/é?☃ ', 'exact', '', 'http://localhost', '/a%20b/%C3%A9?%E2%98%83'],
  ['http://127.1:3000/x', 'exact', '', 'http://127.0.0.1:3000', '/x'],
  ['http://[::1]:3000/x', 'exact', '', 'http://[::1]:3000', '/x'],
  ['http://localhost/a\\b', 'exact', '', 'http://localhost', '/a\\b'],
  // What stands below the endpoint is put behind it, byte for byte.
  ['http://localhost:3000', 'append', '', 'http://localhost:3000', '/'],
  ['http://localhost:3000', 'append', '/orders?x=1', 'http://localhost:3000', '/orders?x=1'],
  ['http://localhost:3000/', 'append', '/orders', 'http://localhost:3000', '/orders'],
  ['http://localhost:3000/hooks', 'append', '/orders', 'http://localhost:3000', '/hooks/orders'],
  ['http://localhost:3000/hooks/', 'append', '/orders', 'http://localhost:3000', '/hooks/orders'],
  ['http://localhost:3000/hooks/', 'append', '//orders', 'http://localhost:3000', '/hooks//orders'],
  ['http://localhost:3000/hooks/', 'append', '', 'http://localhost:3000', '/hooks/'],
  ['http://localhost:3000/hooks', 'append', '?x=%20&y=+', 'http://localhost:3000', '/hooks?x=%20&y=+'],
  ['http://localhost:3000', 'append', '?', 'http://localhost:3000', '/?'],
  ['http://localhost:3000/hooks?k=1', 'append', '/orders?x=1', 'http://localhost:3000', '/hooks/orders?k=1&x=1'],
  ['http://localhost:3000/hooks?k=1', 'append', '/orders', 'http://localhost:3000', '/hooks/orders?k=1'],
  [
    'http://localhost:3000',
    'append',
    '/a/../b/%2e%2e//c?x=%7E&&=#f',
    'http://localhost:3000',
    '/a/../b/%2e%2e//c?x=%7E&&=#f',
  ],
  ['http://localhost:3000', 'append', '/<>"{}|^`\\', 'http://localhost:3000', '/<>"{}|^`\\'],
] as const)('%s, %s %s: connects to %s and asks for %s', (to, path, below, origin, target) => {
  const address = addressOf(to, path, below)
  expect([address.url.origin, address.target]).toEqual([origin, target])
})

test.each([
  'localhost:3000',
  '/hooks',
  'ftp://a/',
  'http:localhost',
  'http:///a',
  'http://',
  'http://a\nb/',
  'http://a/\tb',
  'http://a b/',
  '',
])('%j is refused', (to) => {
  expect(() => addressOf(to, 'exact', '')).toThrow(/is not an http or https URL/)
})

test('parameters are taken out of a query by name, the others keep their bytes', () => {
  expect(withoutParameters('a=1&sig=x&b=%20+&SIG=y&s%69g=z&sig&=&', ['sig'])).toBe('a=1&b=%20+&SIG=y&=&')
  expect(withoutParameters('%zz=1&sig=2', ['sig'])).toBe('%zz=1')
  expect(withoutParameters('a&t%C3%B6ken=1&t\u00c3\u00b6ken=2&b', ['t\u00f6ken'])).toBe('a&b')
})
