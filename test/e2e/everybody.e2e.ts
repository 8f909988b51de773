import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { createHmac } from 'node:crypto'
import { expect, type Hookwell, test, pick } from './hookwell.ts'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

interface Scene {
  readonly name: string
  readonly path: (hookwell: Hookwell, ids: string[]) => string
  readonly act?: (page: Page) => Promise<void>
}

const capture = (tab: string, act?: Scene['act'], which = 0): Scene => ({
  name: `capture, ${tab}`,
  path: (_, ids) => `/e/stripe-dev/c/${ids[which]}?tab=${tab}`,
  ...(act === undefined ? {} : { act }),
})

const SCENES: readonly Scene[] = [
  { name: 'first run', path: () => '/e/empty' },
  { name: 'inbox', path: () => '/e/stripe-dev' },
  capture('overview'),
  capture('body'),
  capture('body&as=text'),
  capture('body&as=hex'),
  capture('headers'),
  capture('query'),
  capture('signature'),
  capture('signature', undefined, 1),
  {
    name: 'signature, a body that was laid out anew, and code opened',
    path: (_, ids) => `/e/guests/c/${ids[2]}?tab=signature`,
    act: async (page) => {
      await expect(page.locator('.body-difference')).toBeVisible()
      await page.getByText('Check it in your own code').click()
      await expect(page.getByRole('tablist', { name: 'Languages' })).toBeVisible()
    },
  },
  {
    name: 'signature, looks like another provider, and another secret tried',
    path: (_, ids) => `/e/strangers/c/${ids[3]}?tab=signature`,
    act: async (page) => {
      await expect(page.getByRole('list', { name: 'What it looks like' })).toBeVisible()
      await page.getByLabel('Secret to try').fill('whsec_0123456789abcdef')
      await page.getByRole('button', { name: 'Find the scheme', exact: true }).click()
      await expect(page.locator('.found-scheme')).toBeVisible()
    },
  },
  {
    name: 'signature, a sender that nobody knows, found with a secret that has spaces around it',
    path: (_, ids) => `/e/unsigned/c/${ids[6]}?tab=signature`,
    act: async (page) => {
      await page.getByRole('button', { name: 'Find the scheme with its secret' }).click()
      await page.getByLabel('Secret to try').fill(' shop-secret ')
      await page.getByRole('button', { name: 'Find the scheme', exact: true }).click()
      await expect(page.getByText('The secret is saved without')).toBeVisible()
    },
  },
  {
    name: 'signature, scheme picker open',
    path: (_, ids) => `/e/guests/c/${ids[2]}?tab=signature`,
    act: async (page) => {
      await page.getByRole('combobox', { name: 'Scheme' }).click()
      await expect(page.getByRole('listbox', { name: 'Scheme' })).toBeVisible()
    },
  },
  capture('deliveries', async (page) => page.getByText('Options').click()),
  {
    name: 'replay with a test key',
    path: (_, ids) => `/e/discord-dev/c/${ids[2]}?tab=deliveries`,
    act: async (page) => {
      await page.getByRole('radio', { name: 'Signed anew, with a test key' }).check()
      await expect(page.getByRole('region', { name: 'Public test key' })).toBeVisible()
    },
  },
  {
    name: 'replay without a scheme',
    path: (_, ids) => `/e/unsigned/c/${ids[3]}?tab=deliveries`,
    act: async (page) => expect(page.getByRole('link', { name: 'Set its scheme' })).toBeVisible(),
  },
  {
    name: 'settings, public key with a warning',
    path: () => '/e/discord-dev/settings/signature',
    act: async (page) => {
      await page.getByLabel('Public key', { exact: true }).fill('not hex')
      await expect(page.getByText(/The key is written in hex/)).toBeVisible()
    },
  },
  capture('raw'),
  capture('overview', async (page) => {
    await expect(page.getByRole('heading', { level: 2 })).toBeVisible()
    await page.getByRole('button', { name: 'Delete' }).click()
    await expect(page.getByRole('dialog')).toBeVisible()
  }),
  { name: 'missing capture', path: () => '/e/stripe-dev/c/gone' },
  { name: 'settings, general', path: () => '/e/stripe-dev/settings/general' },
  { name: 'settings, signature', path: () => '/e/stripe-dev/settings/signature' },
  {
    name: 'settings, custom scheme',
    path: () => '/e/empty/settings/signature',
    act: async (page) => {
      await pick(page, 'Scheme', 'custom')
      await page.getByText('Several parts').click()
      await page.getByText('Time and message id').click()
      await page.getByText('Other names, prefixes').click()
      await page.getByText('As JSON', { exact: true }).click()
    },
  },
  {
    name: 'settings, custom JWT',
    path: () => '/e/empty/settings/signature',
    act: async (page) => {
      await pick(page, 'Scheme', 'custom')
      await page.getByLabel('Algorithm').selectOption('jwt')
    },
  },
  {
    name: 'settings, scheme picker open',
    path: () => '/e/empty/settings/signature',
    act: async (page) => {
      await page.getByRole('combobox', { name: 'Scheme' }).click()
      await expect(page.getByRole('listbox')).toBeVisible()
    },
  },
  {
    name: 'settings, scheme picker without a match',
    path: () => '/e/empty/settings/signature',
    act: async (page) => page.getByRole('combobox', { name: 'Scheme' }).fill('nobody signs so'),
  },
  {
    name: 'settings, tried on a stored request, with a warning',
    path: () => '/e/stripe-dev/settings/signature',
    act: async (page) => {
      await page.getByLabel('New secret', { exact: true }).fill('sk_test_0123456789')
      await expect(page.getByText(/secret API key/)).toBeVisible()
      await expect(page.getByRole('region', { name: 'Tried on a stored request' })).toContainText(/signature invalid/i)
    },
  },
  {
    name: 'settings, leaving without saving',
    path: () => '/e/stripe-dev/settings/signature',
    act: async (page) => {
      await page.getByLabel('New secret', { exact: true }).fill('another')
      await page.getByRole('link', { name: 'General' }).click()
      await expect(page.getByRole('dialog')).toBeVisible()
    },
  },
  {
    name: 'settings, with an error',
    path: () => '/e/stripe-dev/settings/general',
    act: async (page) => {
      await page.getByLabel('Alias').fill('No')
      await page.getByRole('button', { name: 'Save' }).click()
      await expect(page.getByText(/An alias is 3 to 63/)).toBeVisible()
    },
  },
  { name: 'settings, answer', path: () => '/e/stripe-dev/settings/answer' },
  { name: 'settings, retention', path: () => '/e/stripe-dev/settings/retention' },
  { name: 'settings, delete', path: () => '/e/stripe-dev/settings/danger' },
  { name: 'endpoints', path: () => '/endpoints' },
  {
    name: 'new endpoint',
    path: () => '/endpoints',
    act: async (page) => {
      await page.getByRole('button', { name: 'New endpoint' }).last().click()
      await page.getByText('Claim an id').click()
    },
  },
  {
    name: 'endpoint menu',
    path: () => '/endpoints',
    act: async (page) => {
      await page.getByRole('button', { name: /^Endpoint/ }).click()
    },
  },
  {
    name: 'rejections',
    path: () => '/rejections',
    act: async (page) => page.getByText('What arrived').first().click(),
  },
  { name: 'no such page', path: () => '/e/stripe-dev/settings/none' },
]

