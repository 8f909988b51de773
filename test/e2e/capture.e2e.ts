import { createHmac } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { aTarget, expect, type Hookwell, test } from './hookwell.ts'

const at = (hookwell: Hookwell, id: string, tab: string) =>
  `${hookwell.ready.inspector}/e/${hookwell.ready.endpoint}/c/${id}?tab=${tab}`

test('a body is shown as it is: big integers, key order and repeated keys stay', async ({ page, hookwell }) => {
  const body = '{"b":12345678901234567890,"a":1.10,"b":"again"}'
  const id = await hookwell.send(body)
  await page.goto(at(hookwell, id, 'body'))
  const shown = page.getByRole('region', { name: 'Body as text' })
  await expect(shown).toContainText('"b": 12345678901234567890,')
  expect((await shown.innerText()).replace(/\s/g, '')).toBe(body)
  await expect(page.getByText('1 repeated key: b.')).toBeVisible()
  await expect(page.getByText(/1 integer beyond/)).toBeVisible()
  await page.getByRole('button', { name: 'Text', exact: true }).click()
  await expect(shown).toHaveText(body)
  await page.getByRole('button', { name: 'Hex' }).click()
  await expect(page.getByRole('region', { name: 'Body as bytes' })).toContainText('7b 22 62 22 3a 31')
  await expect(page).toHaveURL(/as=hex/)
})

test('what is not JSON is said to be wrong at its line and column', async ({ page, hookwell }) => {
  const id = await hookwell.send('{\n  "a": 1,\n}')
  await page.goto(at(hookwell, id, 'body'))
  await expect(page.getByText('Not valid JSON at line 3, column 1')).toBeVisible()
})

test('the download holds the exact bytes', async ({ page, hookwell }) => {
  const bytes = Buffer.from(Array.from({ length: 1024 }, (_, index) => index % 256))
  const response = await fetch(`${hookwell.ready.capture}/${hookwell.ready.endpoint}`, { method: 'POST', body: bytes })
  const id = response.headers.get('hookwell-capture') ?? ''
  await page.goto(at(hookwell, id, 'body'))
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download' }).click(),
  ])
  expect(download.suggestedFilename()).toBe(`hookwell-${id}.bin`)
  expect(await readFile(await download.path())).toEqual(bytes)
})

