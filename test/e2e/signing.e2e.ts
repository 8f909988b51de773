import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import type { Page } from '@playwright/test'
import { expect, type Hookwell, pick, test } from './hookwell.ts'

const settings = (hookwell: Hookwell, query = '') =>
  `${hookwell.ready.inspector}/e/${hookwell.ready.endpoint}/settings/signature${query}`

const tried = (page: Page) => page.getByRole('region', { name: 'Tried on a stored request' })

test('a scheme is found and set by keyboard alone, by its name, its id and the name of its header', async ({
  page,
  hookwell,
}) => {
  await page.goto(settings(hookwell))
  const picker = page.getByRole('combobox', { name: 'Scheme' })
  await expect(picker).toHaveValue('None: signatures are not checked')
  await picker.focus()
  await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('listbox', { name: 'Scheme' })).toBeVisible()
  await expect(page.getByRole('group', { name: 'All, A to Z' })).toBeVisible()
  await page.keyboard.press('Home')
  await expect(page.getByRole('option').first()).toHaveAttribute('data-active', 'true')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('listbox')).toHaveCount(0)
  await expect(picker).toHaveValue('None: signatures are not checked')

  await page.keyboard.type('x-hub-signature-256')
  const first = page.getByRole('option').first()
  await expect(first).toContainText('GitHub')
  await expect(picker).toHaveAttribute('aria-activedescendant', (await first.getAttribute('id')) ?? '')
  await page.keyboard.press('Escape')
  await picker.fill('strip')
  await page.keyboard.press('Enter')
  await expect(picker).toHaveValue('Stripe')
  await expect(page.getByText('The sender signs the time and the body, byte for byte.')).toBeVisible()
  await expect(page.getByText(/Workbench → Webhooks/)).toBeVisible()

  await page.keyboard.press('Tab') // the link to the source
  await page.keyboard.press('Tab')
  await expect(page.getByLabel('Secret', { exact: true })).toBeFocused()
  await page.keyboard.type('whsec_by_keyboard_alone')
  await page.keyboard.press('Enter')
  await expect(page.getByText('Saved')).toBeVisible()
  await expect(page.getByText('Nothing was stored yet.')).toBeVisible()
  const endpoint = await hookwell.api<{ signing?: { scheme: string } }>('GET', `endpoints/${hookwell.ready.endpoint}`)
  expect(endpoint.signing?.scheme).toBe('stripe')
})

test('a link can propose a scheme, and the secret is tried on what is stored before anything is saved', async ({
  page,
  hookwell,
}) => {
  const secret = 'it-is-a-secret-to-everybody'
  const body = '{"action":"opened"}'
  const signature = createHmac('sha256', secret).update(body).digest('hex')
  for (let number = 0; number < 3; number++)
    await hookwell.send(body, { 'X-Hub-Signature-256': `sha256=${signature}`, 'X-GitHub-Event': 'issues' })
  await page.goto(settings(hookwell, '?scheme=github'))
  await expect(page.getByRole('combobox', { name: 'Scheme' })).toHaveValue('GitHub')
  const field = page.getByLabel('Secret', { exact: true })
  await field.fill(` ${secret} `)
  await expect(page.getByText('There is a space or a line break')).toBeVisible()
  await expect(tried(page)).toContainText('Signature invalid')
  await page.getByRole('button', { name: 'Take it off' }).click()
  await expect(field).toHaveValue(secret)
  await expect(tried(page)).toContainText('These settings fit this request.')
  expect((await hookwell.captures()).map((one) => one.verdict.kind)).toEqual(['unchecked', 'unchecked', 'unchecked'])
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('All 3 stored requests were checked again: all of them are valid now.')).toBeVisible()
  expect((await hookwell.captures()).map((one) => one.verdict.kind)).toEqual(['valid', 'valid', 'valid'])
})

test('while many stored requests are checked again it is said how many of how many', async ({ page, hookwell }) => {
  await hookwell.sendMany(3000)
  await page.goto(settings(hookwell))
  await pick(page, 'Scheme', 'github')
  await page.getByLabel('Secret', { exact: true }).fill('whatever it is')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText(/Checked [\d,]+ of 3,000 stored requests again/)).toBeVisible()
  await expect(page.getByText('All 3,000 stored requests were checked again.')).toBeVisible({ timeout: 30_000 })
})

