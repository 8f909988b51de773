/**
 * Everything in a request that could be a signature, whatever it is called: a value that decodes to as many bytes as a digest has.
 *
 * Read more generously than a check reads, because how a value is written wrongly is one of the things to find out.
 */
import type { Encoding } from '../../../shared/scheme.ts'
import { looksLikeTime } from './moments.ts'
import type { SignedRequest } from '../request.ts'
import { valuesOf } from './values.ts'

export interface Candidate {
  readonly in: 'header' | 'query' | 'bodyJson'
  readonly name: string
  /** How the signature stands in the value, as a row says it. */
  readonly form: Form
  readonly enc: Exclude<Encoding, 'utf8'>
  /** How its text differs from what an encoder writes, so that a strict check does not take it. */
  readonly oddity?: 'capitals' | 'padding' | 'hex-in-base64' | undefined
  readonly bytes: Buffer
}

export interface Form {
  readonly list?: string
  readonly kv?: string
  readonly field?: string
  readonly prefix?: string
  /** A field beside it that could be the time. */
  readonly stamp?: { readonly field: string; readonly text: string }
}

/** Candidates kept: a request has one or two; a sender that sends thousands costs no more than this. */
const KEPT = 64

/** Longest value that is read, in characters: a list of several signatures fits. */
const VALUE_CHARACTERS = 4096

const DIGEST_BYTES = new Set([20, 32, 48, 64])

export function findCandidates(request: SignedRequest): Candidate[] {
  const found: Candidate[] = []
  for (const { in: place, name, text } of valuesOf(request)) {
    if (text.length < 26 || text.length > VALUE_CHARACTERS) continue
    for (const { form, signature } of formsOf(text)) {
      for (const decoded of decodings(signature)) found.push({ in: place, name, form, ...decoded })
      if (found.length >= KEPT) return found.slice(0, KEPT)
    }
  }
  return found
}

const LISTS = [
  { list: ',', kv: '=' },
  { list: ';', kv: '=' },
  { list: ' ', kv: ',' },
  { list: ' ', kv: '=' },
  { list: '&', kv: '=' },
  { list: ',', kv: ':' },
] as const

function formsOf(value: string): { form: Form; signature: string }[] {
  const text = value.trim()
  const forms: { form: Form; signature: string }[] = [{ form: {}, signature: text }]
  const prefix = /^(?:[A-Za-z][\w.-]{0,30}[=:] ?|[A-Za-z][\w-]{0,30} )/.exec(text)?.[0]
  if (prefix !== undefined) forms.push({ form: { prefix }, signature: text.slice(prefix.length) })
  for (const { list, kv } of LISTS) {
    const isList = text.includes(list)
    // `v1,…` is a list of one: Standard Webhooks writes one element like that.
    if (!text.includes(kv) || (!isList && kv !== ',')) continue
    const fields = text.split(list).flatMap((part) => {
      const element = part.trim()
      const cut = element.indexOf(kv)
      return cut < 1 ? [] : [{ field: element.slice(0, cut), text: element.slice(cut + kv.length) }]
    })
    const stamp = fields.find((each) => looksLikeTime(each.text))
    for (const { field, text: signature } of fields)
      forms.push({ form: { list, kv, field, ...(stamp === undefined ? {} : { stamp }) }, signature })
  }
  return forms
}

type Decoded = Pick<Candidate, 'enc' | 'oddity' | 'bytes'>

function decodings(text: string): Decoded[] {
  const found: Decoded[] = []
  const add = (enc: Decoded['enc'], bytes: Buffer, oddity?: Candidate['oddity']): void => {
    if (DIGEST_BYTES.has(bytes.length)) found.push({ enc, bytes, ...(oddity === undefined ? {} : { oddity }) })
  }
  if (/^(?:[0-9a-f]{2})+$/i.test(text))
    add('hex', Buffer.from(text, 'hex'), /[A-F]/.test(text) ? 'capitals' : undefined)
  if (!/^[\w+/-]+={0,2}$/.test(text)) return found
  const bytes = Buffer.from(text, 'base64') // reads both alphabets
  if (bytes.toString('base64') === text) add('base64', bytes)
  else if (bytes.toString('base64url') === text) add('base64url', bytes)
  else if (bytes.toString('base64url') === text.replace(/=+$/, '')) add('base64url', bytes, 'padding')
  else if (bytes.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '')) add('base64', bytes, 'padding')
  const inner = bytes.toString('latin1')
  if (/^(?:[0-9a-f]{2}){20,64}$/i.test(inner)) add('base64', Buffer.from(inner, 'hex'), 'hex-in-base64')
  return found
}
