/** Endpoints in memory and on disk. They are few and every capture asks for one, so all of them live in memory; the rows follow. */
import { randomUUID } from 'node:crypto'
import type { Database, Statement } from 'better-sqlite3'
import type { EndpointInput, EndpointPatch, SigningInput } from '../../../shared/endpoint.ts'
import { AppError } from '../../../shared/errors.ts'
import { newId } from '../../id.ts'
import type { Log } from '../../log.ts'
import type { EndpointRecord, Secret } from '../store.ts'
import type { Batch } from './batch.ts'
import type { LogTable } from './events.ts'
import type { Seal } from './secrets.ts'

/** An endpoint's row and what is counted of it. `record` is replaced whole when a setting changes. */
export interface Kept {
  readonly n: number
  record: EndpointRecord
  captures: number
  bytes: number
  lastSeq: number
  /** Captures up to this seq no longer count and are being deleted. */
  cleared: number
  removed: boolean
  /** Secrets that this key file cannot open. Kept as they are until the signing settings change: the right key may come back. */
  unreadable: Buffer | undefined
}

interface Row {
  n: number
  id: string | null
  alias: string | null
  created_at: number
  settings: string
  secrets: Buffer | null
  captures: number
  bytes: number
  last_seq: number
  cleared: number
}

type Settings = Pick<EndpointRecord, 'name' | 'answer' | 'eventType' | 'eventId' | 'cors' | 'keep'> & {
  signing: Omit<NonNullable<EndpointRecord['signing']>, 'secrets'> | undefined
}

export interface EndpointTable {
  /** Oldest first; removed ones too, while they still have captures. */
  all(): Kept[]
  find(idOrAlias: string): Kept | undefined
  byNumber(n: number): Kept | undefined
  add(input: EndpointInput): Promise<EndpointRecord>
  update(id: string, patch: EndpointPatch): Promise<EndpointRecord>
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
  const save = db.prepare('UPDATE endpoints SET alias = ?, settings = ?, secrets = ? WHERE n = ?')
  const count = db.prepare('UPDATE endpoints SET captures = ?, bytes = ?, last_seq = ?, cleared = ? WHERE n = ?')
  const counted: Statement<[number], Row> = db.prepare('SELECT * FROM endpoints WHERE n = ?')
  const retire = db.prepare('UPDATE endpoints SET id = NULL, alias = NULL, secrets = NULL WHERE n = ?')
  const drop = db.prepare('DELETE FROM endpoints WHERE n = ?')

  const byNumber = new Map<number, Kept>()
  const byId = new Map<string, Kept>()
  const byAlias = new Map<string, Kept>()
  const touched = new Set<Kept>()
  // What the writes of this transaction made of an endpoint, so that a second one builds on the first; memory follows the commit.
  const drafts = new Map<Kept, EndpointRecord | 'removed'>()
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
    if (id !== undefined && byId.has(id)) throw new AppError('conflict', `There already is an endpoint ${id}.`)
    const holder = alias === undefined ? undefined : byAlias.get(alias)
    if (holder !== undefined && holder !== self)
      throw new AppError('conflict', `The alias ${alias} is taken by the endpoint ${holder.record.id}.`)
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

