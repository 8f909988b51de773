/** Keys that live at the provider: fetched only from the provider, only when allowed, and trusted only for what they are. */
import { createSign, generateKeyPairSync } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { EndpointInput } from '../../../shared/endpoint.ts'
import { createChecker } from '../../../server/checking/checker.ts'
import { runLateCheck } from '../../../server/checking/late-check.ts'
import { fetchDocument } from '../../../server/outbound/fetch-document.ts'
import { createProviderKeys } from '../../../server/checking/provider-keys.ts'
import type { SigningSettings } from '../../../server/signatures/endpoint-check.ts'
import { findAtOnce } from '../../../server/signatures/findings.ts'
import { lazyJson } from '../../../server/signatures/json-body.ts'
import { keyPlaces } from '../../../server/signatures/provider-key.ts'
import { openStore } from '../../../server/store/open.ts'
import { aCapture } from '../../support/a-capture.ts'
import { type Answer, type KeyProvider, keyProvider, tlsFile } from '../../support/key-provider.ts'

const CHAIN = tlsFile('paypal.pem') + tlsFile('mid.pem')
const CERT_URL = 'https://api.paypal.com/v1/notifications/certs/CERT-1'
const settings = (scheme: string, more: Partial<SigningSettings> = {}): SigningSettings => ({
  scheme,
  secrets: [],
  ...more,
})
const request = (headers: string[], body: unknown = {}) => {
  const bytes = Buffer.from(JSON.stringify(body))
  return { method: 'POST', url: '', target: '/', headers, body: bytes, json: lazyJson(bytes) }
}
const urlsOf = (found: ReturnType<typeof keyPlaces>) =>
  found !== undefined && 'places' in found ? found.places.map(({ url }) => url) : []

describe('a request names', () => {
  test.each([
    'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0a1b.pem',
    'https://sns.cn-north-1.amazonaws.com.cn/SimpleNotificationService-0a1b.pem',
  ])('a certificate of Amazon: %s', (url) => {
    expect(urlsOf(keyPlaces(settings('aws-sns'), request([], { SigningCertURL: url })))).toEqual([url])
  })

  test.each([
    'http://sns.us-east-1.amazonaws.com/a.pem',
    'https://sns.us-east-1.amazonaws.com.evil.test/a.pem',
    'https://sns.us-east-1.amazonaws.com@evil.test/a.pem',
    'https://evil.test/sns.us-east-1.amazonaws.com/a.pem',
    'https://evil.test\\@sns.us-east-1.amazonaws.com/a.pem',
    'https://evil.test#@sns.us-east-1.amazonaws.com/a.pem',
    'https://sns.us-east-1.amazonaws.com:8443/a.pem',
    'https://user@sns.us-east-1.amazonaws.com/a.pem',
    'https://sns.us-east-1.amazonaws.com./a.pem',
    'https://sns.a.b.amazonaws.com/a.pem',
    'https://xsns.us-east-1.amazonaws.com/a.pem',
    'https://sns.us-east-1.amazonaws.com/?a.pem',
    'https://sns.us-east-1.amazonaws.com/a.pem?x=1',
    'https://sns.us-east-1.amazonaws.com/a.pem/../../x',
    'https://127.0.0.1/a.pem',
    'file:///etc/a.pem',
    'a.pem',
    '',
    7,
    null,
  ])('nothing that would be fetched: %j', (url) => {
    expect(keyPlaces(settings('aws-sns'), request([], { SigningCertURL: url }))).toHaveProperty('fault')
  })

  test.each([
    [CERT_URL, 1],
    ['https://api.sandbox.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594', 1],
    ['https://paypal.com.evil.test/v1/notifications/certs/CERT-1', 0],
    ['https://evilpaypal.com/v1/notifications/certs/CERT-1', 0],
    ['https://api.paypal.com/v1/payments', 0],
    ['https://api.paypal.com/v1/notifications/certs/../../x', 0],
    ['http://api.paypal.com/v1/notifications/certs/CERT-1', 0],
  ])('a certificate of PayPal: %s gives %i', (url, count) => {
    expect(urlsOf(keyPlaces(settings('paypal'), request(['PAYPAL-CERT-URL', url])))).toHaveLength(count)
  })

  test('keys of Adobe by their paths only', () => {
    const headers = ['x-adobe-public-key1-path', '/prod/keys/pub-key-a.pem', 'x-adobe-public-key2-path', '/../b.pem']
    expect(urlsOf(keyPlaces(settings('adobe-io'), request(headers)))).toEqual([
      'https://static.adobeioevents.com/prod/keys/pub-key-a.pem',
    ])
    expect(keyPlaces(settings('adobe-io'), request(['x-adobe-public-key1-path', '@evil.test/a.pem']))).toHaveProperty(
      'fault',
    )
  })
})

