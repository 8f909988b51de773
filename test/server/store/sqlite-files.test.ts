/** What is true of the SQLite files themselves: how safe they are, who may read them, and what is refused rather than opened. */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { openStore, type StoreSettings } from '../../../server/store/open.ts'
import type { StoreRefusal } from '../../../server/store/refusal.ts'
import type { Store } from '../../../server/store/store.ts'
import { EVENTS_KEPT, PARSED_BODY_BYTES } from '../../../shared/limits.ts'
import { aCapture } from '../../support/a-capture.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

const open = (data: string, more: Partial<StoreSettings> = {}): Store =>
  openStore({ data, durability: 'fast', now: Date.now, log: () => undefined, ...more })

const opened = (data: string, more: Partial<StoreSettings> = {}): Store => {
  const store = open(data, more)
  onTestFinished(() => store.close())
  return store
}

const fileOf = (data: string): string => join(data, 'hookwell.sqlite')

/** Looks into the file as another program would. */
function inside<T>(data: string, look: (db: Database.Database) => T): T {
  const db = new Database(fileOf(data))
  try {
    return look(db)
  } finally {
    db.close()
  }
}

function refusalOf(act: () => unknown): StoreRefusal {
  try {
    act()
  } catch (error) {
    return error as StoreRefusal // what the test is about; another error fails its expectations
  }
  throw new Error('It was opened.')
}

test('the file says whose it is, in which format, and holds pages of 8 KiB', async () => {
  const data = tempDirectory()
  await open(data).close()
  inside(data, (db) => {
    expect(db.pragma('application_id', { simple: true })).toBe(0x484f4f4b)
    expect(db.pragma('user_version', { simple: true })).toBeGreaterThanOrEqual(1)
    expect(db.pragma('page_size', { simple: true })).toBe(8192)
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal')
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
  })
})

test('captures that waited for a late check before it was known when and beside whom go on waiting, large ones as such', async () => {
  const data = tempDirectory()
  const first = open(data)
  const { id: endpoint } = await first.addEndpoint({})
  const add = async (bytes: number) =>
    (await first.addCapture(aCapture(endpoint, { body: Buffer.alloc(bytes, 0x20), late: true }))).id
  const small = await add(PARSED_BODY_BYTES)
  const large = await add(PARSED_BODY_BYTES + 1)
  await first.close()
  // As migration 0002 left it.
  inside(data, (db) =>
    db.exec(`DROP INDEX late_checks_by_due;
      ALTER TABLE late_checks DROP COLUMN heavy;
      ALTER TABLE late_checks DROP COLUMN due;
      PRAGMA user_version = 2`),
  )
  const store = opened(data)
  const due = (heavy: boolean) => store.lateCaptures(10, { heavy, dueBy: 0 }).map(({ id }) => id)
  expect(due(false)).toEqual([small])
  expect(due(true)).toEqual([large])
})

test('only its owner may read the directory and every file in it', async () => {
  const data = join(tempDirectory(), 'new', 'data')
  const store = opened(data)
  await store.addCapture(aCapture((await store.addEndpoint({})).id))
  expect(statSync(data).mode & 0o777).toBe(0o700)
  const files = readdirSync(data)
  expect(files).toEqual(
    expect.arrayContaining(['hookwell.sqlite', 'hookwell.sqlite-wal', 'hookwell.sqlite-shm', 'hookwell.key']),
  )
  for (const file of files) expect(statSync(join(data, file)).mode & 0o777, file).toBe(0o600)
})

test('a signing secret is in none of the files in clear, and is there again after a restart', async () => {
  const data = tempDirectory()
  const canary = 'whsec_canary-0123456789abcdef'
  const store = open(data)
  const { id } = await store.addEndpoint({ signing: { scheme: 'svix', secrets: [canary] } })
  await store.updateEndpoint(id, { name: 'changed' })
  const look = (): void => {
    for (const file of readdirSync(data))
      expect(readFileSync(join(data, file)).includes(canary.slice(6)), file).toBe(false)
  }
  look()
  await store.close()
  look()
  const again = open(data)
  expect(again.endpoint(id)?.signing?.secrets[0]?.value).toBe(canary)
  await again.removeEndpoint(id)
  await again.close()
  look()
})

