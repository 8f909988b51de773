import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { HeaderPairs } from '../../../shared/headers.ts'
import { usesPublicKey } from '../../../shared/scheme-key.ts'
import { CANONICAL, Scheme } from '../../../shared/scheme.ts'
import { findScheme, SCHEMES } from '../../../server/signatures/schemes.ts'
import { type Additions, aRequest, checkOf, isUnsigned, sign, type ToSign } from './vectors.ts'

const NOW = 1_767_225_600_000

const signed = (row: Scheme, secret: string, input: ToSign): Additions => {
  const result = sign(row, secret, input)
  if (isUnsigned(result)) throw new Error(result.says)
  return result
}

/** The request as it would arrive with what was added to it. */
const received = (input: ToSign, added: Additions, body = input.body) => {
  const query = added.query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&')
  const url = query === '' ? input.url : `${input.url}${input.url.includes('?') ? '&' : '?'}${query}`
  const headers = [...(input.headers ?? []), ...added.headers].flat()
  return { ...aRequest({ method: input.method, url, headers, body }), url: input.url }
}

/** Text that may stand in a header: no controls, no space at the ends. */
const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,11}$/)
const encoded = fc.constantFrom('hex', 'base64', 'base64url' as const)
const key = fc.oneof(
  fc.record({ how: fc.constant({ enc: 'utf8' } as const), value: fc.string({ minLength: 1, unit: 'grapheme' }) }),
  fc.record({
    how: fc.constant({ enc: 'base64', strip: ['whsec_'] } as const),
    value: fc.uint8Array({ minLength: 1 }).map((bytes) => `whsec_${Buffer.from(bytes).toString('base64')}`),
  }),
  fc.record({
    how: fc.constant({ enc: 'hex' } as const),
    value: fc.uint8Array({ minLength: 1 }).map((bytes) => Buffer.from(bytes).toString('hex')),
  }),
)

const row = fc
  .record({
    alg: fc.constantFrom('hmac-sha1', 'hmac-sha256', 'hmac-sha384', 'hmac-sha512', 'hash-sha256' as const),
    enc: encoded,
    place: fc.constantFrom('header', 'query' as const),
    form: fc.constantFrom('plain', 'prefixed', 'fields' as const),
    time: fc.constantFrom('none', 'header', 'field' as const),
    unit: fc.constantFrom('s', 'ms', 'iso' as const),
    withId: fc.boolean(),
    order: fc.shuffledSubarray(['{body}', '{url}', '{method}', '{header:X-Shop}', '.', 'é:', '{"'], { minLength: 1 }),
    key,
  })
  .map(({ alg, enc, place, form, time, unit, withId, order, key }) => {
    const fields = form === 'fields'
    // The time of day holds no separator of the fields only in seconds.
    const ts = time === 'none' || (time === 'field' && !fields) ? undefined : time
    const content = [
      ...(alg === 'hash-sha256' ? ['{secret}'] : []),
      ...(ts === undefined ? [] : ['{ts}.']),
      ...(withId ? ['{id}.'] : []),
      '{body}',
      ...order,
    ].join('')
    return {
      secret: key.value,
      scheme: Scheme.parse({
        alg,
        key: key.how,
        sig: {
          in: place,
          name: 'X-Signature',
          enc,
          ...(form === 'prefixed' ? { prefix: 'sha256=' } : {}),
          ...(fields ? { list: ',', kv: '=', field: 'v1' } : {}),
        },
        ...(ts === undefined
          ? {}
          : {
              ts: {
                in: ts === 'field' ? 'sigField' : 'header',
                name: ts === 'field' ? 't' : 'X-Time',
                unit,
                past: 300,
                future: 300,
              },
            }),
        ...(withId ? { id: { name: 'X-Id' } } : {}),
        content,
      }),
    }
  })

const input = fc.record({
  method: fc.constantFrom('POST', 'PUT', 'GET'),
  url: fc.webUrl({ withQueryParameters: true }),
  body: fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  now: fc.integer({ min: 1_600_000_000_000, max: 1_900_000_000_000 }),
  id: name,
  headers: fc.constant([['X-Shop', 'acme']] as HeaderPairs),
})

