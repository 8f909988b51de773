/** A time that was signed in another unit than it was sent in, or is sent in another unit than the scheme says. */
import type { Scheme } from '../../../shared/scheme.ts'
import type { Definition } from '../definition.ts'
import { readElements } from '../elements.ts'
import { readerOfSignatures, readerOfTimestamp } from '../places.ts'
import type { SignedRequest } from '../request.ts'
import { readTimestamp, type Stamp } from '../timestamp.ts'
import { unitOf } from './moments.ts'

export interface StampVariant {
  /** What was signed, as the end of "The signature fits …". */
  readonly as: string
  readonly definition: Definition
  readonly request: SignedRequest
}

const UNITS: Record<Stamp['unit'], string> = {
  s: 'seconds',
  ms: 'milliseconds',
  iso: 'a date with a time (such as 2026-01-01T00:00:00Z)',
}

export function stampVariants(definition: Definition, request: SignedRequest): StampVariant[] {
  const { row } = definition
  if (row.ts === undefined || row.ts.in === 'bodyJson') return []
  const sent = stampOf(row, request)
  const sentUnit = sent === undefined ? undefined : unitOf(sent)
  if (sent === undefined || sentUnit === undefined) return []
  const at = readTimestamp(sent, sentUnit) ?? 0
  const found: StampVariant[] = []
  const add = (unit: Stamp['unit'], text: string): void => {
    const changed: Scheme = { ...row, ts: { ...(row.ts as Stamp), unit } } // it has one, as asked above
    const as = text === sent ? `with the time read as ${UNITS[unit]}` : `with the time written as ${UNITS[unit]}`
    found.push({ as, definition: { ...definition, row: changed }, request: withStamp(row, request, sent, text) })
  }
  if (sentUnit !== row.ts.unit) add(sentUnit, sent)
  if (sentUnit !== 's') add('s', String(Math.floor(at / 1000)))
  if (sentUnit !== 'ms') add('ms', String(at))
  if (sentUnit !== 'iso') {
    add('iso', new Date(at).toISOString())
    add('iso', new Date(at).toISOString().replace('.000Z', 'Z'))
  }
  return found
}

/** The time as it was sent, where the row says it stands. */
export function stampOf(row: Scheme, request: SignedRequest): string | undefined {
  if (row.ts?.in !== 'sigField') return readerOfTimestamp(row.ts)(request) ?? undefined
  return readerOfSignatures(row.sig)(request).flatMap((value) => readElements(value, row).ts ?? [])[0]
}

function withStamp({ ts, sig }: Scheme, request: SignedRequest, from: string, to: string): SignedRequest {
  if (from === to) return request
  const names = (ts?.in === 'header' ? [ts.name, ...(ts.aliases ?? [])] : [sig.name, ...(sig.aliases ?? [])]).map(
    (name) => name.toLowerCase(),
  )
  const headers = request.headers.map((text, i) => {
    if (i % 2 === 0 || !names.includes((request.headers[i - 1] ?? '').toLowerCase())) return text
    return text.replace(from, to)
  })
  return { ...request, headers }
}
