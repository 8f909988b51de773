/** What is found out about a capture after it was kept: another verdict, and of large bodies the event. */
import type { Database, Statement } from 'better-sqlite3'
import { PARSED_BODY_BYTES } from '../../../shared/limits.ts'
import type { Findings, LateOnes } from '../store.ts'
import type { LogTable } from './events.ts'

interface Found {
  readonly seq: number
  readonly endpoint: number
  readonly body_size: number
  readonly verdict: string
  readonly event_type: string | null
  readonly event_id: string | null
}

export interface FindingTable {
  /** Inside a transaction: something of this capture is still to be found out, and it is not looked at before `due` (Unix ms). */
  markLate(seq: number, heavy: boolean, due: number): void
  /** Places in the log of all those, the oldest first; or of some, those first that have never been looked at. */
  late(only: LateOnes | undefined): Iterable<{ seq: number }>
  /** Inside a transaction. @param cleared captures up to this seq do not count any more */
  save(row: Found, cleared: number, findings: Findings): void
}

/** What finding out about a body costs, where nothing better is known. */
export const isLarge = (bodySize: number): boolean => bodySize > PARSED_BODY_BYTES

export function openFindings(db: Database, log: LogTable): FindingTable {
  const mark = db.prepare(
    'INSERT INTO late_checks (seq, heavy, due) VALUES (?, ?, ?) ON CONFLICT (seq) DO UPDATE SET due = excluded.due',
  )
  const unmark = db.prepare('DELETE FROM late_checks WHERE seq = ?')
  const waiting = db.prepare<[], { seq: number }>('SELECT seq FROM late_checks ORDER BY seq')
  const due = db.prepare<[number, number], { seq: number }>(
    'SELECT seq FROM late_checks WHERE heavy = ? AND due <= ? ORDER BY due, seq',
  )
  const saveVerdict = db.prepare('UPDATE captures SET verdict = ? WHERE seq = ?')
  const saveType = db.prepare('UPDATE captures SET event_type = ? WHERE seq = ?')
  const saveEvent = db.prepare('UPDATE captures SET event_type = ?, event_id = ?, attempt = ? WHERE seq = ?')
  const before: Statement<[number, string, number, number], { attempt: number }> = db.prepare(
    'SELECT attempt FROM captures WHERE endpoint = ? AND event_id = ? AND seq > ? AND seq < ? ORDER BY seq DESC LIMIT 1',
  )
  const after: Statement<[number, string, number], { seq: number }> = db.prepare(
    'SELECT seq FROM captures WHERE endpoint = ? AND event_id = ? AND seq > ? ORDER BY seq',
  )
  const countOn = db.prepare('UPDATE captures SET attempt = attempt + 1 WHERE seq = ?')

  function saveEventOf(row: Found, cleared: number, { type, id }: NonNullable<Findings['event']>): boolean {
    const eventType = type ?? null
    const eventId = id ?? null
    if (eventId === row.event_id || eventId === null) {
      if (eventType === row.event_type) return false
      saveType.run(eventType, row.seq)
      return true
    }
    const attempt = (before.get(row.endpoint, eventId, cleared, row.seq)?.attempt ?? 0) + 1
    saveEvent.run(eventType, eventId, attempt, row.seq)
    for (const { seq } of after.all(row.endpoint, eventId, row.seq)) {
      countOn.run(seq)
      log.append('updated', row.endpoint, seq, null)
    }
    return true
  }

  function markLate(seq: number, heavy: boolean, due: number): void {
    mark.run(seq, Number(heavy), due)
  }

  return {
    markLate,
    late: (only) => (only === undefined ? waiting.iterate() : due.iterate(Number(only.heavy), only.dueBy)),
    save(row, cleared, { verdict, event, late, notBefore = 0 }) {
      const text = JSON.stringify(verdict)
      const isNewEvent = event !== undefined && saveEventOf(row, cleared, event)
      if (text !== row.verdict) saveVerdict.run(text, row.seq)
      if (late === true) markLate(row.seq, isLarge(row.body_size), notBefore)
      if (late === false) unmark.run(row.seq)
      if (isNewEvent || text !== row.verdict) log.append('updated', row.endpoint, row.seq, null)
    },
  }
}
