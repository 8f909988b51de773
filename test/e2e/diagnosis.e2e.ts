import { createHmac } from 'node:crypto'
import type { Page } from '@playwright/test'
import type { Endpoint } from '../../shared/endpoint.ts'
import { aTarget, expect, type Hookwell, pick, test } from './hookwell.ts'

const SECRET = 'whsec_of_these_journeys_0123456789'

const mac = (secret: string, text: string, encoding: 'hex' | 'base64' = 'hex') =>
  createHmac('sha256', secret).update(text).digest(encoding)

/** As Stripe signs. @param signed the body its signature is made over, where that is not the one that is sent */
function stripe(body: string, secret: string, signed = body, lateSeconds = 0): Record<string, string> {
  const t = Math.floor(Date.now() / 1000) - lateSeconds
  return { 'Stripe-Signature': `t=${t},v1=${mac(secret, `${t}.${signed}`)}` }
}

async function look(page: Page, hookwell: Hookwell, id: string): Promise<void> {
  await page.goto(`${hookwell.ready.inspector}/e/${hookwell.ready.endpoint}/c/${id}?tab=signature`)
  // The thread that looks for reasons is started when it is first needed, which takes its time on a busy machine.
  await expect(page.locator('.verdict-card[aria-busy="false"]')).toBeVisible({ timeout: 20_000 })
}

const causes = (page: Page) => page.locator('.verdict-card > .causes').getByRole('listitem')
const settled = (hookwell: Hookwell) => hookwell.api<Endpoint>('GET', `endpoints/${hookwell.ready.endpoint}`)

function expectSignedNow(headers: readonly string[] | undefined, body: string): void {
  const signature = headers?.find((value) => /^t=\d+,v1=/.test(value)) ?? ''
  const [, t = '', v1 = ''] = /^t=(\d+),v1=([0-9a-f]+)$/.exec(signature) ?? []
  expect(Math.abs(Date.now() / 1000 - Number(t))).toBeLessThan(60)
  expect(v1).toBe(mac(SECRET, `${t}.${body}`))
}

/** What was typed as a secret must not stay in the page once it is kept on the server. */
async function expectForgotten(page: Page, secret: string): Promise<void> {
  const values = await page
    .locator('input, textarea')
    .evaluateAll((fields) => fields.map((field) => (field as HTMLInputElement).value)) // both kinds have one
  expect(values.join(' ')).not.toContain(secret)
  expect(await page.content()).not.toContain(secret)
}

test('a secret of another endpoint is named as the reason, and marked as shown and not as guessed', async ({
  page,
  hookwell,
}) => {
  await hookwell.endpoint({ signing: { scheme: 'stripe', secrets: [SECRET] } })
  const other = 'whsec_of_the_billing_endpoint_98765'
  await hookwell.api('POST', 'endpoints', { alias: 'billing', signing: { scheme: 'stripe', secrets: [other] } })
  const body = '{"id":"evt_1","type":"invoice.paid"}'
  await look(page, hookwell, await hookwell.send(body, stripe(body, other)))
  const first = causes(page).first()
  await expect(first).toContainText('billing')
  await expect(page.locator('.verdict-lead')).toHaveText('The secret of endpoint billing matches.')
  await expect(first).toContainText('Shown by making the signature again')
  await expect(page.locator('.verdict-card')).not.toContainText('Made again like this')
  await expect(first).toContainText('What to do:')
  expect(await page.content()).not.toContain(other)
  expect(await page.content()).not.toContain(SECRET)
})

test('a secret that nobody here has is explained without blaming the bytes, and both digests are shown aligned', async ({
  page,
  hookwell,
}) => {
  await hookwell.endpoint({ signing: { scheme: 'stripe', secrets: [SECRET] } })
  const body = '{"id":"evt_1","type":"invoice.paid"}'
  await look(page, hookwell, await hookwell.send(body, stripe(body, 'whsec_that_is_nowhere')))
  await expect(causes(page).first()).toContainText('secret')
  await expect(causes(page).first()).toContainText('Likely, but not proven')
  await expect(page.locator('.digests mark')).toHaveCount(2)
  await expect(page.locator('.digest').nth(0).locator('.digest-group')).toHaveCount(9)
  await expect(page.locator('.digest').nth(1).locator('.digest-group')).toHaveCount(9)
})

test('a body that was laid out anew is shown beside the one that was signed, with the first difference marked', async ({
  page,
  hookwell,
}) => {
  await hookwell.endpoint({ signing: { scheme: 'stripe', secrets: [SECRET] } })
  const body = '{"id":"evt_1","note":"tab\\there"}'
  const signed = JSON.stringify(JSON.parse(body), null, 2)
  await look(page, hookwell, await hookwell.send(body, stripe(body, SECRET, signed)))
  const first = causes(page).first()
  await expect(first).toContainText('Shown by making the signature again')
  await expect(first).toContainText(`${body.length} bytes`)
  await expect(first).toContainText(`${signed.length} bytes`)
  await expect(first).toContainText('Their first byte agrees, then they differ')
  await expect(first.getByRole('region', { name: /^Arrived/ }).locator('mark')).toHaveText('"')
  const other = first.getByRole('region', { name: /^Signed/ })
  await expect(other.locator('mark')).toHaveText('LF')
  await expect(other).toContainText('"note": "tab\\there"')
})