const jws = (kid: string): string => `${Buffer.from(JSON.stringify({ alg: 'ES256', kid })).toString('base64url')}.e30.x`

async function keysWith(answer: (place: string) => Answer | undefined, now = Date.now, roots = [tlsFile('ca.pem')]) {
  const provider = await keyProvider(answer)
  onTestFinished(() => provider[Symbol.asyncDispose]())
  return { provider, keys: createProviderKeys({ fetchDocument: provider.fetchDocument, now, roots }) }
}

const snsPlaces = (name = 'a') => ({
  places: [{ url: `https://sns.us-east-1.amazonaws.com/${name}.pem`, holds: 'certificate' as const }],
})
const payPalPlaces = { places: [{ url: CERT_URL, holds: 'paypal-certificates' as const }] }

describe('what is fetched', () => {
  test('is asked for once, however many wait for it, and again only after a day', async () => {
    let now = 1_800_000_000_000
    const { provider, keys } = await keysWith(
      () => ({ body: tlsFile('paypal.pem') }),
      () => now,
    )
    const first = await Promise.all(Array.from({ length: 10 }, () => keys.keysAt('shop', snsPlaces(), 'pem', now)))
    expect(first[0]).toEqual({ keys: [expect.stringMatching(/^-----BEGIN PUBLIC KEY-----/)] })
    now += 23 * 3_600_000
    await keys.keysAt('shop', snsPlaces(), 'pem', now)
    expect(provider.asked).toEqual(['GET sns.us-east-1.amazonaws.com/a.pem'])
    now += 2 * 3_600_000
    await keys.keysAt('shop', snsPlaces(), 'pem', now)
    expect(provider.asked).toHaveLength(2)
  })

  test.each<[string, Answer, RegExp]>([
    ['a redirect', { status: 302, headers: { location: 'https://evil.test/' }, body: '' }, /leads elsewhere/],
    ['a 404', { status: 404, body: '' }, /answered 404/],
    ['more than 64 KiB', { body: `${tlsFile('paypal.pem')}${' '.repeat(70_000)}` }, /more than a key/],
    ['no key', { body: '<html>' }, /not a key/],
  ])('is nothing where %s comes, and is not asked for again within a minute', async (_, answer, says) => {
    let now = 1_800_000_000_000
    const { provider, keys } = await keysWith(
      () => answer,
      () => now,
    )
    expect(await keys.keysAt('shop', snsPlaces(), 'pem', now)).toEqual({ fault: expect.stringMatching(says) })
    now += 59_000
    await keys.keysAt('shop', snsPlaces(), 'pem', now)
    expect(provider.asked).toHaveLength(1)
    now += 2_000
    await keys.keysAt('shop', snsPlaces(), 'pem', now)
    expect(provider.asked).toHaveLength(2)
  })

  test.each<[string, Answer]>([
    ['503', { status: 503, body: '' }],
    ['429', { status: 429, body: '' }],
  ])(
    'is asked for again where %s comes: after a minute, then twice as long each time, up to an hour',
    async (_, answer) => {
      let now = 1_800_000_000_000
      let isThere = false
      const { provider, keys } = await keysWith(
        () => (isThere ? { body: tlsFile('paypal.pem') } : answer),
        () => now,
      )
      for (const minutes of [1, 2, 4, 8, 16, 32, 60, 60]) {
        const asked = provider.asked.length
        const again = now + minutes * 60_000
        const given = await Promise.all([1, 2].map(() => keys.keysAt('shop', snsPlaces(), 'pem', now)))
        for (const each of given)
          expect(each).toMatchObject({ fault: expect.stringContaining('answered'), againAt: again })
        now = again - 1
        expect(await keys.keysAt('shop', snsPlaces(), 'pem', now)).toMatchObject({ againAt: again })
        expect(provider.asked).toHaveLength(asked + 1)
        now = again
      }
      isThere = true
      expect(await keys.keysAt('shop', snsPlaces(), 'pem', now)).toHaveProperty('keys')
      // What was reached begins anew.
      now += 25 * 3_600_000
      isThere = false
      expect(await keys.keysAt('shop', snsPlaces(), 'pem', now)).toMatchObject({ againAt: now + 60_000 })
    },
  )

  test('is worth asking for again where nobody can be reached, and is not where what came is wrong', async () => {
    const now = 1_800_000_000_000
    await using gone = await keyProvider(() => undefined)
    await gone[Symbol.asyncDispose]()
    const offline = createProviderKeys({ fetchDocument: gone.fetchDocument, now: () => now, roots: [] })
    expect(await offline.keysAt('shop', snsPlaces(), 'pem', now)).toMatchObject({ againAt: now + 60_000 })
    for (const answer of [{ status: 404, body: '' }, { status: 302, body: '' }, { body: '<html>' }]) {
      const { keys } = await keysWith(() => answer)
      expect(await keys.keysAt('shop', snsPlaces(), 'pem', now)).not.toHaveProperty('againAt')
    }
  })

  test('of two keys says that one is missing where the other came', async () => {
    const { keys } = await keysWith((place) =>
      place.endsWith('/a.pem') ? { body: tlsFile('paypal.pem') } : { status: 500, body: '' },
    )
    const places = { places: [...snsPlaces('a').places, ...snsPlaces('b').places] }
    expect(await keys.keysAt('shop', places, 'pem', Date.now())).toEqual({
      keys: [expect.stringContaining('PUBLIC KEY')],
      missed: { fault: expect.stringContaining('answered 500'), againAt: expect.any(Number) },
    })
  })

  test('of one place says nothing about another', async () => {
    const { keys } = await keysWith((place) => (place.endsWith('/a.pem') ? { body: tlsFile('paypal.pem') } : undefined))
    expect(await keys.keysAt('shop', snsPlaces('a'), 'pem', Date.now())).toHaveProperty('keys')
    expect(await keys.keysAt('shop', snsPlaces('b'), 'pem', Date.now())).toHaveProperty('fault')
  })

  test('stays within thirty files a minute, and what had no room is worth asking for again when the minute is over', async () => {
    let now = 1_800_000_000_000
    const { provider, keys } = await keysWith(
      () => undefined,
      () => now,
    )
    const again = now + 60_000
    for (let n = 0; n < 30; n++) await keys.keysAt('shop', snsPlaces(`n${n}`), 'pem', now)
    now += 10_000
    for (let n = 30; n < 40; n++)
      expect(await keys.keysAt('shop', snsPlaces(`n${n}`), 'pem', now)).toMatchObject({ againAt: again })
    expect(provider.asked).toHaveLength(30)
    await keys.keysAt('another endpoint', snsPlaces('m0'), 'pem', now)
    expect(provider.asked, 'a flood at one endpoint takes nothing from the next').toHaveLength(31)
    now = again
    await keys.keysAt('shop', snsPlaces('n30'), 'pem', now)
    expect(provider.asked).toHaveLength(32)
  })

  test('keys that are in use are not driven out by names that lead to nothing', async () => {
    let now = 1_800_000_000_000
    const { provider, keys } = await keysWith(
      (place) => (place.endsWith('/good.pem') ? { body: tlsFile('paypal.pem') } : undefined),
      () => now,
    )
    await keys.keysAt('shop', snsPlaces('good'), 'pem', now)
    for (let n = 0; n < 250; n++) await keys.keysAt(`endpoint ${n % 10}`, snsPlaces(`made-up-${n}`), 'pem', now)
    const before = provider.asked.length
    now += 1_000
    expect(await keys.keysAt('shop', snsPlaces('good'), 'pem', now)).toHaveProperty('keys')
    expect(provider.asked).toHaveLength(before)
  })

  test('comes from public addresses only, and from whom the certificate of the host proves', async () => {
    await using provider = await keyProvider(() => ({ body: tlsFile('paypal.pem') }))
    const { road } = provider
    const place = { url: 'https://sns.us-east-1.amazonaws.com/a.pem' }
    expect(await fetchDocument(place, undefined, road)).toHaveProperty('text')
    const closed = { ...road, policy: { ...road.policy, allowed: [] } }
    expect(await fetchDocument(place, undefined, closed)).toMatchObject({ fault: expect.stringContaining('loopback') })
    const { ca: _, ...unknown } = road
    expect(await fetchDocument(place, undefined, unknown)).toMatchObject({ fault: expect.stringContaining('prove') })
    const other = { url: 'https://sns.eu-west-1.amazonaws.com/a.pem' } // not a name of this certificate
    expect(await fetchDocument(other, undefined, road)).toMatchObject({ fault: expect.stringContaining('prove') })
    expect(provider.asked).toHaveLength(1)
  })
})

