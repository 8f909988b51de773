/**
 * Makes the pictures of the README: a real Hookwell, real requests, a real browser. Run it after `npm run build`, whenever the page
 * looks different: `node test/e2e/screenshots.ts`.
 */
import { createHmac } from 'node:crypto'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from '@playwright/test'
import { findChromium } from './chromium.ts'
import { aTarget, Hookwell } from './hookwell.ts'

const DOCS = new URL('../../docs/', import.meta.url).pathname
const SECRET = 'whsec_for_the_pictures_only'

interface Picture {
  readonly name: string
  readonly path: string
  readonly width: number
  readonly height: number
  readonly colorScheme: 'light' | 'dark'
  readonly act?: (page: Page) => Promise<void>
}

const data = await mkdtemp(join(tmpdir(), 'hookwell-pictures-'))
const hookwell = new Hookwell(data)
const executablePath = findChromium()
const browser = await chromium.launch(executablePath === undefined ? {} : { executablePath })
try {
  // Free ports, but the pictures show the address that a reader will see.
  await hookwell.start('--public-url', 'http://127.0.0.1:4665')
  const ids = await fill(hookwell)
  await mkdir(DOCS, { recursive: true })
  const wide = { width: 1280, height: 800 }
  const pictures: readonly Picture[] = [
    { name: 'inbox', path: `/e/stripe-dev/c/${ids.paid}`, ...wide, colorScheme: 'light' },
    { name: 'signature', path: `/e/stripe-dev/c/${ids.rewritten}?tab=signature`, ...wide, colorScheme: 'dark' },
    { name: 'replay', path: `/e/stripe-dev/c/${ids.paid}?tab=deliveries`, ...wide, colorScheme: 'light' },
    { name: 'first-run', path: '/e/shop', ...wide, colorScheme: 'light' },
    { name: 'phone', path: '/e/stripe-dev', width: 390, height: 844, colorScheme: 'dark' },
  ]
  for (const picture of pictures) await take(browser, picture)
} finally {
  await browser.close()
  await hookwell.kill()
  await rm(data, { recursive: true, force: true })
}

async function take(by: Browser, { name, path, width, height, colorScheme, act }: Picture): Promise<void> {
  const context = await by.newContext({
    viewport: { width, height },
    colorScheme,
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  await page.goto(hookwell.ready.inspector + path)
  await page.waitForLoadState('networkidle')
  await act?.(page)
  await page.screenshot({ path: join(DOCS, `screenshot-${name}.png`) })
  await context.close()
  process.stdout.write(`docs/screenshot-${name}.png\n`)
}

/** A morning's webhooks: most fine, one signed over JSON that was laid out anew, one stale, one without a signature, one tried again. */
async function fill(on: Hookwell): Promise<{ paid: string; rewritten: string }> {
  await on.endpoint({
    alias: 'stripe-dev',
    name: 'Stripe, test mode',
    signing: { scheme: 'stripe', secrets: [SECRET] },
  })
  await on.api('POST', 'endpoints', { alias: 'shop', name: 'Shop' })
  const types = [
    'customer.created',
    'payment_intent.created',
    'charge.succeeded',
    'payment_intent.succeeded',
    'invoice.finalized',
    'customer.subscription.created',
    'checkout.session.completed',
    'charge.failed',
    'invoice.payment_failed',
    'payment_method.attached',
    'customer.subscription.updated',
    'charge.refunded',
    'invoice.created',
    'invoice.paid',
  ]
  const ids: string[] = []
  for (const [index, type] of types.entries()) {
    const event = {
      id: `evt_1Q9tWk2eZvKYlo2C${String(index).padStart(4, '0')}`,
      object: 'event',
      api_version: '2025-09-30',
      created: Math.floor(Date.now() / 1000),
      type,
      livemode: false,
      data: {
        object: {
          id: `in_${1000 + index}`,
          amount_due: 4200 + index * 150,
          currency: 'eur',
          status: 'paid',
          attempt_count: 1,
        },
      },
    }
    const body = JSON.stringify(event)
    const late = type === 'charge.refunded' ? 3900 : 0
    const over = type === 'invoice.payment_failed' ? JSON.stringify(event, null, 2) : body
    ids.push(await on.send(body, signed(over, late, type === 'payment_method.attached'), '', 'stripe-dev'))
    if (type === 'charge.failed') await on.send(body, signed(over, 0, false), '', 'stripe-dev')
  }
  const paid = ids.at(-1) ?? ''
  const rewritten = ids[types.indexOf('invoice.payment_failed')] ?? ''
  await on.api('PATCH', `captures/${ids[types.indexOf('charge.failed')]}`, {
    pinned: true,
    note: 'card declined, handler must not retry',
  })
  for (const id of ids.slice(0, 9)) await on.api('PATCH', `captures/${id}`, { read: true })
  const app = await aTarget((request, response) => {
    const isFixed = request.url === '/webhooks/stripe'
    response.writeHead(isFixed ? 200 : 500, { 'content-type': 'application/json' })
    response.end(JSON.stringify(isFixed ? { handled: 'invoice.paid' } : { error: 'No handler for invoice.paid' }))
  })
  await on.api('POST', `captures/${paid}/replay`, { target: `${app.url}/webhooks` })
  await on.api('POST', `captures/${paid}/replay`, { target: `${app.url}/webhooks/stripe` })
  app.close()
  return { paid, rewritten }
}

function signed(body: string, lateSeconds: number, isUnsigned: boolean): Record<string, string> {
  const t = Math.floor(Date.now() / 1000) - lateSeconds
  const v1 = createHmac('sha256', SECRET).update(`${t}.${body}`).digest('hex')
  return {
    'User-Agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
    ...(isUnsigned ? {} : { 'Stripe-Signature': `t=${t},v1=${v1}` }),
  }
}
