import { createHmac } from 'node:crypto'
import type { Page } from '@playwright/test'
import type { Endpoint } from '../../shared/endpoint.ts'
import { expect, type Hookwell, test } from './hookwell.ts'

const BODY = '{"order":1,"note":"ő"}'
const mac = (secret: string) => createHmac('sha256', secret).update(BODY).digest('hex')
const stranger = (hookwell: Hookwell, secret: string) => hookwell.send(BODY, { 'X-Shoprocket-Signature': mac(secret) })

const settled = (hookwell: Hookwell) => hookwell.api<Endpoint>('GET', `endpoints/${hookwell.ready.endpoint}`)
const settings = (hookwell: Hookwell) => `${hookwell.ready.inspector}/e/${hookwell.ready.endpoint}/settings/signature`

async function tryToFind(page: Page, hookwell: Hookwell, id: string, typed: string): Promise<void> {
  await page.goto(`${hookwell.ready.inspector}/e/${hookwell.ready.endpoint}/c/${id}?tab=signature`)
  await page.getByLabel('Secret to try').fill(typed)
  await page.getByRole('button', { name: 'Find the scheme', exact: true }).click()
  // The thread that looks is started when it is first needed, which takes its time on a busy machine.
  await expect(page.getByRole('heading', { name: 'Found: this is how it is signed' })).toBeVisible({ timeout: 20_000 })
}

test('a secret that was typed with spaces around it is saved without them, that is said, and the next webhook is valid', async ({
  page,
  hookwell,
}) => {
  const secret = 'spaceless-secret-9'
  await tryToFind(page, hookwell, await stranger(hookwell, secret), `  ${secret} `)
  await expect(
    page.getByText('The secret is saved without the spaces, line breaks or invisible characters around it.'),
  ).toBeVisible()
  await page.getByRole('button', { name: 'Use as this endpoint’s scheme' }).click()
  await expect(page.getByText('The one stored request was checked again: its signature is valid now.')).toBeVisible()
  expect((await hookwell.capture(await stranger(hookwell, secret))).verdict.kind).toBe('valid')
})

test('a scheme that fits only with the secret of another endpoint is shown, and not offered with the one that was typed', async ({
  page,
  hookwell,
}) => {
  const theirs = 'secret-of-the-other-shop'
  await hookwell.api('POST', 'endpoints', {
    alias: 'other-shop',
    signing: { scheme: 'github', secrets: [theirs] },
  })
  await tryToFind(page, hookwell, await stranger(hookwell, theirs), 'not-the-one')
  const result = page.locator('.recheck-result')
  await expect(result).toContainText('The secret of endpoint other-shop matches')
  await expect(result).toContainText('there is nothing to save yet')
  await expect(page.getByRole('button', { name: 'Use as this endpoint’s scheme' })).toHaveCount(0)
  expect((await settled(hookwell)).signing).toBeUndefined()
  expect(await page.content()).not.toContain(theirs)
})

test('what is found is said once: its sentence first, then the scheme; and it is brought into view', async ({
  page,
  hookwell,
}) => {
  await page.setViewportSize({ width: 1280, height: 480 })
  const secret = 'shop-secret-42'
  await tryToFind(page, hookwell, await stranger(hookwell, secret), secret)
  const result = page.locator('.recheck-result')
  await expect(result.getByRole('heading')).toHaveText(['Found: this is how it is signed'])
  await expect(result).toContainText('Shown by making the signature again')
  await expect(result.locator('.cause')).toHaveCount(0)
  await expect(result).not.toContainText('Made again like this')
  await expect(result.getByRole('heading')).toBeInViewport()
})

test('who has never heard of the sender is told which header looks like a signature, and led to the secret', async ({
  page,
  hookwell,
}) => {
  const id = await stranger(hookwell, 'whatever')
  await page.goto(`${hookwell.ready.inspector}/e/${hookwell.ready.endpoint}/c/${id}?tab=signature`)
  await expect(page.getByText(/^X-Shoprocket-Signature looks like a signature\./i)).toBeVisible()
  await page.getByRole('button', { name: 'Find the scheme with its secret' }).click()
  await expect(page.getByLabel('Secret to try')).toBeFocused()
})

test('a provider that is in no list is found by going from the picker to the newest request that came', async ({
  page,
  hookwell,
}) => {
  await stranger(hookwell, 'whatever')
  const newest = await stranger(hookwell, 'whatever')
  await page.goto(settings(hookwell))
  await page.getByRole('combobox', { name: 'Scheme' }).fill('shoprocket')
  await expect(page.getByRole('group', { name: 'Nothing matches “shoprocket”' })).toBeVisible()
  await expect(page.getByRole('option')).toHaveText([/^Not listed: find it with the secret/, /^Custom/])
  // Going on by Tab must not lead away from here: nothing that was typed is marked.
  await page.keyboard.press('Tab')
  await expect(page).toHaveURL(settings(hookwell))
  await page.getByRole('combobox', { name: 'Scheme' }).fill('shoprocket')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`/c/${newest}\\?tab=signature&find=1$`))
  await expect(page.getByLabel('Secret to try')).toBeFocused()
  await expect(page.getByRole('combobox', { name: 'Scheme' })).toHaveValue('I don’t know the scheme: find it')
})

test('who types a provider’s name and goes on with Tab has chosen it', async ({ page, hookwell }) => {
  await page.goto(settings(hookwell))
  const picker = page.getByRole('combobox', { name: 'Scheme' })
  await picker.fill('github')
  await page.keyboard.press('Tab')
  await expect(picker).toHaveValue('GitHub')
  await expect(picker).not.toBeFocused()
  // Opened and left without typing: nothing was meant.
  await picker.click()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Tab')
  await expect(picker).toHaveValue('GitHub')
})

test.describe(() => {
  test.use({ viewport: { width: 390, height: 844 } })
  test('a provider with a long name fits the width of a phone', async ({ page, hookwell }) => {
    const id = await hookwell.send(BODY, { 'X-Hub-Signature-256': `sha256=${mac('x')}` })
    await page.goto(`${hookwell.ready.inspector}/e/${hookwell.ready.endpoint}/c/${id}?tab=signature`)
    const link = page.getByRole('link', { name: /^Add its secret: Meta/ })
    await expect(link).toBeVisible()
    for (const each of await page.locator('.suggestion, .suggestion .button').all())
      expect(await each.evaluate((box) => box.scrollWidth - box.clientWidth)).toBeLessThanOrEqual(0)
  })
})