describe('a certificate of PayPal', () => {
  const asked = async (body: string, at = Date.now(), roots?: string[]) => {
    const { keys } = await keysWith(() => ({ body }), Date.now, roots)
    return keys.keysAt('shop', payPalPlaces, 'pem', at)
  }

  test('counts with its chain', async () => {
    expect(await asked(CHAIN)).toHaveProperty('keys')
  })

  test.each([
    ['without the certificate between', tlsFile('paypal.pem'), undefined],
    ['with a chain to an unknown root', CHAIN, []],
    ['for another name', tlsFile('other.pem') + tlsFile('mid.pem'), undefined],
    ['that is none', 'nothing', undefined],
  ])('does not count %s', async (_, body, roots) => {
    expect(await asked(body, Date.now(), roots)).toHaveProperty('fault')
  })

  test.each([
    ['before it began', 946_684_800_000],
    ['after it ended', 32_503_680_000_000_000 / 100],
  ])('does not count %s', async (_, at) => {
    expect(await asked(CHAIN, at)).toEqual({ fault: expect.stringContaining('not valid at that time') })
  })
})

test("Plaid's key is asked for with the API's credentials, of both environments, and must be the one that was asked for", async () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k-1', expired_at: null as number | null }
  const { provider, keys } = await keysWith((place) =>
    place.startsWith('sandbox') ? { body: JSON.stringify({ key: jwk, request_id: 'r' }) } : { status: 400, body: '{}' },
  )
  const plaid = settings('plaid', { secrets: [{ id: 's', value: 'api-secret' }], extra: { clientId: 'client' } })
  const places = (kid: string) => keyPlaces(plaid, request(['Plaid-Verification', jws(kid)])) ?? { fault: '' }
  const given = await keys.keysAt('shop', places('k-1'), 'jwk', Date.now())
  expect(given).toEqual({ keys: [expect.stringContaining('"kty":"EC"')] })
  expect(provider.asked.sort()).toEqual(
    ['production', 'sandbox'].map(
      (host) =>
        `POST ${host}.plaid.com/webhook_verification_key/get {"client_id":"client","secret":"api-secret","key_id":"k-1"}`,
    ),
  )
  expect(await keys.keysAt('shop', places('k-2'), 'jwk', Date.now())).toEqual({
    fault: expect.stringContaining('Another key came'),
  })
  expect(keyPlaces(settings('plaid'), request(['Plaid-Verification', jws('k')]))).toEqual({
    fault: expect.stringContaining('clientId'),
  })
})

