import { expect, test } from 'vitest'
import { signedUrl, signedUrlOf } from '../../../server/signatures/signed-url.ts'

const target = '/endpoint/below?x=1'
const at = (headers: string[], publicUrl?: string, publicBase?: string) =>
  signedUrlOf({ target, headers: ['Host', 'localhost:4000', ...headers] }, publicUrl, publicBase)

test("the endpoint's own public URL comes first, then the server's, then a proxy's headers, then Host", () => {
  const proxied = ['X-Forwarded-Host', 'shop.example', 'X-Forwarded-Proto', 'https']
  expect(at(proxied, 'https://a.example/hook', 'https://b.example')).toEqual({
    url: 'https://a.example/hook/below?x=1',
    from: 'endpoint',
  })
  expect(at(proxied, undefined, 'https://b.example')).toEqual({ url: `https://b.example${target}`, from: 'server' })
  expect(at(proxied)).toEqual({ url: `https://shop.example${target}`, from: 'forwarded' })
  expect(at([])).toEqual({ url: `http://localhost:4000${target}`, from: 'host' })
  expect(signedUrl({ target, headers: proxied }, undefined, undefined)).toBe(`https://shop.example${target}`)
})

test.each([
  ['for=1.2.3.4;proto=https;host=shop.example', 'https://shop.example'],
  ['For="[2001:db8::1]:4711"; Proto=HTTPS ;HOST="shop.example:8443"', 'https://shop.example:8443'],
  ['host=first.example;proto=https, host=second.example;proto=http', 'https://first.example'],
  ['for=1.2.3.4, host=second.example', 'http://localhost:4000'],
  ['for="a,b";host=shop.example', 'http://shop.example'],
  ['host="a\\"b.example"', 'http://a"b.example'],
  ['proto=https', 'https://localhost:4000'],
  ['rubbish;;=;host', 'http://localhost:4000'],
  [`${'a='.repeat(20_000)}`, 'http://localhost:4000'],
])('Forwarded (RFC 7239) says what the sender asked for: %s', (value, base) => {
  expect(at(['Forwarded', value]).url).toBe(base + target)
})

test('what X-Forwarded says counts, and Forwarded fills in what it leaves out', () => {
  const both = ['X-Forwarded-Host', 'x.example', 'Forwarded', 'host=f.example;proto=https']
  expect(at(both)).toEqual({ url: `https://x.example${target}`, from: 'forwarded' })
})
