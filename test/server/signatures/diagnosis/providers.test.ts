/** A seeded fault for each provider with rules of its own: the first cause is the one that was put in. */
import { describe, expect, test } from 'vitest'
import { diagnose } from '../../../../server/signatures/diagnose.ts'
import type { SettingsToTry } from '../../../../server/signatures/diagnose.ts'
import type { SignedRequest } from '../../../../server/signatures/request.ts'
import { NOW, SECRET } from './faults.ts'
import {
  ADYEN_KEY,
  adyen,
  arrives,
  atlassian,
  CONTENTFUL_SECRET,
  contentful,
  DISCORD_KEY,
  discord,
  HOOK,
  JSON_BODY,
  keySettings,
  messagebird,
  monday,
  netlify,
  OTHER_DISCORD_KEY,
  OTHER_PLAID_KEY,
  OTHER_SENDGRID_KEY,
  PLAID_KEY,
  paypal,
  plaid,
  RSA_KEY,
  SENDGRID_KEY,
  SECONDS,
  secretSettings,
  sendgrid,
  sha256,
  sns,
  twilio,
} from './providers.ts'

const PRETTY = JSON.stringify(JSON.parse(JSON_BODY), null, 2)
const hashed = `${HOOK}?bodySHA256=${sha256(JSON_BODY)}`
const FORM = { type: 'application/x-www-form-urlencoded' }
const AUD = { aud: HOOK }

interface Seeded {
  readonly what: string
  /** The id of the first cause; `none`: it is right. */
  readonly cause: string
  readonly settings: SettingsToTry
  readonly request: SignedRequest
  readonly proven?: boolean
}

const seeded = (
  what: string,
  cause: string,
  settings: SettingsToTry,
  request: SignedRequest,
  proven = true,
): Seeded => ({ what, cause, settings, request, proven })

const guess = (what: string, cause: string, settings: SettingsToTry, request: SignedRequest): Seeded =>
  seeded(what, cause, settings, request, false)

