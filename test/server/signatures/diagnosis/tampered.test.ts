/** What a diagnosis must never do: talk anybody into a check that accepts what was tampered with. */
import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Scheme } from '../../../../shared/scheme.ts'
import { diagnose, type SettingsToTry } from '../../../../server/signatures/diagnose.ts'
import { compileScheme } from '../../../../server/signatures/verify.ts'
import type { SignedRequest } from '../../../../server/signatures/request.ts'
import { GITHUB, mac, NOW, SECRET, settings, STRIPE } from './faults.ts'
import {
  arrives,
  atlassian,
  HOOK,
  JSON_BODY,
  messagebird,
  monday,
  netlify,
  secretSettings,
  sha256,
  twilio,
} from './providers.ts'

const CHANGED = '{"type":"paid","amount":1000000}'
const hashed = `${HOOK}?bodySHA256=${sha256(JSON_BODY)}`

const TAMPERED: readonly [what: string, fault: string, settings: SettingsToTry, request: SignedRequest][] = [
  [
    'the body of Twilio',
    'condition_differs',
    secretSettings('twilio'),
    arrives(CHANGED, twilio(hashed), { url: hashed }),
  ],
  ['the body of Netlify', 'claim_differs', secretSettings('netlify'), arrives(CHANGED, netlify(JSON_BODY))],
  [
    'the issuer of Netlify',
    'claim_differs',
    secretSettings('netlify'),
    arrives(JSON_BODY, netlify(JSON_BODY, { iss: 'net' })),
  ],
  ['the body of MessageBird', 'claim_differs', secretSettings('messagebird'), arrives(CHANGED, messagebird(JSON_BODY))],
  [
    'the path of Atlassian',
    'claim_differs',
    secretSettings('atlassian-connect'),
    arrives('{}', atlassian('POST', '/quite/else')),
  ],
  ['nothing of monday', 'setting_missing', secretSettings('monday'), arrives('{}', ['Authorization', monday()])],
  [
    'the app of Pusher',
    'companion_differs',
    secretSettings('pusher', SECRET, { key: 'mine' }),
    arrives(JSON_BODY, ['X-Pusher-Key', 'other', 'X-Pusher-Signature', mac({}, 'hex', JSON_BODY)]),
  ],
]

describe.each(TAMPERED)('where somebody changed %s', (_, fault, given, request) => {
  test('that is the first and only cause, and no scheme is proposed', () => {
    const diagnosis = diagnose({ settings: given, request }, NOW)
    expect(diagnosis.causes.map(({ id }) => id)).toEqual([fault])
    expect(diagnosis.causes[0]?.proven).toBe(false)
    expect(diagnosis).not.toHaveProperty('scheme')
    expect(diagnosis).not.toHaveProperty('schemeId')
  })

  test('nothing changes when other signatures that fit come along', () => {
    const token = ['X-Token', SECRET, 'X-Other', mac({}, 'hex', 'nothing'), 'X-Url', mac({}, 'hex', request.url)]
    const diagnosis = diagnose(
      { settings: given, request: { ...request, headers: [...request.headers, ...token] } },
      NOW,
    )
    expect(diagnosis.causes[0]?.id).toBe(fault)
    expect(diagnosis).not.toHaveProperty('scheme')
  })
})

test('a setting that is missing is named with where it is found', () => {
  const { causes } = diagnose(
    { settings: secretSettings('monday'), request: arrives('{}', ['Authorization', monday()]) },
    NOW,
  )
  expect(causes[0]?.detail).toContain('`aud` is needed')
  expect(causes[0]?.remedy).toContain('Audience: ')
})

