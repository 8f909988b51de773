/**
 * Deleting in slices. One DELETE of a million captures blocks every sender for seconds and swells the write-ahead log; slices with
 * pauses between them leave captures as quick as they were.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Database, Statement } from 'better-sqlite3'
import { AppError } from '../../../shared/errors.ts'
import type { Store } from '../store.ts'
import type { Batch } from './batch.ts'
import type { Kept } from './endpoint-row.ts'
import type { EndpointTable } from './endpoints.ts'
import type { LogTable } from './events.ts'
import type { Pieces } from './pieces.ts'

/** Captures and bytes of one slice. */
const SLICE = 200
const SLICE_BYTES = 8 * 1024 * 1024

/** What a capture takes up beside its body, at the least. */
const ROW_BYTES = 512

/** The pause after a slice, in ms. */
const PAUSE_MS = 5

/** How long, in ms, a sweep waits for a store that cannot be written. */
const RETRY_MS = 1_000

/** Events kept for followers that were away while the store is larger than it may be. */
const EVENTS_WHEN_FULL = 1_000

interface Row {
  seq: number
  id: string
  body_size: number
  received_at: number
  pieces: number | null
}

export interface Deletion {
  one(seq: number, kept: Kept): Promise<void>
  /** Deletes what is hidden: cleared captures, and those of removed endpoints. Resolves when none is left. */
  sweep(): Promise<void>
  dropOldest(kept: Kept, over: Parameters<Store['dropOldest']>[1], limit: number): Promise<number>
  dropOldestAnywhere(bytes: number, limit: number): Promise<number>
  stop(): void
}