const FAULTS: readonly Seeded[] = [
  seeded('Twilio is right', 'none', secretSettings('twilio'), arrives('b=2&a=1', twilio(HOOK, 'a1b2'), FORM)),
  seeded(
    'a middleware made JSON of the form of Twilio',
    'body_form',
    secretSettings('twilio'),
    arrives('{"b":"2","a":"1"}', twilio(HOOK, 'a1b2')),
  ),
  seeded(
    'the URL of Twilio lost the hash of the body',
    'wrong_url',
    secretSettings('twilio'),
    arrives(JSON_BODY, twilio(hashed)),
  ),
  guess(
    'the body of Twilio was changed',
    'condition_differs',
    secretSettings('twilio'),
    arrives('{"type":"paid","amount":1000000}', twilio(hashed), { url: hashed }),
  ),
  seeded(
    'the JSON of Twilio was written anew',
    'body_reserialised',
    secretSettings('twilio'),
    arrives(PRETTY, twilio(hashed), { url: hashed }),
  ),
  seeded(
    'Contentful is right',
    'none',
    secretSettings('contentful', CONTENTFUL_SECRET),
    arrives(JSON_BODY, contentful(JSON_BODY)),
  ),
  seeded(
    'the JSON of Contentful was written anew',
    'body_reserialised',
    secretSettings('contentful', CONTENTFUL_SECRET),
    arrives(PRETTY, contentful(JSON_BODY)),
  ),
  seeded(
    'Contentful signed another path',
    'wrong_url',
    secretSettings('contentful', CONTENTFUL_SECRET),
    arrives(JSON_BODY, contentful(JSON_BODY, [], '/')),
  ),
  guess(
    'a header that Contentful signed is lost',
    'signed_header_lost',
    secretSettings('contentful', CONTENTFUL_SECRET),
    arrives(JSON_BODY, contentful(JSON_BODY, [['x-foo', 'bar']]).slice(0, -2)),
  ),
  seeded('Adyen is right', 'none', secretSettings('adyen-standard', ADYEN_KEY), arrives(adyen(), [])),
  seeded(
    'Adyen’s key was taken for text',
    'secret_form',
    secretSettings('adyen-standard', ADYEN_KEY),
    arrives(adyen(ADYEN_KEY), []),
  ),
  seeded(
    'Adyen’s key stands in quotes',
    'secret_whitespace',
    secretSettings('adyen-standard', `“${ADYEN_KEY}”`),
    arrives(adyen(), []),
  ),
  guess(
    'the amount of Adyen was changed',
    'mismatch',
    secretSettings('adyen-standard', ADYEN_KEY),
    arrives(adyen(undefined, { amount: { value: 1, currency: 'EUR' } }), []),
  ),
  seeded('Atlassian is right', 'none', secretSettings('atlassian-connect'), arrives('{}', atlassian('POST', '/hook'))),
  seeded(
    'Atlassian signed the path below',
    'wrong_url',
    secretSettings('atlassian-connect'),
    arrives('{}', atlassian('POST', '/')),
  ),
  seeded(
    'Atlassian signed GET',
    'wrong_method',
    secretSettings('atlassian-connect'),
    arrives('{}', atlassian('GET', '/hook')),
  ),
  guess(
    'Atlassian’s token was made for another path',
    'claim_differs',
    secretSettings('atlassian-connect'),
    arrives('{}', atlassian('POST', '/quite/else')),
  ),
  seeded(
    'Atlassian’s secret has a line break',
    'secret_whitespace',
    secretSettings('atlassian-connect', `${SECRET}\n`),
    arrives('{}', atlassian('POST', '/hook')),
  ),
  seeded('SNS is right', 'none', keySettings('aws-sns', RSA_KEY), arrives(sns(), [])),
  guess(
    'the message of SNS was changed',
    'mismatch',
    keySettings('aws-sns', RSA_KEY),
    arrives(sns({ Message: 'x' }), []),
  ),
  guess(
    'the certificate of SNS is somebody else’s',
    'condition_differs',
    keySettings('aws-sns', RSA_KEY),
    arrives(sns({ SigningCertURL: 'https://evil.example/x.pem' }), []),
  ),
  guess(
    'a field of SNS is missing',
    'part_missing',
    keySettings('aws-sns', RSA_KEY),
    arrives(sns({ TopicArn: undefined }), []),
  ),
  seeded(
    'PayPal is right',
    'none',
    keySettings('paypal', RSA_KEY, { webhookId: 'W1' }),
    arrives(JSON_BODY, paypal(JSON_BODY, 'W1')),
  ),
  seeded(
    'the JSON of PayPal was written anew',
    'body_reserialised',
    keySettings('paypal', RSA_KEY, { webhookId: 'W1' }),
    arrives(PRETTY, paypal(JSON_BODY, 'W1')),
  ),
  guess(
    'the webhook id of PayPal is another',
    'mismatch',
    keySettings('paypal', RSA_KEY, { webhookId: 'W1' }),
    arrives(JSON_BODY, paypal(JSON_BODY, 'W2')),
  ),
  guess(
    'the webhook id of PayPal is not set',
    'setting_missing',
    keySettings('paypal', RSA_KEY),
    arrives(JSON_BODY, paypal(JSON_BODY, 'W2')),
  ),
  seeded('Netlify is right', 'none', secretSettings('netlify'), arrives(JSON_BODY, netlify(JSON_BODY))),
  seeded(
    'the JSON of Netlify was written anew',
    'body_reserialised',
    secretSettings('netlify'),
    arrives(PRETTY, netlify(JSON_BODY)),
  ),
  guess(
    'the body of Netlify was changed',
    'claim_differs',
    secretSettings('netlify'),
    arrives('{"amount":2}', netlify(JSON_BODY)),
  ),
  guess(
    'Netlify’s token has another issuer',
    'claim_differs',
    secretSettings('netlify'),
    arrives(JSON_BODY, netlify(JSON_BODY, { iss: 'net' })),
  ),
  guess(
    'Netlify’s token says nothing of the body',
    'claim_missing',
    secretSettings('netlify'),
    arrives(JSON_BODY, netlify(JSON_BODY, { sha256: undefined })),
  ),
  seeded(
    'Netlify’s secret has a space',
    'secret_whitespace',
    secretSettings('netlify', `${SECRET} `),
    arrives(JSON_BODY, netlify(JSON_BODY)),
  ),
  seeded(
    'Netlify’s header was renamed',
    'wrong_header',
    secretSettings('netlify'),
    arrives(JSON_BODY, ['X-Renamed', netlify(JSON_BODY)[1] ?? '']),
  ),
  guess(
    'Netlify’s token was made with another secret',
    'mismatch',
    secretSettings('netlify'),
    arrives(JSON_BODY, netlify(JSON_BODY, {}, 'another secret')),
  ),
  seeded('MessageBird is right', 'none', secretSettings('messagebird'), arrives(JSON_BODY, messagebird(JSON_BODY))),
  guess(
    'the body of MessageBird was changed',
    'claim_differs',
    secretSettings('messagebird'),
    arrives('{"amount":2}', messagebird(JSON_BODY)),
  ),
  seeded(
    'MessageBird signed http',
    'wrong_url',
    secretSettings('messagebird'),
    arrives(JSON_BODY, messagebird(JSON_BODY, { url_hash: sha256('http://shop.example/hook') })),
  ),
  seeded(
    'MessageBird’s token lacks its id',
    'claim_missing',
    secretSettings('messagebird'),
    arrives(JSON_BODY, messagebird(JSON_BODY, { jti: undefined })),
    false,
  ),
  seeded('monday is right', 'none', secretSettings('monday', SECRET, AUD), arrives('{}', ['Authorization', monday()])),
  guess(
    'monday’s audience is not set',
    'setting_missing',
    secretSettings('monday'),
    arrives('{}', ['Authorization', monday()]),
  ),
  guess(
    'monday’s token is for another receiver',
    'claim_differs',
    secretSettings('monday', SECRET, AUD),
    arrives('{}', ['Authorization', monday({ aud: 'https://else.example' })]),
  ),
  seeded(
    'monday’s token was made with HS512',
    'wrong_digest',
    secretSettings('monday', SECRET, AUD),
    arrives('{}', ['Authorization', monday({}, 'HS512')]),
  ),
  seeded(
    'a word stands before monday’s token',
    'wrong_form',
    secretSettings('monday', SECRET, AUD),
    arrives('{}', ['Authorization', `Bearer ${monday()}`]),
  ),
  seeded('Plaid is right', 'none', keySettings('plaid', PLAID_KEY), arrives(JSON_BODY, plaid(JSON_BODY))),
  seeded(
    'the JSON of Plaid was written anew',
    'body_reserialised',
    keySettings('plaid', PLAID_KEY),
    arrives(PRETTY, plaid(JSON_BODY)),
  ),
  guess(
    'the body of Plaid was changed',
    'claim_differs',
    keySettings('plaid', PLAID_KEY),
    arrives('{"amount":2}', plaid(JSON_BODY)),
  ),
  guess(
    'Plaid’s key is another',
    'mismatch',
    keySettings('plaid', OTHER_PLAID_KEY),
    arrives(JSON_BODY, plaid(JSON_BODY)),
  ),
  seeded('Discord is right', 'none', keySettings('discord', DISCORD_KEY), arrives(JSON_BODY, discord(JSON_BODY))),
  seeded(
    'the JSON of Discord was written anew',
    'body_reserialised',
    keySettings('discord', DISCORD_KEY),
    arrives(PRETTY, discord(JSON_BODY)),
  ),
  guess(
    'Discord’s key is another',
    'mismatch',
    keySettings('discord', OTHER_DISCORD_KEY),
    arrives(JSON_BODY, discord(JSON_BODY)),
  ),
  seeded(
    'SendGrid is right',
    'none',
    keySettings('sendgrid', SENDGRID_KEY),
    arrives(`${JSON_BODY}\r\n`, sendgrid(`${JSON_BODY}\r\n`)),
  ),
  seeded(
    'the line break of SendGrid was trimmed',
    'body_line_ends',
    keySettings('sendgrid', SENDGRID_KEY),
    arrives(JSON_BODY, sendgrid(`${JSON_BODY}\r\n`)),
  ),
  guess(
    'SendGrid’s key is another',
    'mismatch',
    keySettings('sendgrid', OTHER_SENDGRID_KEY),
    arrives(JSON_BODY, sendgrid(JSON_BODY)),
  ),
]

