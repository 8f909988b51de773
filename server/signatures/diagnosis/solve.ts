/**
 * A provider that nobody described: each value that could be a signature, held against what each usual template, hash and reading of the
 * secret makes. What fits becomes a row, and the row has to pass the ordinary check before anybody is told.
 */
import { createHash, createHmac, createSecretKey, type Hash, type Hmac, type KeyObject } from 'node:crypto'
import type { Algorithm, Scheme } from '../../../shared/scheme.ts'
import type { Credentials } from '../definition.ts'
import { queryOf, type SignedRequest, toBinary } from '../request.ts'
import type { Candidate } from './candidates.ts'
import type { Finding } from './finding.ts'
import { formsOf, tidyings } from './key-variants.ts'
import { unitOf } from './moments.ts'
import { BODY_TEMPLATES, ID_TEMPLATES, ID_TIME_TEMPLATES, SECRET_TEMPLATES, TIME_TEMPLATES } from './templates.ts'
import type { Tries } from './tries.ts'
import { type Value, valuesOf } from './values.ts'

interface TriedKey {
  readonly as: string
  readonly bytes: Buffer
  readonly object: KeyObject
  readonly key: Scheme['key']
  /** The secret as it has to be saved for the row to work. */
  readonly secret: string
  /** What was off about the secret as it was given. */
  readonly tidied: string | undefined
  readonly owner: string | undefined
}

/** Times and ids that are tried. A request has one or two of each. */
const TIMES_TRIED = 4
const IDS_TRIED = 6

/** Seconds that a scheme that was found allows the time to differ, as most providers do. */
const TOLERANCE = 300

const HASHES: readonly { alg: Algorithm; bytes: number }[] = [
  { alg: 'hmac-sha256', bytes: 32 },
  { alg: 'hmac-sha1', bytes: 20 },
  { alg: 'hmac-sha512', bytes: 64 },
  { alg: 'hmac-sha384', bytes: 48 },
]

export interface ToSolve {
  readonly credentials: Credentials
  readonly request: SignedRequest
  readonly others: readonly { readonly name: string; readonly secrets: readonly string[] }[]
  readonly candidates: readonly Candidate[]
}

export function solve({ credentials, request, others, candidates }: ToSolve, tries: Tries): Finding | undefined {
  if (candidates.length === 0) return undefined
  const byBytes = new Map<string, Candidate[]>()
  for (const candidate of candidates) {
    const hex = candidate.bytes.toString('hex')
    byBytes.set(hex, [...(byBytes.get(hex) ?? []), candidate])
  }
  const lengths = new Set(candidates.map(({ bytes }) => bytes.length))
  const contents = contentsOf(request, candidates)
  for (const key of keysOf(credentials, others))
    for (const content of contents) {
      const plain = content.template.includes('{secret}')
      for (const { alg, bytes } of plain ? [{ alg: 'hash-sha256' as const, bytes: 32 }] : HASHES) {
        if (!lengths.has(bytes)) continue
        if (tries.over()) return undefined
        tries.spend(request.body.length + 512)
        for (const candidate of byBytes.get(digest(alg, key, content, request)) ?? []) {
          const finding = proven(alg, key, content, candidate, credentials, request, tries)
          if (finding !== undefined) return finding
        }
      }
    }
  return undefined
}

/** A template with what its tokens stand for. */
interface Filled {
  readonly template: string
  readonly ts: Scheme['ts']
  readonly id: Scheme['id']
  readonly values: Readonly<Record<string, string>>
}

/** Likeliest first: with a time where the request has one, since who sends a time signs it. */
function contentsOf(request: SignedRequest, candidates: readonly Candidate[]): Filled[] {
  const times = timesOf(request, candidates)
  const ids = idsOf(request)
  const filled: Filled[] = []
  const fill = (templates: readonly string[], time: Time | undefined, id: Value | undefined): void => {
    for (const template of templates)
      filled.push({
        template,
        ts: time?.ts,
        id: id === undefined ? undefined : { name: id.name },
        values: { ts: time?.text ?? '', id: id?.text ?? '' },
      })
  }
  const secretOnly = (needs: (template: string) => boolean): string[] => SECRET_TEMPLATES.filter(needs)
  fill(BODY_TEMPLATES, undefined, undefined)
  for (const time of times) fill(TIME_TEMPLATES, time, undefined)
  for (const id of ids) for (const time of times) fill(ID_TIME_TEMPLATES, time, id)
  for (const id of ids) fill(ID_TEMPLATES, undefined, id)
  fill(
    secretOnly((template) => !/\{(?:ts|id)\}/.test(template)),
    undefined,
    undefined,
  )
  for (const time of times) {
    fill(
      secretOnly((template) => template.includes('{ts}') && !template.includes('{id}')),
      time,
      undefined,
    )
    for (const id of ids)
      fill(
        secretOnly((template) => template.includes('{ts}') && template.includes('{id}')),
        time,
        id,
      )
  }
  for (const id of ids)
    fill(
      secretOnly((template) => template.includes('{id}') && !template.includes('{ts}')),
      undefined,
      id,
    )
  return filled
}

