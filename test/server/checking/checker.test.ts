/** The thread that looks at signatures: what is asked of it, what it may not do, and how it ends. */
import { createHmac } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type Checker, type CheckerSettings, createChecker } from '../../../server/checking/checker.ts'
import { runScript } from '../../support/program.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'

vi.setConfig({ testTimeout: 60_000 }) // several threads are started, each of which takes a second on a busy machine

const SECRET = 'a-secret-that-no-message-may-hold'

function aChecker(settings: CheckerSettings = {}): Checker {
  const checker = createChecker(settings)
  onTestFinished(() => checker.close())
  return checker
}

const names = { eventType: undefined, eventId: undefined }

/** Signed as GitHub does; a number of bytes of JSON. */
function aTask(body: Buffer, secret = SECRET) {
  const headers = ['X-Hub-Signature-256', `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`]
  return {
    settings: { scheme: 'github', secrets: [{ id: 'k', value: secret }] },
    names,
    request: { method: 'POST', target: '/a', url: '', headers, body },
    at: Date.now(),
  }
}

const bytes = (text: string): Buffer => Buffer.from(new TextEncoder().encode(text).buffer)

/** That keeps it busy for a good while: almost as many values as are read at all. */
const heavy = (): Buffer => bytes(`[${'{"some":1},'.repeat(990_000)}{}]`)

/** That takes about a second, whatever else runs: ten secrets, and the body twice for each. */
function costly() {
  const { request, ...task } = aTask(heavy())
  const secrets = Array.from({ length: 10 }, (_, i) => ({ id: `k${i}`, value: `another ${i}` }))
  const sig = { in: 'header', name: 'X-Signature', enc: 'hex' } as const
  const custom = { alg: 'hmac-sha512', key: { enc: 'utf8' }, sig, content: '{body}{body}' } as const
  const headers = ['X-Signature', 'ab'.repeat(64)]
  return { ...task, request: { ...request, headers }, settings: { scheme: 'custom', custom, secrets } }
}

test('it finds out the verdict and the event, and takes the memory of the body along', async () => {
  const checker = aChecker()
  const body = bytes('{"type":"a.b"}')
  expect(await checker.find(aTask(body))).toEqual({
    verdict: { kind: 'valid', scheme: 'github', secretId: 'k' },
    eventType: 'a.b',
    eventId: undefined,
  })
  expect(body.byteLength).toBe(0)
  // Part of something larger: that must stay whole.
  const larger = Buffer.concat([bytes('{"type":"c"}'), Buffer.alloc(100_000)])
  expect(await checker.find(aTask(larger.subarray(0, 12)))).toMatchObject({ eventType: 'c' })
  expect(larger.byteLength).toBe(100_012)
  expect(await checker.find(aTask(Buffer.alloc(0)))).toMatchObject({ verdict: { kind: 'valid' } })
})

test('a diagnosis that nobody waits for any more is called off, and the next one is not held up', async () => {
  const checker = aChecker()
  const left = new AbortController()
  const input = { settings: { scheme: 'github', secrets: [{ id: 'k', value: 'wrong' }] }, tryCauses: true }
  const { request, at } = aTask(bytes('{"a":1}'))
  const waiting = checker.find(aTask(heavy()))
  const called = checker.diagnose({ input, request, at }, left.signal)
  left.abort(new Error('left'))
  await expect(called).rejects.toThrow('left')
  expect(await checker.diagnose({ input, request: aTask(bytes('{"a":1}')).request, at })).toMatchObject({
    verdict: { kind: 'invalid' },
  })
  await waiting
  await expect(checker.diagnose({ input, request, at }, AbortSignal.abort(new Error('never')))).rejects.toThrow('never')
})

test('what takes too long is ended with its thread, and the next task gets a new one', async () => {
  const checker = aChecker({ limitMs: 50 })
  const failed = await checker.find(costly()).catch((error: Error) => error)
  expect(failed).toMatchObject({
    code: 'unavailable',
    message: 'Checking this took longer than 0.05 s and was stopped.',
  })
  await expect
    .poll(() => checker.find(aTask(bytes('{"type":"t"}'))).catch(() => undefined), { timeout: 15_000 })
    .toMatchObject({ eventType: 't' })
})

