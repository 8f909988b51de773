/** What was sent was sent: a delivery that cannot be written down is still told as what it is, so that nobody sends it again. */
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { replay } from '../../../server/deliver/replay.ts'
import { openTestKeys } from '../../../server/test-keys.ts'
import { sendTestEvent } from '../../../server/deliver/test-event.ts'
import { openStore } from '../../../server/store/open.ts'
import { aCapture } from '../../support/a-capture.ts'
import { anInspector } from '../../support/an-inspector.ts'
import { rawTarget } from '../../support/raw-target.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

/** Holds the database as another program would, until the test ends. */
function lock(data: string): void {
  const other = new Database(join(data, 'hookwell.sqlite'))
  other.exec('BEGIN IMMEDIATE')
  onTestFinished(() => {
    other.exec('COMMIT')
    other.close()
  })
}

test('a replay that went out while nothing can be written is answered with its delivery', async () => {
  await using target = await rawTarget()
  const data = tempDirectory()
  const inspector = await anInspector({ data })
  onTestFinished(() => inspector.close())
  const { id } = await inspector.store.addCapture(aCapture(inspector.defaultEndpoint.id))
  lock(data)
  const { status, json } = await inspector.post(`/api/captures/${id}/replay`, {
    target: `http://127.0.0.1:${target.port}`,
  })
  expect([status, json]).toEqual([
    200,
    expect.objectContaining({ capture: id, outcome: expect.objectContaining({ status: 200 }) }),
  ])
  expect(target.received).toHaveLength(1)
})

test('what could not be recorded is logged once, a replay and a test event alike', async () => {
  const hook = 'HTTP/1.1 200 OK\r\nHookwell-Capture: a-capture\r\nContent-Length: 0\r\n\r\n'
  await using target = await rawTarget(hook)
  const data = tempDirectory()
  const logged: [string, unknown][] = []
  const store = openStore({ data, durability: 'fast', now: Date.now, log: () => undefined })
  onTestFinished(() => store.close())
  const endpoint = await store.addEndpoint({})
  const { id } = await store.addCapture(aCapture(endpoint.id))
  lock(data)
  const captureBase = `http://127.0.0.1:${target.port}`
  const parts = {
    store,
    now: Date.now,
    log: (fact: string, more: unknown) => logged.push([fact, more]),
    publicBase: undefined,
    testKeys: openTestKeys(':memory:', () => undefined),
  }
  const policy = { local: true, allowed: [], ownPorts: [] }
  const [again, event] = await Promise.all([
    replay({ ...parts, policy }, id, { target: captureBase }),
    sendTestEvent({ ...parts, captureBase }, endpoint, { template: 'shoprocket' }),
  ])
  expect(event).toMatchObject({ capture: 'a-capture', outcome: { status: 200 } })
  const fact = 'A delivery went out, but could not be recorded.'
  expect(logged).toHaveLength(2)
  for (const { id: delivery } of [again, event])
    expect(logged).toContainEqual([fact, expect.objectContaining({ delivery })])
})