describe('what fits and proves less than the chosen scheme', () => {
  const own = (family: typeof GITHUB): string[] => family.sign(Buffer.from(JSON_BODY), {})
  const WEAKER: readonly [what: string, headers: readonly string[]][] = [
    ['the secret in another header', ['X-Token', SECRET]],
    ['the secret behind Bearer', ['Authorization', `Bearer ${SECRET}`]],
    ['a token that says nothing of the body', ['X-Jwt', netlify(JSON_BODY)[1] ?? '']],
    ['a signature of the URL alone', ['X-Url', mac({}, 'hex', HOOK)]],
    ['a signature of the time alone', ['X-At', '1767225590', 'X-Sum', mac({}, 'hex', '1767225590')]],
  ]

  test.each(WEAKER)('is told last, with a warning, and cannot be chosen: %s', (_, headers) => {
    for (const family of [GITHUB, STRIPE]) {
      const request = arrives(CHANGED, [...own(family), ...headers])
      const diagnosis = diagnose({ settings: settings(family.scheme, SECRET), request }, NOW)
      expect(diagnosis.causes[0]).toMatchObject({ id: 'mismatch', proven: false })
      expect(diagnosis.causes.at(-1)).toMatchObject({ id: 'weaker_scheme' })
      expect(diagnosis.causes.at(-1)?.remedy).toContain('Do not')
      expect(diagnosis).not.toHaveProperty('scheme')
    }
  })

  test('is not proposed where the signature was taken out of its place either', () => {
    const request = arrives(CHANGED, ['X-Moved', netlify(JSON_BODY)[1] ?? ''])
    const diagnosis = diagnose({ settings: secretSettings('netlify'), request }, NOW)
    expect(diagnosis.causes[0]).toMatchObject({ id: 'signature_missing' })
    expect(diagnosis).not.toHaveProperty('scheme')
  })

  test('is not proposed where the URL differs besides the body, which its hash in the URL covers', () => {
    const request = arrives(CHANGED, twilio(hashed.replace('https', 'http')), { url: hashed })
    expect(diagnose({ settings: secretSettings('twilio'), request }, NOW)).not.toHaveProperty('scheme')
  })

  test('is found all the same where nothing of the chosen scheme came at all, and only the secret makes it', () => {
    const request = arrives(JSON_BODY, ['X-Token', SECRET])
    const diagnosis = diagnose({ settings: settings('github', SECRET), request }, NOW)
    expect(diagnosis.scheme).toMatchObject({ alg: 'token', sig: { name: 'X-Token' } })
  })
})

describe('without a scheme', () => {
  test.each([
    ['Twilio', 'condition_differs', arrives(CHANGED, twilio(hashed), { url: hashed })],
    ['Netlify', 'claim_differs', arrives(CHANGED, netlify(JSON_BODY))],
  ] as const)('a changed request of %s is told as such, and nothing is proposed that accepts it', (_, id, request) => {
    const diagnosis = diagnose({ settings: settings(undefined, SECRET), request }, NOW)
    expect(diagnosis.causes[0]).toMatchObject({ id, proven: false })
    expect(diagnosis).not.toHaveProperty('scheme')
  })

  test('a token of somebody else in the same header is found, with a warning that it does not cover the body', () => {
    const request = arrives(JSON_BODY, netlify('', { iss: 'somebody', sha256: undefined }))
    const { causes, scheme } = diagnose({ settings: settings(undefined, SECRET), request }, NOW)
    expect(scheme).toMatchObject({ alg: 'jwt' })
    expect(causes[0]?.detail).toContain('does not cover the body')
  })
})

test('a scheme that is proposed for a body that was changed does not accept the changed one', () => {
  for (const family of [GITHUB, STRIPE]) {
    const request = arrives(
      JSON_BODY,
      family.sign(Buffer.from(JSON_BODY), {}).map((text) => text.replace('sha256=', 'x=')),
    )
    const { scheme } = diagnose({ settings: settings('shopify', SECRET), request }, NOW)
    const row = Scheme.parse(scheme)
    const check = compileScheme({ id: 'custom', row }, { secrets: [{ id: 's', value: SECRET }] })
    expect(check(request, NOW).kind).toBe('valid')
    expect(check(arrives(CHANGED, request.headers.slice(4)), NOW).kind).toBe('invalid')
  }
})

test('no suggestion names a scheme whose signature stands in the same place in the same form as that of the one that is set', () => {
  const headers = ['X-Hub-Signature-256', `sha256=${createHmac('sha256', 'x').update('y').digest('hex')}`]
  const request = arrives(JSON_BODY, [...headers, 'X-GitHub-Event', 'push', 'User-Agent', 'facebookexternalua'])
  for (const scheme of ['github', 'meta']) {
    const { suggestions } = diagnose({ settings: settings(scheme, SECRET), request }, NOW)
    expect(suggestions.map((each) => each.scheme)).not.toContain('github')
    expect(suggestions.map((each) => each.scheme)).not.toContain('meta')
  }
  expect(diagnose({ settings: settings('stripe', SECRET), request }, NOW).suggestions[0]?.scheme).toBe('github')
})

test('a scheme that looks at the same header under another name is suggested only where its own name came', () => {
  const named = (name: string) => {
    const headers = [
      `${name}-id`,
      'm',
      `${name}-timestamp`,
      '1767225590',
      `${name}-signature`,
      `v1,${mac({}, 'base64', 'x')}`,
    ]
    const { suggestions } = diagnose(
      { settings: settings('standard-webhooks', SECRET), request: arrives('{}', headers) },
      NOW,
    )
    return suggestions.map(({ scheme }) => scheme)
  }
  for (const same of ['svix', 'openai', 'polar', 'clerk']) expect(named('webhook')).not.toContain(same)
  expect(named('svix')).toContain('svix')
})
