import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { BODY_FORMS, formatRoute, parseRoute, type Screen, SECTIONS, TABS } from '../../web/route.ts'

const segment = fc.string({
  minLength: 1,
  unit: fc.constantFrom('a', 'Z', '0', '-', '_', '/', '?', '%', '#', 'é', ' '),
})

const screens: fc.Arbitrary<Screen> = fc.oneof(
  fc.constantFrom<Screen>({ name: 'home' }, { name: 'endpoints' }, { name: 'rejections' }),
  segment.map((endpoint): Screen => ({ name: 'inbox', endpoint })),
  fc.record(
    {
      name: fc.constant('settings' as const),
      endpoint: segment,
      section: fc.constantFrom(...SECTIONS),
      scheme: segment,
    },
    { requiredKeys: ['name', 'endpoint', 'section'] },
  ),
  fc.record(
    {
      name: fc.constant('inbox' as const),
      endpoint: segment,
      capture: segment,
      tab: fc.constantFrom(...TABS.filter((tab) => tab !== 'overview')),
      as: fc.constantFrom(...BODY_FORMS),
      find: fc.constant(true),
    },
    { requiredKeys: ['name', 'endpoint', 'capture'] },
  ),
)

test('every screen has a URL that leads back to it', async () => {
  await fc.assert(
    fc.property(screens, (screen) => {
      const url = new URL(formatRoute(screen), 'http://localhost')
      expect(parseRoute(url.pathname, url.search)).toEqual(screen)
    }),
  )
})

test.each([
  ['/e/stripe', '', { name: 'inbox', endpoint: 'stripe' }],
  ['/e/stripe/', '', { name: 'inbox', endpoint: 'stripe' }],
  ['/e/stripe/c/01x', '?tab=overview', { name: 'inbox', endpoint: 'stripe', capture: '01x' }],
  [
    '/e/stripe/c/01x',
    '?tab=body&as=hex',
    { name: 'inbox', endpoint: 'stripe', capture: '01x', tab: 'body', as: 'hex' },
  ],
  ['/e/stripe/c/01x', '?tab=nothing', { name: 'inbox', endpoint: 'stripe', capture: '01x' }],
  ['/e/stripe/settings', '', { name: 'settings', endpoint: 'stripe', section: 'general' }],
  ['/e/stripe/settings/nothing', '', { name: 'unknown', path: '/e/stripe/settings/nothing' }],
  ['/nowhere', '', { name: 'unknown', path: '/nowhere' }],
  ['/e/%zz', '', { name: 'inbox', endpoint: '%zz' }],
])('%s%s opens what it says', (path, search, screen) => {
  expect(parseRoute(path, search)).toEqual(screen)
})
