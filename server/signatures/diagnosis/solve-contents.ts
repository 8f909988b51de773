/** What an unknown sender may have signed: each usual template, filled with each time and each id that the request carries. */
import type { Scheme } from '../../../shared/scheme.ts'
import type { SignedRequest } from '../request.ts'
import type { Candidate } from './candidates.ts'
import { unitOf } from './moments.ts'
import { BODY_TEMPLATES, ID_TEMPLATES, ID_TIME_TEMPLATES, SECRET_TEMPLATES, TIME_TEMPLATES } from './templates.ts'
import { type Value, valuesOf } from './values.ts'

/** Times and ids that are tried. A request has one or two of each. */
const TIMES_TRIED = 4
const IDS_TRIED = 6

/** Seconds that a scheme that was found allows the time to differ, as most providers do. */
const TOLERANCE = 300

/** A template with what its tokens stand for. */
export interface Filled {
  readonly template: string
  readonly ts: Scheme['ts']
  readonly id: Scheme['id']
  readonly values: Readonly<Record<string, string>>
  /** Where it is another than the one that was checked with. */
  readonly url?: string
}

/** Likeliest first: with a time where the request has one, since who sends a time signs it. */
export function contentsOf(request: SignedRequest, candidates: readonly Candidate[]): Filled[] {
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
  const withSecret = (ts: boolean, id: boolean): string[] =>
    SECRET_TEMPLATES.filter((template) => template.includes('{ts}') === ts && template.includes('{id}') === id)
  fill(BODY_TEMPLATES, undefined, undefined)
  for (const time of times) fill(TIME_TEMPLATES, time, undefined)
  for (const id of ids) for (const time of times) fill(ID_TIME_TEMPLATES, time, id)
  for (const id of ids) fill(ID_TEMPLATES, undefined, id)
  fill(withSecret(false, false), undefined, undefined)
  for (const time of times) {
    fill(withSecret(true, false), time, undefined)
    for (const id of ids) fill(withSecret(true, true), time, id)
  }
  for (const id of ids) fill(withSecret(false, true), undefined, id)
  return filled
}

/** Those that hold the URL once more, with each of the URLs that the sender may know instead. */
export function withUrls(contents: readonly Filled[], urls: readonly string[]): Filled[] {
  const signing = contents.filter(({ template, id }) => template.includes('{url}') && id === undefined)
  return urls.flatMap((url) => signing.map((content) => ({ ...content, url })))
}

/** Those that are usual, for trying with many bodies: the body, with a time or an id and no more. */
export function plainOf(contents: readonly Filled[]): Filled[] {
  return contents.filter(
    ({ template, id }) =>
      template.includes('{body}') &&
      !/\{(?:url|method|query|secret)\}/.test(template) &&
      (id === undefined || template === '{id}.{ts}.{body}'),
  )
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
