/**
 * Group commit. Whatever is asked for in one turn of the event loop shares one transaction and is answered after it: under load a
 * durable commit then costs a fraction of itself a capture (32 at a time: an eighth of the CPU, and one fsync instead of 32).
 */
import type { Database } from 'better-sqlite3'
import { AppError } from '../../../shared/errors.ts'

/** A piece of writing. It runs inside the transaction; what it returns runs after the commit, where memory may follow. */
export type Write<T> = () => { value: T; after?: () => void }

interface Waiting {
  readonly run: Write<unknown>
  readonly bytes: number
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/** Writes that may wait for the store, and their bytes. Beyond, the sender is told to come back (503). */
const QUEUE_MAX = 2_000
const QUEUE_BYTES_MAX = 256 * 1024 * 1024

/** Bytes written in one transaction before the loop gets a turn: about 2 ms of blocked loop. */
const SLICE_BYTES = 512 * 1024

/** How long a lock that somebody else holds on the database is waited for, and how often it is tried, in ms. */
const BUSY_MAX_MS = 2_000
const BUSY_RETRY_MS = 10

export interface Batch {
  /** @throws AppError `storage_full`, `storage_unavailable`; AppErrors of the write itself pass through. Nothing was written then. */
  write<T>(run: Write<T>, bytes?: number): Promise<T>
  /** Resolves when all that waits has been written or refused; writes that come later are refused. */
  close(): Promise<void>
}

export interface BatchHooks {
  /** Inside the transaction, after all its writes. */
  beforeCommit(): void
  /** Once after each commit, before the writers hear of it. */
  committed(): void
  /** Nothing of the transaction happened. */
  rolledBack(): void
}

export function createBatch(db: Database, hooks: BatchHooks): Batch {
  const begin = db.prepare('BEGIN IMMEDIATE')
  const commit = db.prepare('COMMIT')
  const rollback = db.prepare('ROLLBACK')
  let queue: Waiting[] = []
  let queuedBytes = 0
  let scheduled = false
  let busySince: number | undefined
  let closed: (() => void) | undefined
  let closing = false

  function schedule(): void {
    if (scheduled) return
    scheduled = true
    setImmediate(flush)
  }

  function flush(): void {
    scheduled = false
    const taken = take()
    if (taken.length > 0) {
      try {
        settle(taken, inTransaction(taken))
        busySince = undefined
      } catch (error) {
        if (isBusy(error) && waitForLock()) {
          giveBack(taken)
          scheduled = true
          setTimeout(flush, BUSY_RETRY_MS)
          return
        }
        busySince = undefined
        if (taken.length === 1) (taken[0] as Waiting).reject(storageError(error))
        else oneByOne(taken)
      }
    }
    if (queue.length > 0) schedule()
    else closed?.()
  }

  function take(): Waiting[] {
    let bytes = 0
    let count = 0
    while (count < queue.length && (count === 0 || bytes < SLICE_BYTES)) bytes += (queue[count++] as Waiting).bytes
    queuedBytes -= bytes
    const taken = count === queue.length ? queue : queue.slice(0, count)
    queue = count === queue.length ? [] : queue.slice(count)
    return taken
  }

  function giveBack(taken: Waiting[]): void {
    queue = taken.concat(queue)
    for (const one of taken) queuedBytes += one.bytes
  }

  function inTransaction(writes: Waiting[]): ReturnType<Write<unknown>>[] {
    begin.run()
    try {
      const results = writes.map((write) => write.run())
      hooks.beforeCommit()
      commit.run()
      return results
    } catch (error) {
      if (db.inTransaction) rollback.run() // SQLite may have rolled back by itself (disk full, I/O error)
      hooks.rolledBack()
      throw error
    }
  }

  function settle(writes: Waiting[], results: ReturnType<Write<unknown>>[]): void {
    for (const result of results) result.after?.()
    hooks.committed()
    for (let i = 0; i < writes.length; i++) (writes[i] as Waiting).resolve((results[i] as { value: unknown }).value)
  }

  /** One of several failed: each gets a transaction of its own, so that only the one at fault is refused. */
  function oneByOne(writes: Waiting[]): void {
    for (const write of writes) {
      try {
        settle([write], inTransaction([write]))
      } catch (error) {
        write.reject(storageError(error))
      }
    }
  }

  function waitForLock(): boolean {
    busySince ??= performance.now()
    return performance.now() - busySince < BUSY_MAX_MS
  }

  return {
    write<T>(run: Write<T>, bytes = 0): Promise<T> {
      if (closing) return Promise.reject(new AppError('storage_unavailable', 'Hookwell is shutting down.'))
      if (queue.length >= QUEUE_MAX || queuedBytes > QUEUE_BYTES_MAX)
        return Promise.reject(
          new AppError('storage_unavailable', 'More arrives than can be written.', { hint: 'Try again in a moment.' }),
        )
      return new Promise<T>((resolve, reject) => {
        // The queue holds writes of any type; each resolve gets the value of its own run.
        queue.push({ run, bytes, resolve: resolve as (value: unknown) => void, reject })
        queuedBytes += bytes
        schedule()
      })
    },
    close() {
      closing = true
      return new Promise((resolve) => {
        if (queue.length === 0) resolve()
        else closed = resolve
      })
    },
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

const isBusy = (error: unknown): boolean => codeOf(error).startsWith('SQLITE_BUSY')

/** What SQLite said, as one of our codes. Anything that is not SQLite's is a bug and passes unchanged. */
export function storageError(error: unknown): unknown {
  const code = codeOf(error)
  if (!code.startsWith('SQLITE_')) return error
  if (code.startsWith('SQLITE_FULL'))
    return new AppError('storage_full', 'The disk that holds the captures is full.', {
      hint: 'Free some space, or delete captures; Hookwell goes on as soon as there is room.',
      cause: error,
    })
  return new AppError('storage_unavailable', `The store cannot be written (${code}).`, { cause: error })
}