test('twenty megabytes never freeze the page: text comes piece by piece, bytes by range', async ({
  page,
  hookwell,
}) => {
  const line = `{"n":${'7'.repeat(90)}}\n`
  const body = line.repeat(Math.ceil((20 * 1024 * 1024) / line.length))
  const id = await hookwell.send(body, { 'content-type': 'application/x-ndjson' })
  await page.goto(`${hookwell.ready.inspector}/e/${hookwell.ready.endpoint}`)
  await page.evaluate(() => {
    const stalls: number[] = []
    Object.assign(window, { stalls })
    let last = performance.now()
    const look = () => {
      const now = performance.now()
      stalls.push(now - last)
      last = now
      requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
  await page.getByRole('option').click()
  await page.getByRole('tab', { name: /Body/ }).click()
  const text = page.getByRole('region', { name: 'Body as text' })
  await expect(text).toContainText('{"n":777')
  await expect(page.getByText('shown as it came, not laid out')).toBeVisible()
  await expect(page.locator('progress')).toHaveCount(0, { timeout: 20_000 })
  await text.evaluate((element) => {
    element.scrollTop = element.scrollHeight
  })
  await expect(page.locator(`[data-number="${body.length / line.length}"]`)).toBeVisible()
  await page.getByRole('button', { name: 'Hex' }).click()
  const hex = page.getByRole('region', { name: /Body as bytes/ })
  await expect(hex).toContainText('7b 22 6e 22')
  await hex.evaluate((element) => {
    element.scrollTop = element.scrollHeight
  })
  const lastRow = ((Math.ceil(body.length / 16) - 1) * 16).toString(16).padStart(8, '0')
  await expect(page.locator(`[data-number="${lastRow}"]`)).toBeVisible()
  expect(id).not.toBe('')
  const worst = await page.evaluate(() => Math.max(...(window as unknown as { stalls: number[] }).stalls)) // put there above
  test.info().annotations.push({ type: 'worst frame', description: `${Math.round(worst)} ms` })
  expect(worst).toBeLessThan(500)
})

test('headers keep their order, case and repeats; the query is shown raw and decoded', async ({ page, hookwell }) => {
  const id = await hookwell.send(
    {},
    { 'X-One': '1', 'X-TWO': 'b', Authorization: 'Bearer secret-token' },
    '/a//b/../c?x=%7e&x=2&flag',
  )
  await page.goto(at(hookwell, id, 'headers'))
  await expect(page.locator('.header-table')).toBeVisible()
  const names = await page.locator('.header-table th').allInnerTexts()
  const captured = await hookwell.capture(id)
  expect(names).toEqual(captured.headers.map(([name]) => name))
  await expect(page.getByText('Bearer secret-token')).toHaveCount(0)
  await page.getByRole('button', { name: /Hidden value of/ }).click()
  await expect(page.getByText('Bearer secret-token')).toBeVisible()
  await page.getByRole('tab', { name: /Query/ }).click()
  await expect(page.locator('.query-raw')).toHaveText(/x=%7e&x=2&flag/)
  await expect(page.locator('.pair-table tbody tr')).toHaveText([/x~/, /x2/, /flagno value/])
  await page.getByRole('tab', { name: 'Raw' }).click()
  await expect(page.getByRole('region', { name: 'The request as it came' })).toContainText(captured.target)
})

test('a signature is judged when the secret is added, stored captures too, and a mismatch shows both digests', async ({
  page,
  hookwell,
}) => {
  const secret = 'it-is-a-secret-to-everybody'
  const body = '{"action":"opened"}'
  const sign = (key: string) => `sha256=${createHmac('sha256', key).update(body).digest('hex')}`
  await hookwell.send(body, { 'X-Hub-Signature-256': sign(secret), 'X-GitHub-Event': 'issues' })
  const wrong = await hookwell.send(body, { 'X-Hub-Signature-256': sign('another'), 'X-GitHub-Event': 'issues' })
  await page.goto(at(hookwell, wrong, 'signature'))
  await expect(page.getByRole('article').getByText('Signature not checked').first()).toBeVisible()
  await page.getByRole('link', { name: 'Add its secret: GitHub' }).click()
  await expect(page.getByRole('combobox', { name: 'Scheme' })).toHaveValue('GitHub')
  await page.getByLabel('Secret', { exact: true }).fill(secret)
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Saved')).toBeVisible()
  await expect(page.getByText('••••body')).toBeVisible()
  await page.getByRole('link', { name: 'Captures', exact: true }).click()
  await expect(page.getByRole('option', { name: /signature valid/ })).toHaveCount(1)
  await expect(page.getByRole('option', { name: /signature invalid/ })).toHaveCount(1)
  await page.getByRole('option', { name: /signature invalid/ }).click()
  await page.getByRole('tab', { name: 'Signature' }).click()
  await expect(page.getByRole('heading', { name: 'Expected and received' })).toBeVisible()
  await expect(page.locator('.digests')).toContainText(sign(secret).slice(12))
  await expect(page.locator('.digests mark')).toHaveCount(2)
  await expect(page.getByRole('region', { name: 'What is signed' })).toContainText(body)
  // Another secret can be tried without being saved.
  await page.getByLabel('Secret to try').fill('another')
  await page.getByRole('button', { name: 'Check' }).click()
  await expect(page.getByText('This secret signs this request.')).toBeVisible()
})

test('a replay puts the same bytes on a real target, shows its answer, and remembers the address', async ({
  page,
  hookwell,
}) => {
  const target = await aTarget((_, response) => {
    response.writeHead(503, { 'Content-Type': 'application/json', 'X-Reason': 'busy' })
    response.end('{"error":"try later"}')
  })
  const body = '{ "type" : "order.created" }\n'
  const id = await hookwell.send(body, { 'X-Signature': 'abc' })
  await page.goto(at(hookwell, id, 'overview'))
  await expect(page.getByRole('heading', { level: 2 })).toBeVisible()
  await page.keyboard.press('r')
  await expect(page.getByLabel('Target')).toBeFocused()
  await page.getByLabel('Target').fill(`${target.url}/hooks`)
  await page.keyboard.press('Enter')
  const delivery = page
    .getByRole('list', { name: /Deliveries/ })
    .getByRole('listitem')
    .first()
  await expect(delivery).toContainText('503')
  await expect(delivery).toContainText('Byte for byte as captured')
  await expect(delivery).toContainText('X-Reason')
  await expect(delivery).toContainText('"try later"')
  expect(target.requests.map((request) => request.body)).toEqual([body])
  expect(target.requests[0]?.headers).toContain('X-Signature')
  await page.reload()
  await expect(page.getByRole('heading', { level: 2 })).toBeVisible()
  await page.keyboard.press('r')
  await expect.poll(() => target.requests.length).toBe(2)
  await expect(page.getByRole('option').getByText('→ 503')).toBeVisible()
  target.close()
  await page.getByLabel('Target').fill('http://localhost:9/closed')
  await page.getByRole('button', { name: 'Replay', exact: true }).click()
  await expect(page.locator('.delivery-error').first()).toContainText('localhost:9')
})

test('where something was captured below the endpoint, it is said what is not sent, and it can be added behind the target', async ({
  page,
  hookwell,
}) => {
  const target = await aTarget((_, response) => response.end('ok'))
  const id = await hookwell.send({ type: 'deep' }, {}, '/any/path?x=1')
  await page.goto(at(hookwell, id, 'deliveries'))
  await page.getByLabel('Target').fill(`${target.url}/hooks/`)
  await expect(page.getByText('Not sent: the path /any/path and the query ?x=1 of this capture.')).toBeVisible()
  await page.getByRole('button', { name: 'Replay', exact: true }).click()
  await expect.poll(() => target.requests.map((request) => request.url)).toEqual(['/hooks/'])
  const add = page.getByRole('checkbox', { name: 'Add /any/path?x=1 behind it' })
  await add.check()
  await expect(page.getByText(`Goes to ${target.url}/hooks/any/path?x=1`)).toBeVisible()
  await page.getByRole('button', { name: 'Replay', exact: true }).click()
  await expect.poll(() => target.requests.at(-1)?.url).toBe('/hooks/any/path?x=1')
  // The choice is remembered for the endpoint, also by the key.
  await page.goto(at(hookwell, id, 'overview'))
  await expect(page.getByRole('heading', { level: 2 })).toBeVisible()
  await page.keyboard.press('r')
  await expect.poll(() => target.requests.map((request) => request.url).slice(2)).toEqual(['/hooks/any/path?x=1'])
  await expect(add).toBeChecked()
  target.close()
})

test('of a long answer the beginning is shown at once, and the rest when it is asked for', async ({
  page,
  hookwell,
}) => {
  const last = 'the last line'
  const target = await aTarget((_, response) => {
    response.setHeader('Content-Type', 'text/plain')
    response.end(`${'a line of the answer\n'.repeat(5000)}${last}`)
  })
  const id = await hookwell.send({ type: 'long' })
  await hookwell.api('POST', `captures/${id}/replay`, { target: target.url })
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  await page.goto(at(hookwell, id, 'deliveries'))
  await expect(page.getByText('The first 64 kB are shown.')).toBeVisible()
  await page.getByRole('button', { name: 'Show all that was kept' }).click()
  const body = page.getByRole('region', { name: 'Response body' })
  await expect(page.getByText('are shown.')).toHaveCount(0)
  await body.evaluate((element) => {
    element.scrollTop = element.scrollHeight
  })
  await expect(body).toContainText(last)
  // Another delivery is fetched alone; the list is not read anew for it.
  await hookwell.api('POST', `captures/${id}/replay`, { target: target.url })
  await expect(page.getByRole('tab', { name: 'Deliveries 2' })).toBeVisible()
  expect(asked.filter((path) => path.endsWith('/deliveries'))).toHaveLength(1)
  target.close()
})

test('pin, note, tags, unread and delete stay after a reload', async ({ page, hookwell }) => {
  const first = await hookwell.send({ type: 'kept' })
  const second = await hookwell.send({ type: 'thrown.away' })
  await page.goto(at(hookwell, first, 'overview'))
  await expect(page.getByRole('heading', { level: 2 })).toContainText('kept')
  await page.keyboard.press('s')
  await expect(page.getByRole('button', { name: 'Pin' })).toHaveAttribute('aria-pressed', 'true')
  await page.getByRole('textbox', { name: 'Note' }).fill('look at this one')
  await page.getByLabel('Tags').fill('bug')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('option', { name: /kept/ })).toContainText('bug')
  await page.reload()
  await expect(page.getByRole('textbox', { name: 'Note' })).toHaveValue('look at this one')
  expect(await hookwell.capture(first)).toMatchObject({
    note: 'look at this one',
    tags: ['bug'],
    pinned: true,
    read: true,
  })
  await page.getByRole('button', { name: 'Mark unread' }).click()
  await expect(page.getByRole('option', { name: /Unread, kept/ })).toBeVisible()
  await page.waitForTimeout(300) // nothing may mark it read again behind the reader's back
  await expect(page.getByRole('option', { name: /Unread, kept/ })).toBeVisible()
  await page.getByRole('option', { name: /thrown\.away/ }).click()
  await expect(page.getByRole('heading', { level: 2 })).toContainText('thrown.away')
  await page.keyboard.press('Delete')
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByRole('option')).toHaveCount(1)
  await expect(page).toHaveURL(new RegExp(first))
  expect((await hookwell.captures()).map((capture) => capture.id)).not.toContain(second)
})

test('what was deleted elsewhere stays readable until it is left, and its link says what happened', async ({
  page,
  hookwell,
}) => {
  const id = await hookwell.send({ type: 'doomed' })
  await page.goto(at(hookwell, id, 'overview'))
  await expect(page.getByRole('heading', { level: 2 })).toContainText('doomed')
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  await hookwell.api('DELETE', `captures/${id}`)
  await expect(page.getByText('Deleted. It stays readable here until you leave it.')).toBeVisible()
  await page.reload()
  await expect(page.getByText('This capture was deleted or has expired')).toBeVisible()
})
