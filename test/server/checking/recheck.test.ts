/** Verdicts follow the settings: over the API, for what is stored already, and told to whoever watches. */
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { CaptureSummary } from '../../../shared/capture.ts'
import { createDoor } from '../../../server/capture/door.ts'
import { createChecker } from '../../../server/checking/checker.ts'
import { createRecheck } from '../../../server/checking/recheck.ts'
import { openStore } from '../../../server/store/open.ts'
import type { Store } from '../../../server/store/store.ts'
import { anInspector, type TestInspector } from '../../support/an-inspector.ts'
import { isCaughtUp, watch } from '../../support/feed-client.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

let inspector: TestInspector
beforeAll(async () => {
  inspector = await anInspector()
})
afterAll(() => inspector.close())

const patch = async (id: string, signing: unknown) => {
  const response = await fetch(`${inspector.inspector}/api/endpoints/${id}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ signing }),
  })
  expect(response.status).toBe(200)
}

/** As GitHub signs. */
async function send(id: string, secret: string, body: string, to: Pick<TestInspector, 'capture'> = inspector) {
  const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
  const response = await fetch(`${to.capture}/${id}`, {
    method: 'POST',
    headers: { 'x-hub-signature-256': signature },
    body,
  })
  expect(response.status).toBe(200)
}

const verdicts = async (id: string) => {
  const { captures } = await inspector.store.captures({ endpoint: id, limit: 500 })
  return captures.map(({ verdict }) => verdict.kind).reverse()
}

test('a secret that is added, changed and taken away gives everything stored its verdict, and the feed tells', async () => {
  const { id } = await inspector.store.addEndpoint({})
  for (const secret of ['first-secret', 'second-secret', 'first-secret']) await send(id, secret, `{"by":"${secret}"}`)
  expect(await verdicts(id)).toEqual(['unchecked', 'unchecked', 'unchecked'])
  const watcher = watch(Number(new URL(inspector.inspector).port), `?endpoint=${id}`)
  await watcher.until(isCaughtUp)

  await patch(id, { scheme: 'github', secrets: ['first-secret'] })
  await expect.poll(() => verdicts(id)).toEqual(['valid', 'invalid', 'valid'])
  await watcher.until((client) => client.events().filter(({ type }) => type === 'updated').length === 3)
  const told = watcher.events().flatMap((event): CaptureSummary[] => (event.type === 'updated' ? [event.capture] : []))
  expect(told.map(({ verdict }) => verdict.kind).sort()).toEqual(['invalid', 'valid', 'valid'])

  await patch(id, { scheme: 'github', secrets: ['second-secret'] })
  await expect.poll(() => verdicts(id)).toEqual(['invalid', 'valid', 'invalid'])
  await patch(id, { scheme: 'github', secrets: ['first-secret', 'second-secret'] })
  await expect.poll(() => verdicts(id)).toEqual(['valid', 'valid', 'valid'])
  await patch(id, null)
  await expect.poll(() => verdicts(id)).toEqual(['unchecked', 'unchecked', 'unchecked'])
  await watcher.close()
})

test('of several hundred captures each gets its verdict, and new ones come in meanwhile', async () => {
  const { id } = await inspector.store.addEndpoint({})
  for (let i = 0; i < 30; i++) await Promise.all(Array.from({ length: 10 }, () => send(id, 'the-secret-000', '{}')))
  await patch(id, { scheme: 'github', secrets: ['the-secret-000'] })
  await Promise.all(Array.from({ length: 10 }, () => send(id, 'the-secret-000', '{}')))
  await expect.poll(async () => new Set(await verdicts(id)), { timeout: 10_000 }).toEqual(new Set(['valid']))
  expect(await verdicts(id)).toHaveLength(310)
})

test('captures that come while the secret changes end with the verdict of the new one', async () => {
  const { id } = await inspector.store.addEndpoint({ signing: { scheme: 'github', secrets: ['old-secret-0000'] } })
  for (let round = 0; round < 10; round++) {
    const secrets = [round % 2 === 0 ? 'new-secret-0000' : 'old-secret-0000']
    const body = `"${'x'.repeat(round % 3 === 0 ? 300_000 : 10)}"` // some lie in pieces, and take several commits
    await Promise.all([
      ...Array.from({ length: 8 }, () => send(id, 'new-secret-0000', body)),
      inspector.store.updateEndpoint(id, { signing: { scheme: 'github', secrets } }),
      ...Array.from({ length: 8 }, () => send(id, 'new-secret-0000', body)),
    ])
  }
  await inspector.store.updateEndpoint(id, { signing: { scheme: 'github', secrets: ['new-secret-0000'] } })
  await expect.poll(async () => new Set(await verdicts(id)), { timeout: 10_000 }).toEqual(new Set(['valid']))
})

test('a capture that is checked before the secret changes and committed after ends with the verdict of the new one', async () => {
  const store = openStore({ data: ':memory:', durability: 'fast', now: Date.now, log: () => undefined })
  const checker = createChecker()
  const stop = new AbortController()
  const keys = { keysAt: async () => ({ fault: 'Not asked for.' }) }
  const recheck = createRecheck({ store, checker, keys, publicUrl: undefined, now: Date.now, log: () => undefined })
  void recheck.run(stop.signal)
  const { id } = await store.addEndpoint({ signing: { scheme: 'github', secrets: ['old-secret-0000'] } })
  // The store as it is, only that this commit takes until the secret has changed and all that was stored then has been checked again.
  const slow: Store = {
    ...store,
    async addCapture(capture) {
      expect(capture.verdict.kind).toBe('invalid')
      await store.updateEndpoint(id, { signing: { scheme: 'github', secrets: ['new-secret-0000'] } })
      await expect.poll(() => store.toRecheck()).toEqual([])
      return store.addCapture(capture)
    },
  }
  const door = createDoor({
    store: slow,
    now: Date.now,
    maxBodyBytes: 1_000_000,
    publicBase: undefined,
    log: () => undefined,
    inspectorUrl: () => '',
  })
  door.listen(0, '127.0.0.1')
  await once(door, 'listening')
  onTestFinished(async () => {
    door.close()
    door.closeAllConnections()
    stop.abort()
    await checker.close()
    await store.close()
  })
  const { port } = door.address() as AddressInfo // a TCP server that listens has one
  await send(id, 'new-secret-0000', '{}', { capture: `http://127.0.0.1:${port}` })
  const verdict = async () => (await store.captures({ endpoint: id, limit: 1 })).captures[0]?.verdict.kind
  await expect.poll(verdict).toBe('valid')
})

