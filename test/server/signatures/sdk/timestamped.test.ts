import { assertValidRequest, decodeSignatureHeader, encodeSignatureHeader } from '@sanity/webhook'
import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'
import type { Draft } from '../../../../server/signatures/draft.ts'
import { header, LONG_AGO, resignedBySecret } from './resigned.ts'

const BODY = '{ "id": "evt_1", "text": "é \\u00e9 😀", "n": 1.0 }\r\n'
const WHSEC = `whsec_${Buffer.from('a key of thirty-two bytes, or so').toString('base64')}`

const outcome = (work: () => unknown): string => {
  try {
    work()
    return 'taken'
  } catch (error) {
    return String(error)
  }
}

test('standardwebhooks takes it, and neither the old nor the wrong one', async () => {
  const library = new Webhook(WHSEC)
  const { old, again, wrong } = await resignedBySecret({
    scheme: 'standard-webhooks',
    secret: WHSEC,
    headers: [
      ['webhook-id', 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W'],
      ['webhook-timestamp', String(LONG_AGO / 1000)],
      ['webhook-signature', `${library.sign('msg_2KWPBgLlAfxdpx2AI54pPJ85f4W', new Date(LONG_AGO), BODY)} v1a,AAAA`],
    ],
    body: BODY,
  })
  const says = (draft: Draft) => outcome(() => library.verify(String(draft.body), Object.fromEntries(draft.headers)))
  expect([says(old), says(again), says(wrong)]).toEqual([
    expect.stringContaining('timestamp too old'),
    'taken',
    expect.stringContaining('No matching signature'),
  ])
})

test('@sanity/webhook takes it with the time of now, and not the wrong one', async () => {
  const name = 'sanity-webhook-signature'
  const secret = 'a-secret-of-the-test'
  const signature = await encodeSignatureHeader(BODY, LONG_AGO, secret)
  const { again, wrong } = await resignedBySecret({
    scheme: 'sanity',
    secret,
    headers: [[name, signature]],
    body: BODY,
  })
  const says = (draft: Draft) =>
    assertValidRequest({ headers: { [name]: header(draft, name) }, body: String(draft.body) }, secret)
  await expect(says(again)).resolves.toBeUndefined()
  await expect(says(wrong)).rejects.toThrow()
  const { timestamp } = decodeSignatureHeader(header(again, name))
  expect(Math.abs(Date.now() - timestamp)).toBeLessThan(60_000)
  expect(header(again, name)).toBe(await encodeSignatureHeader(BODY, timestamp, secret))
})
