/** Endpoints in memory and on disk. They are few and every capture asks for one, so all of them live in memory; the rows follow. */
import { randomUUID } from 'node:crypto'
import type { Database, Statement } from 'better-sqlite3'
import type { EndpointInput, EndpointPatch } from '../../../shared/endpoint.ts'
import { AppError } from '../../../shared/errors.ts'
import type { Log } from '../../log.ts'
import { mergeSettings, newRecord } from '../settings.ts'
import type { EndpointRecord } from '../store.ts'
import type { Batch } from './batch.ts'
import { fromRow, type Kept, type Row, settingsOf } from './endpoint-row.ts'
import type { LogTable } from './events.ts'
import type { Seal } from './secrets.ts'

/** What a second write in the same transaction builds on. */
type Draft = Pick<Kept, 'record' | 'recheck' | 'unreadable'>

export interface EndpointTable {
  /** Oldest first; removed ones too, while they still have captures. */
  all(): Kept[]
  find(idOrAlias: string): Kept | undefined
  byNumber(n: number): Kept | undefined
  add(input: EndpointInput): Promise<EndpointRecord>
  update(id: string, patch: EndpointPatch): Promise<EndpointRecord>
  rechecked(record: EndpointRecord): Promise<void>
  remove(id: string): Promise<Kept | undefined>
  /** Hides all captures up to now from readers; resolves with how many there were. */
  clear(id: string): Promise<number>
  /** Inside a transaction: the counters of this endpoint were changed; they are written with it, or read again if it fails. */
  touch(kept: Kept): void
  saveTouched(): void
  /** After the commit. */
  keepTouched(): void
  /** After a rollback. */
  restoreTouched(): void
  /** Inside a transaction: forgets a removed endpoint whose captures are gone. */
  forget(kept: Kept): void
}

