/** The database file: opened safely, brought up to date, refused where it is not ours or not whole. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { StoreRefusal } from '../refusal.ts'

/** Marks a file as ours (`HOOK` in ASCII), so that no other program's database is ever written to. */
const APPLICATION_ID = 0x484f4f4b

const MIGRATIONS = new URL('./migrations/', import.meta.url)

export interface Connection {
  readonly db: Database.Database
  /** The data directory; undefined in memory. */
  readonly directory: string | undefined
}

/** Made with mode 0700: captures hold personal data. */
export function makeDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
}

/** @throws StoreRefusal */
export function connect(directory: string | undefined, durability: 'full' | 'fast'): Database.Database {
  const path = directory === undefined ? ':memory:' : join(directory, 'hookwell.sqlite')
  const isNew = directory === undefined || !existsSync(path)
  if (!isNew && statSync(path).size === 0) throw damaged(path, 'it is empty')
  let db: Database.Database | undefined
  try {
    // No waiting inside SQLite: a foreign lock would freeze the event loop, and with it every sender. The batch waits instead.
    db = new Database(path, { timeout: 0 })
    if (isNew) prepareNew(db, directory === undefined ? undefined : path)
    check(db, path)
    applyPragmas(db, durability)
    migrate(db, path)
    return db
  } catch (error) {
    db?.close()
    if (error instanceof StoreRefusal) throw error
    if (error instanceof Database.SqliteError && /^SQLITE_(NOTADB|CORRUPT|IOERR)/.test(error.code))
      throw damaged(path, error.message, error)
    throw error
  }
}

function prepareNew(db: Database.Database, path: string | undefined): void {
  db.pragma('page_size = 8192') // a fifth less disk than 4096 for bodies of 1 to 2 KB
  db.pragma(`application_id = ${APPLICATION_ID}`)
  db.pragma('journal_mode = WAL')
  if (path !== undefined) chmodSync(path, 0o600) // the WAL takes its mode from the file
}

function check(db: Database.Database, path: string): void {
  const id = db.pragma('application_id', { simple: true })
  if (id !== APPLICATION_ID) throw damaged(path, 'it is not a database of Hookwell')
}

function applyPragmas(db: Database.Database, durability: 'full' | 'fast'): void {
  // Said on every connection: this SQLite is built to open an existing WAL database with NORMAL, which loses commits at a power cut.
  db.pragma(`synchronous = ${durability === 'full' ? 'FULL' : 'NORMAL'}`)
  db.pragma('wal_autocheckpoint = 500') // 4 MB: larger ones are rarer, but each holds up captures for 50 ms
  db.pragma(`journal_size_limit = ${64 * 1024 * 1024}`)
  db.pragma('mmap_size = 0')
  db.pragma('trusted_schema = OFF')
  db.pragma('cell_size_check = ON')
  db.pragma('foreign_keys = ON')
  db.pragma('temp_store = MEMORY')
  db.pragma('cache_size = -32768') // KiB
}

/** Numbered SQL files, each applied once and in order; `user_version` remembers how far. */
function migrate(db: Database.Database, path: string): void {
  const files = readdirSync(MIGRATIONS)
    .filter((name) => name.endsWith('.sql'))
    .sort()
  const done = Number(db.pragma('user_version', { simple: true }))
  if (done > files.length)
    throw new StoreRefusal(
      2,
      `${path} was written by a newer Hookwell (format ${done}, this one knows ${files.length}). Update Hookwell, or choose another directory with --data.`,
    )
  for (const [index, name] of files.entries()) {
    if (index < done) continue
    const sql = readFileSync(new URL(name, MIGRATIONS), 'utf8')
    db.transaction(() => {
      db.exec(sql)
      db.pragma(`user_version = ${index + 1}`)
    }).immediate()
  }
}

function damaged(path: string, why: string, cause?: unknown): StoreRefusal {
  return new StoreRefusal(
    3,
    `The database ${path} is damaged: ${why}. Nothing was changed. Move the file away to start anew, or restore it from a copy.`,
    cause,
  )
}
