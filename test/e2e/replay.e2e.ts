import { createHmac, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import type { Page } from '@playwright/test'
import { aTarget, expect, type Hookwell, test } from './hookwell.ts'

const deliveries = (hookwell: Hookwell, id: string) =>
  `${hookwell.ready.inspector}/e/${hookwell.ready.endpoint}/c/${id}?tab=deliveries`

const newest = (page: Page) =>
  page
    .getByRole('list', { name: /Deliveries/ })
    .getByRole('listitem')
    .first()

/** What Stripe's own library looks at: the signature over time and body, and that the time is not more than five minutes ago. */
function checkStripe(secret: string, header: string, body: string): number {
  const fields = new Map(header.split(',').map((part) => part.split('=') as [string, string])) // name=value each
  const mac = createHmac('sha256', secret)
    .update(`${fields.get('t')}.${body}`)
    .digest('hex')
  if (mac !== fields.get('v1')) return 400
  return Math.abs(Date.now() / 1000 - Number(fields.get('t'))) < 300 ? 200 : 408
}

const headerOf = (headers: readonly string[], name: string): string =>
  headers[headers.findIndex((each) => each.toLowerCase() === name.toLowerCase()) + 1] ?? ''

test('an old webhook is refused as it came, and taken once it is signed anew; the choice is remembered', async ({
  page,
  hookwell,
}) => {
  const secret = 'whsec_0123456789abcdef'
  await hookwell.endpoint({ signing: { scheme: 'stripe', secrets: [secret] } })
  const body = '{"id":"evt_1","type":"invoice.paid"}\n'
  const t = Math.floor(Date.now() / 1000) - 2460
  const mac = createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')
  const id = await hookwell.send(body, { 'Stripe-Signature': `t=${t},v1=${mac}` })
  const target = await aTarget((_, response) => {
    const { headers = [], body: sent = '' } = target.requests.at(-1) ?? {}
    response.writeHead(checkStripe(secret, headerOf(headers, 'stripe-signature'), sent)).end()
  })
  await page.goto(deliveries(hookwell, id))
  await page.getByLabel('Target').fill(`${target.url}/hooks`)
  await expect(page.getByRole('radio', { name: 'As it came' })).toBeChecked()
  await page.getByRole('button', { name: 'Replay', exact: true }).click()
  await expect(newest(page)).toContainText('408')
  await expect(newest(page)).toContainText('Byte for byte as captured')

  await expect(page.getByText('By now this request is too old')).toBeVisible()
  await page.getByRole('button', { name: 'Sign it anew' }).click()
  await expect(page.getByRole('radio', { name: 'Signed anew' })).toBeChecked()
  await page.getByRole('button', { name: 'Replay', exact: true }).click()
  await expect(newest(page)).toContainText('200')
  await expect(newest(page)).toContainText('Sent with these differences')
  expect(target.requests.at(-1)?.body).toBe(body)

  // Remembered for the endpoint, also by the key.
  await page.reload()
  await expect(page.getByRole('radio', { name: 'Signed anew' })).toBeChecked()
  await page.getByRole('heading', { level: 2 }).click()
  await page.keyboard.press('r')
  await expect.poll(() => target.requests.length).toBe(3)
  await expect(newest(page)).toContainText('200')

  await page.getByRole('radio', { name: 'Deliberately wrong' }).check()
  await page.getByRole('button', { name: 'Replay', exact: true }).click()
  await expect(newest(page)).toContainText('400')
  await page.getByRole('radio', { name: 'Left out' }).check()
  await page.getByRole('button', { name: 'Replay', exact: true }).click()
  await expect.poll(() => target.requests.length).toBe(5)
  expect(target.requests.at(-1)?.headers.map((each) => each.toLowerCase())).not.toContain('stripe-signature')
  target.close()
})

test('a replay signed anew counts as a new event where that is asked for', async ({ page, hookwell }) => {
  const secret = `whsec_${Buffer.from('a key of thirty-two bytes or so!').toString('base64')}`
  await hookwell.endpoint({ signing: { scheme: 'standard-webhooks', secrets: [secret] } })
  const id = await hookwell.send('{"type":"a"}', {
    'webhook-id': 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W',
    'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
    'webhook-signature': 'v1,AAAA',
  })
  const target = await aTarget((_, response) => response.end())
  await page.goto(deliveries(hookwell, id))
  await page.getByLabel('Target').fill(target.url)
  await page.getByRole('radio', { name: 'Signed anew' }).check()
  await page.getByRole('checkbox', { name: 'With a new event id' }).check()
  await page.getByRole('button', { name: 'Replay', exact: true }).click()
  await expect.poll(() => target.requests.length).toBe(1)
  const { headers = [] } = target.requests[0] ?? {}
  const [sentId, time] = [headerOf(headers, 'webhook-id'), headerOf(headers, 'webhook-timestamp')]
  expect(sentId).not.toBe('msg_2KWPBgLlAfxdpx2AI54pPJ85f4W')
  const mac = createHmac('sha256', 'a key of thirty-two bytes or so!').update(`${sentId}.${time}.{"type":"a"}`)
  expect(headerOf(headers, 'webhook-signature')).toBe(`v1,${mac.digest('base64')}`)
  target.close()
})

test('for a provider with a key of its own the public half of a test key is given, and it checks what is sent', async ({
  page,
  hookwell,
}) => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const hex = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex')
  await hookwell.endpoint({ signing: { scheme: 'discord', publicKeys: [hex] } })
  const time = String(Math.floor(Date.now() / 1000))
  const id = await hookwell.send('{"type":1}', {
    'X-Signature-Timestamp': time,
    'X-Signature-Ed25519': sign(null, Buffer.from(`${time}{"type":1}`), privateKey).toString('hex'),
  })
  expect((await hookwell.capture(id)).verdict.kind).toBe('valid')
  const target = await aTarget((_, response) => response.end())
  await page.goto(deliveries(hookwell, id))
  await page.getByLabel('Target').fill(target.url)
  await page.getByRole('radio', { name: 'Signed anew, with a test key' }).check()
  const shown = (await page.getByRole('region', { name: 'Public test key' }).locator('pre').textContent()) ?? ''
  expect(shown).toMatch(/^[0-9a-f]{64}$/)
  await page.getByRole('button', { name: 'Replay', exact: true }).click()
  await expect.poll(() => target.requests.length).toBe(1)
  const { headers = [], body = '' } = target.requests[0] ?? {}
  const key = createPublicKey({
    format: 'jwk',
    key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(shown, 'hex').toString('base64url') },
  })
  const signed = Buffer.from(headerOf(headers, 'x-signature-timestamp') + body)
  expect(verify(null, signed, key, Buffer.from(headerOf(headers, 'x-signature-ed25519'), 'hex'))).toBe(true)
  target.close()
})