  function draftOf(kept: Kept): EndpointRecord {
    const draft = drafts.get(kept)
    return draft === undefined || draft === 'removed' ? kept.record : draft
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
        const blank: EndpointRecord = {
          id,
          alias: undefined,
          name: undefined,
          createdAt: now(),
          signing: undefined,
          answer: { default: {} },
          eventType: undefined,
          eventId: undefined,
          cors: false,
          keep: undefined,
        }
        const record = merge(blank, input, now())
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
          unreadable: undefined,
        }
        log.append('endpoint', kept.n, null, null)
        return { value: record, after: () => remember(kept) }
      }),

    update: (id, patch) =>
      batch.write(() => {
        const kept = existing(id)
        refuseTaken(undefined, patch.alias ?? undefined, kept)
        const record = merge(draftOf(kept), patch, now())
        const unreadable = patch.signing === undefined ? kept.unreadable : undefined
        save.run(record.alias ?? null, settingsOf(record), unreadable ?? sealed(record), kept.n)
        log.append('endpoint', kept.n, null, null)
        drafts.set(kept, record)
        return {
          value: record,
          after() {
            forgetNames(kept.record)
            kept.record = record
            kept.unreadable = unreadable
            remember(kept)
          },
        }
      }),

    remove: (id) =>
      batch.write(() => {
        const kept = byId.get(id)
        if (kept === undefined || drafts.get(kept) === 'removed') return { value: undefined }
        const seq = log.append('endpoint', kept.n, null, { ...draftOf(kept), signing: undefined })
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

function fromRow(row: Row, seal: Seal, say: Log): Kept {
  const settings = JSON.parse(row.settings) as Settings // written by settingsOf
  const text = row.secrets === null ? '[]' : seal.open(row.secrets)
  if (text === undefined)
    say('The signing secrets of an endpoint cannot be read: the key file is not the one they were sealed with.', {
      endpoint: row.id ?? '',
    })
  const secrets = JSON.parse(text ?? '[]') as Secret[] // written by `sealed`
  const record: EndpointRecord = {
    ...settings,
    id: row.id ?? '',
    alias: row.alias ?? undefined,
    createdAt: row.created_at,
    signing: settings.signing === undefined ? undefined : { ...settings.signing, secrets },
    name: settings.name,
    eventType: settings.eventType,
    eventId: settings.eventId,
    keep: settings.keep,
  }
  return {
    n: row.n,
    record,
    captures: row.captures,
    bytes: row.bytes,
    lastSeq: row.last_seq,
    cleared: row.cleared,
    removed: row.id === null,
    unreadable: text === undefined && row.secrets !== null ? row.secrets : undefined,
  }
}

function settingsOf(record: EndpointRecord): string {
  const { name, answer, eventType, eventId, cors, keep } = record
  const { secrets: _sealedApart, ...signing } = record.signing ?? { secrets: [] }
  const settings = {
    name,
    answer,
    eventType,
    eventId,
    cors,
    keep,
    signing: record.signing === undefined ? undefined : signing,
  }
  return JSON.stringify(settings)
}

/** What is left out stays, `null` clears. */
function merge(old: EndpointRecord, patch: EndpointPatch, now: number): EndpointRecord {
  const pick = <T>(given: T | null | undefined, kept: T | undefined): T | undefined =>
    given === undefined ? kept : (given ?? undefined)
  return {
    ...old,
    alias: pick(patch.alias, old.alias),
    name: pick(patch.name, old.name),
    signing:
      patch.signing === undefined
        ? old.signing
        : patch.signing === null
          ? undefined
          : mergeSigning(old.signing, patch.signing, now),
    answer: pick(patch.answer, old.answer) ?? { default: {} },
    eventType: pick(patch.eventType, old.eventType),
    eventId: pick(patch.eventId, old.eventId),
    cors: patch.cors ?? old.cors,
    keep: pick(patch.keep, old.keep),
  }
}

function mergeSigning(
  old: EndpointRecord['signing'],
  given: SigningInput,
  now: number,
): NonNullable<EndpointRecord['signing']> {
  const both = { ...old, ...given }
  const { publicKeys, extra, custom, publicUrl } = both
  return {
    scheme: given.scheme,
    ...(publicKeys ? { publicKeys } : {}),
    ...(extra ? { extra } : {}),
    ...(custom ? { custom } : {}),
    ...(publicUrl ? { publicUrl } : {}),
    secrets:
      given.secrets === undefined ? (old?.secrets ?? []) : mergeSecrets(old?.secrets ?? [], given.secrets ?? [], now),
  }
}

/** A secret that was there already keeps its id and its age, so that old verdicts still name the right one. */
function mergeSecrets(old: readonly Secret[], values: readonly string[], now: number): Secret[] {
  return [...new Set(values)].map(
    (value) => old.find((secret) => secret.value === value) ?? { id: newId(now), value, addedAt: now },
  )
}
