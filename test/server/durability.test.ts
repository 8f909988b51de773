/** Nothing that was acknowledged is ever lost: real processes under load, killed in its midst and opened again. */
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { hookwell, type Program, readyLine, runScript } from '../support/program.ts'
import { senders } from '../support/sender.ts'
import { tempDirectory } from '../support/temp-directory.ts'

const ROUNDS = 50
const CONTROL_ROUNDS = 4
const CONNECTIONS = 12
const small = Buffer.alloc(500, 'x')

const serve = (data: string): Program =>
  hookwell(['--port', '0', '--ui-port', '0', '--data', data, '--keep-captures', '1000000', '--json'])

/** Sends until the moment comes, then kills. */
async function killedUnderLoad(program: Program, afterMs: number, body = small): Promise<Set<string>> {
  const { capture, endpoint, pid } = await readyLine(program)
  const crowd = senders(`${capture}/${endpoint}`, CONNECTIONS, body)
  await pause(afterMs)
  process.kill(pid, 'SIGKILL')
  await program.ended
  await crowd.stop()
  return crowd.acknowledged
}

/** Ids of the captures in the file, each as often as it is there. */
function keptIn(data: string): string[] {
  const db = new Database(join(data, 'hookwell.sqlite'))
  try {
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    expect(db.pragma('foreign_key_check')).toEqual([])
    const counted = db.prepare<[], { n: number }>('SELECT sum(captures) AS n FROM endpoints').get()?.n
    const ids = db.prepare<[], { id: string }>('SELECT id FROM captures JOIN contents USING (seq)').all()
    expect(counted).toBe(ids.length)
    return ids.map(({ id }) => id)
  } finally {
    db.close()
  }
}

test(`${ROUNDS} times killed under load, nothing that was acknowledged is lost and nothing is there twice`, {
  timeout: 120_000,
}, async () => {
  const data = tempDirectory()
  const acknowledged = new Set<string>()
  for (let round = 0; round < ROUNDS; round++) {
    // Every fifth round with bodies that lie in pieces.
    const body = round % 5 === 4 ? Buffer.alloc(300_000, 'y') : small
    for (const id of await killedUnderLoad(serve(data), 40 + ((round * 37) % 200), body)) acknowledged.add(id)
  }
  const kept = keptIn(data)
  const there = new Set(kept)
  expect(acknowledged.size).toBeGreaterThan(ROUNDS * 10)
  expect([...acknowledged].filter((id) => !there.has(id))).toEqual([])
  expect(there.size).toBe(kept.length)
})

test('a server that answers before it commits does lose some, so the test above can fail', {
  timeout: 60_000,
}, async () => {
  const data = tempDirectory()
  const acknowledged = new Set<string>()
  for (let round = 0; round < CONTROL_ROUNDS; round++) {
    const program = runScript('test/support/answers-first.ts', [data, '5'])
    for (const id of await killedUnderLoad(program, 150)) acknowledged.add(id)
  }
  const there = new Set(keptIn(data))
  expect([...acknowledged].filter((id) => !there.has(id)).length).toBeGreaterThan(0)
})

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s under load finishes what is in flight, loses nothing and exits with 0',
  async (signal) => {
    const data = tempDirectory()
    const program = serve(data)
    const { capture, endpoint, pid } = await readyLine(program)
    const crowd = senders(`${capture}/${endpoint}`, CONNECTIONS, small)
    await pause(300)
    const startedAt = performance.now()
    process.kill(pid, signal)
    expect(await program.ended).toBe(0)
    expect(performance.now() - startedAt).toBeLessThan(5_000)
    await crowd.stop()
    const there = new Set(keptIn(data))
    expect(crowd.acknowledged.size).toBeGreaterThan(10)
    expect([...crowd.acknowledged].filter((id) => !there.has(id))).toEqual([])
    // Who connects too late is refused; who was being served is not cut off.
    expect(crowd.broken.filter((code) => code !== 'ECONNREFUSED')).toEqual([])
    expect(there.size).toBe(crowd.acknowledged.size)
  },
)