test('secrets that another key sealed are told of, not lost: with the right key they are there again', async () => {
  const data = tempDirectory()
  const store = open(data)
  const { id } = await store.addEndpoint({ signing: { scheme: 'svix', secrets: ['a-secret-of-some-length'] } })
  await store.close()
  const key = readFileSync(join(data, 'hookwell.key'))
  writeFileSync(join(data, 'hookwell.key'), Buffer.alloc(32, 1))
  const said: string[] = []
  const other = open(data, { log: (fact) => said.push(fact) })
  expect(said.join()).toMatch(/key file is not the one/)
  expect(other.endpoint(id)?.signing).toMatchObject({ scheme: 'svix', secrets: [] })
  await other.updateEndpoint(id, { name: 'changed meanwhile' })
  await other.close()
  writeFileSync(join(data, 'hookwell.key'), key)
  const right = opened(data)
  expect(right.endpoint(id)).toMatchObject({
    name: 'changed meanwhile',
    signing: { secrets: [{ value: 'a-secret-of-some-length' }] },
  })
})

test('a damaged key file is refused in a sentence that names it', async () => {
  const data = tempDirectory()
  await open(data).close()
  writeFileSync(join(data, 'hookwell.key'), 'short')
  expect(refusalOf(() => open(data))).toMatchObject({ exitCode: 3, message: expect.stringContaining('hookwell.key') })
})

test.each([
  ['an empty file', Buffer.alloc(0)],
  ['garbage', Buffer.from('This is no database at all. '.repeat(1000))],
  ['a file of zeros', Buffer.alloc(16_384)],
])('%s in place of the database is refused with exit code 3 and left as it is', async (_, content) => {
  const data = tempDirectory()
  writeFileSync(fileOf(data), content)
  expect(refusalOf(() => open(data))).toMatchObject({ exitCode: 3, message: expect.stringContaining(fileOf(data)) })
  expect(readFileSync(fileOf(data)).equals(content)).toBe(true)
})

test("another program's database is refused with exit code 3 and left as it is", () => {
  const data = tempDirectory()
  const db = new Database(fileOf(data))
  db.exec('CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)')
  db.close()
  const before = readFileSync(fileOf(data))
  expect(refusalOf(() => open(data))).toMatchObject({ exitCode: 3 })
  expect(readFileSync(fileOf(data)).equals(before)).toBe(true)
})

test('a database with a broken header is refused with exit code 3 and left as it is', async () => {
  const data = tempDirectory()
  await open(data).close()
  const bytes = readFileSync(fileOf(data))
  bytes.fill(0xff, 0, 40)
  writeFileSync(fileOf(data), bytes)
  expect(refusalOf(() => open(data))).toMatchObject({ exitCode: 3 })
  expect(readFileSync(fileOf(data)).equals(bytes)).toBe(true)
})

test('a database of a newer Hookwell is refused with exit code 2 and says what to do', async () => {
  const data = tempDirectory()
  await open(data).close()
  inside(data, (db) => db.pragma('user_version = 999'))
  expect(refusalOf(() => open(data))).toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(/newer.*999.*--data/),
  })
  inside(data, (db) => expect(db.pragma('user_version', { simple: true })).toBe(999))
})

test('a start that was killed halfway through making the database is no damage', async () => {
  const data = tempDirectory()
  writeFileSync(`${fileOf(data)}.new`, 'half of a database')
  writeFileSync(join(data, 'hookwell.key.new'), 'half')
  const store = opened(data)
  await store.addEndpoint({})
})

test('a directory that is a file, or would lie below one, is refused with exit code 2', () => {
  const data = join(tempDirectory(), 'file')
  writeFileSync(data, '')
  expect(refusalOf(() => open(data))).toMatchObject({ exitCode: 2, message: expect.stringContaining(data) })
  expect(refusalOf(() => open(join(data, 'below')))).toMatchObject({ exitCode: 2 })
})

test('what a killed process left of a large body is swept up at the start', async () => {
  const data = tempDirectory()
  const store = open(data)
  const { id } = await store.addEndpoint({})
  const body = Buffer.alloc(600_000, 5)
  const kept = await store.addCapture(aCapture(id, { body }))
  await store.close()
  const count = () => inside(data, (db) => db.prepare<[], { n: number }>('SELECT count(*) AS n FROM pieces').get()?.n)
  expect(count()).toBe(3)
  inside(data, (db) => db.prepare('INSERT INTO pieces (key, bytes) VALUES (?, ?)').run(9 * 65_536, Buffer.alloc(10)))
  const again = open(data)
  const next = await again.addCapture(aCapture(id, { body }))
  expect((await again.body(kept.id))?.bytes.equals(body)).toBe(true)
  expect((await again.body(next.id))?.bytes.equals(body)).toBe(true)
  await again.close()
  expect(count()).toBe(6)
})

