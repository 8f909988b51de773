import { gzipSync } from 'node:zlib'
import type { Response } from '@playwright/test'
import { expect, test } from './hookwell.ts'

/** Bytes, gzipped, of what the page loads before it shows anything. */
const SCRIPT_BYTES = 45 * 1024
const STYLE_BYTES = 10 * 1024

test('the page opens with at most 45 KB of script and 10 KB of style, and asks no other host', async ({
  page,
  hookwell,
}, info) => {
  const weight = { script: 0, stylesheet: 0 }
  const others: string[] = []
  const answers: Response[] = []
  page.on('request', (request) => {
    if (!request.url().startsWith(hookwell.ready.inspector)) others.push(request.url())
  })
  page.on('response', (response) => answers.push(response))
  await page.goto(hookwell.ready.inspector)
  await expect(page.getByRole('heading', { name: 'Your endpoint is ready' })).toBeVisible()
  await page.waitForLoadState('networkidle')
  for (const response of answers) {
    const kind = response.request().resourceType()
    if (kind !== 'script' && kind !== 'stylesheet') continue
    const bytes = gzipSync(await response.body()).length
    weight[kind] += bytes
  }
  info.annotations.push({ type: 'measured', description: `script ${weight.script} B, style ${weight.stylesheet} B` })
  expect(weight.script).toBeGreaterThan(20_000)
  expect(weight.script).toBeLessThan(SCRIPT_BYTES)
  expect(weight.stylesheet).toBeLessThan(STYLE_BYTES)
  expect(others).toEqual([])
})

test('styles of components win over those of plain elements, in whatever order the files were joined', async ({
  page,
  hookwell,
}) => {
  await page.goto(hookwell.ready.inspector)
  const title = page.getByRole('heading', { name: 'Your endpoint is ready' })
  await expect(title).toHaveCSS('font-size', '24px')
  await hookwell.send({ type: 'one' })
  await expect(page.getByRole('tab', { name: 'Overview' })).toHaveCSS('border-top-width', '0px')
})
