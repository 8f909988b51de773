/**
 * The table of signing schemes: one entry a provider, each read off the page or the library it names.
 *
 * The table is the feature: the API, the page and the command line show what stands here. Where a provider cannot be said in a row,
 * the row is widened (`shared/scheme.ts`); nothing branches on an id.
 */
import type { Encoding, Scheme, SchemeEntry } from '../../shared/scheme.ts'
import type { Definition } from './definition.ts'

/** The version of a library that was read, on the registry's own page. */
const npm = (name: string, version: string): string => `https://www.npmjs.com/package/${name}/v/${version}`

/** HMAC-SHA256 over the raw body alone, in a header. No timestamp: such a request can be replayed for ever. */
function overBody(name: string, enc: Encoding, prefix?: string): Scheme {
  return {
    alg: 'hmac-sha256',
    key: { enc: 'utf8' },
    sig: { in: 'header', name, ...(prefix === undefined ? {} : { prefix }), enc },
    content: '{body}',
  }
}

/** `t=…,v1=…` over `{ts}.{body}`, as Stripe began it. */
function timeAndFields(name: string, ts: { unit: 's' | 'ms'; past: number | null }, enc: Encoding = 'hex'): Scheme {
  return {
    alg: 'hmac-sha256',
    key: { enc: 'utf8' },
    sig: { in: 'header', name, list: ',', kv: '=', field: 'v1', enc },
    ts: { in: 'sigField', name: 't', ...ts, future: null },
    content: '{ts}.{body}',
  }
}

/** Standard Webhooks with the given header names. */
function standard(family: 'webhook' | 'svix', key: Scheme['key'] = { enc: 'base64', strip: ['whsec_'] }): Scheme {
  return {
    alg: 'hmac-sha256',
    key,
    sig: { in: 'header', name: `${family}-signature`, list: ' ', kv: ',', field: 'v1', enc: 'base64' },
    id: { name: `${family}-id` },
    ts: { in: 'header', name: `${family}-timestamp`, unit: 's', past: 300, future: 300 },
    content: '{id}.{ts}.{body}',
  }
}

/** A value that was agreed on and is sent along as it is. */
function token(where: Scheme['sig']['in'], name: string): Scheme {
  return { alg: 'token', key: { enc: 'utf8' }, sig: { in: where, name, enc: 'utf8' }, content: '' }
}

const withAlgorithm = (alg: Scheme['alg'], row: Scheme): Scheme => ({ ...row, alg })
const withKey = (key: Scheme['key'], row: Scheme): Scheme => ({ ...row, key })
/** For providers whose own library compares the hex text: capital digits would be refused there. */
const lowerCase = (row: Scheme): Scheme => ({ ...row, sig: { ...row.sig, hexCase: 'lower' } })

const svix = standard('svix')

