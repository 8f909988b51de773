/** Endpoints: names, settings, secrets, removal. */
import { describe, expect, test } from 'vitest'
import type { EndpointInput } from '../../../../shared/endpoint.ts'
import { aCapture } from '../../../support/a-capture.ts'
import type { Opener } from '../contract.ts'

const UUID = 'ef62fe6d-2ca0-42a5-831d-5ab8457bcac6'
const signing = (secrets: string[]): EndpointInput => ({ signing: { scheme: 'stripe', secrets } })

export function endpointContract(open: Opener): void {
  describe('endpoints', () => {
    test('an endpoint without settings gets a UUID of version 4 and answers to it in either case', async () => {
      const store = open()
      const { id } = await store.addEndpoint({})
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      expect(store.endpoint(id)?.id).toBe(id)
      expect(store.endpoint(id.toUpperCase())?.id).toBe(id)
      expect(store.endpoint('nobody')).toBeUndefined()
    })

    test('changed signing settings ask for a check of what is stored, whatever else is changed with them', async () => {
      const store = open()
      const { id } = await store.addEndpoint({})
      expect(store.toRecheck()).toEqual([])
      await Promise.all([store.updateEndpoint(id, signing(['a secret'])), store.updateEndpoint(id, { name: 'shop' })])
      const [endpoint] = store.toRecheck()
      expect(endpoint).toMatchObject({ id, name: 'shop' })
      if (endpoint === undefined) throw new Error('Nothing is to be checked.')
      await store.updateEndpoint(id, signing(['another secret']))
      await store.rechecked(endpoint) // with settings that are no longer those
      expect(store.toRecheck()).toHaveLength(1)
      await store.rechecked(store.toRecheck()[0] ?? endpoint)
      expect(store.toRecheck()).toEqual([])
    })

    test('counters say of which moment in the log they are', async () => {
      const store = open()
      const { id } = await store.addEndpoint({})
      const { seq } = await store.addCapture(aCapture(id))
      expect(store.counters(id)).toMatchObject({ captures: 1, lastSeq: seq, asOf: seq })
      await store.removeCaptures(id)
      expect(store.counters(id)).toMatchObject({ captures: 0, lastSeq: seq, asOf: store.lastSeq() })
    })

    test('any UUID can be claimed, once', async () => {
      const store = open()
      expect((await store.addEndpoint({ id: UUID.toUpperCase() })).id).toBe(UUID)
      await expect(store.addEndpoint({ id: UUID })).rejects.toMatchObject({ code: 'conflict' })
      expect(await store.endpoints()).toHaveLength(1)
    })

    test('an alias has one holder, also when two ask for it at the same moment', async () => {
      const store = open()
      const results = await Promise.allSettled([
        store.addEndpoint({ alias: 'shop' }),
        store.addEndpoint({ alias: 'shop' }),
        store.addEndpoint({ alias: 'other' }),
      ])
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
      expect(results[1]).toMatchObject({ reason: { code: 'conflict' } })
      const other = store.endpoint('other')
      await expect(store.updateEndpoint(other?.id ?? '', { alias: 'shop' })).rejects.toMatchObject({ code: 'conflict' })
      expect(store.endpoint('other')).toBe(other)
    })

    test('an alias that is let go can be taken by another', async () => {
      const store = open()
      const { id } = await store.addEndpoint({ alias: 'shop' })
      await store.updateEndpoint(id, { alias: null })
      expect(store.endpoint('shop')).toBeUndefined()
      const next = await store.addEndpoint({ alias: 'shop' })
      expect(store.endpoint('shop')?.id).toBe(next.id)
    })

    test('the oldest endpoint comes first', async () => {
      const store = open()
      const ids = []
      for (let i = 0; i < 4; i++) ids.push((await store.addEndpoint({})).id)
      expect((await store.endpoints()).map(({ id }) => id)).toEqual(ids)
    })

    test('a change keeps what it leaves out, and null clears', async () => {
      const store = open()
      const { id } = await store.addEndpoint({
        alias: 'shop',
        name: 'Shop',
        cors: true,
        eventType: '/type',
        ...signing(['s'.repeat(20)]),
      })
      const changed = await store.updateEndpoint(id, {
        name: null,
        answer: { default: { status: 202 } },
        keep: { captures: 5 },
      })
      expect(changed).toMatchObject({
        id,
        alias: 'shop',
        name: undefined,
        cors: true,
        eventType: '/type',
        keep: { captures: 5 },
      })
      expect(changed.answer).toEqual({ default: { status: 202 } })
      expect(changed.signing?.secrets).toHaveLength(1)
      const cleared = await store.updateEndpoint(id, { signing: null, answer: null, keep: null, eventType: null })
      expect(cleared).toMatchObject({ alias: 'shop', signing: undefined, keep: undefined, eventType: undefined })
      expect(cleared.answer).toEqual({ default: {} })
    })

    test('two changes at the same moment both hold', async () => {
      const store = open()
      const { id } = await store.addEndpoint({})
      await Promise.all([
        store.updateEndpoint(id, { name: 'Shop' }),
        store.updateEndpoint(id, { alias: 'shop' }),
        store.updateEndpoint(id, { cors: true }),
      ])
      expect(store.endpoint('shop')).toMatchObject({ id, name: 'Shop', cors: true })
    })

    test('the same object is handed out until a setting changes', async () => {
      const store = open()
      const { id } = await store.addEndpoint({})
      const record = store.endpoint(id)
      await store.addCapture(aCapture(id))
      expect(store.endpoint(id)).toBe(record)
      await store.updateEndpoint(id, { name: 'x' })
      expect(store.endpoint(id)).not.toBe(record)
    })

    test('a secret that is given again keeps its id and age; others come and go', async () => {
      const store = open()
      const { id } = await store.addEndpoint(signing(['first-secret-000', 'second-secret-00']))
      const [first, second] = store.endpoint(id)?.signing?.secrets ?? []
      await store.updateEndpoint(id, {
        signing: { scheme: 'stripe', secrets: ['second-secret-00', 'third-secret-000'] },
      })
      const after = store.endpoint(id)?.signing?.secrets ?? []
      expect(after.map(({ value }) => value)).toEqual(['second-secret-00', 'third-secret-000'])
      expect(after[0]).toEqual(second)
      expect(after[1]?.id).not.toBe(first?.id)
      await store.updateEndpoint(id, { signing: { scheme: 'github' } })
      expect(store.endpoint(id)?.signing).toMatchObject({ scheme: 'github', secrets: after })
      await store.updateEndpoint(id, { signing: { scheme: 'github', secrets: null } })
      expect(store.endpoint(id)?.signing?.secrets).toEqual([])
    })

    test('a removed endpoint is gone at once with its captures, and its names are free', async () => {
      const store = open()
      const { id } = await store.addEndpoint({ id: UUID, alias: 'shop' })
      const { id: capture } = await store.addCapture(aCapture(id))
      expect(await store.removeEndpoint(id)).toBe(true)
      expect(store.endpoint(id)).toBeUndefined()
      expect(store.endpoint('shop')).toBeUndefined()
      expect(await store.capture(capture)).toBeUndefined()
      expect(await store.body(capture)).toBeUndefined()
      expect(await store.removeEndpoint(id)).toBe(false)
      const again = await store.addEndpoint({ id: UUID, alias: 'shop' })
      expect(await store.captures({ endpoint: again.id, limit: 10 })).toEqual({ captures: [], more: false })
      expect(store.counters(again.id)).toMatchObject({ captures: 0, bytes: 0, lastSeq: 0 })
    })

    test('a change and a capture that come together with the removal find nothing', async () => {
      const store = open()
      const { id } = await store.addEndpoint({ alias: 'shop' })
      const results = await Promise.allSettled([
        store.removeEndpoint(id),
        store.updateEndpoint(id, { alias: 'other' }),
        store.addCapture(aCapture(id)),
      ])
      expect(results[0]).toMatchObject({ value: true })
      expect(results[1]).toMatchObject({ reason: { code: 'not_found' } })
      expect(results[2]).toMatchObject({ reason: { code: 'not_found' } })
      await store.addEndpoint({ alias: 'other' })
    })

    test('settings, secrets and counters are there after the store is opened again', async () => {
      const place = open.place()
      if (!place.lasts) return
      const store = place.open()
      const { id } = await store.addEndpoint({
        alias: 'shop',
        name: 'Ä',
        keep: { size: '1mb' },
        ...signing(['a-long-secret-value']),
      })
      await store.addCapture(aCapture(id, { body: Buffer.alloc(100) }))
      const [record, counters] = [store.endpoint(id), store.counters(id)]
      await store.close()
      const again = place.open()
      expect(again.endpoint('shop')).toEqual(record)
      expect(again.counters(id)).toEqual(counters)
      await again.close()
    })

    test('an endpoint that takes the place of a removed one never appears in what the log says of that one', async () => {
      const place = open.place()
      const store = place.open()
      await store.addEndpoint({})
      const old = await store.addEndpoint({})
      const { id } = await store.addCapture(aCapture(old.id))
      await store.removeCapture(id)
      await store.removeEndpoint(old.id)
      await expect.poll(async () => (await store.rejections(1)).length).toBe(0)
      await new Promise((resolve) => setTimeout(resolve, 50)) // the sweep forgets the endpoint
      const fresh = await store.addEndpoint({})
      const events = await store.events(0, 100)
      const named =
        events === 'reset'
          ? []
          : events.filter(
              (event) => (typeof event.endpoint === 'string' ? event.endpoint : event.endpoint?.id) === fresh.id,
            )
      expect(named).toHaveLength(1)
      await store.close()
    })
  })
}
