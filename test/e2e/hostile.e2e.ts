import { connect } from 'node:net'
import type { Page } from '@playwright/test'
import { TABS } from '../../web/route.ts'
import { aTarget, expect, type Hookwell, test } from './hookwell.ts'

/** Ways to make a page run something, each of which would set `__pwn`. */
const PAYLOADS = [
  '<script>window.__pwn=1</script>',
  '<img src=x onerror=window.__pwn=1>',
  '<svg onload=window.__pwn=1>',
  '<svg><script>window.__pwn=1</script></svg>',
  '<iframe srcdoc="<script>parent.__pwn=1</script>">',
  '<iframe src="javascript:parent.__pwn=1">',
  '<a href="javascript:window.__pwn=1" id=pwn-link>x</a>',
  '<body onload=window.__pwn=1>',
  '<input autofocus onfocus=window.__pwn=1>',
  '<details open ontoggle=window.__pwn=1>',
  '<video><source onerror=window.__pwn=1></video>',
  '<math><mtext><style><img src=x onerror=window.__pwn=1></style></mtext></math>',
  '"><script>window.__pwn=1</script>',
  "'-window.__pwn=1-'",
  '\u0024{window.__pwn=1}',
  '{{constructor.constructor("window.__pwn=1")()}}',
  '</textarea><script>window.__pwn=1</script>',
  '</title><script>window.__pwn=1</script>',
  'javascript:window.__pwn=1',
  'data:text/html,<script>window.__pwn=1</script>',
  '<meta http-equiv=refresh content="0;url=javascript:window.__pwn=1">',
  '<base href="https://evil.test/">',
  '<link rel=stylesheet href="https://evil.test/x.css">',
  '<object data="javascript:window.__pwn=1">',
  '<style>@import "https://evil.test/x.css";</style>',
  '\u202e<script>window.__pwn=1</script>',
]

async function watched(page: Page, hookwell: Hookwell): Promise<string[]> {
  const outside: string[] = []
  page.on('request', (request) => {
    if (!request.url().startsWith(hookwell.ready.inspector) && !request.url().startsWith('blob:'))
      outside.push(request.url())
  })
  await page.addInitScript(() => {
    Object.assign(window, { violations: [] as string[] })
    addEventListener('securitypolicyviolation', (event) => {
      ;(window as unknown as { violations: string[] }).violations.push(`${event.violatedDirective} ${event.blockedURI}`) // put there above
    })
  })
  return outside
}

async function expectUntouched(page: Page): Promise<void> {
  expect(await page.evaluate(() => (window as unknown as { __pwn?: number }).__pwn)).toBeUndefined()
  expect(await page.evaluate(() => (window as unknown as { violations: string[] }).violations)).toEqual([])
  expect(
    await page
      .locator('main a[href^="javascript:"], main a[href^="data:"], #pwn-link, main iframe, main object')
      .count(),
  ).toBe(0)
}

/** What no HTTP client would send: raw bytes in target, names and values. */
function sendRaw(hookwell: Hookwell, head: string, body: string): Promise<void> {
  const { hostname, port } = new URL(hookwell.ready.capture)
  return new Promise((done, failed) => {
    const socket = connect(Number(port), hostname, () => {
      socket.end(Buffer.from(`${head}content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`))
    })
    socket.on('error', failed)
    socket.on('close', () => done())
    socket.resume()
  })
}

