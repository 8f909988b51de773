/** Signed with a key that only the provider has, and checked with its public half. */
import type { Scheme, SchemeEntry } from '../../../shared/scheme.ts'
import { npm, standard } from './rows.ts'

/** RSA over what stands in a base64 header. */
function rsa(name: string, content: string): Scheme {
  return { alg: 'rsa-sha256', key: { enc: 'pem' }, sig: { in: 'header', name, enc: 'base64' }, content }
}

function standardV1a(): Scheme {
  const row = standard('webhook', { enc: 'base64', strip: ['whpk_'] })
  return { ...row, alg: 'ed25519', sig: { ...row.sig, field: 'v1a' } }
}

function adobeIo(): Scheme {
  const row = rsa('x-adobe-digital-signature-1', '{body}')
  return { ...row, sig: { ...row.sig, aliases: ['x-adobe-digital-signature-2'] } }
}

export const PUBLIC_KEYS: readonly SchemeEntry[] = [
  {
    id: 'standard-webhooks-v1a',
    name: 'Standard Webhooks (v1a, public key)',
    source: 'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md',
    row: standardV1a(),
    eventId: 'webhook-id',
    secretHint: 'The public key of the sender, beginning with whpk_.',
  },
  {
    id: 'discord',
    name: 'Discord (interactions and webhook events)',
    source: npm('discord-interactions', '4.4.0'),
    row: {
      alg: 'ed25519',
      key: { enc: 'hex' },
      sig: { in: 'header', name: 'X-Signature-Ed25519', enc: 'hex' },
      // Discord's library checks no age; five minutes are this table's choice, so that a replayed request is seen as one.
      ts: { in: 'header', name: 'X-Signature-Timestamp', unit: 's', past: 300, future: null, policy: true },
      content: '{ts}{body}',
    },
    eventId: '/id',
    secretHint: 'discord.com/developers → the application → General Information → Public Key (64 hex digits).',
  },
  {
    id: 'sendgrid',
    name: 'SendGrid (event webhook)',
    source: npm('@sendgrid/eventwebhook', '8.0.0'),
    row: {
      alg: 'ecdsa-p256',
      key: { enc: 'spki-base64' },
      sig: { in: 'header', name: 'X-Twilio-Email-Event-Webhook-Signature', enc: 'base64' },
      // SendGrid's library checks no age; five minutes are this table's choice.
      ts: {
        in: 'header',
        name: 'X-Twilio-Email-Event-Webhook-Timestamp',
        unit: 's',
        past: 300,
        future: null,
        policy: true,
      },
      content: '{ts}{body}',
    },
    eventId: '/0/sg_event_id',
    note: 'The body ends in a line break that belongs to what is signed; middleware that trims it breaks the signature.',
    secretHint: 'Settings → Mail Settings → Event Webhook → the webhook → Verification Key.',
  },
  {
    id: 'paypal',
    name: 'PayPal',
    source: 'https://github.com/paypal/PayPal-Python-SDK/blob/master/paypalrestsdk/notifications.py',
    row: {
      ...rsa('PAYPAL-TRANSMISSION-SIG', '{id}|{ts}|{extra:webhookId}|{crc32}'),
      id: { name: 'PAYPAL-TRANSMISSION-ID' },
      // No limit of age is known: PayPal tries again for days.
      ts: { in: 'header', name: 'PAYPAL-TRANSMISSION-TIME', unit: 'iso', past: null, future: null },
    },
    eventId: '/id',
    note: 'The body is covered by a CRC-32 only, which is no protection against somebody who changes it on purpose.',
    settings: [
      {
        name: 'webhookId',
        label: 'Webhook ID',
        hint: 'Developer Dashboard → Apps & Credentials → the app → Webhooks: the ID beside the URL. It is part of what is signed.',
        required: true,
      },
    ],
    keysFrom: 'The certificate at the address in the header PAYPAL-CERT-URL, on paypal.com.',
    secretHint: 'The certificate that PAYPAL-CERT-URL leads to (-----BEGIN CERTIFICATE-----).',
  },
  {
    id: 'adobe-io',
    name: 'Adobe I/O Events',
    source: 'https://github.com/AdobeDocs/adobe-io-events',
    row: adobeIo(),
    eventType: 'x-adobe-event-code',
    eventId: 'x-adobe-event-id',
    keysFrom: 'The files on static.adobeioevents.com that x-adobe-public-key1-path and x-adobe-public-key2-path name.',
    secretHint: 'The public key under https://static.adobeioevents.com and the path in x-adobe-public-key1-path.',
  },
  {
    id: 'adobe-commerce',
    name: 'Adobe Commerce (Magento) webhooks',
    source: 'https://github.com/AdobeDocs/commerce-extensibility',
    row: rsa('x-adobe-commerce-webhook-signature', '{bodyBase64}'),
    note: 'Off until it is switched on in the admin. Magento Open Source sends no webhooks of its own.',
    secretHint: 'Admin → System → Webhooks → Digital Signature Configuration → Public key.',
  },
]
