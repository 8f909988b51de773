/** What is said where a signature fits in none of the ways that were tried: what is likely, by what is known of the key and of the URL. */
import type { Cause, SignedUrl } from '../../../shared/diagnosis.ts'
import { CONTENT_TOKEN } from '../../../shared/scheme.ts'
import { usesPublicKey } from '../../../shared/scheme-key.ts'
import type { Credentials, Definition } from '../definition.ts'
import type { SignedRequest } from '../request.ts'
import { findScheme } from '../schemes.ts'
import { signs } from './coverage.ts'
import { MISMATCH_OF_KEY, REMEDIES, type Remedy } from './remedies.ts'
import { wayOf } from './words.ts'

/** How often the same settings were right for this endpoint's other requests. */
export interface Fitted {
  readonly count: number
  /** Requests that were looked at. */
  readonly of: number
  /** One of them came after the request that is asked about, so that the key was not replaced before it. */
  readonly later: boolean
}

export interface Mismatched {
  readonly definition: Definition
  readonly credentials: Credentials
  readonly request: SignedRequest
  readonly signedUrl?: SignedUrl | undefined
  readonly fitted?: Fitted | undefined
  /** How many ways were tried. */
  readonly tried: number
}

export const mismatchOf = ({ row }: Definition): Remedy => (usesPublicKey(row) ? MISMATCH_OF_KEY : REMEDIES.mismatch)

/** Likeliest first. */
export function mismatchCauses(given: Mismatched): Cause[] {
  const { definition, fitted } = given
  if (fitted !== undefined && fitted.count > 0 && definition.row.alg !== 'token')
    return [changedOnTheWay(given, fitted)]
  return [unknownUrl(given), anotherSecret(given)].filter((cause) => cause !== undefined)
}

function anotherSecret({ definition, tried }: Mismatched): Cause {
  const { row } = definition
  const what = usesPublicKey(row) ? 'key' : 'secret' // nobody signs with a public key
  const { remedy } = mismatchOf(definition)
  const settings = signedSettings(definition)
  const orSetting =
    settings.length === 0
      ? ''
      : `, or the setting ${settings.join(' or ')}, which is part of what is signed, is not the sender’s`
  const orChanged = row.alg === 'token' ? '' : ', or something changed the request in a way that cannot be undone'
  return {
    id: 'mismatch',
    title: `Probably another ${what}`,
    detail: `Of ${tried} ways to sign this request that were tried none fits, so the sender most likely signed with another ${what}${orSetting}${orChanged}.`,
    remedy: settings.length === 0 ? remedy : `${remedy}${settingHint(definition)}`,
    evidence: wayOf(definition),
    proven: false,
  }
}

function changedOnTheWay({ definition }: Mismatched, { count, of, later }: Fitted): Cause {
  const what = nameOfKey(definition)
  const requests = `${count} other request${count === 1 ? '' : 's'} here`
  const known = later
    ? `The ${what} is right: it fitted ${requests}`
    : `The ${what} is most likely right: it fitted ${requests}`
  const replaced = later ? '' : `, or the sender has another ${what} since then`
  return {
    id: 'mismatch',
    title: 'Probably changed on the way',
    detail: `${known}. So what was signed was changed on the way, or somebody else sent this${replaced}.`,
    remedy: `Compare the ${partsSigned(definition)} with what the sender sent, and let nothing on the way change it; what somebody else sent must not be trusted.`,
    evidence: `${count} of the newest ${of} other requests of this endpoint fit. ${wayOf(definition)}`,
    proven: false,
  }
}

/** The URL is signed, and nobody has said which one the provider calls: then no secret can fit, right or wrong. */
function unknownUrl({ definition, credentials, request, signedUrl }: Mismatched): Cause | undefined {
  if (signedUrl?.from !== 'host' || !isLocalHost(signedUrl.url)) return undefined
  if (!signs({ definition, credentials, request }, 'url')) return undefined
  const name = findScheme(definition.id)?.name ?? 'This sender'
  return {
    id: 'public_url_unknown',
    title: 'The public URL is not known',
    detail: `${name} signs the URL as well, and ${signedUrl.url} was checked, taken from the Host header. If the provider calls another one, such as that of a tunnel, no secret fits.`,
    remedy:
      'Enter the URL that the provider has, character by character, as the public URL in the endpoint’s settings.',
    evidence: 'The host is an address of this machine or of a private network, which no provider can call.',
    proven: false,
  }
}

/** A host that is reached from this machine or a private network only. Single words are names of containers and machines. */
function isLocalHost(url: string): boolean {
  const host = URL.parse(url)?.hostname ?? ''
  return (
    /^[^.:]+$|\.(?:localhost|local|internal|lan|home\.arpa|test)$/i.test(host) ||
    /^(?:127|10|0)\.|^192\.168\.|^172\.(?:1[6-9]|2\d|3[01])\.|^169\.254\./.test(host) ||
    /^\[(?:::1?|f[cd][0-9a-f]{2}:.*|fe[89ab][0-9a-f]:.*)\]$/i.test(host)
  )
}

const nameOfKey = ({ row }: Definition): string => (usesPublicKey(row) ? 'public key' : 'secret')

function partsSigned({ row }: Definition): string {
  return row.content === '{body}' ? 'body' : 'request'
}

/** Where the user finds the settings that the scheme cannot be checked without. */
export function settingHint({ id }: Definition): string {
  const needed = findScheme(id)?.settings?.filter(({ required, hint }) => required && hint !== undefined) ?? []
  return needed.map(({ label, hint }) => ` ${label}: ${hint}`).join('')
}

/** What is signed along with the request, so that a wrong value looks like a wrong key. */
function signedSettings({ id, row }: Definition): string[] {
  const names = [...row.content.matchAll(CONTENT_TOKEN)].flatMap(([, token, name]) =>
    token === 'extra' ? (name ?? []) : [],
  )
  const settings = findScheme(id)?.settings ?? []
  return names.map((name) => settings.find((each) => each.name === name)?.label ?? name)
}