test('where the time stands in the body it is asked for beside the choice, and then sent', async ({
  page,
  hookwell,
}) => {
  await hookwell.endpoint({ signing: { scheme: 'linear', secrets: ['lin_wh_secret'] } })
  const body = `{"action":"create", "webhookTimestamp":${Date.now() - 3_600_000}}`
  const mac = createHmac('sha256', 'lin_wh_secret').update(body).digest('hex')
  const id = await hookwell.send(body, { 'Linear-Signature': mac })
  const target = await aTarget((_, response) => response.end())
  await page.goto(deliveries(hookwell, id))
  await page.getByLabel('Target').fill(target.url)
  await page.getByRole('button', { name: 'Sign it anew' }).click()
  await page.getByRole('button', { name: 'Replay', exact: true }).click()
  await expect(page.getByRole('group', { name: 'Signature' }).getByRole('alert')).toBeVisible()
  expect(target.requests).toHaveLength(0)
  await page.getByRole('checkbox', { name: 'Set the time in the body to now' }).check()
  await page.getByRole('button', { name: 'Replay', exact: true }).click()
  await expect.poll(() => target.requests.length).toBe(1)
  const { headers = [], body: sent = '' } = target.requests[0] ?? {}
  expect(Math.abs(JSON.parse(sent).webhookTimestamp - Date.now())).toBeLessThan(20_000)
  const again = createHmac('sha256', 'lin_wh_secret').update(sent).digest('hex')
  expect(headerOf(headers, 'linear-signature')).toBe(again)
  await expect(page.getByRole('group', { name: 'Signature' }).getByRole('alert')).toHaveCount(0)
  target.close()
})

test('without a scheme only the signature as it came can be sent, and it is said where to set one', async ({
  page,
  hookwell,
}) => {
  const id = await hookwell.send({ type: 'a' })
  await page.goto(deliveries(hookwell, id))
  await expect(page.getByRole('radio', { name: 'Signed anew' })).toBeDisabled()
  await page.getByRole('link', { name: 'Set its scheme' }).click()
  await expect(page).toHaveURL(/settings\/signature$/)
})