export function openDeletion(parts: {
  db: Database
  batch: Batch
  log: LogTable
  endpoints: EndpointTable
  pieces: Pieces
}): Deletion {
  const { db, batch, log, endpoints, pieces } = parts
  const columns =
    'captures.seq, id, body_size, received_at, pieces FROM captures JOIN contents ON contents.seq = captures.seq'
  const hidden: Statement<[number, number, number], Row> = db.prepare(
    `SELECT ${columns} WHERE endpoint = ? AND captures.seq <= ? ORDER BY captures.seq LIMIT ?`,
  )
  const oldest: Statement<[number, number, number], Row> = db.prepare(
    `SELECT ${columns} WHERE endpoint = ? AND captures.seq > ? AND pinned = 0 ORDER BY captures.seq LIMIT ?`,
  )
  const oldestOfAll: Statement<[number], Row & { endpoint: number }> = db.prepare(
    `SELECT captures.endpoint, ${columns} WHERE pinned = 0 ORDER BY captures.seq LIMIT ?`,
  )
  const single: Statement<[number], Row> = db.prepare(`SELECT ${columns} WHERE captures.seq = ?`)
  const drop = db.prepare('DELETE FROM captures WHERE seq = ?')
  let stopped = false
  let sweeping: Promise<void> = Promise.resolve()

  /** Inside a transaction. Contents and deliveries go by the foreign key. */
  function dropRows(rows: readonly Row[]): void {
    for (const row of rows) {
      if (row.pieces !== null) pieces.removeNow(row.pieces)
      drop.run(row.seq)
    }
  }

  /** The rows as far as their bodies come to so many bytes; at least one. */
  function slice<R extends Row>(rows: R[], max = SLICE_BYTES): R[] {
    let bytes = 0
    const end = rows.findIndex((row) => {
      bytes += row.body_size + ROW_BYTES
      return bytes > max
    })
    return end < 0 ? rows : rows.slice(0, Math.max(1, end))
  }

  /** Inside a transaction: rows that readers could see, with the event that tells them. */
  function dropVisible(kept: Kept, rows: readonly Row[]): void {
    dropRows(rows)
    for (const row of rows) {
      kept.captures -= 1
      kept.bytes -= row.body_size
    }
    endpoints.touch(kept)
    log.append('deleted', kept.n, null, { ids: rows.map((row) => row.id) })
  }

  function isOver(kept: Kept, over: Parameters<Store['dropOldest']>[1]): boolean {
    if (kept.captures > (over.captures ?? Number.POSITIVE_INFINITY)) return true
    if (kept.bytes > (over.bytes ?? Number.POSITIVE_INFINITY)) return true
    if (over.receivedBefore === undefined || kept.captures === 0) return false
    return (oldest.get(kept.n, kept.cleared, 1)?.received_at ?? Number.POSITIVE_INFINITY) < over.receivedBefore
  }

  const sweepSlice = (kept: Kept): Promise<boolean> =>
    batch.write(() => {
      const rows = slice(hidden.all(kept.n, kept.cleared, SLICE))
      dropRows(rows)
      if (rows.length === 0 && kept.removed) endpoints.forget(kept)
      return { value: rows.length > 0 }
    })

  async function sweepAll(): Promise<void> {
    for (const kept of endpoints.all()) {
      if (kept.cleared === 0) continue
      while (!stopped && (await sweepSlice(kept).catch(tryAgain))) await pause(PAUSE_MS)
    }
  }

  /** A store that cannot be written now (a full disk, a foreign lock) is asked again later: nobody else would. */
  async function tryAgain(error: unknown): Promise<true> {
    if (!(error instanceof AppError)) throw error
    await pause(RETRY_MS)
    return true
  }

  return {
    one: (seq, kept) =>
      batch.write(() => {
        const row = single.get(seq)
        if (row !== undefined && row.seq > kept.cleared) dropVisible(kept, [row])
        return { value: undefined }
      }),

    sweep() {
      sweeping = sweeping.catch(() => undefined).then(sweepAll)
      return sweeping
    },

    async dropOldest(kept, over, limit) {
      // Asked twice a second for each endpoint: what is within its limits costs no transaction.
      if (!isOver(kept, over)) return 0
      return batch.write(() => {
        const tooMany = over.captures === undefined ? 0 : kept.captures - over.captures
        const rows = slice(oldest.all(kept.n, kept.cleared, Math.min(limit, SLICE)))
        const before = over.receivedBefore ?? Number.NEGATIVE_INFINITY
        let tooLarge = kept.bytes - (over.bytes ?? Number.POSITIVE_INFINITY)
        const going = rows.filter((row, index) => {
          const goes = index < tooMany || row.received_at < before || tooLarge > 0
          if (goes) tooLarge -= row.body_size
          return goes
        })
        if (going.length > 0) dropVisible(kept, going)
        return { value: going.length }
      })
    },

    async dropOldestAnywhere(bytes, limit) {
      if (usedBytes(db) <= bytes) return 0
      return batch.write(() => {
        log.prune(EVENTS_WHEN_FULL) // what can be fetched again goes before what cannot
        const excess = usedBytes(db) - bytes
        if (excess <= 0) return { value: 0 }
        const rows = slice(oldestOfAll.all(Math.min(limit, SLICE)), Math.min(excess, SLICE_BYTES))
        for (const [n, going] of Map.groupBy(rows, (row) => row.endpoint)) {
          const kept = endpoints.byNumber(n)
          const seen = going.filter((row) => row.seq > (kept?.cleared ?? 0))
          if (kept !== undefined && seen.length > 0) dropVisible(kept, seen)
          dropRows(going.filter((row) => !seen.includes(row)))
        }
        return { value: rows.length }
      })
    },

    stop() {
      stopped = true
    },
  }
}

/** Bytes of the database that hold something; freed pages are used again before the file grows. */
function usedBytes(db: Database): number {
  const pragma = (name: string): number => Number(db.pragma(name, { simple: true }))
  return (pragma('page_count') - pragma('freelist_count')) * pragma('page_size')
}

/** Does not keep the process from ending. */
const pause = (ms: number): Promise<void> => sleep(ms, undefined, { ref: false })