/** A store, the thread and the follower as the server has them; keys come from whom the test lets play the provider. */
async function running(provider: KeyProvider) {
  const log: string[] = []
  const store = openStore({ data: ':memory:', durability: 'fast', now: Date.now, log: () => undefined })
  const checker = createChecker()
  const stop = new AbortController()
  const keys = createProviderKeys({
    fetchDocument: provider.fetchDocument,
    now: Date.now,
    roots: [tlsFile('ca.pem')],
  })
  const parts = { store, checker, keys, publicUrl: undefined, now: Date.now, log: (fact: string) => log.push(fact) }
  void runLateCheck(parts, stop.signal)
  onTestFinished(async () => {
    stop.abort()
    await checker.close()
    await store.close()
  })
  return { store, log }
}

async function captured(
  { store }: Awaited<ReturnType<typeof running>>,
  signing: NonNullable<EndpointInput['signing']>,
) {
  const endpoint = await store.addEndpoint({ signing })
  const body = Buffer.from('{"id":"WH-1","event_type":"PAYMENT"}')
  const at = '2026-01-01T00:00:00Z'
  const content = `tid|${at}|wh-id|${crc32(body)}`
  const signature = createSign('RSA-SHA256').update(content).sign(tlsFile('paypal-key.pem'), 'base64')
  const headers = [
    ['PAYPAL-TRANSMISSION-ID', 'tid'],
    ['PAYPAL-TRANSMISSION-TIME', at],
    ['PAYPAL-TRANSMISSION-SIG', signature],
    ['PAYPAL-CERT-URL', CERT_URL],
  ].flat()
  const signed = { method: 'POST', url: '', target: '/', headers, body, json: lazyJson(body) }
  const found = findAtOnce(endpoint.signing, endpoint, signed, Date.now())
  const { id } = await store.addCapture(aCapture(endpoint.id, { headers, body, ...found }))
  return { id, found, verdict: async () => (await store.capture(id))?.verdict }
}

