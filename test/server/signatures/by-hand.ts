/**
 * Requests of providers for whom no vectors are published, or none that say enough: signed here with nothing but `node:crypto`, as their
 * descriptions say, and spelled out one by one, so that the table is held to something that was not made from it.
 */
import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { Credentials } from '../../../server/signatures/definition.ts'
import type { SignedRequest } from '../../../server/signatures/request.ts'
import { aRequest } from './vectors.ts'

/** Unix milliseconds at which these requests arrive. */
export const NOW = 1_767_225_600_000

export interface ByHand {
  /** A scheme id. */
  readonly id: string
  readonly request: SignedRequest
  readonly credentials: Credentials
}

const SECRET = 'the secret of the table'
const KEY = Buffer.from('0123456789abcdef0123456789abcdef')
const BODY = '{"id":"evt_1","name":"é"}'
const URL_SIGNED = 'https://shop.example/hook?x=1'
const S = '1767225590'
const MS = '1767225590123'
const ISO = '2025-12-31T23:59:50Z'

type Key = string | Buffer
const sha256Hex = (text: string, key: Key = SECRET) => createHmac('sha256', key).update(text).digest('hex')
const sha256Base64 = (text: string, key: Key = SECRET) => createHmac('sha256', key).update(text).digest('base64')
const sha1Hex = (text: string) => createHmac('sha1', SECRET).update(text).digest('hex')
const sha1Base64 = (text: string) => createHmac('sha1', SECRET).update(text).digest('base64')

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString()
const rsaSha256 = (text: string) => sign('RSA-SHA256', Buffer.from(text), rsa.privateKey).toString('base64')

const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })

const secret = (value: string): Credentials => ({ secrets: [{ id: 's1', value }] })
const publicKey = (extra: Record<string, string> = {}): Credentials => ({ secrets: [], publicKeys: [pem], extra })

type Headers = Readonly<Record<string, string>>
const signed = (id: string, headers: Headers, credentials = secret(SECRET), text = BODY): ByHand => ({
  id,
  request: aRequest({ headers: Object.entries(headers).flat(), text, url: URL_SIGNED }),
  credentials,
})

const standard = (id: string, family: string, key: Key, credentials: Credentials): ByHand =>
  signed(
    id,
    {
      [`${family}-id`]: 'msg_1',
      [`${family}-timestamp`]: S,
      [`${family}-signature`]: `v1,${sha256Base64(`msg_1.${S}.${BODY}`, key)}`,
    },
    credentials,
  )

const linear = `{"webhookTimestamp":${MS},"type":"Issue"}`

