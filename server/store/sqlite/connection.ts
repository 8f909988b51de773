/** The database file: opened safely, brought up to date, refused where it is not ours or not whole. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { StoreRefusal } from '../refusal.ts'

/** Marks a file as ours (`HOOK` in ASCII), so that no other program's database is ever written to. */
const APPLICATION_ID = 0x484f4f4b

const MIGRATIONS = new URL('./migrations/', import.meta.url)

/** Made with mode 0700: captures hold personal data. */
export function makeDirectory(directory: string): void {
  const missing: string[] = []
  for (let at = directory; !existsSync(at) && at !== dirname(at); at = dirname(at)) missing.unshift(at)
  // One by one: Node's own recursive way never ends where a parent refuses children, as /proc does.
  for (const each of missing) mkdirSync(each, { mode: 0o700 })
}

/** @throws StoreRefusal */
export function connect(directory: string | undefined, durability: 'full' | 'fast'): Database.Database {
  if (directory === undefined) {
    const db = new Database(':memory:')
    mark(db)
    applyPragmas(db, durability)
    migrate(db, ':memory:')
    return db
  }
  const path = join(directory, 'hookwell.sqlite')
  if (!existsSync(path)) create(directory, path)
  if (statSync(path).size === 0) throw damaged(path, 'it is empty')
  let db: Database.Database | undefined
  try {
    db = open(path)
    if (db.pragma('application_id', { simple: true }) !== APPLICATION_ID)
      throw damaged(path, 'it is not a database of Hookwell')
    applyPragmas(db, durability)
    migrate(db, path)
    return db
  } catch (error) {
    db?.close()
    throw asDamage(error, path)
  }
}

/** No waiting inside SQLite: a foreign lock would freeze the event loop, and with it every sender. The batch waits instead. */
const open = (path: string): Database.Database => new Database(path, { timeout: 0 })

/**
 * Makes the file whole under another name and then gives it its own, so that a process that is killed meanwhile leaves no half of a
 * database, which the next start would have to call damaged.
 */
function create(directory: string, path: string): void {
  const draft = `${path}.new`
  for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(draft + suffix, { force: true })
  closeSync(openSync(draft, 'wx', 0o600)) // the files beside it take their mode from it
  const db = open(draft)
  try {
    mark(db)
    db.pragma('journal_mode = WAL')
    migrate(db, draft)
  } finally {
    db.close()
  }
  renameSync(draft, path)
  const handle = openSync(directory, 'r')
  fsyncSync(handle) // the new name, too, has to outlive a power cut
  closeSync(handle)
}

function mark(db: Database.Database): void {
  db.pragma('page_size = 8192') // a fifth less disk than 4096 for bodies of 1 to 2 KB
  db.pragma(`application_id = ${APPLICATION_ID}`)
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

/** What SQLite says of a file whose content it cannot make sense of; everything else passes unchanged. */
function asDamage(error: unknown, path: string): unknown {
  if (!(error instanceof Database.SqliteError) || !/^SQLITE_(NOTADB|CORRUPT|IOERR)/.test(error.code)) return error
  if (error.code === 'SQLITE_IOERR_SHMSIZE') return error // a full disk, not a damaged file
  return damaged(path, error.message, error)
}

function damaged(path: string, why: string, cause?: unknown): StoreRefusal {
  return new StoreRefusal(
    3,
    `The database ${path} is damaged: ${why}. Nothing was changed. Move the file away to start anew, or restore it from a copy.`,
    cause,
  )
}