test('nothing that a sender can write is ever run, whichever field it stands in', async ({ page, hookwell }) => {
  test.setTimeout(120_000)
  const outside = await watched(page, hookwell)
  const { endpoint } = hookwell.ready
  for (const payload of PAYLOADS) {
    const inTarget = payload.replaceAll(/[\s#]/g, '+').replaceAll(/[^\x21-\x7e]/g, '')
    const inName = payload.replaceAll(/[^!#$%&'*+.^_`|~0-9A-Za-z-]/g, '') || 'x'
    const inValue = Buffer.from(payload).toString('latin1')
    const head = [
      `POST /${endpoint}/${inTarget}?q=${inTarget}&${inTarget}=1 HTTP/1.1`,
      'Host: x',
      `X-${inName}: ${inValue}`,
      `User-Agent: ${inValue}`,
      `Content-Type: multipart/form-data; boundary=${inName}; x="${inValue}"`,
      `X-GitHub-Event: ${inValue}`,
      `X-Forwarded-For: ${inValue}`,
      '',
    ].join('\r\n')
    const body = JSON.stringify({ type: payload, id: payload, [payload]: payload, filename: payload })
    await sendRaw(hookwell, head, body)
  }
  const captures = await hookwell.captures()
  expect(captures).toHaveLength(PAYLOADS.length)
  for (const [index, capture] of captures.entries()) {
    const payload = PAYLOADS[index] ?? ''
    await hookwell.api('PATCH', `captures/${capture.id}`, { note: payload, tags: [payload.slice(0, 60)] })
  }
  await page.goto(`${hookwell.ready.inspector}/e/${endpoint}`)
  await expect(page.getByRole('option').first()).toBeVisible()
  for (const capture of captures) {
    const path = `/e/${endpoint}/c/${capture.id}`
    await page.evaluate((to) => {
      history.pushState(null, '', to)
      dispatchEvent(new PopStateEvent('popstate'))
    }, path)
    await expect(page.getByRole('heading', { level: 2 })).toContainText(capture.target.slice(0, 30))
    await page.evaluate(async (tabs) => {
      const drawn = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 20)))
      for (const tab of tabs) {
        document.getElementById(`tab-${tab}`)?.click()
        await drawn()
        for (const button of document.querySelectorAll<HTMLElement>('.body-forms button')) {
          button.click()
          await drawn()
        }
      }
    }, TABS)
    await expect(page.getByRole('region', { name: 'The request as it came' })).toContainText('HTTP/1.1')
    await expectUntouched(page)
  }
  await page.goto(`${hookwell.ready.inspector}/rejections`)
  await expectUntouched(page)
  expect(outside).toEqual([])
})

test('names, settings and the answers of targets are text as well', async ({ page, hookwell }) => {
  const outside = await watched(page, hookwell)
  const payload = '<img src=x onerror=window.__pwn=1>'
  await hookwell.endpoint({ name: payload, answer: { default: { headers: [['X-A', payload]], body: payload } } })
  const target = await aTarget((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html', 'x-a': payload })
    response.end(`<script>window.__pwn=1</script>${payload}`)
  })
  const id = await hookwell.send({ type: payload })
  await hookwell.api('POST', `captures/${id}/replay`, { target: target.url })
  target.close()
  await fetch(`${hookwell.ready.capture}/${encodeURIComponent(payload)}`)
  for (const path of [
    `/e/${hookwell.ready.endpoint}/c/${id}?tab=deliveries`,
    `/e/${hookwell.ready.endpoint}/c/${id}`,
    `/e/${hookwell.ready.endpoint}/settings/answer`,
    `/e/${hookwell.ready.endpoint}/settings/danger`,
    '/endpoints',
    '/rejections',
    `/e/${encodeURIComponent(payload)}`,
  ]) {
    await page.goto(hookwell.ready.inspector + path)
    await expect(page.locator('main')).toContainText(/\S/)
    await expect(page.locator('main')).not.toBeEmpty()
    for (const summary of await page.locator('main summary').all()) await summary.click()
    await expectUntouched(page)
  }
  await page.getByRole('button', { name: /Endpoint/ }).click()
  await expectUntouched(page)
  expect(outside).toEqual([])
})

test('direction overrides and controls in a payload are shown, not obeyed', async ({ page, hookwell }) => {
  const id = await hookwell.send('{"file":"\u202egpj.exe","nul":"a\u0007b"}', { 'content-type': 'text/plain' })
  await page.goto(`${hookwell.ready.inspector}/e/${hookwell.ready.endpoint}/c/${id}?tab=body&as=text`)
  await expect(page.getByTitle('U+202E right-to-left override').first()).toHaveText('U+202E')
  await expect(page.getByTitle('U+0007').first()).toHaveText('BEL')
})
