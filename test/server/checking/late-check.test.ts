/** What stands in bodies too large to be read before the answer: over the real server, and through a process that is killed meanwhile. */
import { createHmac } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { CaptureSummary } from '../../../shared/capture.ts'
import type { EndpointInput } from '../../../shared/endpoint.ts'
import { anInspector, type TestInspector } from '../../support/an-inspector.ts'
import { isCaughtUp, watch } from '../../support/feed-client.ts'
import { hookwell, readyLine } from '../../support/program.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

const MIB = 1024 * 1024
const SECRET = 'a-secret-for-the-body'

let inspector: TestInspector
beforeAll(async () => {
  inspector = await anInspector()
})
afterAll(() => inspector.close())

const bodyOf = (bytes: number, more: object): string => JSON.stringify({ ...more, filler: 'x'.repeat(bytes) })

/** A scheme whose signature covers a value of the body only: it cannot be checked without reading all of it. */
const OVER_JSON: NonNullable<EndpointInput['signing']> = {
  scheme: 'custom',
  secrets: [SECRET],
  custom: {
    alg: 'hmac-sha256',
    key: { enc: 'utf8' },
    sig: { in: 'bodyJson', name: 'signature', enc: 'hex' },
    content: '{json:order.id}',
  },
}

const overJson = (id: string): string => createHmac('sha256', SECRET).update(id).digest('hex')

async function send(id: string, body: string, headers: Record<string, string> = {}, to = inspector): Promise<string> {
  const response = await fetch(`${to.capture}/${id}`, { method: 'POST', headers, body })
  expect(response.status).toBe(200)
  return response.headers.get('hookwell-capture') ?? ''
}

const made = async (settings: EndpointInput) => (await inspector.store.addEndpoint(settings)).id

const verdictOf = async (id: string) => (await inspector.store.capture(id))?.verdict

test('a signature inside a body of 5 MB is checked a moment after the answer, and one frame tells all that was found', async () => {
  const id = await made({
    signing: OVER_JSON,
    eventId: '/order/id',
  })
  const watcher = watch(inspector.inspectorPort, `?endpoint=${id}`)
  await watcher.until(isCaughtUp)
  const right = { type: 'order.paid', order: { id: 'o-1' }, signature: overJson('o-1') }
  const first = await send(id, bodyOf(5 * MIB, right))
  await watcher.until((client) => client.events().some(({ type }) => type === 'updated'))
  const frames = watcher
    .events()
    .flatMap((event): [string, CaptureSummary][] =>
      event.type === 'capture' || event.type === 'updated' ? [[event.type, event.capture]] : [],
    )
  expect(frames.map(([type]) => type)).toEqual(['capture', 'updated'])
  expect(frames[1]?.[1]).toMatchObject({
    id: first,
    verdict: { kind: 'valid', scheme: 'custom' },
    eventType: 'order.paid',
    eventId: 'o-1',
    attempt: 1,
  })
  expect(inspector.store.lateCaptures(10)).toEqual([])

  const wrong = { type: 'order.paid', order: { id: 'o-1' }, signature: overJson('o-2') }
  const second = await send(id, bodyOf(5 * MIB, wrong))
  await expect.poll(() => verdictOf(second)).toMatchObject({ kind: 'invalid' })
  expect((await inspector.store.capture(second))?.attempt).toBe(2)
  await watcher.close()
})

test('before it is read, the verdict says that it comes a moment later', async () => {
  const id = await made({ signing: OVER_JSON })
  const fresh = await send(id, bodyOf(20 * MIB, { order: { id: 'x' } }))
  expect(await verdictOf(fresh)).toEqual({
    kind: 'unchecked',
    scheme: 'custom',
    reason: 'Large body: checked a moment later.',
  })
  await expect.poll(() => verdictOf(fresh), { timeout: 10_000 }).toMatchObject({ kind: 'missing' })
})

