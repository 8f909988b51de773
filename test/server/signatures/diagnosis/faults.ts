/** Requests signed as providers sign them, to be spoiled by the tests in one place each. */
import { createHmac } from 'node:crypto'
import type { Diagnosis } from '../../../../shared/diagnosis.ts'
import { diagnose, type DiagnoseRequest, type SettingsToTry } from '../../../../server/signatures/diagnose.ts'
import type { SignedRequest } from '../../../../server/signatures/request.ts'
import { aRequest } from '../vectors.ts'

export const NOW = 1_767_225_600_000
export const SECONDS = String(NOW / 1000 - 10)
export const SECRET = 'a signing secret of 32 letters 01'
/** What Standard Webhooks calls a secret. */
export const WHSEC = `whsec_${Buffer.from('twenty-four bytes of key').toString('base64')}`
export const URL = 'https://shop.example/hook?x=1'

/** What a sender signs, each part of which a test may make another than what arrives. */
export interface Signed {
  readonly secret?: string | Buffer
  readonly body?: string | Buffer
  readonly ts?: string
  readonly url?: string
  readonly hash?: string
  readonly enc?: 'hex' | 'base64' | 'base64url'
}

/** The name of a scheme, the secret its endpoint has, and the headers that its sender sends. */
export interface Family {
  readonly scheme: string
  readonly secret: string
  readonly sign: (body: Buffer, signed: Signed) => string[]
}

export const mac = (
  { secret = SECRET, hash = 'sha256' }: Signed,
  enc: 'hex' | 'base64' | 'base64url',
  ...parts: readonly (string | Buffer)[]
): string => {
  const hmac = createHmac(hash, secret)
  for (const part of parts) hmac.update(part)
  return hmac.digest(enc)
}

const keyOf = (secret: string): Buffer => Buffer.from(secret.replace(/^whsec_/, ''), 'base64')

export const GITHUB: Family = {
  scheme: 'github',
  secret: SECRET,
  sign: (body, signed) => ['X-Hub-Signature-256', `sha256=${mac(signed, signed.enc ?? 'hex', signed.body ?? body)}`],
}

export const STRIPE: Family = {
  scheme: 'stripe',
  secret: SECRET,
  sign: (body, signed) => {
    const v1 = mac(signed, signed.enc ?? 'hex', `${signed.ts ?? SECONDS}.`, signed.body ?? body)
    return ['Stripe-Signature', `t=${SECONDS},v1=${v1}`]
  },
}

export const STANDARD: Family = {
  scheme: 'standard-webhooks',
  secret: WHSEC,
  sign: (body, signed) => {
    const { secret = WHSEC } = signed
    const key = typeof secret === 'string' ? keyOf(secret) : secret
    const v1 = mac(
      { ...signed, secret: key },
      signed.enc ?? 'base64',
      `msg_1.${signed.ts ?? SECONDS}.`,
      signed.body ?? body,
    )
    return ['webhook-id', 'msg_1', 'webhook-timestamp', SECONDS, 'webhook-signature', `v1,${v1}`]
  },
}

export const SQUARE: Family = {
  scheme: 'square',
  secret: SECRET,
  sign: (body, signed) => [
    'x-square-hmacsha256-signature',
    mac(signed, signed.enc ?? 'base64', signed.url ?? URL, signed.body ?? body),
  ],
}

/** A delivery of the family: what arrives, and what was signed in its place. */
export function deliver(
  family: Family,
  arrives: string | Buffer,
  signed: Signed = {},
  more: readonly string[] = [],
): SignedRequest {
  const body = Buffer.from(arrives)
  const headers = ['Host', 'shop.example', 'Content-Type', 'application/json', ...more]
  const secret = signed.secret ?? family.secret
  return aRequest({ url: URL, body, headers: [...headers, ...family.sign(body, { ...signed, secret })] })
}

export function settings(scheme: string | undefined, ...secrets: readonly string[]): SettingsToTry {
  return { scheme, secrets: secrets.map((value, i) => ({ id: `s${i}`, value })) }
}

export function explained(family: Family, request: SignedRequest, more: Partial<DiagnoseRequest> = {}): Diagnosis {
  return diagnose({ settings: settings(family.scheme, family.secret), request, ...more }, NOW)
}