test('a provider nobody knows is found out from its secret, kept with one click, and the next webhook is valid', async ({
  page,
  hookwell,
}) => {
  const secret = 'shop-secret-42'
  const send = (body: string) => hookwell.send(body, { 'X-Shoprocket-Hmac': mac(secret, body, 'base64') })
  await look(page, hookwell, await send('{"order":1}'))
  await expect(page.getByRole('combobox', { name: 'Scheme' })).toHaveValue('I don’t know the scheme: find it')
  await page.getByLabel('Secret to try').fill(secret)
  await page.getByRole('button', { name: 'Find the scheme', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Found: this is how it is signed' })).toBeVisible()
  const facts = page.locator('.scheme-facts')
  await expect(facts).toContainText(/in the header X-Shoprocket-Hmac/i)
  await expect(facts).toContainText('the body, byte for byte')
  await expect(facts).toContainText('base64')
  await page.getByRole('button', { name: 'Use as this endpoint’s scheme' }).click()
  await expect(page.getByText('Saved. What is stored is checked again.')).toBeVisible()
  await expect(page.getByRole('article').getByText('Signature valid').first()).toBeVisible()
  await expect(page.locator('.verdict-lead')).toContainText('with the secret that ends in “t-42”')
  await expect(page.getByText('The one stored request was checked again: its signature is valid now.')).toBeVisible()
  await expectForgotten(page, secret)
  const { signing } = await settled(hookwell)
  expect(signing?.custom).toMatchObject({ alg: 'hmac-sha256', content: '{body}' })
  const next = await hookwell.capture(await send('{"order":2}'))
  expect(next.verdict).toMatchObject({ kind: 'valid', scheme: 'custom' })
})

test('what a request looks like is said with the reason, and leads to the settings with that scheme chosen', async ({
  page,
  hookwell,
}) => {
  const body = '{"id":"evt_1"}'
  await look(page, hookwell, await hookwell.send(body, stripe(body, SECRET)))
  const list = page.getByRole('list', { name: 'What it looks like' })
  await expect(list.getByRole('listitem').first()).toContainText('Looks like Stripe.')
  await expect(list.getByRole('listitem').first()).toContainText('Stripe-Signature')
  await list.getByRole('link', { name: 'Add its secret: Stripe' }).click()
  await expect(page).toHaveURL(/\/settings\/signature\?scheme=stripe$/)
  await expect(page.getByRole('combobox', { name: 'Scheme' })).toHaveValue('Stripe')
  await page.getByLabel('Secret', { exact: true }).fill(SECRET)
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Saved', { exact: true })).toBeVisible()
  await page.getByRole('link', { name: 'Captures', exact: true }).click()
  await expect(page.getByRole('option', { name: /signature valid/ })).toHaveCount(1)
})

test('another scheme is tried with a secret of its own, and both are kept when asked for', async ({
  page,
  hookwell,
}) => {
  await hookwell.endpoint({ signing: { scheme: 'stripe', secrets: [SECRET] } })
  const body = '{"action":"opened"}'
  const secret = 'it-is-a-secret-to-everybody'
  await look(page, hookwell, await hookwell.send(body, { 'X-Hub-Signature-256': `sha256=${mac(secret, body)}` }))
  await pick(page, 'Scheme', 'github')
  const field = page.getByLabel('Secret to try')
  await expect(field).toHaveAttribute('type', 'password')
  await expect(field).toHaveAttribute('autocomplete', 'off')
  await field.fill(secret)
  await page.getByRole('button', { name: 'Show what is typed' }).click()
  await expect(field).toHaveAttribute('type', 'text')
  await page.getByRole('button', { name: 'Check', exact: true }).click()
  await expect(page.getByText('This secret signs this request.')).toBeVisible()
  expect((await settled(hookwell)).signing?.scheme).toBe('stripe')
  await expect(page.getByText('The secret in use is replaced.')).toBeVisible()
  await page.getByRole('button', { name: 'Save for this endpoint' }).click()
  await expect(page.getByText('Saved. What is stored is checked again.')).toBeVisible()
  await expect(page.getByRole('article').getByText('Signature valid').first()).toBeVisible()
  await expectForgotten(page, secret)
  expect((await settled(hookwell)).signing).toMatchObject({ scheme: 'github', secrets: [{ last4: 'body' }] })
})

test('code that checks the scheme comes in five languages, is copied whole, and holds no secret', async ({
  page,
  hookwell,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await hookwell.endpoint({ signing: { scheme: 'stripe', secrets: [SECRET] } })
  const body = '{"id":"evt_1"}'
  await look(page, hookwell, await hookwell.send(body, stripe(body, SECRET)))
  await page.getByText('Check it in your own code').click()
  const languages = page.getByRole('tablist', { name: 'Languages' })
  await expect(languages.getByRole('tab')).toHaveText([/Node/, /Python/, /PHP/, /Ruby/, /Go/])
  const code = page.locator('#code-panel pre')
  await expect(code).toContainText('createHmac')
  await languages.getByRole('tab').first().focus()
  await page.keyboard.press('ArrowRight')
  await expect(languages.getByRole('tab', { name: 'Python' })).toBeFocused()
  await expect(code).toContainText('import hmac')
  await page.getByRole('button', { name: 'Copy the Python code' }).click()
  await expect(page.getByText('Copied').first()).toBeVisible()
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  expect(copied.trim()).toBe((await code.innerText()).trim())
  expect(await page.content()).not.toContain(SECRET)
})

test('a request that came too late is told from a wrong one, and can be replayed signed anew', async ({
  page,
  hookwell,
}) => {
  const target = await aTarget((_, response) => response.end('ok'))
  await hookwell.endpoint({ signing: { scheme: 'stripe', secrets: [SECRET] } })
  const body = '{"id":"evt_1"}'
  const id = await hookwell.send(body, stripe(body, SECRET, body, 41 * 60))
  await look(page, hookwell, id)
  await expect(page.locator('.verdict-lead')).toContainText('41 minutes before it arrived')
  // Where to is asked the first time, and remembered.
  await page.getByRole('button', { name: 'Replay signed anew' }).click()
  await expect(page.getByLabel('Target')).toBeFocused()
  await expect(page.getByRole('radio', { name: 'Signed anew' })).toBeChecked()
  await page.getByLabel('Target').fill(target.url)
  await page.keyboard.press('Enter')
  await expect.poll(() => target.requests.length).toBe(1)
  expectSignedNow(target.requests[0]?.headers, body)
  await page.getByRole('tab', { name: 'Signature' }).click()
  await page.getByRole('button', { name: 'Replay signed anew' }).click()
  await expect.poll(() => target.requests.length).toBe(2)
  expectSignedNow(target.requests[1]?.headers, body)
  target.close()
})

test('a URL that was signed instead of the one checked becomes the public URL with one click', async ({
  page,
  hookwell,
}) => {
  const key = 'square-signature-key'
  await hookwell.endpoint({ signing: { scheme: 'square', secrets: [key] } })
  const body = '{"type":"payment.updated"}'
  const url = `https://hooks.example.com/${hookwell.ready.endpoint}`
  const id = await hookwell.send(body, {
    'x-square-hmacsha256-signature': mac(key, url + body, 'base64'),
    'X-Forwarded-Host': 'hooks.example.com',
    'X-Forwarded-Proto': 'http',
  })
  await look(page, hookwell, id)
  await expect(page.locator('.verdict-lead')).toContainText(url)
  await page.getByRole('button', { name: 'Use this as the public URL' }).click()
  await expect(page.getByText('Saved. What is stored is checked again.')).toBeVisible()
  await expect(page.getByRole('article').getByText('Signature valid').first()).toBeVisible()
  expect((await settled(hookwell)).signing?.publicUrl).toBe(url)
})

test('a verdict that comes late, and the reasons for it, replace what the card said', async ({ page, hookwell }) => {
  const body = '{"id":"evt_1"}'
  await look(page, hookwell, await hookwell.send(body, stripe(body, SECRET)))
  await expect(page.getByRole('article').getByText('Signature not checked').first()).toBeVisible()
  await hookwell.endpoint({ signing: { scheme: 'stripe', secrets: ['whsec_that_is_wrong'] } })
  await expect(page.getByRole('article').getByText('Signature invalid').first()).toBeVisible()
  await expect(causes(page).first()).toBeVisible()
  await hookwell.endpoint({ signing: { scheme: 'stripe', secrets: [SECRET] } })
  await expect(page.getByRole('article').getByText('Signature valid').first()).toBeVisible()
  await expect(causes(page)).toHaveCount(0)
})

test('trying another secret can be stopped, and is by leaving the capture', async ({ page, hookwell }) => {
  await hookwell.endpoint({ signing: { scheme: 'stripe', secrets: [SECRET] } })
  const body = '{"id":"evt_1"}'
  await look(page, hookwell, await hookwell.send(body, stripe(body, 'whsec_another')))
  // The answer is held back, so that there is something to stop.
  await page.route('**/diagnose', () => undefined)
  const stopped: string[] = []
  page.on('requestfailed', (request) => stopped.push(request.url()))
  await page.getByLabel('Secret to try').fill('whsec_third')
  await page.getByRole('button', { name: 'Check', exact: true }).click()
  await page.getByRole('button', { name: 'Stop' }).click()
  await expect(page.getByRole('button', { name: 'Check', exact: true })).toBeEnabled()
  await expect.poll(() => stopped.length).toBe(1)
  await page.getByRole('button', { name: 'Check', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Looking…' })).toBeVisible()
  await page.getByRole('tab', { name: 'Headers' }).click()
  await expect.poll(() => stopped.length).toBe(2)
})