test('a provider with a public key is set up with its PEM, and a private key is warned of', async ({
  page,
  hookwell,
}) => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const body = '{"type":"signed.by.rsa"}'
  const signature = sign('sha256', Buffer.from(body), privateKey).toString('base64')
  await hookwell.send(body, { 'X-Rsa': signature })
  await page.goto(settings(hookwell))
  await pick(page, 'Scheme', 'custom')
  await page.getByLabel('Algorithm').selectOption('rsa-sha256')
  await expect(page.getByLabel('The key is')).toHaveValue('pem')
  await page.getByLabel('Header', { exact: true }).fill('X-Rsa')
  await page.getByLabel('Encoding').selectOption('base64')
  const field = page.getByLabel('Public key', { exact: true })
  await field.fill(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
  await expect(page.getByText('This is a private key.')).toBeVisible()
  await field.fill(publicKey.export({ type: 'spki', format: 'pem' }).toString())
  await expect(tried(page)).toContainText('These settings fit this request.')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('its signature is valid now')).toBeVisible()
  await page.reload()
  await expect(field).toHaveValue(/-----BEGIN PUBLIC KEY-----/)
  expect((await hookwell.captures())[0]?.verdict.kind).toBe('valid')
})

test('a custom scheme is tried on a stored request while it is written, and what cannot be meant is said at its field', async ({
  page,
  hookwell,
}) => {
  const body = '{"type":"mine"}\n'
  const signature = createHmac('sha512', 'my own secret').update(`1700.${body}`).digest('base64')
  await hookwell.send(body, { 'X-Mine': `at=1700;mac=${signature}` })
  await page.goto(settings(hookwell))
  await pick(page, 'Scheme', 'custom')
  await pick(page, 'Start from', 'Stripe')
  await expect(page.getByLabel('What is signed')).toHaveValue('{ts}.{body}')
  await page.getByLabel('Header', { exact: true }).fill('X-Mine')
  await page.getByLabel('Algorithm').selectOption('hmac-sha512')
  await page.getByLabel('Encoding').selectOption('base64')
  await page.getByLabel('Between elements', { exact: true }).fill(';')
  await page.getByLabel('Element with the signature').fill('mac')
  await page.getByLabel('Its name').fill('at')
  await page.getByLabel('Secret', { exact: true }).fill('my own secret')
  await expect(tried(page)).toContainText('These settings fit this request.')
  await expect(tried(page)).toContainText('1700.{"type":"mine"}LF')
  await expect(tried(page)).toContainText(signature)

  await page.getByLabel('What is signed').fill('{ts}.{boddy}')
  await expect(page.getByText('There is no token {boddy}.', { exact: true })).toBeVisible()
  await page.getByLabel('What is signed').fill('{id}.{ts}.{body}')
  await expect(
    page.getByText('`content` holds {id}, so the row must say where it stands.', { exact: true }),
  ).toBeVisible()
  await page.getByLabel('What is signed').fill('{ts}.{body}')
  await expect(tried(page)).toContainText('These settings fit this request.')

  await page.getByText('As JSON', { exact: true }).click()
  const json = page.getByLabel('The scheme as JSON')
  const row = JSON.parse(await json.inputValue())
  expect(row).toMatchObject({ alg: 'hmac-sha512', sig: { name: 'X-Mine', list: ';', field: 'mac' } })
  await json.fill('{"alg":"hmac-none"}')
  await expect(page.getByText(/“alg” must be one of/)).toBeVisible()
  await json.fill(JSON.stringify({ ...row, sig: { ...row.sig, name: 'X-Other' } }))
  await expect(page.getByLabel('Header', { exact: true })).toHaveValue('X-Other')
  await page.getByLabel('Header', { exact: true }).fill('X-Mine')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('its signature is valid now')).toBeVisible()
})

test('what is not saved is not lost by leaving: by link, by back, and only when it is meant', async ({
  page,
  hookwell,
}) => {
  await page.goto(`${hookwell.ready.inspector}/endpoints`)
  await page.getByRole('link', { name: /^Settings of/ }).click()
  await page.getByRole('link', { name: 'Signature', exact: true }).click()
  await pick(page, 'Scheme', 'GitHub')
  await page.getByLabel('Secret', { exact: true }).fill('not saved yet')
  const dialog = page.getByRole('dialog', { name: 'Leave without saving?' })
  await page.getByRole('link', { name: 'Captures', exact: true }).click()
  await expect(dialog).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByLabel('Secret', { exact: true })).toHaveValue('not saved yet')
  await page.goBack()
  await expect(dialog).toBeVisible()
  await expect(page).toHaveURL(settings(hookwell))
  await dialog.getByRole('button', { name: 'Leave' }).click()
  await expect(page).toHaveURL(/settings\/general$/)
  await page.getByRole('link', { name: 'Signature', exact: true }).click()
  await expect(page.getByRole('combobox', { name: 'Scheme' })).toHaveValue('None: signatures are not checked')
  // Back where it was is no change.
  await pick(page, 'Scheme', 'GitHub')
  await pick(page, 'Scheme', 'None')
  await page.getByRole('link', { name: 'Captures', exact: true }).click()
  await expect(dialog).toHaveCount(0)
})
