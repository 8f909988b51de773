/** How long a check takes is the sender's choice in part; how long everybody else waits for it is not, and no failing check loses a webhook. */
import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { expect, test } from 'vitest'
import type { HeaderPairs } from '../../../shared/headers.ts'
import type { Scheme } from '../../../shared/scheme.ts'
import { findAtOnce, takesLong } from '../../../server/signatures/findings.ts'
import { anInspector } from '../../support/an-inspector.ts'
import { aRequest } from '../signatures/vectors.ts'

const MIB = 1024 * 1024
const body = Buffer.alloc(MIB, 'a')
const NOW = 1_767_225_600_000
const NAMES = { eventType: undefined, eventId: undefined }
const secrets = Array.from({ length: 10 }, (_, i) => ({ id: `s${i}`, value: `secret-number-${i}`, addedAt: 0 }))

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
const stamp = String(NOW / 1000)
const right = sign('sha256', Buffer.concat([Buffer.from(stamp), body]), privateKey).toString('base64')
const wrong = (n: number): string[] =>
  Array.from({ length: n }, (_, i) => sign('sha256', Buffer.from(String(i)), privateKey).toString('base64'))
const sendgrid = (signatures: string[], given = body) =>
  aRequest({
    body: given,
    headers: [
      ...signatures.flatMap((each) => ['X-Twilio-Email-Event-Webhook-Signature', each]),
      ...['X-Twilio-Email-Event-Webhook-Timestamp', stamp],
    ],
  })
const kindOf = (signatures: string[]): string =>
  findAtOnce({ scheme: 'sendgrid', secrets: [], publicKeys: [spki] }, NAMES, sendgrid(signatures), NOW).verdict.kind

test('of many signatures over a large body few are tried by a public key, and one that is sent again costs nothing', () => {
  expect(kindOf([...wrong(7), right])).toBe('valid')
  expect(kindOf([...wrong(8), right])).toBe('invalid')
  expect(kindOf([...Array.from({ length: 60 }, () => wrong(1)[0] ?? '').fill('AAAA'), right])).toBe('valid')
  const again = wrong(1)[0] ?? ''
  expect(kindOf([...Array<string>(60).fill(again), right])).toBe('valid')
})

test('many timestamps times many secrets over 1 MiB are checked a moment later, and a usual request at once', () => {
  const settings = { scheme: 'stripe', secrets }
  const sent = (values: number, size = MIB) =>
    aRequest({
      body: body.subarray(0, size),
      headers: Array.from({ length: values }, (_, i) => [
        'Stripe-Signature',
        `t=${1_767_225_600 + i},v1=${'00'.repeat(32)}`,
      ]).flat(),
    })
  expect(findAtOnce(settings, NAMES, sent(8), NOW)).toMatchObject({
    late: true,
    verdict: { kind: 'unchecked', reason: 'Many signatures and secrets: checked a moment later.' },
  })
  expect(findAtOnce(settings, NAMES, sent(1), NOW)).toMatchObject({ late: false, verdict: { kind: 'invalid' } })
  expect(findAtOnce(settings, NAMES, sent(8, 64 * 1024), NOW)).toMatchObject({
    late: false,
    verdict: { kind: 'invalid' },
  })
})

test.each([
  ['one secret over the largest body', { scheme: 'github', secrets: secrets.slice(0, 1) }, false],
  ['two of them', { scheme: 'github', secrets: secrets.slice(0, 2) }, true],
  ['a token', { scheme: 'gitlab-token', secrets }, false],
  ['Ed25519', { scheme: 'discord', secrets: [], publicKeys: ['00'.repeat(32)] }, true],
])('how long a body of 25 MB takes depends on the scheme: %s', (_, settings, long) => {
  const request = aRequest({
    body: Buffer.alloc(25_000_000),
    headers: ['X-Signature-Ed25519', '00'.repeat(64)],
  })
  expect(takesLong(settings, request)).toBe(long)
})

function posted(port: number, path: string, headers: HeaderPairs, sent: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const all = [['Host', 'x'], ['Content-Length', String(sent.length)], ...headers].flat()
    const request = httpRequest({ port, method: 'POST', path, headers: all }, (response) => {
      response.resume()
      response.on('end', () => resolve(String(response.headers['hookwell-capture'])))
    })
    request.on('error', reject).end(sent)
  })
}

test('what is checked a moment later has its verdict then', async () => {
  await using inspector = await anInspector()
  const { id } = await inspector.store.addEndpoint({
    signing: { scheme: 'stripe', secrets: secrets.map(({ value }) => value) },
  })
  const signed = createHmac('sha256', 'secret-number-9').update(`${stamp}.`).update(body).digest('hex')
  const headers: HeaderPairs = Array.from({ length: 8 }, (_, i) => [
    'Stripe-Signature',
    i === 7 ? `t=${stamp},v1=${signed}` : `t=${1_767_225_600 + i},v1=${'00'.repeat(32)}`,
  ])
  const capture = await posted(inspector.capturePort, `/${id}`, headers, body)
  const kind = async () => (await inspector.store.capture(capture))?.verdict.kind
  await expect.poll(kind, { timeout: 10_000 }).toBe('valid')
})

test('a check that fails keeps the webhook all the same', async () => {
  await using inspector = await anInspector()
  // As a damaged file might hold it.
  const damaged = {
    alg: 'hmac-sha256',
    key: null,
    sig: { in: 'header', name: 'X-Sig', enc: 'hex' },
    content: '{body}',
  } as unknown as Scheme
  const { id } = await inspector.store.addEndpoint({
    signing: { scheme: 'custom', custom: damaged, secrets: ['of-the-sender'] },
  })
  const response = await fetch(`${inspector.capture}/${id}`, {
    method: 'POST',
    body: 'kept',
    headers: { 'x-sig': '00' },
  })
  expect(response.status).toBe(200)
  const capture = response.headers.get('hookwell-capture') ?? ''
  expect(String((await inspector.store.body(capture))?.bytes)).toBe('kept')
  const verdict = async () => (await inspector.store.capture(capture))?.verdict
  await expect.poll(verdict).toMatchObject({ kind: 'unchecked', reason: 'Checking this failed.' })
  await expect.poll(() => inspector.store.lateCaptures(5, { heavy: false, dueBy: Date.now() })).toEqual([])
})