export const BY_HAND: readonly ByHand[] = [
  // With a time, an id or a URL
  standard('resend', 'svix', KEY, secret(`whsec_${KEY.toString('base64')}`)),
  standard('bigcommerce', 'webhook', SECRET, secret(SECRET)),
  standard('gitlab-signing-token', 'webhook', KEY, secret(`whsec_${KEY.toString('base64')}`)),
  signed('mux', { 'Mux-Signature': `t=${S},v1=${sha256Hex(`${S}.${BODY}`)}` }),
  signed('workos', { 'WorkOS-Signature': `t=${MS}, v1=${sha256Hex(`${MS}.${BODY}`)}` }),
  signed('calendly', { 'Calendly-Webhook-Signature': `t=${S},v1=${sha256Hex(`${S}.${BODY}`)}` }),
  signed('elevenlabs', { 'ElevenLabs-Signature': `t=${S},v0=${sha256Hex(`${S}.${BODY}`)}` }),
  signed('webflow', { 'x-webflow-timestamp': MS, 'x-webflow-signature': sha256Hex(`${MS}:${BODY}`) }),
  signed('zendesk', {
    'X-Zendesk-Webhook-Signature-Timestamp': ISO,
    'X-Zendesk-Webhook-Signature': sha256Base64(ISO + BODY),
  }),
  signed('hubspot-v3', {
    'X-HubSpot-Request-Timestamp': MS,
    'X-HubSpot-Signature-v3': sha256Base64(`POST${URL_SIGNED}${BODY}${MS}`),
  }),
  signed('linear', { 'Linear-Signature': sha256Hex(linear) }, secret(SECRET), linear),
  signed('square', { 'x-square-hmacsha256-signature': sha256Base64(URL_SIGNED + BODY) }),
  signed('square-legacy', { 'x-square-signature': sha1Base64(URL_SIGNED + BODY) }),
  signed('trello', { 'X-Trello-Webhook': sha1Base64(BODY + URL_SIGNED) }),
  signed(
    'sendgrid',
    {
      'X-Twilio-Email-Event-Webhook-Timestamp': S,
      'X-Twilio-Email-Event-Webhook-Signature': sign('sha256', Buffer.from(S + BODY), p256.privateKey).toString(
        'base64',
      ),
    },
    { secrets: [], publicKeys: [p256.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')] },
  ),
  signed(
    'paypal',
    {
      'PAYPAL-TRANSMISSION-ID': 'b0c1-4d',
      'PAYPAL-TRANSMISSION-TIME': ISO,
      'PAYPAL-TRANSMISSION-SIG': rsaSha256(`b0c1-4d|${ISO}|WH-1|${crc32(Buffer.from(BODY))}`),
    },
    publicKey({ webhookId: 'WH-1' }),
  ),

  // Over the body, in hex
  signed('pagerduty', { 'X-PagerDuty-Signature': `v1=${sha256Hex(BODY)}` }),
  signed('github-sha1', { 'X-Hub-Signature': `sha1=${sha1Hex(BODY)}` }),
  signed('intercom', { 'X-Hub-Signature': `sha1=${sha1Hex(BODY)}` }),
  signed('bitbucket', { 'X-Hub-Signature': `sha256=${sha256Hex(BODY)}` }),
  signed('jira', { 'X-Hub-Signature': `sha256=${sha256Hex(BODY)}` }),
  signed('meta', { 'X-Hub-Signature-256': `sha256=${sha256Hex(BODY)}` }),
  signed('notion', { 'X-Notion-Signature': `sha256=${sha256Hex(BODY)}` }),
  signed('mollie', { 'X-Mollie-Signature': `sha256=${sha256Hex(BODY)}` }),
  signed('easypost', { 'X-Hmac-Signature': `hmac-sha256-hex=${sha256Hex(BODY)}` }),
  signed('razorpay', { 'X-Razorpay-Signature': sha256Hex(BODY) }),
  signed('gocardless', { 'Webhook-Signature': sha256Hex(BODY) }),
  signed(
    'pusher',
    { 'X-Pusher-Key': 'app-key', 'X-Pusher-Signature': sha256Hex(BODY) },
    { ...secret(SECRET), extra: { key: 'app-key' } },
  ),
  signed('lemonsqueezy', { 'X-Signature': sha256Hex(BODY) }),
  signed('sentry', { 'Sentry-Hook-Signature': sha256Hex(BODY) }),
  signed('dropbox', { 'X-Dropbox-Signature': sha256Hex(BODY) }),
  signed('asana', { 'X-Hook-Signature': sha256Hex(BODY) }),
  signed('klarna', { 'Klarna-Signature': sha256Hex(BODY) }),
  signed('vercel', { 'x-vercel-signature': sha1Hex(BODY) }),
  signed(
    'airtable',
    { 'X-Airtable-Content-MAC': `hmac-sha256=${sha256Hex(BODY, KEY)}` },
    secret(KEY.toString('base64')),
  ),

  // Over the body, in base64
  signed('shopify-events', { 'Shopify-Hmac-Sha256': sha256Base64(BODY) }),
  signed('adyen-platform', { HmacSignature: sha256Base64(BODY, KEY) }, secret(KEY.toString('hex'))),
  signed('woocommerce', { 'X-WC-Webhook-Signature': sha256Base64(BODY) }),
  signed('twitter', { 'x-twitter-webhooks-signature': `sha256=${sha256Base64(BODY)}` }),
  signed('docusign', { 'X-DocuSign-Signature-1': sha256Base64(BODY) }),
  signed('intuit', { 'intuit-signature': sha256Base64(BODY) }),
  signed('typeform', { 'Typeform-Signature': `sha256=${sha256Base64(BODY)}` }),
  signed('xero', { 'x-xero-signature': sha256Base64(BODY) }),
  signed('ms-teams-outgoing', { Authorization: `HMAC ${sha256Base64(BODY, KEY)}` }, secret(KEY.toString('base64'))),
  signed('adobe-io', { 'x-adobe-digital-signature-1': rsaSha256(BODY) }, publicKey()),
  signed(
    'adobe-commerce',
    { 'x-adobe-commerce-webhook-signature': rsaSha256(Buffer.from(BODY).toString('base64')) },
    publicKey(),
  ),
]
