/** Signed over the body without a time: such a request can be sent again for ever. */
import type { Scheme, SchemeEntry } from '../../../shared/scheme.ts'
import { lowerCase, npm, overBody, THIRD_PARTY, withAlgorithm, withKey } from './rows.ts'

export const OVER_BODY: readonly SchemeEntry[] = [
  {
    id: 'github-sha1',
    name: 'GitHub (legacy SHA-1)',
    source: 'https://docs.github.com/en/webhooks/webhook-events-and-payloads#delivery-headers',
    row: withAlgorithm('hmac-sha1', overBody('X-Hub-Signature', 'hex', 'sha1=')),
    eventType: 'X-GitHub-Event',
    eventId: 'X-GitHub-Delivery',
    secretHint: 'Settings → Webhooks → the webhook → Secret: the text you typed there.',
  },
  {
    id: 'bitbucket',
    name: 'Bitbucket Cloud',
    source: 'https://bitbucket.org/blog/enhanced-webhook-security',
    row: overBody('X-Hub-Signature', 'hex', 'sha256='),
    eventType: 'X-Event-Key',
    eventId: 'X-Request-UUID',
    secretHint: 'Repository settings → Webhooks → the webhook → Secret.',
  },
  {
    id: 'meta',
    name: 'Meta (Facebook, WhatsApp, Instagram, Messenger)',
    source: 'https://developers.facebook.com/docs/messenger-platform/reference/webhook-events',
    row: overBody('X-Hub-Signature-256', 'hex', 'sha256='),
    secretHint: 'developers.facebook.com → the app → App settings → Basic → App secret.',
  },
  {
    id: 'notion',
    name: 'Notion',
    source: npm('@notionhq/client', '5.26.0'),
    row: overBody('X-Notion-Signature', 'hex', 'sha256='),
    eventId: '/id',
    secretHint: 'The verification_token that Notion posts to the URL when the subscription is made.',
  },
  {
    id: 'line',
    name: 'LINE',
    source: npm('@line/bot-sdk', '11.0.0'),
    row: overBody('x-line-signature', 'base64'),
    secretHint: 'LINE Developers Console → the channel → Basic settings → Channel secret.',
  },
  {
    id: 'razorpay',
    name: 'Razorpay',
    source: npm('razorpay', '2.9.8'),
    row: lowerCase(overBody('X-Razorpay-Signature', 'hex')),
    eventId: 'X-Razorpay-Event-Id',
    secretHint: 'Dashboard → Account & Settings → Webhooks → the webhook → Secret: the text you typed there.',
  },
  {
    id: 'coinbase-commerce',
    name: 'Coinbase Commerce',
    source: npm('coinbase-commerce-node', '1.0.4'),
    row: lowerCase(overBody('X-CC-Webhook-Signature', 'hex')),
    eventId: '/event/id',
    secretHint: 'Settings → Notifications → Webhook subscriptions → Show shared secret.',
  },
  {
    id: 'gocardless',
    name: 'GoCardless',
    source: npm('gocardless-nodejs', '10.1.2'),
    row: overBody('Webhook-Signature', 'hex'),
    eventId: '/meta/webhook_id',
    secretHint: 'Dashboard → Developers → the webhook endpoint → Secret.',
  },
  {
    id: 'easypost',
    name: 'EasyPost',
    source: npm('@easypost/api', '8.9.0'),
    row: withKey({ enc: 'utf8', normalize: 'NFKD' }, overBody('X-Hmac-Signature', 'hex', 'hmac-sha256-hex=')),
    eventId: '/id',
    secretHint: 'The webhook_secret you gave when the webhook was made.',
  },
  {
    id: 'pusher',
    name: 'Pusher Channels',
    source: npm('pusher', '5.3.4'),
    row: { ...overBody('X-Pusher-Signature', 'hex'), match: { header: 'X-Pusher-Key', extra: 'key' } },
    settings: [
      {
        name: 'key',
        label: 'App key',
        hint: 'Dashboard → the app → App Keys → key: the request names it, and it must be yours.',
        required: true,
      },
    ],
    secretHint: 'Dashboard → the app → App Keys → secret.',
  },
  {
    id: 'adyen-platform',
    name: 'Adyen (platform webhooks)',
    source: npm('@adyen/api-library', '32.1.0'),
    row: withKey({ enc: 'hex' }, overBody('HmacSignature', 'base64')),
    secretHint: 'Customer Area → Developers → Webhooks → the webhook → HMAC key (hex).',
  },
  {
    id: 'woocommerce',
    name: 'WooCommerce',
    source: 'https://woocommerce.github.io/woocommerce-rest-api-docs/#webhooks',
    row: overBody('X-WC-Webhook-Signature', 'base64'),
    eventType: 'X-WC-Webhook-Topic',
    eventId: 'X-WC-Webhook-Delivery-ID',
    secretHint: 'WooCommerce → Settings → Advanced → Webhooks → the webhook → Secret.',
  },
  {
    id: 'lemonsqueezy',
    name: 'Lemon Squeezy',
    source: 'https://github.com/lmsqueezy/nextjs-billing (route.ts)',
    row: overBody('X-Signature', 'hex'),
    eventType: 'X-Event-Name',
    secretHint: 'Settings → Webhooks → the webhook → Signing secret.',
  },
  {
    id: 'sentry',
    name: 'Sentry',
    source: 'https://github.com/getsentry/integration-platform-example',
    row: sentry(),
    eventType: 'Sentry-Hook-Resource',
    eventId: 'Request-ID',
    secretHint: 'Settings → Developer settings → the integration → Client secret.',
  },
  {
    id: 'dropbox',
    name: 'Dropbox',
    source: 'https://github.com/dropbox/mdwebhook/blob/master/app.py',
    row: overBody('X-Dropbox-Signature', 'hex'),
    secretHint: 'App Console → the app → App secret.',
  },
  {
    id: 'asana',
    name: 'Asana',
    source: 'https://github.com/Asana/developer-docs',
    row: overBody('X-Hook-Signature', 'hex'),
    secretHint: 'The X-Hook-Secret header that Asana sends once, when the webhook is made.',
  },
  {
    id: 'airtable',
    name: 'Airtable',
    source: 'https://github.com/gtalarico/pyairtable',
    row: withKey({ enc: 'base64' }, overBody('X-Airtable-Content-MAC', 'hex', 'hmac-sha256=')),
    secretHint: 'The macSecretBase64 given when the webhook was made.',
  },
  {
    id: 'mollie',
    name: 'Mollie (next-gen webhooks)',
    source: 'https://github.com/mollie/mollie-api-php (SignatureValidator.php)',
    row: overBody('X-Mollie-Signature', 'hex', 'sha256='),
    secretHint: 'Shown once, when the webhook is made. Classic Mollie webhooks are not signed.',
  },
  {
    id: 'twitter',
    name: 'X (Twitter)',
    source: 'https://github.com/xdevplatform/docs (quickstart.mdx)',
    row: overBody('x-twitter-webhooks-signature', 'base64', 'sha256='),
    secretHint: 'Developer portal → the app → Keys and tokens → API key secret (consumer secret).',
  },
  {
    id: 'docusign',
    name: 'DocuSign Connect',
    source: 'https://github.com/docusign/code-examples-node',
    row: docusign(),
    secretHint: 'Settings → Connect → Connect keys. A header comes for each key.',
  },
  {
    id: 'intuit',
    name: 'Intuit (QuickBooks)',
    source: 'https://github.com/IntuitDeveloper/SampleApp-Webhooks-nodejs',
    row: overBody('intuit-signature', 'base64'),
    secretHint: 'Developer portal → the app → Webhooks → Verifier token.',
  },
  {
    id: 'intercom',
    name: 'Intercom',
    source: 'https://github.com/triggerdotdev/trigger.dev (internal-packages/webhook-sources)',
    row: withAlgorithm('hmac-sha1', overBody('X-Hub-Signature', 'hex', 'sha1=')),
    eventId: '/id',
    note: THIRD_PARTY,
    secretHint: 'Developer Hub → the app → Basic information → Client secret.',
  },
  {
    id: 'jira',
    name: 'Jira Cloud (webhooks with a secret)',
    source: 'https://github.com/n8n-io/n8n/pull/8822',
    row: overBody('X-Hub-Signature', 'hex', 'sha256='),
    eventId: 'X-Atlassian-Webhook-Identifier',
    note: `${THIRD_PARTY} Only webhooks that an administrator registered with a secret are signed this way.`,
    secretHint: 'Settings → System → WebHooks → the webhook → Secret: the text you typed there.',
  },
  {
    id: 'vercel',
    name: 'Vercel',
    source: 'https://github.com/triggerdotdev/trigger.dev (internal-packages/webhook-sources)',
    // SHA-1, although some published tables say SHA-256.
    row: withAlgorithm('hmac-sha1', overBody('x-vercel-signature', 'hex')),
    eventId: '/id',
    note: THIRD_PARTY,
    secretHint: 'Team settings → Webhooks: shown once, when the webhook is made; for an integration its client secret.',
  },
  {
    id: 'typeform',
    name: 'Typeform',
    source: 'https://github.com/triggerdotdev/trigger.dev (internal-packages/webhook-sources)',
    row: overBody('Typeform-Signature', 'base64', 'sha256='),
    eventId: '/event_id',
    note: THIRD_PARTY,
    secretHint: 'The form → Connect → Webhooks → the webhook → Secret: the text you typed there.',
  },
  {
    id: 'xero',
    name: 'Xero',
    source: 'https://github.com/NangoHQ/nango',
    // The key looks like base64 and is used as it is.
    row: overBody('x-xero-signature', 'base64'),
    note: THIRD_PARTY,
    secretHint: 'Developer portal → the app → Webhooks → Webhooks key.',
  },
  {
    id: 'trello',
    name: 'Trello',
    source: 'https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/',
    row: { ...withAlgorithm('hmac-sha1', overBody('X-Trello-Webhook', 'base64')), content: '{body}{url}' },
    eventId: '/action/id',
    note: 'The order of body and URL is known from the code of other tools. The public URL must be the callback URL to the letter.',
    secretHint: 'trello.com/power-ups/admin → the Power-Up → API key → Secret.',
  },
  {
    id: 'ms-teams-outgoing',
    name: 'Microsoft Teams (outgoing webhook)',
    source: 'https://github.com/simstudioai/sim',
    row: withKey({ enc: 'base64' }, overBody('Authorization', 'base64', 'HMAC ')),
    eventId: '/id',
    note: THIRD_PARTY,
    secretHint: 'The security token, shown once, when the outgoing webhook is made.',
  },
  {
    id: 'klarna',
    name: 'Klarna',
    source: 'https://docs.klarna.com/',
    row: overBody('Klarna-Signature', 'hex'),
    note: 'Klarna names header and algorithm; that the signature is hex is known from the code of other tools.',
    secretHint: 'The signing key that was made by the API; the header Klarna-Signing-Key-Id names which.',
  },
  {
    id: 'square-legacy',
    name: 'Square (legacy SHA-1)',
    source: 'https://github.com/hookdeck (the verification code of its integrations)',
    row: { ...withAlgorithm('hmac-sha1', overBody('x-square-signature', 'base64')), content: '{url}{body}' },
    eventId: '/event_id',
    note: `${THIRD_PARTY} Square sends it beside the newer header; prefer that one.`,
    secretHint:
      'Developer Console → the application → Webhooks → the subscription → Signature key. The public URL must be the notification URL to the letter.',
  },
]

function docusign(): Scheme {
  const row = overBody('X-DocuSign-Signature-1', 'base64')
  const aliases = Array.from({ length: 9 }, (_, i) => `X-DocuSign-Signature-${i + 2}`)
  return { ...row, sig: { ...row.sig, aliases } }
}

/** Some of Sentry's requests name the header otherwise. */
function sentry(): Scheme {
  const row = overBody('Sentry-Hook-Signature', 'hex')
  return { ...row, sig: { ...row.sig, aliases: ['Sentry-App-Signature'] } }
}