test('a check of what is stored that was cut off goes on at the next start', async () => {
  const data = tempDirectory()
  const first = await anInspector({ data })
  const { id } = await first.store.addEndpoint({})
  for (let i = 0; i < 20; i++) await send(id, 'the-right-secret', `{"n":${i}}`, first)
  // Closing at once leaves the round no time: at most the capture at hand is checked.
  const changed = first.store.updateEndpoint(id, { signing: { scheme: 'github', secrets: ['the-right-secret'] } })
  await Promise.all([changed, first.close()])

  const second = await anInspector({ data })
  onTestFinished(() => second.close())
  const kinds = async () =>
    (await second.store.captures({ endpoint: id, limit: 50 })).captures.map((c) => c.verdict.kind)
  await expect.poll(kinds).toEqual(Array.from({ length: 20 }, () => 'valid'))
  await expect.poll(() => second.store.toRecheck()).toEqual([])
})

test('a check that failed because nothing could be written is taken up again by itself', async () => {
  const data = tempDirectory()
  const alone = await anInspector({ data })
  onTestFinished(() => alone.close())
  const { id } = await alone.store.addEndpoint({})
  await send(id, 'the-right-secret', '{}', alone)
  await alone.store.updateEndpoint(id, { signing: { scheme: 'github', secrets: ['the-right-secret'] } })
  const other = new Database(join(data, 'hookwell.sqlite'))
  other.exec('BEGIN IMMEDIATE') // before the round begins, and for longer than a write waits
  await pause(2_500)
  other.exec('COMMIT')
  other.close()
  const kind = async () => (await alone.store.captures({ endpoint: id, limit: 1 })).captures[0]?.verdict.kind
  expect(await kind()).toBe('unchecked')
  await expect.poll(kind, { timeout: 4_000 }).toBe('valid')
})

test('how far checking again has come is told, and afterwards that it is done', async () => {
  const { id } = await inspector.store.addEndpoint({ alias: 'progress' })
  const progress = async () =>
    (await (await fetch(`${inspector.inspector}/api/endpoints/progress/recheck`)).json()) as {
      running: boolean
      done: number
      total: number
    }
  expect(await progress()).toEqual({ running: false, done: 0, total: 0 })
  for (let i = 0; i < 20; i++) await Promise.all(Array.from({ length: 20 }, () => send(id, 'the-secret-000', '{}')))
  expect(await progress()).toEqual({ running: false, done: 400, total: 400 })
  await patch(id, { scheme: 'github', secrets: ['the-secret-000'] })
  const seen = [await progress()]
  for (let last = seen[0]; last?.running === true; last = seen.at(-1)) {
    await pause(2)
    seen.push(await progress())
  }
  expect(seen[0]).toMatchObject({ running: true, total: 400 })
  const counts = seen.map(({ done }) => done)
  expect(counts).toEqual([...counts].sort((a, b) => a - b))
  expect(counts.some((done) => done > 0 && done < 400)).toBe(true)
  expect(seen.at(-1)).toEqual({ running: false, done: 400, total: 400 })
  expect(new Set(await verdicts(id))).toEqual(new Set(['valid']))
})

test('progress of an endpoint that is not there is a 404', async () => {
  expect((await fetch(`${inspector.inspector}/api/endpoints/nowhere/recheck`)).status).toBe(404)
})
