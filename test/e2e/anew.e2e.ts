import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import type { Page } from '@playwright/test'
import { aTarget, expect, type Hookwell, test } from './hookwell.ts'

async function look(page: Page, hookwell: Hookwell, id: string): Promise<void> {
  await page.goto(`${hookwell.ready.inspector}/e/${hookwell.ready.endpoint}/c/${id}?tab=signature`)
  // The thread that looks for reasons is started when it is first needed, which takes its time on a busy machine.
  await expect(page.locator('.verdict-card[aria-busy="false"]')).toBeVisible({ timeout: 20_000 })
}

const headerOf = (headers: readonly string[], name: string): string =>
  headers[headers.findIndex((each) => each.toLowerCase() === name) + 1] ?? ''

test('a request that keeps its time in the body is replayed signed anew with one click, its time set to now', async ({
  page,
  hookwell,
}) => {
  await hookwell.endpoint({ signing: { scheme: 'linear', secrets: ['lin_wh_secret'] } })
  const body = `{"action":"create","webhookTimestamp":${Date.now() - 3_600_000}}`
  const mac = (text: string) => createHmac('sha256', 'lin_wh_secret').update(text).digest('hex')
  const id = await hookwell.send(body, { 'Linear-Signature': mac(body) })
  const target = await aTarget((_, response) => response.end('ok'))
  await look(page, hookwell, id)
  await page.getByRole('button', { name: 'Replay signed anew' }).click()
  await expect(page.getByRole('checkbox', { name: 'Set the time in the body to now' })).toBeChecked()
  await page.getByLabel('Target').fill(target.url)
  await page.keyboard.press('Enter')
  await expect.poll(() => target.requests.length).toBe(1)
  await page.getByRole('tab', { name: 'Signature' }).click()
  await page.getByRole('button', { name: 'Replay signed anew' }).click()
  await expect.poll(() => target.requests.length).toBe(2)
  for (const { headers, body: sent } of target.requests) {
    expect(Math.abs(JSON.parse(sent).webhookTimestamp - Date.now())).toBeLessThan(30_000)
    expect(headerOf(headers, 'linear-signature')).toBe(mac(sent))
  }
  target.close()
})

test('for a provider’s own key the button says that a test key signs, and shows that key before anything is sent', async ({
  page,
  hookwell,
}) => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const hex = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex')
  await hookwell.endpoint({
    signing: {
      scheme: 'custom',
      publicKeys: [hex],
      custom: {
        alg: 'ed25519',
        key: { enc: 'hex' },
        sig: { in: 'header', name: 'X-Signature-Ed25519', enc: 'hex' },
        ts: { in: 'header', name: 'X-Signature-Timestamp', unit: 's', past: 300, future: 300 },
        content: '{ts}{body}',
      },
    },
  })
  const time = String(Math.floor(Date.now() / 1000) - 3600)
  const id = await hookwell.send('{"type":1}', {
    'X-Signature-Timestamp': time,
    'X-Signature-Ed25519': sign(null, Buffer.from(`${time}{"type":1}`), privateKey).toString('hex'),
  })
  const target = await aTarget((_, response) => response.end('ok'))
  await look(page, hookwell, id)
  const again = page.getByRole('button', { name: 'Replay signed with a test key' })
  await again.click()
  await expect(page.getByRole('radio', { name: 'Signed anew, with a test key' })).toBeChecked()
  await expect(page.getByRole('region', { name: 'Public test key' }).locator('pre')).toHaveText(/^[0-9a-f]{64}$/)
  expect(target.requests).toHaveLength(0)
  await page.getByLabel('Target').fill(target.url)
  await page.keyboard.press('Enter')
  await expect.poll(() => target.requests.length).toBe(1)
  // The key is set up now, so that one click is enough.
  await page.getByRole('tab', { name: 'Signature' }).click()
  await again.click()
  await expect.poll(() => target.requests.length).toBe(2)
  expect(headerOf(target.requests[1]?.headers ?? [], 'x-signature-timestamp')).not.toBe(time)
  target.close()
})

