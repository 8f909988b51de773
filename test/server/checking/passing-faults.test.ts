/** What could not be checked for now only: it is tried again by itself, and takes nobody's valid verdict away. */
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { GivenUp } from '../../../server/checking/given-up.ts'
import type { Fetched } from '../../../server/outbound/fetch-document.ts'
import type { Store } from '../../../server/store/store.ts'
import { aCapture } from '../../support/a-capture.ts'
import { anSnsCapture, checkingParts, SNS } from '../../support/checking-parts.ts'
import { tlsFile } from '../../support/key-provider.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** A provider that is there or not, and a clock that the test sets. */
function aWorld() {
  const world = {
    now: Date.now(),
    isOnline: true,
    asked: 0,
    async fetchDocument(): Promise<Fetched> {
      world.asked++
      return world.isOnline ? { text: tlsFile('paypal.pem') } : { fault: 'There is no way there.', passes: true }
    },
  }
  return world
}

/** The clock is looked at when something is written, and every ten seconds. */
const wake = (store: Store) => store.addEndpoint({})

function running(world: ReturnType<typeof aWorld>, data?: string) {
  const { fetchDocument } = world
  const parts = checkingParts({ fetchDocument, now: () => world.now, ...(data === undefined ? {} : { data }) })
  return parts
}

const OFFLINE = "The provider's key could not be had. There is no way there. It is tried again by itself."

test('a key that could not be fetched is fetched later, without anybody doing anything, and its capture is checked with it', async () => {
  const world = aWorld()
  world.isOnline = false
  await using parts = running(world)
  const endpoint = await parts.store.addEndpoint({ signing: SNS })
  const { id, verdict } = await anSnsCapture(parts.store, endpoint, world.now)
  await expect.poll(verdict).toEqual({ kind: 'unchecked', scheme: 'aws-sns', reason: OFFLINE })
  expect(parts.store.lateCaptures(10).map((each) => each.id)).toEqual([id])

  // While the place rests nobody is asked, and what is written meanwhile changes nothing.
  world.isOnline = true
  await wake(parts.store)
  await pause(150)
  expect(world.asked).toBe(1)
  world.now += MINUTE
  await wake(parts.store)
  await expect.poll(verdict).toMatchObject({ kind: 'valid', scheme: 'aws-sns' })
  expect(world.asked).toBe(2)
  await expect.poll(() => parts.store.lateCaptures(10)).toEqual([])
})

test('each time that it fails is told nobody, and the next is further away', async () => {
  const world = aWorld()
  world.isOnline = false
  await using parts = running(world)
  const endpoint = await parts.store.addEndpoint({ signing: SNS })
  const { verdict } = await anSnsCapture(parts.store, endpoint, world.now)
  await expect.poll(async () => (await verdict())?.reason).toBe(OFFLINE)
  const seq = parts.store.lastSeq()
  const due = (dueBy: number) => parts.store.lateCaptures(10, { heavy: false, dueBy }).length
  for (const minutes of [1, 2, 4]) {
    await expect.poll(() => due(world.now + minutes * MINUTE - 1)).toBe(0)
    expect(due(world.now + minutes * MINUTE)).toBe(1)
    world.now += minutes * MINUTE
    await wake(parts.store)
  }
  await expect.poll(() => world.asked).toBe(4)
  const events = await parts.store.events(seq, 100)
  expect(events === 'reset' ? [] : events.filter(({ type }) => type === 'updated')).toEqual([])
})

test('after a restart it is tried again too', async () => {
  const data = tempDirectory()
  const world = aWorld()
  world.isOnline = false
  let id = ''
  {
    await using first = running(world, data)
    const capture = await anSnsCapture(first.store, await first.store.addEndpoint({ signing: SNS }), world.now)
    id = capture.id
    await expect.poll(async () => (await capture.verdict())?.reason).toBe(OFFLINE)
  }
  world.isOnline = true
  world.now += MINUTE
  await using second = running(world, data)
  await expect.poll(async () => (await second.store.capture(id))?.verdict).toMatchObject({ kind: 'valid' })
})

