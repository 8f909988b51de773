/**
 * What looks wrong with a secret or a public key while it is typed. Nothing is sent for it, and nothing of the value stands in a warning.
 * These are warnings and no errors: a provider may well have a secret that looks like something else.
 */
import { usesPublicKey } from '../../shared/scheme-key.ts'
import type { Scheme } from '../../shared/scheme.ts'

export interface Warning {
  readonly text: string
  /** The value without what is wrong with it, where that is plain. */
  readonly better?: string
}

/** Beginnings of keys for calling a provider's API. They sign nothing, and should not be handed around. */
const API_KEYS: readonly { readonly begins: RegExp; readonly of: string }[] = [
  { begins: /^sk_(live|test)_/, of: 'a secret API key' },
  { begins: /^pk_(live|test)_/, of: 'a publishable API key' },
  { begins: /^rk_(live|test)_/, of: 'a restricted API key' },
  { begins: /^shp(at|ca|pa)_/, of: 'a Shopify access token' },
  { begins: /^xox[abposr]-|^xapp-/, of: 'a Slack token' },
  { begins: /^gh[pousr]_|^github_pat_/, of: 'a GitHub access token' },
  { begins: /^glpat-/, of: 'a GitLab access token' },
  { begins: /^SG\../, of: 'a SendGrid API key' },
  { begins: /^AKIA[0-9A-Z]{16}$/, of: 'an AWS access key id' },
  { begins: /^re_[A-Za-z0-9]{8}/, of: 'a Resend API key' },
  { begins: /^pdl_(live|sdbx)_apikey_/, of: 'a Paddle API key' },
  { begins: /^we_[A-Za-z0-9]{10}/, of: 'the id of a webhook endpoint' },
]

/** @param hint where the table says the secret is found: with some providers the API key does sign */
export function secretWarning(
  value: string,
  key: Scheme['key'] | undefined,
  hint: string | undefined,
): Warning | undefined {
  if (value === '') return undefined
  const around = surrounded(value)
  if (around !== undefined) return around
  const isMeant = /\bAPI (secret|key|token)|secret key|sk_|access token/i.test(hint ?? '')
  const apiKey = API_KEYS.find(({ begins }) => begins.test(value))
  if (apiKey !== undefined && !isMeant)
    return {
      text: `This begins like ${apiKey.of}, which signs no webhooks. The signing secret is another value, shown where the webhook is set up.`,
    }
  return key === undefined ? undefined : readingOf(value, key)
}

/** Spaces and quotes come along when a value is copied out of a table or a file. */
function surrounded(value: string): Warning | undefined {
  const better = value.trim().replace(/^(["'`])(.*)\1$/s, '$2')
  if (better === value || better === '') return undefined
  return {
    text:
      value.trim() === value
        ? 'There are quotes around it, which are not part of a secret.'
        : 'There is a space or a line break at its beginning or end, which is not part of a secret.',
    better,
  }
}

/** Whether the value can be read as the scheme reads it. */
function readingOf(value: string, key: Scheme['key']): Warning | undefined {
  const prefix = key.strip?.find((each) => value.startsWith(each))
  if (prefix === undefined && /^whsec_/.test(value) && key.strip === undefined && key.enc !== 'utf8')
    return { text: 'whsec_ is the beginning of another provider’s secrets. Is this the right scheme?' }
  const enc = prefix === undefined ? (key.bare ?? key.enc) : key.enc
  const rest = prefix === undefined ? value : value.slice(prefix.length)
  if (enc === 'hex' && !isHex(rest))
    return { text: 'This scheme reads its secret as hex: pairs of 0–9 and a–f. Was it copied whole?' }
  if (enc === 'base64' && !isBase64(rest))
    return {
      text:
        key.strip === undefined
          ? 'This scheme reads its secret as base64, and this is none. Was it copied whole?'
          : `What follows ${prefix ?? key.strip[0] ?? ''} should be base64, and is not. Was it copied whole?`,
    }
  return undefined
}

/** @param row whose public key it is to be */
export function publicKeyWarning(value: string, row: Pick<Scheme, 'key' | 'alg' | 'algs'>): Warning | undefined {
  const text = value.trim()
  if (text === '' || !usesPublicKey(row)) return undefined
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text) || /"d"\s*:/.test(text))
    return { text: 'This is a private key. Only the public one is needed here; keep this one to yourself.' }
  const isPem = /-----BEGIN (PUBLIC KEY|RSA PUBLIC KEY|CERTIFICATE)-----/.test(text)
  switch (row.key.enc) {
    case 'pem':
      return isPem
        ? undefined
        : { text: 'A key in PEM begins with -----BEGIN PUBLIC KEY----- or -----BEGIN CERTIFICATE-----.' }
    case 'jwk':
      return isJwk(text) ? undefined : { text: 'A JWK is JSON, such as {"kty":"EC", …}.' }
    case 'hex':
      return isHex(text) ? undefined : { text: 'The key is written in hex: pairs of 0–9 and a–f.' }
    case 'base64':
    case 'spki-base64':
      return isPem || isBase64(text) ? undefined : { text: 'The key is written in base64. Was it copied whole?' }
    case 'utf8':
      return undefined
  }
}

const isHex = (text: string): boolean => /^([0-9a-f]{2})+$/i.test(text)

/** With or without its padding, in either alphabet. */
const isBase64 = (text: string): boolean =>
  /^[A-Za-z0-9+/_\-\s]+={0,2}$/.test(text) && text.replace(/[=\s]/g, '').length % 4 !== 1

function isJwk(text: string): boolean {
  try {
    const read: unknown = JSON.parse(text)
    return typeof read === 'object' && read !== null && ('kty' in read || 'keys' in read)
  } catch {
    return false
  }
}
