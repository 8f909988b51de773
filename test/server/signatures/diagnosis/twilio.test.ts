/** A provider whose content is put together by its own code: the same search runs its own check. */
import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { diagnose } from '../../../../server/signatures/diagnose.ts'
import { aRequest } from '../vectors.ts'
import { NOW, SECRET, settings, URL } from './faults.ts'

const FORM = { To: '+15550001', Body: 'Hallo Zoë & co', From: '+15550002' }
const TEXT = new URLSearchParams(FORM).toString()

function signature(url: string, form: Readonly<Record<string, string>> = FORM, secret = SECRET, hash = 'sha1'): string {
  const pairs = Object.entries(form).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHmac(hash, secret)
    .update(url + pairs.flat().join(''), 'utf8')
    .digest('base64')
}

const arrived = (value: string, more: readonly string[] = [], name = 'X-Twilio-Signature') =>
  aRequest({
    url: URL,
    text: TEXT,
    headers: ['Host', 'shop.example', 'Content-Type', 'application/x-www-form-urlencoded', name, value, ...more],
  })

const first = (request: ReturnType<typeof aRequest>, secret = SECRET) =>
  diagnose({ settings: settings('twilio', secret), request, signedUrl: { url: URL, from: 'host' } }, NOW)

describe('Twilio', () => {
  test('has no causes where it is right, and the URL that was checked is shown', () => {
    expect(first(arrived(signature(URL)))).toMatchObject({ verdict: { kind: 'valid' }, causes: [], url: { url: URL } })
  })

  test.each([
    ['http://shop.example/hook?x=1', 'http instead of https'],
    ['https://hooks.shop.example/hook?x=1', 'another host'],
    ['https://shop.example/hook/?x=1', 'a slash at the end'],
    ['https://shop.example/hook', 'no query'],
  ])('that signed %s is found out', (url, difference) => {
    const { causes } = first(arrived(signature(url), ['X-Forwarded-Host', 'hooks.shop.example']))
    expect(causes).toMatchObject([{ id: 'wrong_url', url, proven: true }])
    expect(causes[0]?.detail).toBe(`The sender signed ${url}, but ${URL} was checked (${difference}).`)
  })

  test.each([
    ['secret_whitespace', arrived(signature(URL)), `${SECRET}\n`],
    ['other_secret', arrived(signature(URL, FORM, 'the token of billing')), SECRET],
    ['wrong_digest', arrived(signature(URL, FORM, SECRET, 'sha256')), SECRET],
    ['wrong_header', arrived(signature(URL), [], 'X-Signature-Of-Twilio'), SECRET],
    ['wrong_encoding', arrived(Buffer.from(signature(URL), 'base64').toString('hex')), SECRET],
    ['mismatch', arrived(signature(URL, { ...FORM, Body: 'other' })), SECRET],
    ['api_key', arrived(signature(URL)), 'AC0123456789abcdef0123456789abcdef'],
  ])('has the first cause %s', (id, request, secret) => {
    const others = [{ name: 'billing', secrets: ['the token of billing'] }]
    const { causes } = diagnose({ settings: settings('twilio', secret), request, others }, NOW)
    expect(causes[0]?.id).toBe(id)
  })
})
