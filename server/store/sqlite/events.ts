/**
 * The log: one row of numbers for everything a watcher may hear. An arrival needs no row of its own, the capture carries its place;
 * so a capture costs no second insert, and reading is merging two lists that are both in order.
 */
import type { Database, Statement } from 'better-sqlite3'
import { EVENTS_KEPT } from '../../../shared/limits.ts'

/** How many rows may lie beyond `EVENTS_KEPT` before the oldest are dropped: pruning is not worth a delete each. */
const PRUNE_EVERY = 1_000

export type EventType = 'updated' | 'deleted' | 'delivery' | 'endpoint' | 'rejection'

export interface EventRow {
  readonly seq: number
  readonly type: EventType
  readonly endpoint: number | null
  readonly ref: number | null
  readonly record: string | null
}

export interface LogTable {
  /** The next place in the log. To be taken inside a transaction; one that fails leaves a gap. */
  next(): number
  last(): number
  /** Called after a commit: what was taken so far can be read. False where nothing was taken. */
  committed(): boolean
  /** Called after a rollback: what was dropped is there again. */
  rolledBack(): void
  append(type: EventType, endpoint: number | null, ref: number | null, record: unknown): number
  /** Inside a transaction: drops the oldest events beyond so many. */
  prune(kept: number): void
  read(after: number, limit: number): EventRow[]
  /** The newest seq that was dropped. */
  floor(): number
}

export function openLog(db: Database): LogTable {
  const insert = db.prepare('INSERT INTO events (seq, type, endpoint, ref, record) VALUES (?, ?, ?, ?, ?)')
  const page: Statement<[number, number], EventRow> = db.prepare(
    'SELECT seq, type, endpoint, ref, record FROM events WHERE seq > ? ORDER BY seq LIMIT ?',
  )
  const oldest: Statement<[number], { seq: number | null }> = db.prepare(
    'SELECT max(seq) AS seq FROM (SELECT seq FROM events ORDER BY seq LIMIT ?)',
  )
  const counted = db.prepare<[], { count: number }>('SELECT count(*) AS count FROM events')
  const drop = db.prepare('DELETE FROM events WHERE seq <= ?')
  const setFloor = db.prepare('UPDATE log_state SET floor = ?')

  const top = db
    .prepare<[], { seq: number }>(
      'SELECT max(coalesce((SELECT max(seq) FROM captures), 0), coalesce((SELECT max(seq) FROM events), 0), (SELECT floor FROM log_state), coalesce((SELECT max(last_seq) FROM endpoints), 0)) AS seq',
    )
    .get()
  let taken = top?.seq ?? 0
  let visible = taken
  const floorNow = db.prepare<[], { floor: number }>('SELECT floor FROM log_state')
  const readFloor = (): number => floorNow.get()?.floor ?? 0
  let floor = readFloor()
  // A few thousand rows, counted once and after a rollback; each write then only adds.
  const recount = (): number => counted.get()?.count ?? 0
  let count = recount()

  function prune(kept: number): void {
    const cut = count <= kept ? null : (oldest.get(count - kept)?.seq ?? null)
    if (cut === null) return
    count -= drop.run(cut).changes
    setFloor.run(cut)
    floor = cut
  }

  return {
    next: () => ++taken,
    last: () => visible,
    committed() {
      const isNew = taken > visible
      visible = taken
      return isNew
    },
    rolledBack() {
      floor = readFloor()
      count = recount()
    },
    append(type, endpoint, ref, record) {
      const seq = ++taken
      insert.run(seq, type, endpoint, ref, record === null ? null : JSON.stringify(record))
      if (++count >= EVENTS_KEPT + PRUNE_EVERY) prune(EVENTS_KEPT)
      return seq
    },
    prune,
    read: (after, limit) => page.all(after, limit),
    floor: () => floor,
  }
}