export function openEndpoints(parts: {
  db: Database
  batch: Batch
  log: LogTable
  seal: Seal
  now: () => number
  say: Log
}): EndpointTable {
  const { db, batch, log, seal, now, say } = parts
  const insert = db.prepare('INSERT INTO endpoints (id, alias, created_at, settings, secrets) VALUES (?, ?, ?, ?, ?)')
  const save = db.prepare('UPDATE endpoints SET alias = ?, settings = ?, secrets = ?, recheck = ? WHERE n = ?')
  const clean = db.prepare('UPDATE endpoints SET recheck = 0 WHERE n = ?')
  const count = db.prepare('UPDATE endpoints SET captures = ?, bytes = ?, last_seq = ?, cleared = ? WHERE n = ?')
  const counted: Statement<[number], Row> = db.prepare('SELECT * FROM endpoints WHERE n = ?')
  const retire = db.prepare('UPDATE endpoints SET id = NULL, alias = NULL, secrets = NULL WHERE n = ?')
  const drop = db.prepare('DELETE FROM endpoints WHERE n = ?')

  const byNumber = new Map<number, Kept>()
  const byId = new Map<string, Kept>()
  const byAlias = new Map<string, Kept>()
  const touched = new Set<Kept>()
  // What the writes of this transaction made of an endpoint, so that a second one builds on the first; memory follows the commit.
  const drafts = new Map<Kept, Draft | 'removed'>()
  for (const row of db.prepare<[], Row>('SELECT * FROM endpoints ORDER BY n').all()) remember(fromRow(row, seal, say))

  function remember(kept: Kept): void {
    byNumber.set(kept.n, kept)
    if (kept.removed) return
    byId.set(kept.record.id, kept)
    if (kept.record.alias !== undefined) byAlias.set(kept.record.alias, kept)
  }

  function forgetNames(record: EndpointRecord): void {
    byId.delete(record.id)
    if (record.alias !== undefined) byAlias.delete(record.alias)
  }

  function refuseTaken(id: string | undefined, alias: string | undefined, self?: Kept): void {
    if (id !== undefined && byId.has(id))
      throw new AppError('conflict', `There already is an endpoint ${id}.`, {
        issues: [{ path: 'id', message: 'Taken.' }],
      })
    const holder = alias === undefined ? undefined : byAlias.get(alias)
    if (holder !== undefined && holder !== self)
      throw new AppError(
        'conflict',
        `The alias ${alias} is taken by the endpoint ${holder.record.name ?? holder.record.id}.`,
        {
          issues: [{ path: 'alias', message: `Taken by the endpoint ${holder.record.name ?? holder.record.id}.` }],
        },
      )
  }

  /** Inside a transaction: captures up to `seq` are gone for readers. */
  function hideUpTo(kept: Kept, seq: number): void {
    Object.assign(kept, { cleared: seq, captures: 0, bytes: 0 })
    touched.add(kept)
  }

  function existing(id: string): Kept {
    const kept = byId.get(id)
    if (kept === undefined || drafts.get(kept) === 'removed')
      throw new AppError('not_found', `There is no endpoint ${id}.`)
    return kept
  }

  function draftOf(kept: Kept): Draft {
    const draft = drafts.get(kept)
    return draft === undefined || draft === 'removed' ? kept : draft
  }

  const sealed = (record: EndpointRecord): Buffer | null =>
    record.signing === undefined || record.signing.secrets.length === 0
      ? null
      : seal.close(JSON.stringify(record.signing.secrets))

  return {
    all: () => [...byNumber.values()],
    find(idOrAlias) {
      const kept = byId.get(idOrAlias) ?? byAlias.get(idOrAlias) ?? byId.get(idOrAlias.toLowerCase())
      return kept === undefined || drafts.get(kept) === 'removed' ? undefined : kept
    },
    byNumber: (n) => byNumber.get(n),

    add: (input) =>
      batch.write(() => {
        const id = input.id?.toLowerCase() ?? randomUUID()
        refuseTaken(id, input.alias ?? undefined)
        const record = newRecord(id, input, now())
        const { lastInsertRowid } = insert.run(
          id,
          record.alias ?? null,
          record.createdAt,
          settingsOf(record),
          sealed(record),
        )
        const kept: Kept = {
          n: Number(lastInsertRowid),
          record,
          captures: 0,
          bytes: 0,
          lastSeq: 0,
          cleared: 0,
          removed: false,
          recheck: false,
          unreadable: undefined,
        }
        log.append('endpoint', kept.n, null, null)
        return { value: record, after: () => remember(kept) }
      }),

    update: (id, patch) =>
      batch.write(() => {
        const kept = existing(id)
        refuseTaken(undefined, patch.alias ?? undefined, kept)
        const before = draftOf(kept)
        const record = mergeSettings(before.record, patch, now())
        const unreadable = patch.signing === undefined ? before.unreadable : undefined
        const recheck = before.recheck || patch.signing !== undefined
        save.run(record.alias ?? null, settingsOf(record), unreadable ?? sealed(record), Number(recheck), kept.n)
        log.append('endpoint', kept.n, null, null)
        drafts.set(kept, { record, recheck, unreadable })
        return {
          value: record,
          after() {
            forgetNames(kept.record)
            kept.record = record
            kept.unreadable = unreadable
            kept.recheck = recheck
            remember(kept)
          },
        }
      }),

    rechecked: (record) =>
      batch.write(() => {
        const kept = byId.get(record.id)
        if (kept === undefined || draftOf(kept).record.signing !== record.signing) return { value: undefined }
        clean.run(kept.n)
        return {
          value: undefined,
          after() {
            kept.recheck = false
          },
        }
      }),

    remove: (id) =>
      batch.write(() => {
        const kept = byId.get(id)
        if (kept === undefined || drafts.get(kept) === 'removed') return { value: undefined }
        const seq = log.append('endpoint', kept.n, null, { ...draftOf(kept).record, signing: undefined })
        hideUpTo(kept, seq)
        retire.run(kept.n)
        drafts.set(kept, 'removed')
        return {
          value: kept,
          after() {
            forgetNames(kept.record)
            kept.removed = true
          },
        }
      }),

    clear: (id) =>
      batch.write(() => {
        const kept = existing(id)
        const captures = kept.captures
        hideUpTo(kept, log.append('deleted', kept.n, null, { query: '' }))
        return { value: captures }
      }),

    touch: (kept) => touched.add(kept),

    saveTouched() {
      for (const kept of touched) count.run(kept.captures, kept.bytes, kept.lastSeq, kept.cleared, kept.n)
    },

    // Not before: the commit itself may fail, and then everything has to be taken back.
    keepTouched() {
      touched.clear()
      drafts.clear()
    },

    restoreTouched() {
      for (const kept of touched) {
        const row = counted.get(kept.n)
        if (row !== undefined)
          Object.assign(kept, { captures: row.captures, bytes: row.bytes, lastSeq: row.last_seq, cleared: row.cleared })
      }
      touched.clear()
      drafts.clear()
    },

    forget(kept) {
      drop.run(kept.n)
      touched.delete(kept)
      byNumber.delete(kept.n)
    },
  }
}
