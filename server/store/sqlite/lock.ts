/**
 * One instance per data directory. The lock is an open transaction on a small database of its own: the kernel lets go of it with the
 * process, however that ends, so it can never be stale; the pid beside it is only for the sentence.
 */
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { StoreRefusal } from '../refusal.ts'

/** @throws StoreRefusal (exit code 2) naming the pid that holds the directory */
export function lockDirectory(directory: string): () => void {
  const path = join(directory, 'hookwell.lock')
  closeSync(openSync(path, 'a', 0o600))
  const lock = new Database(path, { timeout: 0 })
  const pidFile = join(directory, 'hookwell.pid')
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    if (!(error instanceof Database.SqliteError) || !error.code.startsWith('SQLITE_BUSY')) throw error
    throw new StoreRefusal(
      2,
      `Another Hookwell (pid ${readPid(pidFile)}) already uses ${directory}. Stop it, or choose another directory with --data.`,
      error,
    )
  }
  writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 })
  return () => lock.close()
}

function readPid(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return 'unknown'
  }
}
