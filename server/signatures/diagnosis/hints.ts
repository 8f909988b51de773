/** What can be said where no try fits: not proven, but seen in the request or in the form of the secret. */
import type { Cause } from '../../../shared/diagnosis.ts'
import type { Scheme } from '../../../shared/scheme.ts'
import { headerValuesOf, type SignedRequest } from '../request.ts'
import { findScheme } from '../schemes.ts'
import { type JsonText, readJsonText } from './json-text.ts'

/** By their first letters: keys that open a provider's API, and never are what it signs webhooks with. */
const API_KEYS: readonly [pattern: RegExp, what: string][] = [
  [/^sk_(?:live|test)_/, 'an API key (sk_…)'],
  [/^sk-/, 'an API key (sk-…)'],
  [/^pk_(?:live|test)_/, 'a publishable API key (pk_…)'],
  [/^rk_(?:live|test)_/, 'a restricted API key (rk_…)'],
  [/^whpk_/, 'a public key (whpk_…)'],
  [/^shp(?:at|ca|pa)_/, 'an access token of Shopify (shpat_…)'],
  [/^xox[abeoprs]-/, 'an access token of Slack (xoxb-…)'],
  [/^xapp-/, 'an app token of Slack (xapp-…)'],
  [/^gh[opsur]_|^github_pat_/, 'an access token of GitHub (ghp_…)'],
  [/^glpat-/, 'an access token of GitLab (glpat-…)'],
  [/^SG\.[\w-]+\./, 'an API key of SendGrid (SG.…)'],
  [/^re_[A-Za-z0-9]/, 'an API key of Resend (re_…)'],
  [/^EAA[A-Za-z0-9]{20}/, 'an access token of Meta (EAA…)'],
  [/^AC[0-9a-f]{32}$/, 'an account id of Twilio (AC…)'],
  [/^key-[0-9a-f]{32}$/, 'an API key of Mailgun (key-…)'],
  [/^AKIA[0-9A-Z]{16}$/, 'an access key id of AWS (AKIA…)'],
  [/^rzp_(?:live|test)_/, 'an API key id of Razorpay (rzp_…)'],
  [/^(?:ak|ac|ep|we|evt|acct)_[A-Za-z0-9]+$/, 'an id (such as we_…)'],
  [/^https?:\/\//, 'a URL'],
]

/** Whether the secret looks like something else. Not where the provider does sign with such a key, as its entry then says. */
export function apiKeyHint(secrets: readonly string[], schemeId: string | undefined): Cause | undefined {
  const hint = schemeId === undefined ? '' : (findScheme(schemeId)?.secretHint ?? '')
  for (const secret of secrets) {
    const what = API_KEYS.find(([pattern]) => pattern.test(secret.trim()))?.[1]
    const prefix = /^[A-Za-z]+[_-]/.exec(secret.trim())?.[0]
    if (what === undefined || (prefix !== undefined && hint.includes(prefix))) continue
    return {
      id: 'api_key',
      title: 'This is no signing secret',
      detail: `What was given as the secret has the pattern of ${what}, not of a signing secret.`,
      remedy: where(hint, 'Copy the signing secret of this webhook from the provider; it is not the key for its API.'),
      evidence: 'Seen from how it begins, before anything was tried.',
      proven: false,
    }
  }
  return undefined
}

/** Providers whose test button sends something else than their events. */
const TEST_NOTES: Readonly<Record<string, string>> = {
  shopify: 'Shopify signs test notifications from its admin pages with another key than those of an app.',
  jira: 'Jira signs only webhooks that an administrator made with a secret.',
  'adyen-standard': 'Adyen signs a test notification only once a key was generated and saved for it.',
}

export function testHint(request: SignedRequest, schemeId: string | undefined): Cause | undefined {
  const sign = testSign(request)
  if (sign === undefined) return undefined
  const note = schemeId === undefined ? undefined : TEST_NOTES[schemeId]
  return {
    id: 'test_button',
    title: 'This looks like a test delivery',
    detail: `${note ?? 'Some providers send test deliveries without a signature, or sign them with another key.'} ${sign}.`,
    remedy: 'Cause a real event at the provider and look whether that one fits.',
    evidence: `${sign}.`,
    proven: false,
  }
}

const YES = /^(?:1|true|yes|test)$/i

function testSign(request: SignedRequest): string | undefined {
  for (let i = 0; i + 1 < request.headers.length; i += 2) {
    const [name = '', value = ''] = request.headers.slice(i, i + 2)
    if (/(?:^|-)(?:is-)?test$/i.test(name) && YES.test(value)) return `The header ${name} says that it is a test`
  }
  const json = request.json()
  if (typeof json !== 'object' || json === null) return undefined
  for (const [name, value] of Object.entries(json).slice(0, 200))
    if (/^(?:test|is_?test|test_?mode|webhook_environment|environment)$/i.test(name) && YES.test(String(value)))
      return `The body says so itself, at ${JSON.stringify(name)}`
  return undefined
}

/** Numbers that come out differently when a program reads and writes them; nothing brings back how they were written. */
export function numbersHint(request: SignedRequest): { cause: Cause; strong: boolean } | undefined {
  if (request.json() === undefined) return undefined
  const numbers: string[] = []
  collect(readJsonText(request.body.toString('utf8').replace(/^\ufeff/, '')), numbers)
  // Many digits that end in zeros: so a long id looks after it was rounded.
  const rounded = numbers.find((raw) => /^-?\d{15,}00$/.test(raw) && JSON.stringify(Number(raw)) === raw)
  const long = rounded ?? numbers.find((raw) => /^-?\d+$/.test(raw) && !Number.isSafeInteger(Number(raw)))
  const fragile = long ?? numbers.find((raw) => /[.eE]/.test(raw))
  if (fragile === undefined) return undefined
  const shown = fragile.length > 40 ? `${fragile.slice(0, 40)}…` : fragile
  return {
    strong: rounded !== undefined,
    cause: {
      id: 'numbers_rewritten',
      title: 'A number may have been changed',
      detail: `The body has numbers such as ${shown}, which programs write differently (1.0 becomes 1, long ones are rounded), and how it was written before cannot be recovered from it.`,
      remedy: 'Compare with what the sender sent, and let nothing on the way read the JSON and write it again.',
      evidence:
        rounded === undefined ? `The number ${shown} stands in the body.` : `The number ${shown} looks rounded.`,
      proven: false,
    },
  }
}

function collect(json: JsonText, numbers: string[]): void {
  if (json.kind === 'array') for (const item of json.items) collect(item, numbers)
  else if (json.kind === 'object') for (const { value } of json.members) collect(value, numbers)
  else if (/^[-\d]/.test(json.raw)) numbers.push(json.raw)
}

/** A body that is not there although its head says so. */
export function lostBodyHint({ headers, body }: SignedRequest, row: Scheme | undefined): Cause | undefined {
  const length = headerValuesOf(headers, 'content-length')[0]
  if (body.length > 0 || row?.content.includes('{body}') !== true || length === undefined || length === '0')
    return undefined
  return {
    id: 'body_lost',
    title: 'The body is missing',
    detail: `The request says it has ${length.slice(0, 20)} bytes, but none are here, so the signature cannot fit.`,
    remedy: 'Send it again, and look for what drops the body on the way.',
    evidence: 'The header Content-Length and an empty body.',
    proven: false,
  }
}

/** Headers that the sender lists as signed, and that are not here: something on the way took them away. */
export function lostHeaderHint({ headers }: SignedRequest): Cause | undefined {
  const names = new Set(headers.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase()))
  for (const list of names) {
    if (!/(?:^|-)signed-headers$/.test(list)) continue
    const listed = headerValuesOf(headers, list).flatMap((value) => value.split(/[,;\s]+/, LISTED))
    const lost = listed.filter((name) => /^[\w-]{1,60}$/.test(name) && !names.has(name.toLowerCase())).slice(0, 3)
    if (lost.length === 0) continue
    return {
      id: 'signed_header_lost',
      title: 'A header that was signed is missing',
      detail: `The sender signed ${lost.join(', ')} as well, and ${lost.length === 1 ? 'this header is' : 'these headers are'} not here, so the signature cannot fit.`,
      remedy: 'Look for what drops headers on the way, such as a proxy or a tunnel, and let it pass them on.',
      evidence: `The header ${list} lists what was signed.`,
      proven: false,
    }
  }
  return undefined
}

/** Names read of such a list. */
const LISTED = 50

const where = (hint: string, otherwise: string): string => (hint === '' ? otherwise : `${otherwise} ${hint}`)
