/** The time of signing, set to now in the place and the unit that the scheme says. */
import type { Scheme } from '../../shared/scheme.ts'
import { type Draft, firstHeader, withHeader } from './draft.ts'
import type { SigningFault } from './fault.ts'
import { placeInJson, withTextAt } from './json-place.ts'
import { writeTimestamp } from './timestamp.ts'

export interface Stamped extends Draft {
  /** The timestamp that goes into the signed content. */
  readonly ts?: string | undefined
}

/**
 * A time in the body is data of the event, which nobody changes without being told to; only where the signature stands in the body
 * as well is it part of the signature.
 * @param how `now` in Unix milliseconds
 */
export function stamped(
  draft: Draft,
  { ts, sig }: Scheme,
  { now, bodyTime = false }: { readonly now: number; readonly bodyTime?: boolean | undefined },
): Stamped | SigningFault {
  if (ts === undefined) return draft
  if (ts.in === 'sigField') return { ...draft, ts: writeTimestamp(now, ts.unit) }
  if (ts.in === 'header') {
    const names = [ts.name, ...(ts.aliases ?? [])]
    const written = inStyleOf(firstHeader(draft.headers, names), now, ts.unit)
    return { ...draft, headers: withHeader(draft.headers, names, written), ts: written }
  }
  const place = placeInJson(draft.body, ts.name.split('.'))
  if (place === undefined) {
    if (ts.required !== true) return draft
    return { id: 'timestamp_missing', says: `The body has no ${ts.name}, which must hold the time of signing.` }
  }
  if (!bodyTime && sig.in !== 'bodyJson')
    return {
      id: 'body_time',
      says: `This provider keeps the time of sending in the body, at ${ts.name}. It is signed along with everything else, so it has to be set to now first.`,
    }
  const old = draft.body.toString('utf8', place.from, place.to)
  const written = inStyleOf(old.replaceAll('"', ''), now, ts.unit)
  return { ...draft, body: withTextAt(draft.body, place, written), ts: written }
}

/** RFC 3339 leaves open how many digits a second has; the provider's own habit is kept. */
function inStyleOf(old: string | undefined, now: number, unit: NonNullable<Scheme['ts']>['unit']): string {
  const text = writeTimestamp(now, unit)
  if (unit !== 'iso' || old === undefined) return text
  const digits = /\.(\d{1,9})(?:Z|[+-]\d\d:\d\d)$/.exec(old)?.[1]?.length ?? 0
  if (digits === 0) return `${text.slice(0, 19)}Z`
  return `${text.slice(0, 20)}${text.slice(20, 23).padEnd(digits, '0').slice(0, digits)}Z`
}