test('a removal that a stop cut short is finished after the next start', async () => {
  const data = tempDirectory()
  const store = open(data)
  const { id } = await store.addEndpoint({})
  await store.addCapture(aCapture(id, { body: Buffer.alloc(600_000) }))
  await Promise.all(Array.from({ length: 1_500 }, () => store.addCapture(aCapture(id))))
  await store.removeEndpoint(id)
  await store.close()
  const rows = (table: string) =>
    inside(data, (db) => db.prepare<[], { n: number }>(`SELECT count(*) AS n FROM ${table}`).get()?.n)
  expect(rows('captures')).toBeGreaterThan(0)
  const again = open(data)
  await expect.poll(() => rows('endpoints'), { timeout: 10_000 }).toBe(0)
  expect([rows('captures'), rows('contents'), rows('pieces')]).toEqual([0, 0, 0])
  await again.close()
})

test('reading the owners of pieces at the start reads no body, and no list is ever sorted', async () => {
  const data = tempDirectory()
  await open(data).close()
  inside(data, (db) => {
    const plan = (sql: string) => JSON.stringify(db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all())
    expect(plan('SELECT pieces FROM contents WHERE pieces IS NOT NULL')).toContain('COVERING INDEX contents_in_pieces')
    expect(
      plan('SELECT * FROM captures WHERE endpoint = 1 AND seq > 1 AND seq < 9 ORDER BY seq DESC LIMIT 5'),
    ).not.toMatch(/TEMP B-TREE|SCAN/)
    expect(plan('SELECT * FROM captures WHERE seq > 1 ORDER BY seq LIMIT 5')).not.toMatch(/TEMP B-TREE|SCAN/)
  })
})

test.runIf(hasStrace())(
  'no commit counts before it is on the disk with full durability, after a restart too; with fast it may',
  () => {
    const data = tempDirectory()
    expect(earlyAcknowledgements(data, 'full')).toBe(0)
    expect(earlyAcknowledgements(data, 'full')).toBe(0) // a database that was there already: SQLite would open it with less
    expect(earlyAcknowledgements(data, 'fast')).toBeGreaterThan(15)
  },
)

/** Of 20 captures, those acknowledged without a sync between them and the one before, as the kernel saw it. */
function earlyAcknowledgements(data: string, durability: 'full' | 'fast'): number {
  const script = `
    const { openStore } = await import('./server/store/open.ts')
    const { aCapture } = await import('./test/support/a-capture.ts')
    const store = openStore({ data: ${JSON.stringify(data)}, durability: '${durability}', now: Date.now, log() {} })
    const { id } = (await store.endpoints())[0] ?? (await store.addEndpoint({}))
    for (let i = 0; i < 20; i++) { await store.addCapture(aCapture(id)); process.stderr.write('acknowledged\\n') }
    process.kill(process.pid, 'SIGKILL')`
  const trace = join(tempDirectory(), 'trace')
  const words = [
    '-f',
    '-o',
    trace,
    '-e',
    'trace=fsync,fdatasync,write',
    process.execPath,
    '--input-type=module',
    '-e',
    script,
  ]
  spawnSync('strace', words, { stdio: 'ignore', timeout: 15_000 })
  let synced = false
  let early = 0
  for (const line of readFileSync(trace, 'utf8').split('\n')) {
    if (/f(data)?sync\(/.test(line)) synced = true
    if (!line.includes('"acknowledged')) continue
    if (!synced) early++
    synced = false
  }
  return early
}

function hasStrace(): boolean {
  return process.platform === 'linux' && spawnSync('strace', ['-V'], { stdio: 'ignore' }).status === 0
}

test('the log is kept short however short the runs are, and a cursor that is too old is told so', async () => {
  const data = tempDirectory()
  await open(data).close()
  inside(data, (db) => {
    db.exec(
      `INSERT INTO events (seq, type) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${EVENTS_KEPT * 2}) SELECT i, 'deleted' FROM n`,
    )
  })
  const store = opened(data)
  await store.addEndpoint({})
  await store.check()
  expect(inside(data, (db) => db.prepare('SELECT count(*) AS n FROM events').get())).toEqual({ n: EVENTS_KEPT })
  expect(await store.events(1, 10)).toBe('reset')
  expect(await store.events(store.lastSeq() - 1, 10)).toHaveLength(1)
})

test('a directory whose parent takes no children is refused at once', () => {
  expect(() => open('/proc/hookwell/data')).toThrow()
})
