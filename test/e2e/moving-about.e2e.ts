import { expect, test, pick } from './hookwell.ts'

test('every state has a link: it opens the same capture and side again, and back and forward retrace the way', async ({
  page,
  hookwell,
}) => {
  const one = await hookwell.send({ type: 'one' })
  const two = await hookwell.send({ type: 'two' })
  const inbox = `${hookwell.ready.inspector}/e/${hookwell.ready.endpoint}`
  await page.goto(`${inbox}/c/${one}?tab=headers`)
  await expect(page.getByRole('tab', { name: /Headers/ })).toHaveAttribute('aria-selected', 'true')
  await expect(page.getByRole('heading', { level: 2 })).toContainText('one')
  await page.getByRole('option', { name: /two/ }).click()
  await expect(page.getByRole('heading', { level: 2 })).toContainText('two')
  await expect(page).toHaveURL(`${inbox}/c/${two}?tab=headers`)
  await page.getByRole('link', { name: 'Endpoint settings' }).click()
  await expect(page.getByLabel('Alias')).toBeVisible()
  await page.goBack()
  await expect(page.getByRole('heading', { level: 2 })).toContainText('two')
  await page.goBack()
  await expect(page.getByRole('heading', { level: 2 })).toContainText('one')
  await page.goForward()
  await expect(page).toHaveURL(`${inbox}/c/${two}?tab=headers`)
  await expect(page.getByRole('option', { name: /two/ })).toHaveAttribute('aria-selected', 'true')
})

test('a link to a capture far down the list opens it, though its page of the list was not fetched', async ({
  page,
  hookwell,
}) => {
  const first = await hookwell.send({ type: 'the.oldest' })
  for (let number = 0; number < 150; number++) await hookwell.send(`{"type":"n.${number}"}`)
  await page.goto(`${hookwell.ready.inspector}/e/${hookwell.ready.endpoint}/c/${first}`)
  await expect(page.getByRole('heading', { level: 2 })).toContainText('the.oldest')
})

test('endpoints are made, claimed, switched, renamed and deleted, each with its own captures', async ({
  page,
  hookwell,
}) => {
  const claimed = 'ef62fe6d-2ca0-42a5-831d-5ab8457bcac6'
  await hookwell.send({ type: 'of.the.first' })
  await page.goto(hookwell.ready.inspector)
  await page.getByRole('button', { name: /^Endpoint/ }).click()
  await page.getByRole('button', { name: 'New endpoint' }).click()
  await page.getByLabel('Name').fill('Claimed')
  await page.getByText('Claim an id').click()
  await page.getByLabel('UUID').fill(claimed)
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page).toHaveURL(`${hookwell.ready.inspector}/e/${claimed}`)
  await expect(page.getByRole('heading', { name: 'Your endpoint is ready' })).toBeVisible()
  await hookwell.send({ type: 'of.the.second' }, {}, '', claimed)
  await expect(page.getByRole('option')).toHaveAccessibleName(/of\.the\.second/)

  await page.getByRole('link', { name: 'Endpoint settings' }).click()
  await page.getByLabel('Alias').fill('Not Possible')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText(/An alias is 3 to 63/)).toBeVisible()
  await page.getByLabel('Alias').fill('claimed')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page).toHaveURL(`${hookwell.ready.inspector}/e/claimed/settings/general`)
  await expect(page.locator('.settings-url')).toContainText('/claimed')
  await hookwell.send({ type: 'by.alias' }, {}, '', 'claimed')

  await page.getByRole('button', { name: 'Endpoint: Claimed' }).click()
  await expect(page.getByRole('link', { name: 'Claimed 2' })).toBeVisible()
  await page.getByRole('link', { name: /^[0-9a-f]{8}… 1$/ }).click()
  await expect(page.getByRole('option')).toHaveAccessibleName(/of\.the\.first/)

  await page.goto(`${hookwell.ready.inspector}/e/claimed/settings/danger`)
  await page.getByRole('button', { name: 'Delete endpoint…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete endpoint' }).click()
  await expect(page).toHaveURL(`${hookwell.ready.inspector}/endpoints`)
  await expect(page.locator('.endpoint-list li')).toHaveCount(1)
  await page.goto(`${hookwell.ready.inspector}/e/claimed`)
  await expect(page.getByText('There is no endpoint “claimed”')).toBeVisible()
})