test('what any scheme signs, the same scheme finds valid and fresh; with one bit of the body flipped, not', () => {
  fc.assert(
    fc.property(row, input, fc.nat(), ({ scheme, secret }, given, position) => {
      const added = signed(scheme, secret, given)
      const check = checkOf('custom', scheme, [{ id: 's', value: secret }])
      const verdict = check(received(given, added), given.now)
      expect(verdict.kind).toBe('valid')
      expect(verdict.freshness).toBe(scheme.ts === undefined ? undefined : 'fresh')

      const flipped = Buffer.from(given.body)
      const at = position % (flipped.length * 8)
      flipped[at >> 3] = (flipped[at >> 3] ?? 0) ^ (1 << (at & 7))
      expect(check(received(given, added, flipped), given.now).kind).toBe('invalid')
      const other = checkOf('custom', { ...scheme, key: { enc: 'utf8' } }, [{ id: 's', value: 'not this one' }])
      expect(other(received(given, added), given.now).kind).toBe('invalid')
    }),
    { numRuns: 500 },
  )
})

test('a digit of the signature changed makes it invalid', () => {
  fc.assert(
    fc.property(row, input, fc.nat(), ({ scheme, secret }, given, position) => {
      const added = signed(scheme, secret, given)
      const place = scheme.sig.in === 'query' ? added.query : added.headers
      const last = place[place.length - 1]
      if (last === undefined) throw new Error('nothing was added')
      const from = last[1].length - 20
      const at = from + (position % 18) // before a padding
      last[1] = last[1].slice(0, at) + (last[1][at] === '0' ? '1' : '0') + last[1].slice(at + 1)
      expect(checkOf('custom', scheme, [{ id: 's', value: secret }])(received(given, added), given.now).kind).toBe(
        'invalid',
      )
    }),
    { numRuns: 300 },
  )
})

test('nothing a sender can put into a request makes a check throw', () => {
  const wild = fc.array(
    fc.string({ unit: fc.nat({ max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 40 }),
    { maxLength: 8 },
  )
  fc.assert(
    fc.property(fc.constantFrom(...SCHEMES), wild, fc.string(), fc.uint8Array(), (entry, values, target, bytes) => {
      const names = [entry.row.sig.name, entry.row.ts?.name ?? 'X-A', entry.row.id?.name ?? 'X-B', 'X-C']
      const headers = values.flatMap((value, i) => [names[i % names.length] ?? 'X', value])
      const request = aRequest({ headers, target: `/?${target}&hmac=${target}`, body: Buffer.from(bytes) })
      const verdict = checkOf(entry.id, entry.row, [{ id: 's', value: 'abcd' }], { key: 'k' })(request, NOW)
      expect(['invalid', 'missing', 'unchecked']).toContain(verdict.kind)
    }),
    { numRuns: 500 },
  )
})

/** From the row and a secret alone; the others have tests of their own. */
const signable = SCHEMES.filter(
  ({ row }) =>
    !usesPublicKey(row) && row.content !== CANONICAL && row.claims?.aud === undefined && row.sig.in !== 'bodyJson',
)

test.each(signable)('a test event of $name is accepted by its own scheme', ({ id, row }) => {
  const secret =
    row.key.enc === 'hex' ? '00ff10' : row.key.enc === 'base64' ? 'c2VjcmV0IHNlY3JldA==' : 'whsec_secret secret'
  const body = Buffer.from(`{"type":"x","webhookTimestamp":${NOW}}`)
  const given: ToSign = { method: 'POST', url: 'https://shop.example/hook', body, now: NOW, extra: { key: 'app' } }
  const check = checkOf(id, row, [{ id: 's', value: secret }], { key: 'app' })
  expect(check(received(given, signed(row, secret, given)), NOW)).toMatchObject({ kind: 'valid' })
})

test('an id is made where none is given, a new one each time', () => {
  const entry = findScheme('standard-webhooks')
  if (entry === undefined) throw new Error('the scheme is missing')
  const given: ToSign = { method: 'POST', url: 'https://shop.example/hook', body: Buffer.from('x'), now: NOW }
  const ids = [1, 2].map(
    () => signed(entry.row, 'whsec_a2V5IQ==', given).headers.find(([key]) => key === 'webhook-id')?.[1],
  )
  expect(ids[0]).toMatch(/^msg_/)
  expect(ids[0]).not.toBe(ids[1])
})

test.each([
  ['a signature inside the body', 'mailgun', 'secret', 'signature_missing'],
  ['a body that does not tell its time', 'linear', 'secret', 'timestamp_missing'],
  ['a secret that cannot be read', 'adyen-platform', 'not hex', 'secret_unreadable'],
  ['a setting that is missing', 'pusher', 'secret', 'setting_missing'],
])('says why it cannot sign: %s', (_, id, secret, fault) => {
  const entry = findScheme(id)
  if (entry === undefined) throw new Error('the scheme is missing')
  const result = sign(entry.row, secret, {
    method: 'POST',
    url: 'https://shop.example/',
    body: Buffer.from('{}'),
    now: NOW,
  })
  expect(result).toMatchObject({ id: fault, says: expect.not.stringContaining('not hex"') })
})