test('a replay that cannot be signed anew opens the form, and says why beside the choice', async ({
  page,
  hookwell,
}) => {
  const secret = 'whsec_that_goes_away_again'
  await hookwell.endpoint({ signing: { scheme: 'stripe', secrets: [secret] } })
  const t = Math.floor(Date.now() / 1000) - 3600
  const v1 = createHmac('sha256', secret).update(`${t}.{}`).digest('hex')
  const id = await hookwell.send('{}', { 'Stripe-Signature': `t=${t},v1=${v1}` })
  const target = await aTarget((_, response) => response.end('ok'))
  await look(page, hookwell, id)
  await page.getByRole('button', { name: 'Replay signed anew' }).click()
  await page.getByLabel('Target').fill(target.url)
  await page.keyboard.press('Enter')
  await expect.poll(() => target.requests.length).toBe(1)
  await page.getByRole('tab', { name: 'Signature' }).click()
  // Taken away by somebody else while this page looks: the button is still there when it is pressed.
  await page.route('**/replay', async (route) => {
    await hookwell.endpoint({ signing: { scheme: 'stripe', secrets: [] } })
    await route.continue()
  })
  await page.getByRole('button', { name: 'Replay signed anew' }).click()
  const refusal = page.getByRole('group', { name: 'Signature' }).getByRole('alert')
  await expect(refusal).toBeVisible()
  await expect(refusal).not.toContainText('sign:')
  await expect(page.getByRole('radio', { name: 'Signed anew' })).toBeChecked()
  expect(target.requests).toHaveLength(1)
  target.close()
})

test('a deliberately wrong signature goes out as of now, so that no app refuses it for its age alone', async ({
  page,
  hookwell,
}) => {
  const secret = 'whsec_of_an_old_request'
  await hookwell.endpoint({ signing: { scheme: 'stripe', secrets: [secret] } })
  const t = Math.floor(Date.now() / 1000) - 3600
  const v1 = createHmac('sha256', secret).update(`${t}.{}`).digest('hex')
  const id = await hookwell.send('{}', { 'Stripe-Signature': `t=${t},v1=${v1}` })
  const target = await aTarget((_, response) => response.end('ok'))
  await page.goto(`${hookwell.ready.inspector}/e/${hookwell.ready.endpoint}/c/${id}?tab=deliveries`)
  await page.getByRole('radio', { name: 'Deliberately wrong' }).check()
  await expect(page.getByText('too old')).toHaveCount(0)
  await page.getByLabel('Target').fill(target.url)
  await page.keyboard.press('Enter')
  await expect.poll(() => target.requests.length).toBe(1)
  const headers = target.requests[0]?.headers ?? []
  const value = headers[headers.findIndex((each) => each.toLowerCase() === 'stripe-signature') + 1] ?? ''
  const [, at = '', sent = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(value) ?? []
  expect(Math.abs(Number(at) - Date.now() / 1000)).toBeLessThan(60)
  expect(sent).not.toBe(createHmac('sha256', secret).update(`${at}.{}`).digest('hex'))
  target.close()
})

test('where the time stands in the body, a wrong signature keeps it, and it is said that the age alone may be refused', async ({
  page,
  hookwell,
}) => {
  const secret = 'of-an-old-request'
  await hookwell.endpoint({ signing: { scheme: 'linear', secrets: [secret] } })
  const body = JSON.stringify({ type: 'Issue', webhookTimestamp: Date.now() - 3_600_000 })
  const id = await hookwell.send(body, { 'Linear-Signature': createHmac('sha256', secret).update(body).digest('hex') })
  await page.goto(`${hookwell.ready.inspector}/e/${hookwell.ready.endpoint}/c/${id}?tab=deliveries`)
  await page.getByRole('radio', { name: 'Deliberately wrong' }).check()
  await expect(page.getByText('an app may refuse it for that, and never look at the signature')).toBeVisible()
  await page.getByRole('radio', { name: 'Left out' }).check()
  await expect(page.getByText('too old')).toHaveCount(0)
})
