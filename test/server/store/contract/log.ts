/** The log: one order for everything a watcher may hear. */
import { describe, expect, test } from 'vitest'
import { newId } from '../../../../server/id.ts'
import type { LoggedEvent, Store } from '../../../../server/store/store.ts'
import { aCapture } from '../../../support/a-capture.ts'
import type { Opener } from '../contract.ts'

const never = new AbortController().signal

async function allEvents(store: Store, after = 0, limit = 100): Promise<LoggedEvent[]> {
  const found: LoggedEvent[] = []
  for (let cursor = after; ; cursor = found.at(-1)?.seq ?? cursor) {
    const page = await store.events(cursor, limit)
    if (page === 'reset') throw new Error(`The cursor ${cursor} is not kept.`)
    if (page.length === 0) return found
    expect(page.length).toBeLessThanOrEqual(limit)
    found.push(...page)
  }
}

export function logContract(open: Opener): void {
  describe('the log', () => {
    test('a capture is in the log as soon as it is acknowledged, and seq grows in the order of commits', async () => {
      const store = open()
      const endpoints = [await store.addEndpoint({}), await store.addEndpoint({})]
      const acknowledged: number[] = []
      for (let round = 0; round < 20; round++)
        await Promise.all(
          Array.from({ length: 10 }, async (_, i) => {
            const { seq } = await store.addCapture(
              aCapture(endpoints[i % 2]?.id ?? '', { body: Buffer.alloc(i === 3 ? 300_000 : 3) }),
            )
            expect(store.lastSeq()).toBeGreaterThanOrEqual(seq)
            acknowledged.push(seq)
          }),
        )
      const seen = (await allEvents(store, 0, 7)).filter(({ type }) => type === 'capture').map(({ seq }) => seq)
      expect(seen).toEqual([...acknowledged].sort((a, b) => a - b))
      expect(new Set(seen).size).toBe(200)
    })

    test('the last thing heard of an endpoint is its removal, without its secrets', async () => {
      const store = open()
      const secrets = ['x'.repeat(20)]
      const { id } = await store.addEndpoint({ name: 'Shop', signing: { scheme: 'stripe', secrets } })
      await store.addCapture(aCapture(id))
      await store.removeEndpoint(id)
      const events = await allEvents(store)
      expect(events).toMatchObject([{ type: 'endpoint', removed: true, endpoint: { id, name: 'Shop' } }])
      expect(JSON.stringify(events)).not.toContain('xxxx')
    })

    test('the log tells of changes, deliveries, rejections and deletions in order', async () => {
      const store = open()
      const { id: endpoint } = await store.addEndpoint({})
      const { id } = await store.addCapture(aCapture(endpoint))
      const { id: second } = await store.addCapture(aCapture(endpoint))
      await store.updateCapture(id, { note: 'n' })
      await store.updateFindings(id, { verdict: { kind: 'valid' } })
      await store.updateFindings(id, { verdict: { kind: 'valid' } }) // nothing new
      await store.addRejection({
        id: newId(1),
        at: 1,
        remoteAddress: '',
        reason: 'aborted',
        status: 0,
        headBase64: '',
        endpoint,
      })
      await store.addRejection({ id: newId(1), at: 1, remoteAddress: '', reason: 'parse', status: 400, headBase64: '' })
      await store.addDelivery({
        id: 'd1',
        capture: id,
        target: 'http://x/',
        cause: 'replay',
        startedAt: 1,
        ms: 1,
        request: { method: 'GET', url: 'http://x/', headers: [], bodySha256: '', identical: true, changed: [] },
        outcome: { status: 200, headers: [], bodyBase64: 'AAAA', truncated: false },
        attempt: 1,
      })
      await store.removeCapture(second)
      await store.updateEndpoint(endpoint, { name: 'New' })
      const events = await allEvents(store)
      expect(events.map(({ type }) => type)).toEqual([
        'endpoint',
        'capture',
        'updated',
        'updated',
        'rejection',
        'rejection',
        'delivery',
        'deleted',
        'endpoint',
      ])
      expect(events[2]).toMatchObject({ endpoint, capture: { id, note: 'n', verdict: { kind: 'valid' } } })
      expect(events[4]).toMatchObject({ endpoint, rejection: { reason: 'aborted' } })
      expect(events[5]).toMatchObject({ endpoint: null, rejection: { reason: 'parse' } })
      expect(events[6]).toMatchObject({ endpoint, delivery: { id: 'd1', outcome: { status: 200 } } })
      expect(JSON.stringify(events[6])).not.toContain('bodyBase64') // a watcher asks for it when it is wanted
      expect(events[7]).toMatchObject({ endpoint, ids: [second] })
      expect(events[8]).toMatchObject({ endpoint: { id: endpoint, name: 'New' }, counters: { captures: 1 } })
      const cleared = store.lastSeq()
      await store.removeCaptures(endpoint)
      expect(await allEvents(store, cleared)).toMatchObject([{ type: 'deleted', endpoint, query: '' }])
    })

    test('captures that no longer count are passed over, however many lie before the next event', async () => {
      const store = open()
      const { id } = await store.addEndpoint({})
      const start = store.lastSeq()
      await Promise.all(Array.from({ length: 500 }, () => store.addCapture(aCapture(id))))
      await store.removeCaptures(id)
      const { seq } = await store.addCapture(aCapture(id))
      const events = await store.events(start, 10)
      expect(events === 'reset' ? [] : events.map(({ type }) => type)).toEqual(['deleted', 'capture'])
      expect(events === 'reset' ? 0 : events.at(-1)?.seq).toBe(seq)
    })

    test('a cursor from the future is told to start anew; the newest one hears nothing yet', async () => {
      const store = open()
      expect(await store.events(0, 10)).toEqual([])
      expect(store.lastSeq()).toBe(0)
      await store.addEndpoint({})
      expect(await store.events(store.lastSeq(), 10)).toEqual([])
      expect(await store.events(store.lastSeq() + 1, 10)).toBe('reset')
    })

    test('a cursor older than what is kept is told to start anew, and one that is kept goes on', async () => {
      const store = open()
      const { id: endpoint } = await store.addEndpoint({})
      const { id } = await store.addCapture(aCapture(endpoint))
      const updates = async (count: number) => {
        for (let left = count; left > 0; left -= 1_000)
          await Promise.all(
            Array.from({ length: Math.min(left, 1_000) }, (_, i) =>
              store.updateFindings(id, { verdict: { kind: 'valid', reason: String(left + i) } }),
            ),
          )
      }
      await updates(1_000)
      const early = store.lastSeq() - 500
      await updates(13_000)
      const late = store.lastSeq() - 8_000
      expect(await store.events(0, 10)).toBe('reset')
      expect(await store.events(early, 10)).toBe('reset')
      const page = await store.events(late, 10)
      expect(page === 'reset' ? page : page.length).toBe(10)
    }, 30_000)

    test('whoever waits is woken by the next commit, and not by what was there before', async () => {
      const store = open()
      const { id } = await store.addEndpoint({})
      let woken = false
      const changed = store.changed(never).then(() => {
        woken = true
      })
      await new Promise((resolve) => setTimeout(resolve, 20))
      expect(woken).toBe(false)
      await store.addCapture(aCapture(id))
      await changed
      const stop = new AbortController()
      const waiting = store.changed(stop.signal)
      stop.abort()
      await waiting
      await store.changed(AbortSignal.abort())
    })

    test('seq goes on where it was after the store is opened again, also when the newest captures are gone', async () => {
      const place = open.place()
      if (!place.lasts) return
      const store = place.open()
      const { id } = await store.addEndpoint({})
      const { id: newest } = await store.addCapture(aCapture(id))
      await store.removeCapture(newest)
      await store.removeEndpoint(id)
      const last = store.lastSeq()
      await store.close()
      const again = place.open()
      expect(again.lastSeq()).toBe(last)
      const { id: next } = await again.addEndpoint({})
      expect((await again.addCapture(aCapture(next))).seq).toBeGreaterThan(last)
      expect((await allEvents(again, last)).map(({ type }) => type)).toEqual(['endpoint', 'capture'])
      await again.close()
    })
  })
}
