/** What goes wrong around a store: another instance, a foreign lock, a full disk. Nothing that was acknowledged suffers, and the loop goes on. */
import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { openStore } from '../../../server/store/open.ts'
import { aCapture } from '../../support/a-capture.ts'
import { anInspector } from '../../support/an-inspector.ts'
import { hookwell, readyLine } from '../../support/program.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

const open = (data: string) => openStore({ data, durability: 'full', now: Date.now, log: () => undefined })

test('a second instance is refused with exit code 2 and the pid of the first, and gets in once that was killed', async () => {
  const data = tempDirectory()
  const first = hookwell(['--port', '0', '--ui-port', '0', '--data', data, '--json'])
  const { pid } = await readyLine(first)
  const startedAt = performance.now()
  expect(() => open(data)).toThrow(
    expect.objectContaining({ exitCode: 2, message: expect.stringContaining(`pid ${pid}`) }),
  )
  expect(performance.now() - startedAt).toBeLessThan(1000)
  process.kill(pid, 'SIGKILL')
  await first.ended
  await open(data).close()
})

/** Holds the database as another program would; returns how to let go of it. */
function lock(data: string): () => void {
  const other = new Database(join(data, 'hookwell.sqlite'))
  other.exec('BEGIN IMMEDIATE')
  let held = true
  const release = (): void => {
    if (!held) return
    held = false
    other.exec('COMMIT')
    other.close()
  }
  onTestFinished(release)
  return release
}

const LOCKED_MS = 400

test('a foreign lock holds up what is written and nothing else, and all goes through when it is released', async () => {
  const data = tempDirectory()
  const store = open(data)
  onTestFinished(() => store.close())
  const { id } = await store.addEndpoint({})
  const { id: earlier } = await store.addCapture(aCapture(id))
  const release = lock(data)
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const waiting = Promise.all(Array.from({ length: 20 }, () => store.addCapture(aCapture(id))))
  await pause(LOCKED_MS)
  expect(await store.capture(earlier)).toBeDefined()
  expect(store.counters(id).captures).toBe(1)
  delay.disable() // what releasing it costs is not the store's doing
  release()
  await waiting
  expect(store.counters(id).captures).toBe(21)
  expect(delay.percentile(99) / 1e6).toBeLessThan(50)
  // Waiting inside SQLite would freeze the loop for as long as the lock is held; a busy machine alone makes single turns late.
  expect(delay.max / 1e6).toBeLessThan(LOCKED_MS / 2)
})

test('a foreign lock that stays is answered with 503 after two seconds, and captures are taken again when it goes', async () => {
  const data = tempDirectory()
  const inspector = await anInspector({ data, durability: 'full' })
  onTestFinished(() => inspector.close())
  const url = `${inspector.capture}/${inspector.defaultEndpoint.id}`
  const release = lock(data)
  const startedAt = performance.now()
  const answers = await Promise.all(Array.from({ length: 5 }, () => fetch(url, { method: 'POST', body: 'x' })))
  const took = performance.now() - startedAt
  expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503, 503])
  expect(answers[0]?.headers.get('retry-after')).toBe('5')
  expect(await answers[0]?.json()).toMatchObject({ code: 'storage_unavailable' })
  expect(took).toBeGreaterThan(1_900)
  expect(took).toBeLessThan(3_500)
  release()
  expect((await fetch(url, { method: 'POST', body: 'x' })).status).toBe(200)
  expect(inspector.store.counters(inspector.defaultEndpoint.id).captures).toBe(1)
})

/** A disk of 3 MB. Needs root; undefined where that is not to be had. */
function tinyDisk(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined
  const path = tempDirectory()
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', path], { stdio: 'ignore' })
  } catch {
    return undefined // root, but not allowed to mount (a container)
  }
  onTestFinished(() => {
    execFileSync('umount', ['-l', path])
  })
  return path
}

test('on a full disk captures are refused with 507 and what is there is read; when space returns, captures are taken again', async ({
  skip,
}) => {
  const disk = tinyDisk()
  if (disk === undefined) return skip('A small disk can only be mounted by root.')
  const inspector = await anInspector({ data: join(disk, 'data'), durability: 'full' })
  onTestFinished(() => inspector.close())
  const { id } = inspector.defaultEndpoint
  const post = (size: number) => fetch(`${inspector.capture}/${id}`, { method: 'POST', body: Buffer.alloc(size, 'x') })
  const first = await post(10)
  const firstId = first.headers.get('hookwell-capture')
  const ballast = join(disk, 'ballast')
  writeFileSync(ballast, Buffer.alloc(1024 * 1024))
  let acknowledged = 1
  let full: Response | undefined
  for (let i = 0; i < 100 && full === undefined; i++) {
    const answer = await post(i % 5 === 4 ? 400_000 : 40_000)
    if (answer.status === 200) acknowledged++
    else full = answer
  }
  expect(full?.status).toBe(507)
  expect(full?.headers.get('retry-after')).toBe('5')
  expect(await full?.json()).toMatchObject({ code: 'storage_full' })
  // A small one may still fit; none that is refused counts.
  for (let i = 0; i < 20; i++) if ((await post(40_000)).status === 200) acknowledged++
  expect(inspector.store.counters(id).captures).toBe(acknowledged)
  expect((await inspector.store.capture(firstId ?? ''))?.bodySize).toBe(10)
  rmSync(ballast)
  expect((await post(40_000)).status).toBe(200)
  expect((await inspector.store.captures({ endpoint: id, limit: 500 })).captures).toHaveLength(acknowledged + 1)
  expect((await fetch(`${inspector.inspector}/api/health`)).status).toBe(200)
})

test('a start on a full disk says that the disk is full, and does not call the data damaged', async ({ skip }) => {
  const disk = tinyDisk()
  if (disk === undefined) return skip('A small disk can only be mounted by root.')
  await open(join(disk, 'data')).close()
  const fill = (): void => {
    for (let size = 1024 * 1024, n = 0; size >= 1024; n++)
      try {
        writeFileSync(join(disk, `ballast-${n}`), Buffer.alloc(size))
      } catch {
        size = Math.floor(size / 2)
      }
  }
  fill()
  let message = ''
  try {
    await open(join(disk, 'data')).close()
  } catch (error) {
    message = String(error)
    expect(error).toMatchObject({ exitCode: 2 })
  }
  expect(message).not.toMatch(/damaged/)
  expect(message).toMatch(/full/)
})