export const SCHEMES: readonly SchemeEntry[] = [
  {
    id: 'standard-webhooks',
    name: 'Standard Webhooks',
    source: 'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md',
    row: standard('webhook'),
    eventId: 'webhook-id',
    secretHint: 'The signing secret of the sender, beginning with whsec_.',
  },
  {
    id: 'svix',
    name: 'Svix',
    source: npm('svix', '1.99.1'),
    row: {
      ...svix,
      // Svix's own library also takes the header names of Standard Webhooks.
      sig: { ...svix.sig, aliases: ['webhook-signature'] },
      id: { name: 'svix-id', aliases: ['webhook-id'] },
      ts: { in: 'header', name: 'svix-timestamp', aliases: ['webhook-timestamp'], unit: 's', past: 300, future: 300 },
    },
    eventId: 'svix-id',
    secretHint: 'App Portal → Endpoints → the endpoint → Signing Secret (whsec_…).',
  },
  {
    id: 'stripe',
    name: 'Stripe',
    source: npm('stripe', '23.1.0'),
    // The secret is used as it is, `whsec_` included, although Svix decodes one that looks the same.
    row: lowerCase(timeAndFields('Stripe-Signature', { unit: 's', past: 300 })),
    eventId: '/id',
    secretHint: 'Workbench → Webhooks → the endpoint → Signing secret, or what `stripe listen` prints (whsec_…).',
  },
  {
    id: 'github',
    name: 'GitHub',
    source: 'https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries',
    row: lowerCase(overBody('X-Hub-Signature-256', 'hex', 'sha256=')),
    eventType: 'X-GitHub-Event',
    eventId: 'X-GitHub-Delivery',
    secretHint: 'Settings → Webhooks → the webhook → Secret: the text you typed there. GitHub does not show it again.',
  },
  {
    id: 'shopify',
    name: 'Shopify',
    source: npm('@shopify/shopify-api', '13.1.0'),
    row: overBody('X-Shopify-Hmac-Sha256', 'base64'),
    eventType: 'X-Shopify-Topic',
    eventId: 'X-Shopify-Webhook-Id',
    secretHint: 'The client secret of the app; for webhooks made in the admin, Settings → Notifications → Webhooks.',
  },
  {
    id: 'shopify-events',
    name: 'Shopify Events',
    source: 'https://shopify.dev/docs/apps/build/events/verify-deliveries',
    row: overBody('Shopify-Hmac-Sha256', 'base64'),
    eventType: 'Shopify-Topic',
    eventId: 'Shopify-Webhook-Id',
    secretHint: 'The client secret of the app.',
  },
  {
    id: 'slack',
    name: 'Slack',
    source: npm('@slack/bolt', '5.1.0'),
    row: {
      alg: 'hmac-sha256',
      key: { enc: 'utf8' },
      sig: { in: 'header', name: 'X-Slack-Signature', prefix: 'v0=', enc: 'hex', hexCase: 'lower' },
      ts: { in: 'header', name: 'X-Slack-Request-Timestamp', unit: 's', past: 300, future: null },
      content: 'v0:{ts}:{body}',
    },
    eventId: '/event_id',
    secretHint: 'api.slack.com/apps → the app → Basic Information → Signing Secret.',
  },
  {
    id: 'square',
    name: 'Square',
    source: npm('square', '46.0.0'),
    row: { ...overBody('x-square-hmacsha256-signature', 'base64'), content: '{url}{body}' },
    eventId: '/event_id',
    secretHint:
      'Developer Console → the application → Webhooks → the subscription → Signature key. The public URL must be the notification URL to the letter.',
  },
  {
    id: 'shoprenter-payment-api',
    name: 'Shoprenter Payment API',
    source: 'https://github.com/Shoprenter/sr-api-docs/blob/master/paymentapi/docs/l_notifications.md',
    row: {
      alg: 'hmac-sha256',
      key: { enc: 'utf8' },
      sig: { in: 'query', name: 'hmac', enc: 'hex' },
      content: '{body}',
    },
    secretHint: 'The WebhookSecretKey of the payment app.',
  },
  {
    id: 'token',
    name: 'Plain token',
    source: 'https://www.rfc-editor.org/rfc/rfc9110#name-authorization',
    row: token('header', 'Authorization'),
    secretHint:
      'The whole value of the Authorization header, such as `Bearer …`. For another place take a scheme of your own.',
  },

  // The family of Standard Webhooks

  {
    id: 'clerk',
    name: 'Clerk',
    source: npm('@clerk/backend', '3.25.0'),
    row: svix,
    eventId: 'svix-id',
    secretHint: 'Dashboard → Webhooks → the endpoint → Signing Secret (whsec_…).',
  },
  {
    id: 'resend',
    name: 'Resend',
    source: npm('resend', '6.38.0'),
    row: svix,
    eventId: 'svix-id',
    secretHint: 'Webhooks → the webhook → Signing Secret (whsec_…).',
  },
  {
    id: 'openai',
    name: 'OpenAI',
    source: npm('openai', '6.49.0'),
    row: standard('webhook', { enc: 'base64', strip: ['whsec_'], bare: 'utf8' }),
    eventId: 'webhook-id',
    secretHint: 'Project settings → Webhooks; shown once, when the webhook is made (whsec_…).',
  },
  {
    id: 'polar',
    name: 'Polar',
    source: npm('@polar-sh/sdk', '0.49.0'),
    row: standard('webhook', { enc: 'utf8' }),
    eventId: 'webhook-id',
    secretHint: 'Settings → Webhooks → the endpoint → Secret.',
  },
  {
    id: 'bigcommerce',
    name: 'BigCommerce',
    source: 'https://github.com/bigcommerce/docs (https-webhook-overview.mdx, 24f580ca)',
    row: standard('webhook', { enc: 'utf8' }),
    eventId: 'webhook-id',
    secretHint: 'The client secret of the app or API account that made the webhook.',
  },
  {
    id: 'gitlab-signing-token',
    name: 'GitLab (signing token)',
    source: 'https://gitlab.com/gitlab-org/gitlab/-/merge_requests/230944',
    row: standard('webhook'),
    eventType: 'X-Gitlab-Event',
    eventId: 'webhook-id',
    secretHint: 'Settings → Webhooks → the webhook → Signing token (whsec_…).',
  },

  // Timestamp and signature

  {
    id: 'mux',
    name: 'Mux',
    source: npm('@mux/mux-node', '15.3.0'),
    row: timeAndFields('Mux-Signature', { unit: 's', past: 300 }),
    eventId: '/id',
    secretHint: 'Settings → Webhooks → the webhook → Signing secret.',
  },
  {
    id: 'workos',
    name: 'WorkOS',
    source: npm('@workos-inc/node', '8.13.0'),
    row: workos(),
    eventId: '/id',
    secretHint: 'Dashboard → Webhooks → the endpoint → Signing secret.',
  },
  {
    id: 'sanity',
    name: 'Sanity',
    source: npm('@sanity/webhook', '4.0.4'),
    // The library sets no limit of age; five minutes are this table's choice, so that a replayed request is seen as one.
    row: timeAndFields('sanity-webhook-signature', { unit: 'ms', past: 300 }, 'base64url'),
    eventId: 'idempotency-key',
    secretHint: 'sanity.io/manage → API → Webhooks → the webhook → Secret: the text you typed there.',
  },
  {
    id: 'calendly',
    name: 'Calendly',
    source: 'https://developer.calendly.com/api-docs/webhook-signatures',
    row: timeAndFields('Calendly-Webhook-Signature', { unit: 's', past: 180 }),
    secretHint: 'The signing_key given when the subscription was made by the API.',
  },
  {
    id: 'paddle',
    name: 'Paddle Billing',
    source: npm('@paddle/paddle-node-sdk', '3.10.0'),
    row: {
      alg: 'hmac-sha256',
      key: { enc: 'utf8' },
      sig: { in: 'header', name: 'Paddle-Signature', list: ';', kv: '=', field: 'h1', enc: 'hex' },
      ts: { in: 'sigField', name: 'ts', unit: 's', past: 5, future: null },
      content: '{ts}:{body}',
    },
    eventId: '/event_id',
    secretHint: 'Developer tools → Notifications → the destination → Secret key (pdl_ntfset_…).',
  },
  {
    id: 'twitch',
    name: 'Twitch EventSub',
    source: 'https://dev.twitch.tv/docs/eventsub/handling-webhook-events',
    row: {
      ...overBody('Twitch-Eventsub-Message-Signature', 'hex', 'sha256='),
      id: { name: 'Twitch-Eventsub-Message-Id' },
      ts: { in: 'header', name: 'Twitch-Eventsub-Message-Timestamp', unit: 'iso', past: 600, future: null },
      content: '{id}{ts}{body}',
    },
    eventType: 'Twitch-Eventsub-Subscription-Type',
    eventId: 'Twitch-Eventsub-Message-Id',
    secretHint: 'transport.secret, which you chose when you made the subscription.',
  },
  {
    id: 'zoom',
    name: 'Zoom',
    source: npm('@zoom/rivet', '0.4.0'),
    row: {
      alg: 'hmac-sha256',
      key: { enc: 'utf8' },
      sig: { in: 'header', name: 'x-zm-signature', prefix: 'v0=', enc: 'hex' },
      // Zoom's library checks no age; five minutes are what receivers commonly allow.
      ts: { in: 'header', name: 'x-zm-request-timestamp', unit: 's', past: 300, future: null },
      content: 'v0:{ts}:{body}',
    },
    secretHint: 'Zoom App Marketplace → the app → Features → Secret Token.',
  },
  {
    id: 'hubspot-v3',
    name: 'HubSpot (v3)',
    source: npm('@hubspot/api-client', '13.5.0'),
    row: {
      ...overBody('X-HubSpot-Signature-v3', 'base64'),
      ts: { in: 'header', name: 'X-HubSpot-Request-Timestamp', unit: 'ms', past: 300, future: null },
      content: '{method}{url}{body}{ts}',
    },
    secretHint: 'The client secret of the app: Auth → Client secret.',
  },
  {
    id: 'hubspot-v2',
    name: 'HubSpot (v2)',
    source: npm('@hubspot/api-client', '13.5.0'),
    row: {
      ...withAlgorithm('hash-sha256', overBody('X-HubSpot-Signature', 'hex')),
      content: '{secret}{method}{url}{body}',
    },
    secretHint: 'The client secret of the app: Auth → Client secret.',
  },
  {
    id: 'hubspot-v1',
    name: 'HubSpot (v1)',
    source: npm('@hubspot/api-client', '13.5.0'),
    row: { ...withAlgorithm('hash-sha256', overBody('X-HubSpot-Signature', 'hex')), content: '{secret}{body}' },
    secretHint: 'The client secret of the app: Auth → Client secret.',
  },
  {
    id: 'linear',
    name: 'Linear',
    source: npm('@linear/sdk', '98.0.0'),
    row: {
      ...overBody('Linear-Signature', 'hex'),
      // The time stands in the body; the header Linear-Timestamp is not signed.
      ts: { in: 'bodyJson', name: 'webhookTimestamp', unit: 'ms', past: 60, future: 60, required: true },
    },
    eventType: 'Linear-Event',
    eventId: 'Linear-Delivery',
    secretHint: 'Settings → API → Webhooks → the webhook → Signing secret.',
  },
  {
    id: 'pagerduty',
    name: 'PagerDuty (v3)',
    source: 'https://github.com/PagerDuty/go-pagerduty/blob/main/webhookv3/webhookv3.go',
    row: {
      alg: 'hmac-sha256',
      key: { enc: 'utf8' },
      sig: { in: 'header', name: 'X-PagerDuty-Signature', list: ',', kv: '=', field: 'v1', enc: 'hex' },
      content: '{body}',
    },
    eventId: '/event/id',
    secretHint: 'Shown once, when the webhook subscription is made.',
  },

  // The raw body alone

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
    id: 'gitea',
    name: 'Gitea',
    source: 'https://github.com/go-gitea/gitea/blob/main/services/webhook/deliver.go',
    row: overBody('X-Gitea-Signature', 'hex'),
    eventType: 'X-Gitea-Event',
    eventId: 'X-Gitea-Delivery',
    secretHint:
      'Settings → Webhooks → the webhook → Secret. Choose JSON: with a form, only the text inside `payload` is signed.',
  },
  {
    id: 'forgejo',
    name: 'Forgejo',
    source: 'https://codeberg.org/forgejo/forgejo/src/branch/forgejo/services/webhook/shared/payloader.go',
    row: overBody('X-Forgejo-Signature', 'hex'),
    eventType: 'X-Forgejo-Event',
    eventId: 'X-Forgejo-Delivery',
    secretHint:
      'Settings → Webhooks → the webhook → Secret. Choose JSON: with a form, only the text inside `payload` is signed.',
  },
  {
    id: 'gogs',
    name: 'Gogs',
    source: 'https://github.com/go-gitea/gitea/blob/main/services/webhook/deliver.go',
    row: overBody('X-Gogs-Signature', 'hex'),
    eventType: 'X-Gogs-Event',
    eventId: 'X-Gogs-Delivery',
    secretHint:
      'Settings → Webhooks → the webhook → Secret. Choose JSON: with a form, only the text inside `payload` is signed.',
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
    secretHint: 'Dashboard → the app → App Keys → secret; `key` there is the setting `key`.',
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
    row: overBody('Sentry-Hook-Signature', 'hex'),
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
    id: 'mailgun',
    name: 'Mailgun',
    source: 'https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks',
    // Only timestamp and token are covered: the event itself could be changed without being noticed.
    row: {
      alg: 'hmac-sha256',
      key: { enc: 'utf8' },
      sig: { in: 'bodyJson', name: 'signature.signature', enc: 'hex' },
      content: '{json:signature.timestamp}{json:signature.token}',
    },
    eventId: '/event-data/id',
    secretHint: 'Send → Webhooks → HTTP webhook signing key.',
  },

  // Tokens

  {
    id: 'gitlab-token',
    name: 'GitLab (secret token)',
    source: 'https://docs.gitlab.com/user/project/integrations/webhooks/',
    row: token('header', 'X-Gitlab-Token'),
    eventType: 'X-Gitlab-Event',
    eventId: 'X-Gitlab-Event-UUID',
    secretHint: 'Settings → Webhooks → the webhook → Secret token: the text you typed there.',
  },
  {
    id: 'telegram',
    name: 'Telegram',
    source: 'https://core.telegram.org/bots/api#setwebhook',
    row: token('header', 'X-Telegram-Bot-Api-Secret-Token'),
    eventId: '/update_id',
    secretHint: 'The secret_token you gave to setWebhook.',
  },
  {
    id: 'okta',
    name: 'Okta event hooks',
    source: 'https://developer.okta.com/docs/concepts/event-hooks/',
    row: token('header', 'Authorization'),
    eventId: '/eventId',
    secretHint: 'Workflow → Event Hooks → the hook → Authentication secret.',
  },
  {
    id: 'auth0',
    name: 'Auth0 log streams',
    source: 'https://auth0.com/docs/customize/log-streams/custom-log-streams',
    row: token('header', 'Authorization'),
    secretHint: 'Monitoring → Streams → the stream → Authorization token, as typed there.',
  },
  {
    id: 'figma',
    name: 'Figma',
    source: 'https://developers.figma.com/docs/rest-api/webhooks-security/',
    row: token('bodyJson', 'passcode'),
    secretHint: 'The passcode you gave when the webhook was made.',
  },
  {
    id: 'ms-graph',
    name: 'Microsoft Graph',
    source: 'https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks',
    row: token('bodyJson', 'value.0.clientState'),
    secretHint: 'The clientState you gave when the subscription was made.',
  },
]

const byId = new Map(SCHEMES.map((entry) => [entry.id, entry]))

/**
 * Every header of the table that names an event, in lower case, so that an endpoint without a scheme still shows what a known
 * provider says.
 */
export const eventHeaders: ReadonlySet<string> = new Set(
  SCHEMES.flatMap((entry) => entry.eventType?.toLowerCase() ?? []),
)

export function findScheme(id: string): SchemeEntry | undefined {
  return byId.get(id)
}

export function findDefinition(id: string): Definition | undefined {
  const entry = byId.get(id)
  return entry === undefined ? undefined : { id, row: entry.row }
}

function workos(): Scheme {
  const row = timeAndFields('WorkOS-Signature', { unit: 'ms', past: 180 })
  return { ...row, sig: { ...row.sig, emitJoin: ', ' } }
}

function docusign(): Scheme {
  const row = overBody('X-DocuSign-Signature-1', 'base64')
  const aliases = Array.from({ length: 9 }, (_, i) => `X-DocuSign-Signature-${i + 2}`)
  return { ...row, sig: { ...row.sig, aliases } }
}
