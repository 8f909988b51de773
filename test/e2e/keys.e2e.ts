import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import type { Page } from '@playwright/test'
import type { Endpoint } from '../../shared/endpoint.ts'
import { expect, type Hookwell, pick, test } from './hookwell.ts'

const settled = (hookwell: Hookwell) => hookwell.api<Endpoint>('GET', `endpoints/${hookwell.ready.endpoint}`)

async function look(page: Page, hookwell: Hookwell, id: string): Promise<void> {
  await page.goto(`${hookwell.ready.inspector}/e/${hookwell.ready.endpoint}/c/${id}?tab=signature`)
  // The thread that looks for reasons is started when it is first needed, which takes its time on a busy machine.
  await expect(page.locator('.verdict-card[aria-busy="false"]')).toBeVisible({ timeout: 20_000 })
}

test('a public key is tried on a request, one that cannot be read is told, and the right one is kept', async ({
  page,
  hookwell,
}) => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const hex = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex')
  const other = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }).subarray(-32)
  const time = String(Math.floor(Date.now() / 1000))
  const id = await hookwell.send('{"type":1}', {
    'X-Signature-Timestamp': time,
    'X-Signature-Ed25519': sign(null, Buffer.from(`${time}{"type":1}`), privateKey).toString('hex'),
  })
  await look(page, hookwell, id)
  await pick(page, 'Scheme', 'discord')
  const field = page.getByLabel('Public key to try')
  const check = page.getByRole('button', { name: 'Check', exact: true })
  const result = page.locator('.recheck-result')
  await field.fill('no key at all')
  await check.click()
  await expect(result.locator('.field-error')).toContainText(/key/i)
  await expect(result).not.toContainText('publicKey:')
  await field.fill(other.toString('hex'))
  await check.click()
  await expect(result).toContainText('Signature invalid')
  await expect(page.getByRole('button', { name: 'Save for this endpoint' })).toHaveCount(0)
  await field.fill(hex)
  await check.click()
  await expect(result).toContainText('This public key belongs to the key that signed this request.')
  await page.getByRole('button', { name: 'Save for this endpoint' }).click()
  await expect(page.getByText('The one stored request was checked again: its signature is valid now.')).toBeVisible()
  expect((await settled(hookwell)).signing).toMatchObject({ scheme: 'discord', publicKeys: [hex] })
})

test('of a large body it is said that not everything was tried, and how much of what is signed is shown', async ({
  page,
  hookwell,
}) => {
  await hookwell.endpoint({ signing: { scheme: 'stripe', secrets: ['whsec_of_a_large_body'] } })
  const body = JSON.stringify({ text: 'x'.repeat(1_200_000) })
  const t = Math.floor(Date.now() / 1000)
  const v1 = createHmac('sha256', 'another').update(`${t}.${body}`).digest('hex')
  await look(page, hookwell, await hookwell.send(body, { 'Stripe-Signature': `t=${t},v1=${v1}` }))
  await expect(page.getByText(/^Not everything was tried: The body is larger than 1 MiB/)).toBeVisible()
  await expect(page.getByText(/^the first 256 kB of 1\.1 MB/)).toBeVisible()
  await expect(page.getByRole('button', { name: 'Copy what is shown of what is signed' })).toBeVisible()
})

test('whether a provider’s keys are fetched is a switch that is off, says from where, and is kept', async ({
  page,
  hookwell,
}) => {
  await page.goto(`${hookwell.ready.inspector}/e/${hookwell.ready.endpoint}/settings/signature`)
  await pick(page, 'Scheme', 'paypal')
  const fetchKeys = page.getByRole('checkbox', { name: /^Fetch the provider’s public keys/ })
  await expect(fetchKeys).not.toBeChecked()
  await expect(page.getByText(/on paypal\.com\..*and from nowhere else/)).toBeVisible()
  await fetchKeys.check()
  await page.getByLabel('Webhook ID').fill('1JE4291016473214C')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Saved', { exact: true })).toBeVisible()
  expect((await settled(hookwell)).signing?.fetchKeys).toBe(true)
  await page.reload()
  await expect(fetchKeys).toBeChecked()
  await fetchKeys.uncheck()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Saved', { exact: true })).toBeVisible()
  expect((await settled(hookwell)).signing?.fetchKeys ?? false).toBe(false)
})
