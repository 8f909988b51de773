/** Providers whose signed content no row can spell. The row says the rest; the content is put together in `codes/`. */
import { CANONICAL, type Scheme, type SchemeEntry } from '../../../shared/scheme.ts'
import { adyenStandard } from '../codes/adyen-standard.ts'
import { atlassianConnect } from '../codes/atlassian-connect.ts'
import { awsSns } from '../codes/aws-sns.ts'
import { contentful } from '../codes/contentful.ts'
import { gitea } from '../codes/gitea.ts'
import { mailgun } from '../codes/mailgun.ts'
import { msGraph } from '../codes/ms-graph.ts'
import { shoprenterInstall } from '../codes/shoprenter-install.ts'
import { twilio } from '../codes/twilio.ts'
import type { SchemeCode } from '../definition.ts'
import { npm, overBody, withAlgorithm } from './rows.ts'

const canonical = (row: Scheme): Scheme => ({ ...row, content: CANONICAL })

const GITEA_NOTE = 'What is signed is the JSON of the event: as the body, or inside the field `payload` of a form.'

export const OWN_RULES: readonly SchemeEntry[] = [
  {
    id: 'twilio',
    name: 'Twilio',
    source: npm('twilio', '6.2.0'),
    row: canonical(withAlgorithm('hmac-sha1', overBody('X-Twilio-Signature', 'base64'))),
    signs:
      'The URL, and for a form behind it each name and value in the order of the names. For other bodies the URL holds their hash as `bodySHA256`.',
    eventId: 'I-Twilio-Idempotency-Token',
    secretHint:
      'Console → Account → API keys & tokens → Auth token. The public URL must be the one set at Twilio, to the letter.',
  },
  {
    id: 'adyen-standard',
    name: 'Adyen (standard webhooks)',
    source: npm('@adyen/api-library', '32.1.0'),
    row: canonical({
      alg: 'hmac-sha256',
      key: { enc: 'hex' },
      sig: { in: 'bodyJson', name: 'additionalData.hmacSignature', enc: 'base64' },
      content: '',
    }),
    signs:
      'Of each notification pspReference, originalReference, merchantAccountCode, merchantReference, amount.value, amount.currency, eventCode and success, with colons between.',
    eventId: '/notificationItems/0/NotificationRequestItem/pspReference',
    note: 'Only these eight values are signed; everything else in the notification could be changed without being noticed.',
    secretHint: 'Customer Area → Developers → Webhooks → the webhook → HMAC key (hex).',
  },
  {
    id: 'contentful',
    name: 'Contentful (request verification)',
    source: npm('@contentful/node-apps-toolkit', '3.16.0'),
    row: canonical({
      ...overBody('x-contentful-signature', 'hex'),
      ts: { in: 'header', name: 'x-contentful-timestamp', unit: 'ms', past: 30, future: null, required: true },
    }),
    signs: 'Method, path with query, the headers that x-contentful-signed-headers lists, and the body, each on a line.',
    eventType: 'X-Contentful-Topic',
    secretHint:
      'Space or app settings → Webhooks → Settings → Request verification: the signing secret (64 characters).',
  },
  {
    id: 'aws-sns',
    name: 'Amazon SNS',
    source: npm('sns-validator', '0.3.5'),
    row: canonical({
      alg: 'rsa-sha256',
      key: { enc: 'pem' },
      sig: { in: 'bodyJson', name: 'Signature', enc: 'base64' },
      content: '',
    }),
    signs:
      'Name and value of the signed fields (Message, MessageId, Subject, Timestamp, TopicArn, Type, …), each on a line.',
    eventType: 'x-amz-sns-message-type',
    eventId: 'x-amz-sns-message-id',
    keysFrom: 'The certificate at the address in SigningCertURL, on sns.<region>.amazonaws.com.',
    secretHint: 'The certificate that SigningCertURL in the message leads to (-----BEGIN CERTIFICATE-----).',
  },
  {
    id: 'atlassian-connect',
    name: 'Atlassian Connect (Jira, Confluence, Bitbucket apps)',
    source: npm('atlassian-jwt', '2.0.3'),
    row: {
      alg: 'jwt',
      algs: ['HS256'],
      claims: { requireExp: true },
      key: { enc: 'utf8' },
      sig: { in: 'header', name: 'Authorization', prefix: 'JWT ', enc: 'utf8' },
      content: '',
    },
    signs: 'A token with `qsh`, a hash of method, path and sorted query.',
    note: 'The body is not covered by the signature.',
    settings: [
      {
        name: 'baseUrl',
        label: 'Base URL of the app',
        hint: 'As in the app descriptor. Only needed where it has a path of its own, which is then left out of what is signed.',
        required: false,
      },
    ],
    secretHint: 'The sharedSecret that the product posted to the app when it was installed.',
  },
  {
    id: 'shoprenter-install',
    name: 'Shoprenter (app install and uninstall)',
    source: 'https://github.com/Shoprenter/sr-api-docs (01_getting_started.md)',
    row: {
      alg: 'hmac-sha256',
      key: { enc: 'utf8' },
      sig: { in: 'query', name: 'hmac', enc: 'hex' },
      content: '{query}',
    },
    signs: 'The query without `hmac`.',
    note: 'Description and sample code disagree on the order of the parameters; both are accepted. The body is not covered.',
    secretHint: 'The ClientSecret of the app.',
  },
  {
    id: 'gitea',
    name: 'Gitea',
    source: 'https://github.com/go-gitea/gitea/blob/main/services/webhook/deliver.go',
    row: overBody('X-Gitea-Signature', 'hex'),
    eventType: 'X-Gitea-Event',
    eventId: 'X-Gitea-Delivery',
    note: GITEA_NOTE,
    secretHint: 'Settings → Webhooks → the webhook → Secret: the text you typed there.',
  },
  {
    id: 'forgejo',
    name: 'Forgejo',
    source: 'https://codeberg.org/forgejo/forgejo/src/branch/forgejo/services/webhook/shared/payloader.go',
    row: overBody('X-Forgejo-Signature', 'hex'),
    eventType: 'X-Forgejo-Event',
    eventId: 'X-Forgejo-Delivery',
    note: GITEA_NOTE,
    secretHint: 'Settings → Webhooks → the webhook → Secret: the text you typed there.',
  },
  {
    id: 'gogs',
    name: 'Gogs',
    source: 'https://github.com/go-gitea/gitea/blob/main/services/webhook/deliver.go',
    row: overBody('X-Gogs-Signature', 'hex'),
    eventType: 'X-Gogs-Event',
    eventId: 'X-Gogs-Delivery',
    note: GITEA_NOTE,
    secretHint: 'Settings → Webhooks → the webhook → Secret: the text you typed there.',
  },
  {
    id: 'mailgun',
    name: 'Mailgun',
    source: 'https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks',
    row: {
      alg: 'hmac-sha256',
      key: { enc: 'utf8' },
      sig: { in: 'bodyJson', name: 'signature.signature', enc: 'hex' },
      content: '{json:signature.timestamp}{json:signature.token}',
    },
    eventId: '/event-data/id',
    note: 'Only a timestamp and a token are signed: the event itself could be changed without being noticed. Forms with attachments (multipart) are not read.',
    secretHint: 'Send → Webhooks → HTTP webhook signing key.',
  },
]

/** By scheme id. */
export const CODES: ReadonlyMap<string, SchemeCode> = new Map([
  ['twilio', twilio],
  ['adyen-standard', adyenStandard],
  ['contentful', contentful],
  ['aws-sns', awsSns],
  ['atlassian-connect', atlassianConnect],
  ['shoprenter-install', shoprenterInstall],
  ['gitea', gitea],
  ['forgejo', gitea],
  ['gogs', gitea],
  ['mailgun', mailgun],
  ['ms-graph', msGraph],
])
