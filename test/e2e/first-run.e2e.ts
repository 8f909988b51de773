import { expect, test } from './hookwell.ts'

test('from the first start to the first webhook without leaving the page', async ({ page, hookwell }) => {
  await page.goto(hookwell.ready.inspector)
  await expect(page).toHaveURL(new RegExp(`/e/${hookwell.ready.endpoint}$`))
  await expect(page.getByRole('heading', { name: 'Your endpoint is ready' })).toBeVisible()
  await expect(page.getByText('Waiting for the first request…')).toBeVisible()
  await expect(page.locator('.first-run-url code')).toHaveText(`${hookwell.ready.capture}/${hookwell.ready.endpoint}`)

  await page.getByRole('button', { name: 'Send a test webhook' }).click()

  await expect(page.getByRole('option')).toHaveCount(1)
  await expect(page.getByRole('heading', { level: 2 })).toContainText('order.created')
  await expect(page).toHaveURL(/\/c\//)
  await page.getByRole('tab', { name: /Body/ }).click()
  await expect(page.getByRole('region', { name: 'Body as text' })).toContainText('"order.created"')
})

test('the address can be copied, and the curl line it offers works as it stands', async ({
  page,
  hookwell,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.goto(hookwell.ready.inspector)
  await page.getByRole('button', { name: 'Copy the capture URL' }).first().click()
  const url = await page.evaluate(() => navigator.clipboard.readText())
  expect(url).toBe(`${hookwell.ready.capture}/${hookwell.ready.endpoint}`)
  await page.getByRole('button', { name: 'Copy the curl line' }).click()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(`curl -X POST ${url} `)
  await page.getByRole('button', { name: 'PowerShell' }).click()
  await expect(page.locator('.first-run-code')).toContainText(`Invoke-RestMethod ${url}`)
})

test('only the first capture opens by itself; later ones do not take over', async ({ page, hookwell }) => {
  await page.goto(hookwell.ready.inspector)
  await expect(page.getByText('Waiting for the first request…')).toBeVisible()
  const first = await hookwell.send({ type: 'first' })
  await expect(page).toHaveURL(new RegExp(`/c/${first}`))
  await hookwell.send({ type: 'second' })
  await expect(page.getByRole('button', { name: /1 new/ })).toBeVisible()
  await expect(page).toHaveURL(new RegExp(`/c/${first}`))
})

test('a request that was refused is explained where one would look for it', async ({ page, hookwell }) => {
  await page.goto(hookwell.ready.inspector)
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  await fetch(`${hookwell.ready.capture}/mistyped`, { method: 'POST', body: 'x' })
  await page.getByRole('link', { name: 'Rejected (1 new)' }).click()
  await expect(page.getByText('No endpoint of that name')).toBeVisible()
  await page.getByText('What arrived').click()
  await expect(page.locator('.rejection pre')).toContainText('POST /mistyped HTTP/1.1')
})
