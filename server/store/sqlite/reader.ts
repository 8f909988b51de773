/** Reading the log after a cursor: arrivals and all other events, merged in order. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { EndpointRecord, LoggedEvent } from '../store.ts'
import type { CaptureTable } from './captures.ts'
import type { DeliveryTable } from './deliveries.ts'
import type { EndpointTable } from './endpoints.ts'
import type { EventRow, LogTable } from './events.ts'

export function createEventReader(parts: {
  log: LogTable
  captures: CaptureTable
  deliveries: DeliveryTable
  endpoints: EndpointTable
}) {
  const { log, captures, deliveries, endpoints } = parts

  function toEvent(row: EventRow): LoggedEvent | undefined {
    const { seq, type } = row
    const kept = row.endpoint === null ? undefined : endpoints.byNumber(row.endpoint)
    const endpoint = kept?.record.id ?? ''
    switch (type) {
      case 'updated': {
        const capture = row.ref === null ? undefined : captures.summary(row.ref)
        return capture === undefined ? undefined : { type, seq, endpoint: capture.endpoint, capture }
      }
      case 'deleted':
        return kept === undefined
          ? undefined
          : { type, seq, endpoint, ...record<{ ids: string[] } | { query: string }>(row) }
      case 'delivery': {
        const delivery = row.ref === null || kept === undefined || kept.removed ? undefined : deliveries.pushed(row.ref)
        return delivery === undefined ? undefined : { type, seq, endpoint, delivery }
      }
      case 'rejection': {
        const rejection = row.ref === null ? undefined : deliveries.rejection(row.ref)
        const at = kept === undefined || kept.removed ? null : endpoint
        return rejection === undefined ? undefined : { type, seq, endpoint: at, rejection }
      }
      case 'endpoint': {
        if (row.record !== null)
          return {
            type,
            seq,
            endpoint: record<EndpointRecord>(row),
            counters: { captures: 0, bytes: 0, lastSeq: 0, asOf: seq },
            removed: true,
          }
        if (kept === undefined || kept.removed) return undefined
        return {
          type,
          seq,
          endpoint: kept.record,
          counters: { captures: kept.captures, bytes: kept.bytes, lastSeq: kept.lastSeq, asOf: log.last() },
        }
      }
    }
  }

  return async (after: number, limit: number): Promise<LoggedEvent[] | 'reset'> => {
    for (let cursor = after; ; ) {
      if (cursor > log.last() || cursor < log.floor()) return 'reset'
      const arrived = captures.arrivals(cursor, limit)
      const others = log.read(cursor, limit)
      // A full page says nothing about what comes after it; only up to its end are both lists whole.
      const wholeUpTo = Math.min(endOf(arrived, limit), endOf(others, limit))
      const events = merge(
        arrived.flatMap(({ seq, capture }): LoggedEvent[] =>
          capture === undefined || seq > wholeUpTo
            ? []
            : [{ type: 'capture', seq, endpoint: capture.endpoint, capture }],
        ),
        others.flatMap((row) => (row.seq > wholeUpTo ? [] : (toEvent(row) ?? []))),
      )
      if (events.length > 0 || wholeUpTo === Number.POSITIVE_INFINITY) return events.slice(0, limit)
      cursor = wholeUpTo // all of it no longer counts: look further
      await nextTurn() // there may be a million of them
    }
  }
}

const endOf = (page: readonly { seq: number }[], limit: number): number =>
  page.length < limit ? Number.POSITIVE_INFINITY : (page.at(-1)?.seq ?? Number.POSITIVE_INFINITY)

/** What `append` wrote with the same type of event. */
const record = <T>(row: EventRow): T => JSON.parse(row.record ?? 'null') as T

function merge(a: LoggedEvent[], b: LoggedEvent[]): LoggedEvent[] {
  if (b.length === 0) return a
  if (a.length === 0) return b
  return [...a, ...b].sort((x, y) => x.seq - y.seq)
}