const PAYPAL = { scheme: 'paypal', extra: { webhookId: 'wh-id' } }

test('with the permission of its endpoint a webhook of PayPal is valid a moment after it came', async () => {
  await using provider = await keyProvider(() => ({ body: CHAIN }))
  const { found, verdict } = await captured(await running(provider), { ...PAYPAL, fetchKeys: true })
  expect(found).toMatchObject({ late: true, verdict: { kind: 'unchecked' } })
  await expect.poll(verdict, { timeout: 5_000 }).toMatchObject({ kind: 'valid', scheme: 'paypal' })
})

test('without it nothing is fetched, also where another endpoint has it, and the verdict names both ways out', async () => {
  await using provider = await keyProvider(() => ({ body: CHAIN }))
  const parts = await running(provider)
  const allowed = await captured(parts, { ...PAYPAL, fetchKeys: true })
  await expect.poll(allowed.verdict, { timeout: 5_000 }).toMatchObject({ kind: 'valid' })
  const { found, verdict } = await captured(parts, PAYPAL)
  expect(found.late).toBe(false)
  await pause(100)
  expect(await verdict()).toEqual({
    kind: 'unchecked',
    scheme: 'paypal',
    reason:
      "The certificate that checks this signature is not here: paste it into the endpoint's settings, or allow Hookwell there to fetch it from api.paypal.com.",
  })
  expect(provider.asked).toHaveLength(1)
})

test('where the key cannot be had, the verdict says why', async () => {
  await using provider = await keyProvider(() => ({ body: tlsFile('paypal.pem') }))
  const { verdict } = await captured(await running(provider), { ...PAYPAL, fetchKeys: true })
  await expect
    .poll(async () => (await verdict())?.reason, { timeout: 5_000 })
    .toBe("The provider's key could not be had. The certificate does not come from an issuer that is trusted here.")
})
