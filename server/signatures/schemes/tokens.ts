/** A value that was agreed on and comes along as it is. It tells who sends, and nothing about what was sent. */
import type { SchemeEntry } from '../../../shared/scheme.ts'
import { token } from './rows.ts'

const NOTE = 'Nothing of the request is signed: whoever has seen one request can send others.'

const ENTRIES: readonly SchemeEntry[] = [
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
  {
    id: 'basic-auth',
    name: 'User and password (Postmark, Chargebee, Pipedrive and others)',
    source: 'https://www.rfc-editor.org/rfc/rfc7617',
    row: {
      ...token('header', 'Authorization'),
      sig: { in: 'header', name: 'Authorization', prefix: 'Basic ', enc: 'base64' },
    },
    secretHint: 'User and password with a colon between them, as set at the sender or in the URL: `user:password`.',
  },
]

export const TOKENS: readonly SchemeEntry[] = ENTRIES.map((entry) => ({ note: NOTE, ...entry }))
