/** What is said where nothing fits: what is likeliest, by what else is known, and in the words of somebody who looks for a remedy. */
import { describe, expect, test } from 'vitest'
import { diagnose } from '../../../../server/signatures/diagnose.ts'
import { findScheme, SCHEMES } from '../../../../server/signatures/schemes.ts'
import { usesPublicKey } from '../../../../shared/scheme-key.ts'
import { aRequest } from '../vectors.ts'
import { deliver, explained, GITHUB, mac, NOW, SECRET, settings, SQUARE, STRIPE, URL } from './faults.ts'

const BODY = '{"id":"evt_1","amount":1}'
const TAMPERED = deliver(STRIPE, BODY.replace('1}', '2}'), { body: BODY })
const first = (diagnosis: ReturnType<typeof diagnose>) => diagnosis.causes[0]

describe('a signature that nothing explains', () => {
  test('is most likely of another secret, or of a body that cannot be brought back', () => {
    const cause = first(explained(STRIPE, TAMPERED))
    expect(cause).toMatchObject({ id: 'mismatch', title: 'Probably another secret', proven: false })
    expect(cause?.detail).toMatch(/another secret, or something changed the request in a way that cannot be undone\.$/)
  })

  test('is not put down to the secret where this secret fitted other requests before and after it', () => {
    const cause = first(explained(STRIPE, TAMPERED, { fitted: { count: 5, of: 9, later: true } }))
    expect(cause).toMatchObject({ id: 'mismatch', title: 'Probably changed on the way', proven: false })
    expect(cause?.detail).toBe(
      'The secret is right: it fitted 5 other requests here. So what was signed was changed on the way, or somebody else sent this.',
    )
    expect(cause?.evidence).toMatch(/^5 of the newest 9 other requests of this endpoint fit\./)
  })

  test('may be of a new secret where the old one fitted earlier requests only', () => {
    const { detail } = first(explained(STRIPE, TAMPERED, { fitted: { count: 1, of: 1, later: false } })) ?? {}
    expect(detail).toBe(
      'The secret is most likely right: it fitted 1 other request here. So what was signed was changed on the way, or somebody else sent this, or the sender has another secret since then.',
    )
  })

  test('is put down to the secret where it fitted none', () => {
    expect(first(explained(STRIPE, TAMPERED, { fitted: { count: 0, of: 9, later: false } }))?.title).toBe(
      'Probably another secret',
    )
  })
})

describe('a URL that is signed and that nobody has named', () => {
  const unknown = (url: string, more: object = {}) =>
    diagnose(
      {
        settings: settings('square', SECRET),
        request: { ...deliver(SQUARE, BODY, { url: 'https://a1b2.tunnel.example/in' }), url },
        signedUrl: { url, from: 'host' },
        ...more,
      },
      NOW,
    )

  test.each([
    'http://localhost:4665/hook',
    'http://127.0.0.1/hook',
    'http://192.168.1.7:80/hook',
    'http://172.20.0.2/hook',
    'http://[::1]:4665/hook',
    'http://shop.localhost/hook',
    'http://hookwell:4665/hook',
  ])('is said first at %s, with where it is from', (url) => {
    const { causes } = unknown(url)
    expect(causes.map(({ id }) => id)).toEqual(['public_url_unknown', 'mismatch'])
    expect(causes[0]?.detail).toContain(`signs the URL as well, and ${url} was checked, taken from the Host header.`)
    expect(causes[0]?.remedy).toContain('public URL')
    expect(causes[0]?.proven).toBe(false)
  })

  test.each(['https://shop.example/hook', 'http://172.15.0.1/hook', 'http://8.8.8.8/hook'])(
    'is no cause at %s, which a provider can call',
    (url) => expect(unknown(url).causes.map(({ id }) => id)).toEqual(['mismatch']),
  )

  test('is no cause where the URL is known, or where it is not signed', () => {
    const url = 'http://localhost:4665/hook'
    expect(first(unknown(url, { signedUrl: { url, from: 'endpoint' } }))?.id).toBe('mismatch')
    expect(first(unknown(url, { fitted: { count: 2, of: 2, later: true } }))?.id).toBe('mismatch')
    const request = { ...deliver(GITHUB, BODY, { secret: 'of nobody' }), url }
    expect(first(explained(GITHUB, request, { signedUrl: { url, from: 'host' } }))?.id).toBe('mismatch')
  })
})

describe('no signature at all', () => {
  const unsigned = (scheme: string) => diagnose({ settings: settings(scheme, SECRET), request: aRequest({}) }, NOW)

  test.each(['stripe', 'slack', 'shopify', 'twilio', 'svix', 'square'])(
    'is not what %s sends, so nothing is to be turned on there',
    (scheme) => {
      const cause = unsigned(scheme).causes.find(({ id }) => id === 'signature_missing')
      expect(cause?.remedy).toContain(`This was not sent by ${findScheme(scheme)?.name}`)
      expect(cause?.remedy).toContain('removed the header')
      expect(cause?.remedy).not.toContain('Turn signing on')
      expect(cause?.detail).toBe(unsigned(scheme).verdict.reason) // so that it is shown as seen, and not as a guess
    },
  )

  test.each(['github', 'gitlab-signing-token', 'razorpay'])('may be a choice of whoever set up %s', (scheme) => {
    expect(unsigned(scheme).causes.find(({ id }) => id === 'signature_missing')?.remedy).toMatch(/^Turn signing on/)
  })
})

test('a time in milliseconds where seconds are read is told although the scheme calls it fresh', () => {
  const ms = String(NOW)
  const signature = `t=${ms},v1=${mac({}, 'hex', `${ms}.`, BODY)}`
  const request = aRequest({ url: URL, text: BODY, headers: ['Stripe-Signature', signature] })
  const { verdict, causes } = explained(STRIPE, request)
  expect(verdict).toMatchObject({ kind: 'valid', freshness: 'fresh' })
  expect(causes).toMatchObject([{ id: 'timestamp_unit', proven: true }])
  expect(causes[0]?.detail).toMatch(
    /^The sender tells the time in milliseconds, and this scheme reads it as seconds, .+ ahead\.$/,
  )
})

test('where a public key checks, no cause of any scheme speaks of a secret', () => {
  const keyed = SCHEMES.filter(({ row }) => usesPublicKey(row))
  expect(keyed.length).toBeGreaterThan(5)
  for (const { id, row } of keyed) {
    const values = ['AAAA', '!', Buffer.alloc(64, 7).toString(row.sig.enc === 'hex' ? 'hex' : 'base64')]
    const requests = [
      aRequest({ text: BODY }),
      ...values.map((value) => aRequest({ text: BODY, headers: [row.sig.name, (row.sig.prefix ?? '') + value] })),
    ]
    for (const request of requests)
      for (const publicKeys of [[], ['no key']]) {
        const { verdict, causes } = diagnose({ settings: { scheme: id, secrets: [], publicKeys }, request }, NOW)
        expect(JSON.stringify([verdict, causes.filter((cause) => cause.id !== 'other_scheme')]), id).not.toMatch(
          /\bsecret\b/,
        )
      }
  }
})

test('no sentence names HMAC without saying what that is', () => {
  for (const family of [GITHUB, STRIPE, SQUARE]) {
    const { causes } = explained(family, deliver(family, BODY, { secret: 'of nobody' }))
    expect(JSON.stringify(causes)).not.toContain('HMAC')
  }
})
