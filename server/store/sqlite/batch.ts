/**
 * Group commit. Whatever is asked for in one turn of the event loop shares one transaction and is answered after it: under load a
 * durable commit then costs a fraction of itself a capture (32 at a time: an eighth of the CPU, and one fsync instead of 32).
 */
import type { Database } from 'better-sqlite3'
import { AppError } from '../../../shared/errors.ts'

/**
 * A piece of writing. It runs inside the transaction; what it returns runs after the commit, where memory may follow. An AppError
 * refuses this write alone, and must be thrown before anything is written; any other error takes the transaction back.
 */
export type Write<T> = () => { value: T; after?: () => void }

interface Waiting {
  readonly run: Write<unknown>
  readonly bytes: number
  /** When it was asked for (performance.now). */
  readonly since: number
  /** It failed together with others: from now on it gets a transaction of its own. */
  alone: boolean
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
      let results: Result[]
      try {
        results = inTransaction(taken)
      } catch (error) {
        refuse(taken, error)
        return
      }
      settle(taken, results)
    }
    goOn()
  }

  function refuse(taken: Waiting[], error: unknown): void {
    if (isBusy(error)) {
      waitForLock(taken, error)
      return
    }
    if (taken.length === 1) (taken[0] as Waiting).reject(storageError(error))
    else separate(taken)
    goOn()
  }

  function goOn(): void {
    if (queue.length > 0) schedule()
    else closed?.()
  }

  /** One of several failed: each is tried in a transaction of its own, so that only the one at fault is refused. */
  function separate(taken: Waiting[]): void {
    for (const write of taken) write.alone = true
    giveBack(taken)
  }

  /** Somebody else holds the database. Whoever has waited too long is refused, the others go on waiting; the loop stays free. */
  function waitForLock(taken: Waiting[], error: unknown): void {
    giveBack(taken)
    const oldest = performance.now() - BUSY_MAX_MS
    const refused = queue.filter((write) => write.since < oldest)
    if (refused.length > 0) {
      queue = queue.filter((write) => write.since >= oldest)
      for (const write of refused) {
        queuedBytes -= write.bytes
        write.reject(storageError(error))
      }
    }
    if (queue.length > 0) {
      scheduled = true
      setTimeout(flush, BUSY_RETRY_MS)
    } else closed?.()
  }

  function take(): Waiting[] {
    let bytes = 0
    let count = 0
    while (count < queue.length && (count === 0 || bytes < SLICE_BYTES)) {
      const next = queue[count] as Waiting // in bounds by the loop's condition
      if (next.alone && count > 0) break
      count++
      bytes += next.bytes
      if (next.alone) break
    }
    queuedBytes -= bytes
    const taken = count === queue.length ? queue : queue.slice(0, count)
    queue = count === queue.length ? [] : queue.slice(count)
    return taken
  }

  function giveBack(taken: Waiting[]): void {
    queue = taken.concat(queue)
    for (const one of taken) queuedBytes += one.bytes
  }

  function inTransaction(writes: Waiting[]): Result[] {
    if (db.inTransaction) rollback.run() // one that could not be ended before, say by an I/O error
    begin.run()
    try {
      const results = writes.map(attempt)
      hooks.beforeCommit()
      commit.run()
      return results
    } catch (error) {
      try {
        if (db.inTransaction) rollback.run() // SQLite may have rolled back by itself (disk full, I/O error)
      } finally {
        hooks.rolledBack()
      }
      throw error
    }
  }

  function settle(writes: Waiting[], results: Result[]): void {
    for (const result of results) if ('value' in result) result.after?.()
    hooks.committed()
    for (const [i, write] of writes.entries()) {
      const result = results[i] as Result // one for each write
      if ('value' in result) write.resolve(result.value)
      else write.reject(result.refused)
    }
  }

  return {
    write<T>(run: Write<T>, bytes = 0): Promise<T> {
      if (closing) return Promise.reject(new AppError('storage_unavailable', 'Hookwell is shutting down.'))
      if (queue.length >= QUEUE_MAX || queuedBytes > QUEUE_BYTES_MAX)
        return Promise.reject(
          new AppError('storage_unavailable', 'More arrives than can be written.', { hint: 'Try again in a moment.' }),
        )
      return new Promise<T>((resolve, reject) => {
        const since = performance.now()
        // The queue holds writes of any type; each resolve gets the value of its own run.
        queue.push({ run, bytes, since, alone: false, resolve: resolve as (value: unknown) => void, reject })
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

/** What became of one write in a transaction that was committed. */
type Result = ReturnType<Write<unknown>> | { refused: AppError }

function attempt(write: Waiting): Result {
  try {
    return write.run()
  } catch (error) {
    if (error instanceof AppError) return { refused: error }
    throw error
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

const isBusy = (error: unknown): boolean => codeOf(error).startsWith('SQLITE_BUSY')

/** What SQLite said, as one of our codes. Anything that is not SQLite's is a bug and passes unchanged. */
export function storageError(error: unknown): unknown {
  const code = codeOf(error)
  if (!code.startsWith('SQLITE_')) return error
  // Where the disk is full, the file that readers and writers share cannot grow either.
  if (code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_SHMSIZE')
    return new AppError('storage_full', 'The disk that holds the captures is full.', {
      hint: 'Free some space on it; Hookwell goes on as soon as there is room.',
      cause: error,
    })
  return new AppError('storage_unavailable', `The store cannot be written (${code}).`, { cause: error })
}