test('where the raw bytes are signed, a body of 24 MB has its verdict at once, and only its event comes later', async () => {
  const id = await made({ signing: { scheme: 'github', secrets: [SECRET] }, eventType: '/kind' })
  const body = bodyOf(24 * MIB, { kind: 'big.one' })
  const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`
  const capture = await send(id, body, { 'x-hub-signature-256': signature })
  expect(await inspector.store.capture(capture)).toMatchObject({ verdict: { kind: 'valid' } })
  await expect
    .poll(async () => (await inspector.store.capture(capture))?.eventType, { timeout: 10_000 })
    .toBe('big.one')
  expect(await verdictOf(capture)).toMatchObject({ kind: 'valid' })
})

test('a large body that is no JSON waits for nothing', async () => {
  const id = await made({})
  const capture = await send(id, 'x'.repeat(3 * MIB))
  expect(inspector.store.lateCaptures(10).map((each) => each.id)).not.toContain(capture)
  expect(await inspector.store.capture(capture)).toMatchObject({ verdict: { kind: 'unchecked' } })
})

test('a large body nested a million deep is not read, and the next one is', async () => {
  const id = await made({})
  await send(id, `${'['.repeat(2 * MIB)}1${']'.repeat(2 * MIB)}`)
  const next = await send(id, bodyOf(2 * MIB, { type: 'after.it' }))
  await expect.poll(async () => (await inspector.store.capture(next))?.eventType, { timeout: 10_000 }).toBe('after.it')
  expect(inspector.store.lateCaptures(10)).toEqual([])
})

test('small webhooks are answered while a large body is read', async () => {
  const id = await made({})
  const heap = `[${'{"some":1},'.repeat(1_900_000)}0]` // 20 MB that become millions of values
  const large = await send(id, heap)
  const times: number[] = []
  const until = performance.now() + 1_500
  while (performance.now() < until) {
    const startedAt = performance.now()
    await send(id, '{}')
    times.push(performance.now() - startedAt)
  }
  times.sort((a, b) => a - b)
  expect(times[Math.floor(times.length / 2)]).toBeLessThan(100)
  await expect
    .poll(() => inspector.store.lateCaptures(10).some((each) => each.id === large), { timeout: 20_000 })
    .toBe(false)
})

test('many secrets and a large body are too much before the answer, and are right a moment later', async () => {
  const secrets = [...Array.from({ length: 9 }, (_, n) => `another-secret-${n}`), SECRET]
  const id = await made({ signing: { scheme: 'stripe', secrets } })
  const body = bodyOf(20 * MIB, { type: 'charge.paid' })
  const at = Math.floor(Date.now() / 1000)
  const signature = createHmac('sha256', SECRET).update(`${at}.${body}`).digest('hex')
  const capture = await send(id, body, { 'stripe-signature': `t=${at},v1=${signature}` })
  expect(await verdictOf(capture)).toMatchObject({ kind: 'unchecked' })
  await expect.poll(() => verdictOf(capture), { timeout: 10_000 }).toMatchObject({ kind: 'valid', freshness: 'fresh' })
})

test('when the secret changes before it is read, the verdict is that of the new one', async () => {
  const id = await made({ signing: { ...OVER_JSON, secrets: ['not-yet-the-right-one'] } })
  const captures = await Promise.all(
    Array.from({ length: 4 }, () => send(id, bodyOf(6 * MIB, { order: { id: 'y' }, signature: overJson('y') }))),
  )
  await inspector.store.updateEndpoint(id, { signing: { scheme: 'custom', secrets: [SECRET] } })
  for (const capture of captures)
    await expect.poll(() => verdictOf(capture), { timeout: 10_000 }).toMatchObject({ kind: 'valid' })
  await expect.poll(() => inspector.store.lateCaptures(10), { timeout: 10_000 }).toEqual([])
  for (const capture of captures) expect(await verdictOf(capture)).toMatchObject({ kind: 'valid' })
})

test('a secret that is added gives large captures their verdict too', async () => {
  const id = await made({})
  const capture = await send(id, bodyOf(3 * MIB, { order: { id: 'z' }, signature: overJson('z') }))
  await inspector.store.updateEndpoint(id, { signing: OVER_JSON })
  await expect.poll(() => verdictOf(capture), { timeout: 10_000 }).toMatchObject({ kind: 'valid' })
})

test('what a killed process left unread is read by the next', { timeout: 60_000 }, async () => {
  const data = tempDirectory()
  const words = ['--port', '0', '--ui-port', '0', '--data', data, '--json']
  const first = hookwell(words)
  const { capture, endpoint, pid } = await readyLine(first)
  const ids: string[] = []
  // The answers come quicker than the bodies can be read.
  await Promise.all(
    Array.from({ length: 6 }, async (_, n) => {
      const response = await fetch(`${capture}/${endpoint}`, {
        method: 'POST',
        body: bodyOf(12 * MIB, { type: `big.${n}` }),
      })
      ids.push(response.headers.get('hookwell-capture') ?? '')
    }),
  )
  process.kill(pid, 'SIGKILL')
  await first.ended

  const second = await anInspector({ data })
  onTestFinished(() => second.close())
  expect(second.store.lateCaptures(10).length).toBeGreaterThan(0)
  for (const id of ids)
    await expect.poll(async () => (await second.store.capture(id))?.eventType, { timeout: 20_000 }).toMatch(/^big\.\d$/)
  expect(second.store.lateCaptures(10)).toEqual([])
})

test('a shutdown does not wait for what is being read', async () => {
  const data = tempDirectory()
  const alone = await anInspector({ data })
  const { id } = await alone.store.addEndpoint({})
  for (let n = 0; n < 3; n++) await send(id, bodyOf(12 * MIB, { type: 'big' }), {}, alone)
  await pause(30)
  const startedAt = performance.now()
  await alone.close()
  expect(performance.now() - startedAt).toBeLessThan(2_000)
})
