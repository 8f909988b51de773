/**
 * Large bodies in pieces. A body of 20 MB as one blob blocks the event loop for 100 ms, and every sender with it; in pieces each is
 * a small write that shares the transactions of the small captures that come meanwhile. The capture itself is written last, so a
 * body that was cut off by a killed process belongs to nobody and is swept up at the next start.
 */
import { createHash } from 'node:crypto'
import type { Database, Statement } from 'better-sqlite3'
import type { Batch } from './batch.ts'

/** Bytes up to which a body is a blob of its capture's row, and of one piece of a larger one. */
const PIECE_BYTES = 256 * 1024

/** Between two tries to delete pieces that nobody owns, in ms. */
const RETRY_MS = 1_000

/** Pieces that a body can have: 16 GiB. */
const PIECES_MAX = 65_536

export interface Pieces {
  isLarge(body: Buffer): boolean
  write(body: Buffer): Promise<{ number: number; sha256: string }>
  read(number: number, start: number, end: number): Buffer
  /** Of a body whose capture could not be kept; soon, and until it works. */
  discard(number: number): void
  stop(): void
  /** Inside a transaction. */
  removeNow(number: number): void
  /** Deletes the pieces that an earlier process left without an owner. */
  sweep(): Promise<void>
}

export function openPieces(db: Database, batch: Batch): Pieces {
  const insert = db.prepare('INSERT INTO pieces (key, bytes) VALUES (?, ?)')
  const between: Statement<[number, number], { bytes: Buffer }> = db.prepare(
    'SELECT bytes FROM pieces WHERE key BETWEEN ? AND ? ORDER BY key',
  )
  const drop = db.prepare('DELETE FROM pieces WHERE key BETWEEN ? AND ?')

  const used = db.prepare<[], { number: number }>('SELECT DISTINCT key / 65536 AS number FROM pieces').all()
  const owned = new Set(
    db
      .prepare<[], { pieces: number }>('SELECT pieces FROM contents WHERE pieces IS NOT NULL')
      .all()
      .map((row) => row.pieces),
  )
  const orphans = used.flatMap(({ number }) => (owned.has(number) ? [] : [number]))
  let stopped = false
  let last = used.reduce((max, row) => Math.max(max, row.number), 0)

  function removeNow(number: number): void {
    drop.run(number * PIECES_MAX, number * PIECES_MAX + PIECES_MAX - 1)
  }

  async function sweep(): Promise<void> {
    for (let number = orphans.at(-1); number !== undefined && !stopped; number = orphans.at(-1)) {
      const orphan = number
      await batch.write(() => {
        removeNow(orphan)
        return { value: undefined }
      })
      orphans.splice(orphans.indexOf(orphan), 1)
    }
  }

  /** A full disk may refuse even this; it is tried again until there is room. */
  function discard(number: number): void {
    orphans.push(number)
    const retry = (): void => {
      sweep().catch(() => {
        if (!stopped) setTimeout(retry, RETRY_MS).unref()
      })
    }
    retry()
  }

  return {
    isLarge: (body) => body.length > PIECE_BYTES,
    removeNow,

    async write(body) {
      const number = ++last
      const hash = createHash('sha256')
      try {
        for (let index = 0, at = 0; at < body.length; index++, at += PIECE_BYTES) {
          const piece = body.subarray(at, at + PIECE_BYTES)
          hash.update(piece)
          await batch.write(() => {
            insert.run(number * PIECES_MAX + index, piece)
            return { value: undefined }
          }, piece.length)
        }
      } catch (error) {
        discard(number)
        throw error
      }
      return { number, sha256: hash.digest('hex') }
    },

    read(number, start, end) {
      if (end <= start) return Buffer.alloc(0)
      const first = Math.floor(start / PIECE_BYTES)
      const rows = between.all(number * PIECES_MAX + first, number * PIECES_MAX + Math.floor((end - 1) / PIECE_BYTES))
      const bytes =
        rows.length === 1 ? (rows[0] as { bytes: Buffer }).bytes : Buffer.concat(rows.map((row) => row.bytes))
      return bytes.subarray(start - first * PIECE_BYTES, end - first * PIECE_BYTES)
    },

    sweep,
    discard,
    stop() {
      stopped = true
    },
  }
}