test('a body of 24 MB that is nothing but brackets is not read, and ends nothing', async () => {
  const checker = aChecker()
  for (const each of ['[],', '{},', '"",'])
    expect(await checker.find(aTask(bytes(`[${each.repeat(8_000_000)}0]`)))).toMatchObject({ eventType: undefined })
  expect(await checker.find(aTask(bytes('{"type":"t"}')))).toMatchObject({ eventType: 't' })
})

test('more diagnoses than may wait are refused, and say to come back', async () => {
  const checker = aChecker()
  const busy = checker.find(aTask(heavy()))
  const input = { settings: { scheme: 'github', secrets: [{ id: 'k', value: SECRET }] }, tryCauses: true }
  const asked = Array.from({ length: 20 }, () => {
    const { request, at } = aTask(bytes('{}'))
    return checker.diagnose({ input, request, at }).then(
      () => 'answered',
      (error: { code: string }) => error.code,
    )
  })
  const outcomes = await Promise.all(asked)
  expect(outcomes.filter((each) => each === 'answered')).toHaveLength(16)
  expect(outcomes.filter((each) => each === 'unavailable')).toHaveLength(4)
  await busy
})

test('closing refuses whoever waits, and whoever comes later', async () => {
  const checker = createChecker()
  const waiting = [checker.find(aTask(heavy())), checker.find(aTask(bytes('{}')))]
  const refused = Promise.all(waiting.map((each) => expect(each).rejects.toMatchObject({ code: 'unavailable' })))
  await pause(50)
  await checker.close()
  await refused
  await expect(checker.find(aTask(bytes('{}')))).rejects.toMatchObject({ code: 'unavailable' })
})

test('the thread ends when nothing is asked of it, and comes again when something is', async () => {
  const checker = aChecker({ idleMs: 50 })
  for (let n = 0; n < 3; n++) {
    expect(await checker.find(aTask(bytes(`{"type":"n${n}"}`)))).toMatchObject({ eventType: `n${n}` })
    await pause(150)
  }
})

test('a thread that does not start is no fault of what was asked, and the next task gets a new one', async () => {
  const checker = aChecker({ startMs: 1 })
  await expect(checker.find(aTask(bytes('{}')))).rejects.toMatchObject({
    message: 'The thread that checks did not start.',
    passes: true,
  })
  const slow = aChecker({ limitMs: 50 })
  await expect(slow.find(costly())).rejects.toMatchObject({ passes: false })
  expect(await aChecker().find(aTask(bytes('{"type":"t"}')))).toMatchObject({ eventType: 't' })
})

test('started ahead of a task it has the answer much sooner', async () => {
  const timed = async (checker: Checker): Promise<number> => {
    const startedAt = performance.now()
    await checker.find(aTask(bytes('{"type":"t"}')))
    return performance.now() - startedAt
  }
  const coldMs: number[] = []
  const warmMs: number[] = []
  for (let n = 0; n < 3; n++) {
    coldMs.push(await timed(aChecker()))
    const checker = aChecker()
    checker.warm()
    checker.warm()
    await pause(2_000) // long enough for it to come up, and nobody says when it has
    warmMs.push(await timed(checker))
  }
  expect(Math.min(...warmMs)).toBeLessThan(Math.min(...coldMs) / 2)
})

test('started ahead of a task that never comes it ends again, and starts again for one that does', async () => {
  const checker = aChecker({ idleMs: 50 })
  checker.warm()
  await pause(200)
  expect(await checker.find(aTask(bytes('{"type":"t"}')))).toMatchObject({ eventType: 't' })
  checker.warm()
  expect(await checker.find(aTask(bytes('{"type":"u"}')))).toMatchObject({ eventType: 'u' })
  await checker.close()
  checker.warm()
})

test('it does not keep a process alive', async () => {
  const script = join(tempDirectory(), 'ask.ts')
  const checker = fileURLToPath(new URL('../../../server/checking/checker.ts', import.meta.url))
  writeFileSync(
    script,
    `import { createChecker } from ${JSON.stringify(checker)}
     const checker = createChecker()
     const keep = setTimeout(() => undefined, 60_000)
     const request = { method: 'POST', target: '/', url: '', headers: [], body: Buffer.from('{"type":"x"}') }
     const { eventType } = await checker.find({ settings: undefined, names: {}, request, at: 0 })
     console.log(eventType)
     clearTimeout(keep)`,
  )
  const program = runScript(script, [])
  const startedAt = performance.now()
  expect(await program.ended).toBe(0)
  expect(program.stdout()).toBe('x\n')
  expect(performance.now() - startedAt).toBeLessThan(30_000)
})
