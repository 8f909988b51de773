/** Signed together with a time, so that a request that is sent again much later is seen: Standard Webhooks and its relatives, and others. */
import type { Scheme, SchemeEntry } from '../../../shared/scheme.ts'
import { npm, overBody, standard, THIRD_PARTY, timeAndFields, withAlgorithm } from './rows.ts'

const svix = standard('svix')

export const TIMESTAMPED: readonly SchemeEntry[] = [
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
  {
    id: 'elevenlabs',
    name: 'ElevenLabs',
    source: 'https://github.com/triggerdotdev/trigger.dev (internal-packages/webhook-sources)',
    row: elevenlabs(),
    note: THIRD_PARTY,
    secretHint: 'Settings → Webhooks; shown once, when the webhook is made.',
  },
  {
    id: 'webflow',
    name: 'Webflow',
    source: 'https://github.com/hookdeck (the verification code of its integrations)',
    row: {
      ...overBody('x-webflow-signature', 'hex'),
      ts: { in: 'header', name: 'x-webflow-timestamp', unit: 'ms', past: 300, future: 300 },
      content: '{ts}:{body}',
    },
    note: THIRD_PARTY,
    secretHint: 'Site settings → Apps & integrations → Webhooks → the webhook; for an app, its client secret.',
  },
  {
    id: 'zendesk',
    name: 'Zendesk',
    source: 'https://github.com/triggerdotdev/trigger.dev (internal-packages/webhook-sources)',
    row: {
      ...overBody('X-Zendesk-Webhook-Signature', 'base64'),
      // No limit of age is known, so none is judged.
      ts: { in: 'header', name: 'X-Zendesk-Webhook-Signature-Timestamp', unit: 'iso', past: null, future: null },
      content: '{ts}{body}',
    },
    eventId: 'X-Zendesk-Webhook-Invocation-Id',
    note: THIRD_PARTY,
    secretHint: 'Admin Center → Apps and integrations → Webhooks → the webhook → Signing secret.',
  },
]

function workos(): Scheme {
  const row = timeAndFields('WorkOS-Signature', { unit: 'ms', past: 180 })
  return { ...row, sig: { ...row.sig, emitJoin: ', ' } }
}

function elevenlabs(): Scheme {
  const row = timeAndFields('ElevenLabs-Signature', { unit: 's', past: 1800 })
  return { ...row, sig: { ...row.sig, field: 'v0' } }
}
