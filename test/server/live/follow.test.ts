import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { follow } from '../../../server/live/follow.ts'
import { openStore } from '../../../server/store/open.ts'
import type { Store } from '../../../server/store/store.ts'
import { aCapture } from '../../support/a-capture.ts'

let store: Store
let endpoint: string
let stop: AbortController
beforeEach(async () => {
  store = openStore({ data: ':memory:', durability: 'fast', now: Date.now, log: () => undefined })
  endpoint = (await store.addEndpoint({})).id
  stop = new AbortController()
})
afterEach(async () => {
  stop.abort()
  await store.close()
})

test('a follower that was away gets what it missed, then what comes, each once and in order', async () => {
  for (let i = 0; i < 25; i++) await store.addCapture(aCapture(endpoint, { target: `/${i}` }))
  const heard: string[] = []
  let last = 0
  const adding = (async () => {
    for (let i = 25; i < 60; i++) await store.addCapture(aCapture(endpoint, { target: `/${i}` }))
  })()
  for await (const events of follow(store, 0, 10, stop.signal)) {
    if (events === 'reset') throw new Error('The cursor is kept.')
    expect(events.length).toBeLessThanOrEqual(10)
    for (const event of events) {
      expect(event.seq).toBeGreaterThan(last)
      last = event.seq
      if (event.type === 'capture') heard.push(event.capture.target)
    }
    if (heard.length === 60) break
  }
  await adding
  expect(heard).toEqual(Array.from({ length: 60 }, (_, i) => `/${i}`))
})

test('what is committed while a slow store still reads is not slept through', async () => {
  const slow: Pick<Store, 'events' | 'changed' | 'lastSeq'> = {
    lastSeq: () => store.lastSeq(),
    changed: (signal) => store.changed(signal),
    events: async (after, limit) => {
      const events = await store.events(after, limit)
      await pause(20) // a store across a network answers with what it saw a while ago
      return events
    },
  }
  const next = follow(slow, store.lastSeq(), 10, stop.signal).next()
  await pause(5)
  await store.addCapture(aCapture(endpoint, { target: '/meanwhile' }))
  expect((await next).value).toMatchObject([{ capture: { target: '/meanwhile' } }])
}, 2000)

test('a follower sleeps until something comes, and ends when it is told to', async () => {
  const events = follow(store, store.lastSeq(), 10, stop.signal)
  const next = events.next()
  await store.addCapture(aCapture(endpoint))
  expect((await next).value).toMatchObject([{ type: 'capture' }])
  const none = events.next()
  stop.abort()
  expect((await none).done).toBe(true)
})

test('a follower whose cursor is not kept is told so, and goes on with what is new', async () => {
  const events = follow(store, store.lastSeq() + 1000, 10, stop.signal)
  expect((await events.next()).value).toBe('reset')
  await store.addCapture(aCapture(endpoint, { target: '/new' }))
  expect((await events.next()).value).toMatchObject([{ type: 'capture', capture: { target: '/new' } }])
})
