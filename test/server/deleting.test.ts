/** Deleting much is done in slices: captures that come meanwhile do not wait for it. */
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { aCapture } from '../support/a-capture.ts'
import { anInspector } from '../support/an-inspector.ts'
import { tempDirectory } from '../support/temp-directory.ts'

const CAPTURES = 5_000

/** ms. Far above what a capture takes, far below what deleting all in one commit would take from every other. */
const P99_MS = 150

test(`captures stay quick while an endpoint with ${CAPTURES} others is deleted, in more than one commit`, {
  timeout: 60_000,
}, async () => {
  const data = tempDirectory()
  const inspector = await anInspector({ data, durability: 'fast' })
  onTestFinished(() => inspector.close())
  const { store } = inspector
  const doomed = await store.addEndpoint({})
  const body = Buffer.alloc(8_000, 'x')
  for (let i = 0; i < CAPTURES; i += 500)
    await Promise.all(Array.from({ length: 500 }, () => store.addCapture(aCapture(doomed.id, { body }))))
  const file = new Database(join(data, 'hookwell.sqlite'), { readonly: true })
  onTestFinished(() => {
    file.close()
  })
  const left = () => file.prepare<[], { n: number }>('SELECT count(*) AS n FROM captures').get()?.n ?? 0
  expect(left()).toBe(CAPTURES)

  const url = `${inspector.capture}/${inspector.defaultEndpoint.id}`
  const took: number[] = []
  const seen = new Set<number>()
  let sent = 0
  const removed = fetch(`${inspector.inspector}/api/endpoints/${doomed.id}`, { method: 'DELETE' })
  while (left() > sent) {
    const startedAt = performance.now()
    const response = await fetch(url, { method: 'POST', body: 'x' })
    await response.arrayBuffer()
    took.push(performance.now() - startedAt)
    expect(response.status).toBe(200)
    sent++
    seen.add(left() - sent)
    await pause(1)
  }
  expect((await removed).status).toBe(204)
  expect(store.counters(inspector.defaultEndpoint.id).captures).toBe(sent)
  // What was left between two captures: in one commit it would have been all or nothing.
  expect([...seen].filter((count) => count > 0 && count < CAPTURES).length).toBeGreaterThan(3)
  took.sort((a, b) => a - b)
  expect(took.length).toBeGreaterThan(10)
  expect(took[Math.floor(took.length * 0.99)]).toBeLessThan(P99_MS)
})