interface Time {
  readonly ts: NonNullable<Scheme['ts']>
  readonly text: string
}

function timesOf(request: SignedRequest, candidates: readonly Candidate[]): Time[] {
  const found: Time[] = []
  const add = (where: 'header' | 'sigField' | 'bodyJson', name: string, text: string): void => {
    const unit = unitOf(text)
    if (unit === undefined || found.some((each) => each.text === text && each.ts.in === where)) return
    found.push({ text, ts: { in: where, name, unit, past: TOLERANCE, future: TOLERANCE } })
  }
  for (const { form } of candidates) if (form.stamp !== undefined) add('sigField', form.stamp.field, form.stamp.text)
  const values = valuesOf(request)
  for (const { in: place, name, text } of values) if (place === 'header') add('header', name, text)
  for (const { in: place, name, text } of values) if (place === 'bodyJson') add('bodyJson', name, text)
  return found.slice(0, TIMES_TRIED)
}

/** Headers that every request has, and that no sender takes for an id. */
const NO_ID =
  /^(?:host|content-|accept|user-agent|connection|authorization|cookie|x-forwarded-|via$|forwarded$|date$|transfer-|te$|expect$)/i

/** Likely names first, then any other header with a single word as its value. */
function idsOf(request: SignedRequest): Value[] {
  const likely = (name: string): number =>
    /(?:^|[-_])(?:id|uuid|guid|nonce|delivery|request|message|event)$/i.test(name) ? 0 : 1
  return valuesOf(request)
    .filter(({ in: place, name, text }) => place === 'header' && !NO_ID.test(name) && /^[\x21-\x7e]{1,100}$/.test(text))
    .filter(({ text }) => unitOf(text) === undefined)
    .sort((a, b) => likely(a.name) - likely(b.name))
    .slice(0, IDS_TRIED)
}

function keysOf({ secrets }: Credentials, others: ToSolve['others']): TriedKey[] {
  const found: TriedKey[] = []
  const add = (secret: string, tidied: string | undefined, owner: string | undefined): void => {
    for (const { as, bytes, key } of formsOf(secret))
      if (key !== undefined && !found.some((each) => each.bytes.equals(bytes)))
        found.push({ as, bytes, key, secret, tidied, owner, object: createSecretKey(bytes) })
  }
  for (const { value } of secrets) add(value, undefined, undefined)
  for (const { value } of secrets)
    for (const { as, text } of tidyings(value)) if (text.length < value.length) add(text, as, undefined)
  for (const { name, secrets: theirs } of others.slice(0, 20)) for (const value of theirs) add(value, undefined, name)
  return found
}

function digest(alg: Algorithm, key: TriedKey, { template, values }: Filled, request: SignedRequest): string {
  const hash: Hash | Hmac =
    alg === 'hash-sha256' ? createHash('sha256') : createHmac(alg.slice('hmac-'.length), key.object)
  for (const part of template.split(/(\{\w+\})/)) {
    if (part === '{body}') hash.update(request.body)
    else if (part === '{secret}') hash.update(key.bytes)
    else hash.update(textOf(part, values, request), 'latin1')
  }
  return hash.digest('hex')
}

function textOf(part: string, values: Filled['values'], request: SignedRequest): string {
  switch (part) {
    case '{ts}':
      return values.ts ?? ''
    case '{id}':
      return values.id ?? ''
    case '{url}':
      return toBinary(request.url)
    case '{method}':
      return request.method
    case '{query}':
      return queryOf(request.target)
    case '{bodyBase64}':
      return request.body.toString('base64')
    default:
      return part
  }
}

function proven(
  alg: Algorithm,
  key: TriedKey,
  { template, ts, id }: Filled,
  { in: place, name, form, enc, oddity }: Candidate,
  credentials: Credentials,
  request: SignedRequest,
  tries: Tries,
): Finding | undefined {
  if (oddity !== undefined && oddity !== 'capitals') return undefined // no row reads these
  const needsTime = template.includes('{ts}')
  const { stamp: _, ...written } = form
  const solved: Scheme = {
    alg,
    key: key.key,
    sig: { in: place, name, ...written, enc },
    ...(needsTime && ts !== undefined ? { ts } : {}),
    ...(template.includes('{id}') && id !== undefined ? { id } : {}),
    content: template,
  }
  const withKey = { ...credentials, secrets: [{ id: 'tried', value: key.secret }] }
  if (!tries.fits({ id: 'custom', row: solved }, withKey, request)) return undefined
  const off = key.owner !== undefined || key.tidied !== undefined
  return {
    steps: off ? 2 : 1,
    solved,
    ...(key.owner !== undefined
      ? { key: { cause: 'other_secret', as: `the secret of endpoint ${key.owner}`, steps: 1, owner: key.owner } }
      : key.tidied !== undefined
        ? { key: { cause: 'secret_whitespace', as: key.tidied, steps: 1 } }
        : {}),
  }
}
