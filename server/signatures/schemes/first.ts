/** The providers that most people begin with. */
import type { SchemeEntry } from '../../../shared/scheme.ts'
import { lowerCase, npm, overBody, standard, timeAndFields, token } from './rows.ts'

const svix = standard('svix')

export const FIRST: readonly SchemeEntry[] = [
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
]
