/** Requests as providers sign them whose content or token no row alone can spell, made with node:crypto and none of our own signing. */
import { createHash, createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { SettingsToTry } from '../../../../server/signatures/diagnose.ts'
import type { SignedRequest } from '../../../../server/signatures/request.ts'
import { aRequest } from '../vectors.ts'
import { NOW, SECRET } from './faults.ts'

export const SECONDS = NOW / 1000 - 10
export const HOOK = 'https://shop.example/hook'
export const JSON_BODY = '{"type":"paid","amount":1}'

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const hmac = (hash: string, key: string | Buffer, text: string): Buffer => createHmac(hash, key).update(text).digest()

export function arrives(
  text: string,
  headers: readonly string[],
  { url = HOOK, type = 'application/json' }: { url?: string; type?: string } = {},
): SignedRequest {
  return aRequest({ url, text, headers: ['Host', 'shop.example', 'Content-Type', type, ...headers] })
}

export const secretSettings = (scheme: string, value = SECRET, extra: Record<string, string> = {}): SettingsToTry => ({
  scheme,
  secrets: [{ id: 's', value }],
  extra,
})

export const keySettings = (scheme: string, publicKey: string, extra: Record<string, string> = {}): SettingsToTry => ({
  scheme,
  secrets: [],
  publicKeys: [publicKey],
  extra,
})

export function jwt(claims: object, secret = SECRET, alg: 'HS256' | 'HS512' = 'HS256'): string {
  const signed = `${part({ alg, typ: 'JWT' })}.${part(claims)}`
  return `${signed}.${hmac(`sha${alg.slice(2)}`, secret, signed).toString('base64url')}`
}

const part = (json: object): string => Buffer.from(JSON.stringify(json)).toString('base64url')

/** @param form names and values in the order of the names */
export function twilio(url: string, form = '', secret = SECRET): string[] {
  return ['X-Twilio-Signature', hmac('sha1', secret, url + form).toString('base64')]
}

export function contentful(
  body: string,
  more: readonly [name: string, value: string][] = [],
  path = '/hook',
): string[] {
  const time = String(NOW - 5000)
  const list = ['x-contentful-signed-headers', 'x-contentful-timestamp', ...more.map(([name]) => name)].join(',')
  const signed = [
    `x-contentful-signed-headers:${list}`,
    `x-contentful-timestamp:${time}`,
    ...more.map(([name, value]) => `${name}:${value}`),
  ]
  const signature = hmac('sha256', CONTENTFUL_SECRET, `POST\n${path}\n${signed.join(';')}\n${body}`).toString('hex')
  return [
    ...['x-contentful-timestamp', time, 'x-contentful-signed-headers', list, 'x-contentful-signature', signature],
    ...more.flat(),
  ]
}

export const CONTENTFUL_SECRET = 'c'.repeat(64)
export const ADYEN_KEY = '44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056'

export function adyen(key: string | Buffer = Buffer.from(ADYEN_KEY, 'hex'), arrived: object = {}): string {
  const item = {
    pspReference: '7914073381342284',
    merchantAccountCode: 'Shop',
    merchantReference: 'Order-1',
    amount: { value: 1130, currency: 'EUR' },
    eventCode: 'AUTHORISATION',
    success: 'true',
  }
  const signed = '7914073381342284::Shop:Order-1:1130:EUR:AUTHORISATION:true'
  const hmacSignature = hmac('sha256', key, signed).toString('base64')
  const whole = { ...item, ...arrived, additionalData: { hmacSignature } }
  return JSON.stringify({ live: 'false', notificationItems: [{ NotificationRequestItem: whole }] })
}

const pair = { ed: generateKeyPairSync('ed25519'), ec: generateKeyPairSync('ec', { namedCurve: 'P-256' }) }
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const der = (key: KeyObject): Buffer => key.export({ format: 'der', type: 'spki' })

export const RSA_KEY = rsa.publicKey.export({ format: 'pem', type: 'spki' }).toString()
export const DISCORD_KEY = der(pair.ed.publicKey).subarray(-32).toString('hex')
export const SENDGRID_KEY = der(pair.ec.publicKey).toString('base64')
export const PLAID_KEY = JSON.stringify({ ...pair.ec.publicKey.export({ format: 'jwk' }), kid: 'k' })
const other = { ed: generateKeyPairSync('ed25519'), ec: generateKeyPairSync('ec', { namedCurve: 'P-256' }) }
export const OTHER_DISCORD_KEY = der(other.ed.publicKey).subarray(-32).toString('hex')
export const OTHER_SENDGRID_KEY = der(other.ec.publicKey).toString('base64')
export const OTHER_PLAID_KEY = JSON.stringify({ ...other.ec.publicKey.export({ format: 'jwk' }), kid: 'k' })

export function discord(body: string): string[] {
  const signature = sign(null, Buffer.from(SECONDS + body), pair.ed.privateKey).toString('hex')
  return ['X-Signature-Timestamp', String(SECONDS), 'X-Signature-Ed25519', signature]
}

export function sendgrid(body: string): string[] {
  const signature = sign('sha256', Buffer.from(SECONDS + body), pair.ec.privateKey).toString('base64')
  const name = 'X-Twilio-Email-Event-Webhook'
  return [`${name}-Timestamp`, String(SECONDS), `${name}-Signature`, signature]
}

export function plaid(body: string): string[] {
  const claims = { iat: SECONDS, request_body_sha256: sha256(body) }
  const signed = `${part({ alg: 'ES256', kid: 'k', typ: 'JWT' })}.${part(claims)}`
  const signature = sign('sha256', Buffer.from(signed), { key: pair.ec.privateKey, dsaEncoding: 'ieee-p1363' })
  return ['Plaid-Verification', `${signed}.${signature.toString('base64url')}`]
}

export function paypal(body: string, webhookId: string): string[] {
  const time = '2026-01-01T00:00:00Z'
  const signed = Buffer.from(`t1|${time}|${webhookId}|${crc32(body)}`)
  const signature = sign('sha256', signed, rsa.privateKey).toString('base64')
  return ['PAYPAL-TRANSMISSION-ID', 't1', 'PAYPAL-TRANSMISSION-TIME', time, 'PAYPAL-TRANSMISSION-SIG', signature]
}

export function sns(arrived: object = {}): string {
  const message = {
    Type: 'Notification',
    MessageId: 'm-1',
    TopicArn: 'arn:aws:sns:eu-west-1:1:t',
    Message: 'paid\nin full',
    Timestamp: '2026-01-01T00:00:00.000Z',
  }
  const lines = (['Message', 'MessageId', 'Timestamp', 'TopicArn', 'Type'] as const).map(
    (name) => `${name}\n${message[name]}\n`,
  )
  const Signature = sign('sha256', Buffer.from(lines.join('')), rsa.privateKey).toString('base64')
  const SigningCertURL = 'https://sns.eu-west-1.amazonaws.com/x.pem'
  return JSON.stringify({ ...message, SignatureVersion: '2', SigningCertURL, Signature, ...arrived })
}

export const netlify = (body: string, claims: object = {}, secret = SECRET): string[] => [
  'X-Webhook-Signature',
  jwt({ iss: 'netlify', sha256: sha256(body), ...claims }, secret),
]

export const messagebird = (body: string, claims: object = {}, secret = SECRET): string[] => [
  'MessageBird-Signature-JWT',
  jwt(
    {
      iss: 'MessageBird',
      nbf: SECONDS,
      exp: SECONDS + 300,
      jti: 'x',
      payload_hash: sha256(body),
      url_hash: sha256(HOOK),
      ...claims,
    },
    secret,
  ),
]

export const atlassian = (method: string, path: string, claims: object = {}, secret = SECRET): string[] => [
  'Authorization',
  `JWT ${jwt({ iss: 'x', iat: SECONDS, exp: SECONDS + 300, qsh: sha256(`${method}&${path}&`), ...claims }, secret)}`,
]

export const monday = (claims: object = {}, alg: 'HS256' | 'HS512' = 'HS256', secret = SECRET): string =>
  jwt({ iat: SECONDS, exp: SECONDS + 300, aud: HOOK, ...claims }, secret, alg)