test('the answer that is set is what the next sender hears', async ({ page, hookwell }) => {
  await page.goto(`${hookwell.ready.inspector}/e/${hookwell.ready.endpoint}/settings/answer`)
  await page.getByLabel('Status').fill('202')
  await page.getByLabel('Headers').fill('Content-Type: text/plain\nX-Twice: 1\nX-Twice: 2')
  await page.getByLabel('Body').fill('thanks')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Saved')).toBeVisible()
  const response = await fetch(`${hookwell.ready.capture}/${hookwell.ready.endpoint}`, { method: 'POST', body: 'x' })
  expect([response.status, await response.text(), response.headers.get('x-twice')]).toEqual([202, 'thanks', '1, 2'])
  await page.reload()
  await expect(page.getByLabel('Headers')).toHaveValue('Content-Type: text/plain\nX-Twice: 1\nX-Twice: 2')
  await page.getByRole('button', { name: 'Back to the usual answer' }).click()
  await expect(page.getByText('Saved')).toBeVisible()
  expect(
    (await fetch(`${hookwell.ready.capture}/${hookwell.ready.endpoint}`, { method: 'POST', body: 'x' })).status,
  ).toBe(200)
})

test('a custom scheme can be spelled out by hand and is checked from then on', async ({ page, hookwell }) => {
  const { createHmac } = await import('node:crypto')
  await page.goto(`${hookwell.ready.inspector}/e/${hookwell.ready.endpoint}/settings/signature`)
  await pick(page, 'Scheme', 'custom')
  await page.getByLabel('Header', { exact: true }).fill('X-My-Signature')
  await page.getByLabel('Encoding').selectOption('base64')
  await page.getByLabel('Prefix').fill('v1:')
  await page.getByLabel('Secret', { exact: true }).fill('my own secret')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Saved')).toBeVisible()
  const body = '{"type":"mine"}'
  const signature = `v1:${createHmac('sha256', 'my own secret').update(body).digest('base64')}`
  await hookwell.send(body, { 'x-my-signature': signature })
  await page.getByRole('link', { name: 'Captures', exact: true }).click()
  await expect(page.getByRole('option', { name: /mine, POST, signature valid/ })).toBeVisible()
})

test('all captures of an endpoint are deleted at once, and the first-run page is back', async ({ page, hookwell }) => {
  for (let number = 0; number < 3; number++) await hookwell.send({ number })
  await page.goto(`${hookwell.ready.inspector}/e/${hookwell.ready.endpoint}/settings/danger`)
  await page.getByRole('button', { name: 'Delete captures…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete all' }).click()
  await expect(page.locator('.toast')).toContainText('3 captures deleted')
  await page.getByRole('link', { name: 'Captures', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Your endpoint is ready' })).toBeVisible()
  expect(await hookwell.captures()).toEqual([])
})

test('the theme follows the system until it is chosen, and the choice stays', async ({ page, hookwell }) => {
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.goto(hookwell.ready.inspector)
  const surface = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  const dark = await surface()
  await page.getByRole('button', { name: 'Theme: as the system has it' }).click()
  await expect(page.getByRole('button', { name: 'Theme: light' })).toBeVisible()
  expect(await surface()).not.toBe(dark)
  await page.reload()
  await expect(page.getByRole('button', { name: 'Theme: light' })).toBeVisible()
  await page.keyboard.press('t')
  await expect(page.getByRole('button', { name: 'Theme: dark' })).toBeVisible()
  expect(await surface()).toBe(dark)
})

test('with a token the page asks for it, takes it from the link, and keeps it out of the address', async ({
  page,
  hookwell,
}) => {
  await hookwell.kill()
  await hookwell.start('--token', 'a-token-that-is-long-enough')
  await page.goto(hookwell.ready.inspector)
  await expect(page.getByRole('heading', { name: 'Hookwell asks for its token' })).toBeVisible()
  await page.getByLabel('Token').fill('wrong')
  await page.getByRole('button', { name: 'Open' }).click()
  await expect(page.getByText('This token was not accepted.')).toBeVisible()
  await page.getByLabel('Token').fill('a-token-that-is-long-enough')
  await page.getByRole('button', { name: 'Open' }).click()
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  await page.evaluate(() => localStorage.clear())
  await page.goto(`${hookwell.ready.inspector}/endpoints#t=a-token-that-is-long-enough`)
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Endpoints' })).toBeVisible()
  expect(page.url()).not.toContain('token')
})