test('a key that is not one is not fetched again, and the verdict does not say so', async () => {
  const world = aWorld()
  await using parts = checkingParts({
    now: () => world.now,
    fetchDocument: async () => ({ fault: 'sns.eu-west-1.amazonaws.com answered 404.', passes: false }),
  })
  const endpoint = await parts.store.addEndpoint({ signing: SNS })
  const { verdict } = await anSnsCapture(parts.store, endpoint, world.now)
  await expect.poll(async () => (await verdict())?.reason).toMatch(/answered 404\.$/)
  expect(parts.store.lateCaptures(10)).toEqual([])
})

test('checking again while nobody can be reached leaves valid captures valid, and looks at them once it can', async () => {
  const world = aWorld()
  await using parts = running(world)
  const { store } = parts
  const endpoint = await store.addEndpoint({ signing: SNS })
  const { id, verdict } = await anSnsCapture(store, endpoint, world.now)
  await expect.poll(verdict).toMatchObject({ kind: 'valid' })
  world.now += DAY + MINUTE
  world.isOnline = false
  await store.updateEndpoint(endpoint.id, { signing: { ...SNS, publicUrl: 'https://x.example/' } })
  await expect.poll(() => store.toRecheck()).toEqual([])
  expect(await verdict()).toMatchObject({ kind: 'valid' })
  expect(store.lateCaptures(10).map((each) => each.id)).toEqual([id])
  // Nor does a second try that fails.
  const asked = world.asked
  world.now += MINUTE
  await wake(store)
  await expect.poll(() => world.asked).toBe(asked + 1)
  await expect.poll(() => store.lateCaptures(10, { heavy: false, dueBy: world.now })).toEqual([])
  expect(await verdict()).toMatchObject({ kind: 'valid' })
  world.isOnline = true
  world.now += 2 * MINUTE
  await wake(store)
  await expect.poll(() => store.lateCaptures(10)).toEqual([])
  expect(await verdict()).toMatchObject({ kind: 'valid' })
})

test('a valid verdict of another scheme does not stay', async () => {
  const world = aWorld()
  world.isOnline = false
  await using parts = running(world)
  const endpoint = await parts.store.addEndpoint({ signing: { ...SNS, fetchKeys: false } })
  const { id, verdict } = await anSnsCapture(parts.store, endpoint, world.now)
  await expect.poll(() => parts.store.lateCaptures(10)).toEqual([])
  await parts.store.updateFindings(id, { verdict: { kind: 'valid', scheme: 'github' } })
  await parts.store.updateEndpoint(endpoint.id, { signing: SNS })
  await expect.poll(verdict).toEqual({ kind: 'unchecked', scheme: 'aws-sns', reason: OFFLINE })
})

test('a thread that did not start is tried again a minute later', async () => {
  let now = Date.now()
  let tries = 0
  await using parts = checkingParts({
    now: () => now,
    wrap: (checker) => ({
      ...checker,
      find(task) {
        tries++
        return tries > 1
          ? checker.find(task)
          : Promise.reject(new GivenUp('The thread that checks did not start.', { passes: true }))
      },
    }),
  })
  const { id: endpoint } = await parts.store.addEndpoint({})
  const body = Buffer.from(JSON.stringify({ type: 'big', filler: 'x'.repeat(1_100_000) }))
  const { id } = await parts.store.addCapture(aCapture(endpoint, { body, eventType: undefined, late: true }))
  const reason = async () => (await parts.store.capture(id))?.verdict.reason
  await expect.poll(reason).toBe('The thread that checks did not start. It is tried again by itself.')
  expect(tries).toBe(1)
  now += MINUTE
  await wake(parts.store)
  await expect.poll(async () => (await parts.store.capture(id))?.eventType, { timeout: 20_000 }).toBe('big')
  expect(await reason()).toBeUndefined()
})

test('a stop writes nothing down about what it cut off, so that the next start finds it waiting', async () => {
  const fetching = Promise.withResolvers<Fetched>()
  const asked = Promise.withResolvers<void>()
  await using parts = checkingParts({
    fetchDocument: () => {
      asked.resolve()
      return fetching.promise
    },
  })
  const { store } = parts
  const { verdict } = await anSnsCapture(store, await store.addEndpoint({ signing: SNS }), Date.now())
  await asked.promise
  parts.stop()
  fetching.resolve({ fault: 'Sending was stopped.', passes: true })
  await pause(150)
  expect(await verdict()).toEqual({ kind: 'unchecked', scheme: 'aws-sns' })
  expect(store.lateCaptures(10, { heavy: false, dueBy: 0 })).toHaveLength(1)
})