const causesOf = ({ settings, request }: Seeded) =>
  diagnose({ settings, request, signedUrl: { url: request.url, from: 'host' } }, NOW).causes

test.each(FAULTS)('the first cause is $cause where $what', (fault) => {
  const [first] = causesOf(fault)
  expect(first?.id ?? 'none').toBe(fault.cause)
  if (first !== undefined) expect(first.proven).toBe(fault.proven)
})

test('every sentence about a provider with rules of its own is plain, and names nothing of our own', () => {
  for (const fault of FAULTS)
    for (const { title, detail, remedy, evidence } of causesOf(fault)) {
      expect(title + detail + remedy + evidence).not.toMatch(/canonical|undefined|\{(?:body|ts|url|id|crc32)/)
      expect(detail).toMatch(/^[A-Z“"].{15,}\.$/s)
      expect(evidence).toMatch(/[.)]$/)
    }
})

describe('where a public key checks', () => {
  const keyed = FAULTS.filter(({ cause, settings }) => cause === 'mismatch' && settings.secrets.length === 0)

  test.each(keyed)('nothing is said of a secret: $what', (fault) => {
    const [first] = causesOf(fault)
    expect(first?.detail).toMatch(/signed with another key/)
    expect(first?.remedy).toContain('public key')
    expect(JSON.stringify(causesOf(fault))).not.toMatch(/\bsecret\b/)
  })

  test('a request that looks like its provider asks for the key', () => {
    const { causes } = diagnose({ settings: secretSettings('github'), request: arrives('{}', discord('{}')) }, NOW)
    expect(causes[0]).toMatchObject({ id: 'other_scheme', proven: false })
    expect(causes[0]?.remedy).toMatch(/and add its public key\.$/)
  })

  test('a setting that is part of what is signed is named, with where it is found', () => {
    const fault = FAULTS.find(({ what }) => what === 'the webhook id of PayPal is another')
    const [first] = fault === undefined ? [] : causesOf(fault)
    expect(first?.detail).toContain('the setting Webhook ID')
    expect(first?.remedy).toContain('Webhook ID: Developer Dashboard')
  })
})

test('a parameter that the URL lost is named', () => {
  const request = arrives(JSON_BODY, twilio(hashed))
  const [first] = diagnose({ settings: secretSettings('twilio'), request }, NOW).causes
  expect(first).toMatchObject({ id: 'wrong_url', url: hashed })
  expect(first?.detail).toContain('a query with bodySHA256')
  const longer = arrives(JSON_BODY, twilio(`${HOOK}?x=1&bodySHA256=${sha256(JSON_BODY)}`), { url: `${HOOK}?x=1` })
  expect(diagnose({ settings: secretSettings('twilio'), request: longer }, NOW).causes[0]?.detail).toContain(
    'with the parameter bodySHA256',
  )
})

test('a header that was signed and is lost is named', () => {
  const headers = contentful(JSON_BODY, [
    ['x-foo', 'bar'],
    ['x-bar', 'foo'],
  ]).slice(0, -4)
  const request = arrives(JSON_BODY, headers)
  const { causes } = diagnose({ settings: secretSettings('contentful', CONTENTFUL_SECRET), request }, NOW)
  expect(causes[0]?.detail).toContain('x-foo, x-bar')
})

test('a token that moved is proposed with all that the scheme demands of it', () => {
  const request = arrives(JSON_BODY, ['X-Renamed', netlify(JSON_BODY)[1] ?? ''])
  const { scheme } = diagnose({ settings: secretSettings('netlify'), request }, NOW)
  expect(scheme).toMatchObject({ sig: { name: 'X-Renamed' }, claims: { iss: 'netlify', bodySha256Hex: 'sha256' } })
  const old = arrives(JSON_BODY, netlify(JSON_BODY, { exp: SECONDS - 5 }))
  expect(diagnose({ settings: secretSettings('netlify'), request: old }, NOW).causes[0]?.id).toBe('stale')
})