async function prepare(hookwell: Hookwell): Promise<string[]> {
  const secret = 'whsec_0123456789abcdef'
  await hookwell.endpoint({ alias: 'stripe-dev', name: 'Stripe', signing: { scheme: 'stripe', secrets: [secret] } })
  await hookwell.api('POST', 'endpoints', { alias: 'empty' })
  const ids: string[] = []
  for (const key of [secret, 'another']) {
    const body = '{"type":"invoice.paid","id":"evt_1","amount":12345678901234567890,"x":[true,null,"y"]}'
    const t = Math.floor(Date.now() / 1000)
    const signature = `t=${t},v1=${createHmac('sha256', key).update(`${t}.${body}`).digest('hex')}`
    ids.push(await hookwell.send(body, { 'Stripe-Signature': signature, Authorization: 'Bearer x' }, '/a?b=1&c'))
  }
  const signed = (over: string) => {
    const t = Math.floor(Date.now() / 1000)
    return { 'Stripe-Signature': `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${over}`).digest('hex')}` }
  }
  await hookwell.api('POST', 'endpoints', { alias: 'guests', signing: { scheme: 'stripe', secrets: [secret] } })
  await hookwell.api('POST', 'endpoints', { alias: 'strangers' })
  const compact = '{"type":"invoice.paid","id":"evt_2"}'
  const laidOut = JSON.stringify(JSON.parse(compact), null, 2)
  ids.push(await hookwell.send(compact, signed(laidOut), '', 'guests'))
  ids.push(await hookwell.send(compact, signed(compact), '', 'strangers'))
  await hookwell.api('POST', 'endpoints', {
    alias: 'discord-dev',
    signing: { scheme: 'discord', publicKeys: ['3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29'] },
  })
  await hookwell.api('POST', 'endpoints', { alias: 'unsigned' })
  ids.push(await hookwell.send('{"type":1}', {}, '', 'discord-dev'), await hookwell.send('{}', {}, '', 'unsigned'))
  const shop = createHmac('sha256', 'shop-secret').update('{"order":1}').digest('hex')
  ids.push(await hookwell.send('{"order":1}', { 'X-Shoprocket-Signature': shop }, '', 'unsigned'))
  const [first = ''] = ids
  await hookwell.api('PATCH', `captures/${first}`, { note: 'a note', tags: ['tag'], pinned: true })
  await hookwell.api('POST', `captures/${first}/replay`, { target: 'http://localhost:9/' })
  await hookwell
    .api('POST', `captures/${first}/replay`, { target: hookwell.ready.inspector.replace('127.0.0.1', 'localhost') })
    .catch(() => undefined)
  await fetch(`${hookwell.ready.capture}/nowhere`, { method: 'POST', body: 'x' })
  return ids
}

for (const width of [1280, 390]) {
  // In parts, so that both workers have something to do and none takes minutes.
  for (const part of [0, 1, 2, 3]) {
    test.describe(() => {
      test.use({ viewport: { width, height: 844 }, contextOptions: { reducedMotion: 'reduce' } })

      test(`no screen has an accessibility fault in light or dark, ${width} pixels wide, part ${part + 1}`, async ({
        page,
        hookwell,
      }) => {
        test.setTimeout(150_000)
        const ids = await prepare(hookwell)
        const faults: string[] = []
        for (const scene of SCENES.filter((_, index) => index % 4 === part)) {
          await page.goto(hookwell.ready.inspector + scene.path(hookwell, ids))
          await expect(page.locator('main')).toContainText(/\S/)
          await expect(page.locator('[aria-busy="true"]')).toHaveCount(0)
          await scene.act?.(page)
          await page.waitForTimeout(100) // what is fetched beside the screen itself
          for (const colorScheme of ['light', 'dark'] as const) {
            await page.emulateMedia({ colorScheme })
            const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze()
            for (const { id, help, nodes } of violations) {
              const places = nodes.map((node) => node.target.join(' ')).join(' | ')
              faults.push(`${scene.name}, ${colorScheme}: ${id} (${help}) at ${places}`)
            }
          }
          const isWider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
          if (isWider) faults.push(`${scene.name}: wider than the window`)
        }
        expect(faults).toEqual([])
      })
    })
  }
}

test('the whole task can be done by keyboard alone: find, inspect, verify, replay, come back', async ({
  page,
  hookwell,
}) => {
  const ids = await prepare(hookwell)
  await page.goto(`${hookwell.ready.inspector}/e/stripe-dev`)
  await expect(page.getByRole('option')).toHaveCount(2)
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await expect(page.getByRole('option').nth(1)).toHaveAttribute('data-active', 'true')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`/c/${ids[0]}`))
  await expect(page.getByRole('heading', { level: 2 })).toContainText('invoice.paid')
  await page.keyboard.press('5')
  await expect(page.getByRole('tab', { name: 'Signature' })).toHaveAttribute('aria-selected', 'true')
  await expect(page.getByRole('heading', { name: 'Expected and received agree' })).toBeVisible()
  await page.keyboard.press('Shift+R')
  await expect(page.getByLabel('Target')).toBeFocused()
  await page.keyboard.type('http://localhost:9/closed')
  await page.keyboard.press('Enter')
  await expect(page.locator('.delivery-error').first()).toBeVisible()
  await page.keyboard.press('Tab')
  await page.locator('#tab-deliveries').focus()
  await page.keyboard.press('ArrowRight')
  await expect(page.getByRole('tab', { name: 'Raw' })).toBeFocused()
  await page.keyboard.press('k')
  await expect(page).toHaveURL(new RegExp(`/c/${ids[1]}`))
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await page.keyboard.press('Escape')
  await expect(page).toHaveURL(/\/e\/stripe-dev$/)
  await expect(page.getByRole('listbox')).toBeFocused()
  await page.keyboard.press('End')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`/c/${ids[0]}`))
})

test('single keys can be switched off, and do nothing while text is typed', async ({ page, hookwell }) => {
  const ids = await prepare(hookwell)
  await page.goto(`${hookwell.ready.inspector}/e/stripe-dev/c/${ids[0]}`)
  await page.getByRole('textbox', { name: 'Note' }).fill('')
  await page.getByRole('textbox', { name: 'Note' }).pressSequentially('just keys: jrs?')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(page).toHaveURL(new RegExp(`${ids[0]}$`))
  await page.getByRole('heading', { level: 2 }).click()
  await page.keyboard.press('?')
  await page.getByLabel('Use single keys').uncheck()
  await page.keyboard.press('Escape')
  await page.keyboard.press('2')
  await expect(page.getByRole('tab', { name: 'Overview' })).toHaveAttribute('aria-selected', 'true')
})

test.describe(() => {
  test.use({ viewport: { width: 320, height: 640 } })
  test('at 320 pixels list and capture take turns, and nothing scrolls sideways', async ({ page, hookwell }) => {
    const ids = await prepare(hookwell)
    await page.goto(`${hookwell.ready.inspector}/e/stripe-dev`)
    await page.getByRole('option').first().click()
    await expect(page).toHaveURL(new RegExp(`/c/${ids[1]}`))
    await expect(page.getByRole('listbox')).toBeHidden()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320)
    await page.getByRole('link', { name: 'Captures' }).click()
    await expect(page.getByRole('listbox')).toBeVisible()
  })
})
