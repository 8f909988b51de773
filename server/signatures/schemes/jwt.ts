/** Signed tokens (JWT) that say which request they belong to. */
import type { Claims, JwtAlgorithm, Scheme, SchemeEntry } from '../../../shared/scheme.ts'
import { npm } from './rows.ts'

function jwt(name: string, algs: JwtAlgorithm[], key: Scheme['key']['enc'], claims: Claims = {}): Scheme {
  return { alg: 'jwt', algs, claims, key: { enc: key }, sig: { in: 'header', name, enc: 'utf8' }, content: '' }
}

export const JWTS: readonly SchemeEntry[] = [
  {
    id: 'netlify',
    name: 'Netlify',
    source: 'https://docs.netlify.com/deploy/deploy-notifications/',
    row: jwt('X-Webhook-Signature', ['HS256'], 'utf8', { iss: 'netlify', bodySha256Hex: 'sha256' }),
    eventType: 'X-Netlify-Event',
    note: "What the token's parts are called is known from the code of other tools.",
    secretHint: 'Notifications → the outgoing webhook → JWS secret token: the text you typed there.',
  },
  {
    id: 'messagebird',
    name: 'Bird (MessageBird)',
    source: npm('messagebird', '4.0.1'),
    row: jwt('MessageBird-Signature-JWT', ['HS256', 'HS384', 'HS512'], 'utf8', {
      iss: 'MessageBird',
      bodySha256Hex: 'payload_hash',
      bodyOptional: true,
      urlSha256Hex: 'url_hash',
      required: ['jti'],
      skew: 5,
    }),
    secretHint:
      'Dashboard → Developers → Settings → Signing key. The public URL must be the one that was called, to the letter.',
  },
  {
    id: 'plaid',
    name: 'Plaid',
    source: 'https://plaid.com/docs/api/webhooks/webhook-verification/',
    row: jwt('Plaid-Verification', ['ES256'], 'jwk', { bodySha256Hex: 'request_body_sha256', maxAge: 300 }),
    settings: [
      {
        name: 'clientId',
        label: 'Client id',
        hint: 'Dashboard → Developers → Keys. Only for fetching the key; the API secret then goes where secrets go.',
        required: false,
      },
      {
        name: 'environment',
        label: 'Environment',
        hint: '`production` or `sandbox`. Only for fetching the key; without it both are asked.',
        required: false,
      },
    ],
    keysFrom: "Plaid's /webhook_verification_key/get, with your client id and secret.",
    secretHint: 'The answer of /webhook_verification_key/get for the `kid` of the token: a JWK ({"kty": "EC", …}).',
  },
  {
    id: 'monday',
    name: 'monday.com',
    source: 'https://developer.monday.com/apps/docs/integration-authorization',
    row: jwt('Authorization', ['HS256'], 'utf8', { aud: 'aud' }),
    eventId: '/event/triggerUuid',
    note: 'The body is not covered by the signature.',
    settings: [
      {
        name: 'aud',
        label: 'Audience',
        hint: 'The `aud` of the token, which is the URL that monday calls. Decode a first token to see it.',
        required: true,
      },
    ],
    secretHint: 'Developer Center → the app → Signing secret; for events of its installation the client secret.',
  },
  {
    id: 'wix',
    name: 'Wix',
    source: npm('@wix/sdk', '1.21.0'),
    row: { ...jwt('', ['RS256'], 'pem'), sig: { in: 'body', name: '', enc: 'utf8' } },
    note: 'The whole body is a signed token; the event stands inside it, as JSON within JSON.',
    secretHint: 'Custom Apps → the app → Webhooks → Public key, as PEM or as the base64 that is shown there.',
  },
]
