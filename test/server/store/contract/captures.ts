/** Captures: kept byte for byte, paged by key, counted, changed, deleted. */
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { NewCapture, Store } from '../../../../server/store/store.ts'
import { PARSED_BODY_BYTES } from '../../../../shared/limits.ts'
import { aCapture } from '../../../support/a-capture.ts'
import type { Opener } from '../contract.ts'

const KIB = 1024
const allBytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i))
const noise = (size: number): Buffer => Buffer.from(Array.from({ length: size }, (_, i) => (i * 31 + (i >> 8)) & 255))

/** A header value of every byte that HTTP lets through, one character a byte. */
const everyByte = Buffer.from(allBytes.filter((byte) => byte === 0x09 || (byte >= 0x20 && byte !== 0x7f))).toString(
  'latin1',
)

const kept = async (store: Store, more: Partial<NewCapture>) => {
  const { id } = await store.addEndpoint({})
  return store.addCapture(aCapture(id, more))
}

export function captureContract(open: Opener): void {
  describe('captures', () => {
    test('everything of a capture comes back as it was', async () => {
      const store = open()
      const headers = ['HOST', 'x', 'x-A', '1', 'X-a', '2', 'x-A', '', 'X-Bytes', everyByte, '__proto__', 'constructor']
      const trailers = ['X-Sum', 'caf\xe9', 'x-sum', '2']
      const { id, seq } = await kept(store, {
        method: 'M-SEARCH',
        target: '//a/../b/%2e%zz?x=%7e#f',
        httpVersion: '1.0',
        remoteAddress: '::1',
        receivedAt: 1_700_000_000_123,
        headers,
        trailers,
        body: allBytes,
        contentType: 'x/y',
        eventType: 'ünï',
        eventId: 'evt_1',
        verdict: { kind: 'invalid', freshness: 'stale', scheme: 'stripe', secretId: 'k', reason: 'r' },
        answered: {
          status: 418,
          headers: ['X-Z', '1', 'x-z', '\xff'],
          body: allBytes,
          startedAt: performance.now() - 5,
        },
      })
      const pairs = (flat: string[]) => flat.flatMap((name, i) => (i % 2 === 0 ? [[name, flat[i + 1]]] : []))
      const capture = await store.capture(id)
      expect(capture).toMatchObject({
        id,
        seq,
        method: 'M-SEARCH',
        target: '//a/../b/%2e%zz?x=%7e#f',
        httpVersion: '1.0',
        remoteAddress: '::1',
        receivedAt: 1_700_000_000_123,
        headers: pairs(headers),
        trailers: pairs(trailers),
        bodySize: 256,
        bodySha256: createHash('sha256').update(allBytes).digest('hex'),
        contentType: 'x/y',
        eventType: 'ünï',
        eventId: 'evt_1',
        attempt: 1,
        verdict: { kind: 'invalid', freshness: 'stale', scheme: 'stripe', secretId: 'k', reason: 'r' },
        pinned: false,
        read: false,
        tags: [],
      })
      expect(capture?.answered).toMatchObject({
        status: 418,
        headers: [
          ['X-Z', '1'],
          ['x-z', '\xff'],
        ],
        bodyBase64: allBytes.toString('base64'),
      })
      expect(capture?.answered.ms).toBeGreaterThanOrEqual(5)
      expect(capture?.answered.ms).toBeLessThan(5000)
      expect((await store.body(id))?.bytes.equals(allBytes)).toBe(true)
      expect((await store.captures({ endpoint: capture?.endpoint ?? '', limit: 1 })).captures[0]).toEqual(
        await summaryOf(store, id),
      )
    })

    test.each([
      ['nothing', 0],
      ['one byte', 1],
      ['one byte less than a piece', 256 * KIB - 1],
      ['exactly a piece', 256 * KIB],
      ['one byte more than a piece', 256 * KIB + 1],
      ['exactly two pieces', 512 * KIB],
      ['three megabytes and a bit', 3 * KIB * KIB + 7],
    ])('a body of %s is the same, whole and in every range', async (_, size) => {
      const store = open()
      const body = noise(size)
      const { id } = await kept(store, { body })
      const whole = await store.body(id)
      expect(whole?.size).toBe(size)
      expect(whole?.bytes.equals(body)).toBe(true)
      expect((await store.capture(id))?.bodySha256).toBe(createHash('sha256').update(body).digest('hex'))
      const edges = [0, 1, size >> 1, 256 * KIB - 1, 256 * KIB, 256 * KIB + 1, size - 1, size].filter(
        (at) => at >= 0 && at <= size,
      )
      for (const start of edges)
        for (const end of [...edges, size + 10].filter((at) => at >= start)) {
          const part = await store.body(id, { start, end })
          expect(part?.size).toBe(size)
          expect(part?.bytes.equals(body.subarray(start, end)), `${start}-${end}`).toBe(true)
        }
    })

    test('large bodies and small ones that come together are all kept', async () => {
      const store = open()
      const { id } = await store.addEndpoint({})
      const bodies = Array.from({ length: 20 }, (_, i) => noise(i % 4 === 0 ? 700 * KIB + i : i))
      const made = await Promise.all(bodies.map((body) => store.addCapture(aCapture(id, { body }))))
      for (const [i, { id: capture }] of made.entries())
        expect((await store.body(capture))?.bytes.equals(bodies[i] as Buffer)).toBe(true)
      expect(store.counters(id)).toMatchObject({
        captures: 20,
        bytes: bodies.reduce((sum, body) => sum + body.length, 0),
      })
    })

    test('pages go by key in both directions, newest first, and say whether there is more', async () => {
      const store = open()
      const { id: endpoint } = await store.addEndpoint({})
      const other = await store.addEndpoint({})
      const seqs: number[] = []
      for (let i = 0; i < 25; i++) {
        seqs.unshift((await store.addCapture(aCapture(endpoint))).seq)
        if (i % 3 === 0) await store.addCapture(aCapture(other.id))
      }
      const page = async (more: { before?: number; after?: number }, limit = 10) => {
        const { captures, more: rest } = await store.captures({ endpoint, limit, ...more })
        return { seqs: captures.map(({ seq }) => seq), more: rest }
      }
      expect(await page({})).toEqual({ seqs: seqs.slice(0, 10), more: true })
      expect(await page({ before: seqs[9] as number })).toEqual({ seqs: seqs.slice(10, 20), more: true })
      expect(await page({ before: seqs[19] as number })).toEqual({ seqs: seqs.slice(20), more: false })
      expect(await page({}, 25)).toEqual({ seqs, more: false })
      expect(await page({ after: seqs[4] as number })).toEqual({ seqs: seqs.slice(0, 4), more: false })
      expect(await page({ after: seqs[24] as number }, 3)).toEqual({ seqs: seqs.slice(0, 3), more: true })
      expect(await page({ after: seqs[20] as number, before: seqs[17] as number })).toEqual({
        seqs: seqs.slice(18, 20),
        more: false,
      })
      expect(await page({ after: seqs[0] as number })).toEqual({ seqs: [], more: false })
    })

    test('attempts are counted by event id within an endpoint, from 1 again after everything was deleted', async () => {
      const store = open()
      const [a, b] = [await store.addEndpoint({}), await store.addEndpoint({})]
      const attempt = async (endpoint: string, eventId: string | undefined) =>
        (await store.capture((await store.addCapture(aCapture(endpoint, { eventId }))).id))?.attempt
      expect([await attempt(a.id, 'e1'), await attempt(a.id, 'e1'), await attempt(a.id, 'e2')]).toEqual([1, 2, 1])
      expect([await attempt(b.id, 'e1'), await attempt(a.id, 'e1'), await attempt(a.id, undefined)]).toEqual([1, 3, 1])
      const both = await Promise.all([1, 2].map(() => store.addCapture(aCapture(b.id, { eventId: 'same' }))))
      expect(await Promise.all(both.map(async ({ id }) => (await store.capture(id))?.attempt))).toEqual([1, 2])
      await store.removeCaptures(a.id)
      expect(await attempt(a.id, 'e1')).toBe(1)
    })

    test('counters follow what is added, deleted and cleared', async () => {
      const store = open()
      const { id } = await store.addEndpoint({})
      const made = await Promise.all(
        [10, 20, 30].map((size) => store.addCapture(aCapture(id, { body: Buffer.alloc(size) }))),
      )
      expect(store.counters(id)).toMatchObject({ captures: 3, bytes: 60, lastSeq: made[2]?.seq })
      expect(await store.removeCapture(made[1]?.id ?? '')).toBe(true)
      expect(await store.removeCapture(made[1]?.id ?? '')).toBe(false)
      expect(store.counters(id)).toMatchObject({ captures: 2, bytes: 40 })
      expect(await store.removeCaptures(id)).toBe(2)
      expect(store.counters(id)).toMatchObject({ captures: 0, bytes: 0 })
      await store.addCapture(aCapture(id, { body: Buffer.alloc(5) }))
      expect(store.counters(id)).toMatchObject({ captures: 1, bytes: 5 })
    })

    test('one that fails among many takes none of the others with it, and counts for nothing', async () => {
      const store = open()
      const { id } = await store.addEndpoint({})
      const twice = aCapture(id, { body: Buffer.alloc(1000) })
      await store.addCapture(twice)
      const results = await Promise.allSettled([
        ...Array.from({ length: 10 }, () => store.addCapture(aCapture(id, { body: Buffer.alloc(1) }))),
        store.addCapture(twice),
        ...Array.from({ length: 10 }, () => store.addCapture(aCapture(id, { body: Buffer.alloc(1) }))),
        store.addCapture(aCapture('00000000-0000-4000-8000-000000000000')),
      ])
      expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(2)
      expect(results[10]).toMatchObject({ status: 'rejected' })
      expect(results[21]).toMatchObject({ reason: { code: 'not_found' } })
      expect(store.counters(id)).toMatchObject({ captures: 21, bytes: 1020 })
      expect((await store.captures({ endpoint: id, limit: 50 })).captures).toHaveLength(21)
    })

    test('note, pin, read and tags merge, null clears, and tags stand once', async () => {
      const store = open()
      const { id } = await kept(store, {})
      await store.updateCapture(id, { note: 'why?', pinned: true, tags: ['a', 'b', 'a'] })
      const changed = await store.updateCapture(id, { read: true })
      expect(changed).toMatchObject({ note: 'why?', pinned: true, read: true, tags: ['a', 'b'] })
      const cleared = await store.updateCapture(id, { note: null, tags: null, pinned: false })
      expect(cleared).toMatchObject({ pinned: false, read: true, tags: [] })
      expect(cleared.note).toBeUndefined()
      await expect(store.updateCapture('nobody', { read: true })).rejects.toMatchObject({ code: 'not_found' })
    })

    test('a verdict can be given anew, except to what is gone', async () => {
      const store = open()
      const { id } = await kept(store, {})
      expect(await store.updateFindings(id, { verdict: { kind: 'valid', scheme: 'x' } })).toBe(true)
      expect((await store.capture(id))?.verdict).toEqual({ kind: 'valid', scheme: 'x' })
      await store.removeCapture(id)
      expect(await store.updateFindings(id, { verdict: { kind: 'missing' } })).toBe(false)
    })

    test('what is found out about an event later counts its attempt among those before and after it', async () => {
      const store = open()
      const [a, b] = [await store.addEndpoint({}), await store.addEndpoint({})]
      const add = async (endpoint: string, eventId?: string) =>
        (await store.addCapture(aCapture(endpoint, { eventId, late: eventId === undefined }))).id
      const [first, late, next, elsewhere] = [
        await add(a.id, 'e1'),
        await add(a.id),
        await add(a.id, 'e1'),
        await add(b.id, 'e1'),
      ]
      const verdict = { kind: 'unchecked' } as const
      expect(await store.updateFindings(late, { verdict, event: { type: 'a.b', id: 'e1' }, late: false })).toBe(true)
      expect(await store.capture(late)).toMatchObject({ eventType: 'a.b', eventId: 'e1', attempt: 2 })
      const attempts = [first, late, next, elsewhere].map(async (id) => (await store.capture(id))?.attempt)
      expect(await Promise.all(attempts)).toEqual([1, 2, 3, 1])
      // Found out a second time, it is the same event.
      await store.updateFindings(late, { verdict, event: { type: 'c', id: 'e1' } })
      expect(await store.capture(late)).toMatchObject({ eventType: 'c', attempt: 2 })
      expect((await store.capture(next))?.attempt).toBe(3)
      expect((await store.capture(await add(a.id, 'e1')))?.attempt).toBe(4)
    })

    test('captures of which something is to be found out are known until it was, also after a restart', async () => {
      const place = open.place()
      let store = place.open()
      const { id: endpoint } = await store.addEndpoint({})
      const cleared = await store.addEndpoint({})
      await store.addCapture(aCapture(cleared.id, { late: true }))
      const late: string[] = []
      for (let i = 0; i < 4; i++) late.push((await store.addCapture(aCapture(endpoint, { late: true }))).id)
      await store.addCapture(aCapture(endpoint))
      await store.removeCaptures(cleared.id)
      const waiting = (limit: number) => store.lateCaptures(limit).map(({ id }) => id)
      expect(waiting(10)).toEqual(late)
      expect(waiting(2)).toEqual(late.slice(0, 2))
      await store.updateFindings(late[0] ?? '', { verdict: { kind: 'valid' }, late: false })
      await store.updateFindings(late[1] ?? '', { verdict: { kind: 'valid' } })
      await store.removeCapture(late[2] ?? '')
      expect(waiting(10)).toEqual([late[1], late[3]])
      await store.updateFindings(late[0] ?? '', { verdict: { kind: 'unchecked' }, late: true })
      if (place.lasts) {
        await store.close()
        store = place.open()
      }
      expect(waiting(10)).toEqual([late[0], late[1], late[3]])
      await store.close()
    })

    test('of those, small ones are told apart from large ones, and those whose time has not come from the others', async () => {
      const place = open.place()
      let store = place.open()
      const { id: endpoint } = await store.addEndpoint({})
      const large = Buffer.alloc(PARSED_BODY_BYTES + 1, 0x20)
      const add = async (body: Buffer) => (await store.addCapture(aCapture(endpoint, { body, late: true }))).id
      const [big, first, second, third] = [
        await add(large),
        await add(large.subarray(1)),
        await add(Buffer.alloc(1)),
        await add(Buffer.alloc(1)),
      ]
      const due = (heavy: boolean, dueBy: number, limit = 10) =>
        store.lateCaptures(limit, { heavy, dueBy }).map(({ id }) => id)
      expect(due(true, 0)).toEqual([big])
      const { id: costly } = await store.addCapture(aCapture(endpoint, { late: true, heavy: true }))
      expect(due(true, 0)).toEqual([big, costly])
      await store.updateFindings(costly, { verdict: { kind: 'valid' }, late: false })
      expect(due(false, 0)).toEqual([first, second, third])
      const verdict = { kind: 'unchecked' } as const
      await store.updateFindings(first, { verdict, late: true, notBefore: 2_000 })
      await store.updateFindings(big, { verdict, late: true, notBefore: 1_000 })
      if (place.lasts) {
        await store.close()
        store = place.open()
      }
      expect(due(true, 999)).toEqual([])
      expect(due(true, 1_000)).toEqual([big])
      expect(due(false, 1_999)).toEqual([second, third])
      expect(due(false, 2_000)).toEqual([second, third, first])
      expect(due(false, 2_000, 1)).toEqual([second])
      // Whoever says nothing of a time means now.
      await store.updateFindings(first, { verdict, late: true })
      expect(due(false, 0)).toEqual([first, second, third])
      expect(store.lateCaptures(10)).toHaveLength(4)
      await store.close()
    })

    test('clearing hides everything at once, pinned ones too, and what comes after it stays', async () => {
      const store = open()
      const { id: endpoint } = await store.addEndpoint({})
      const made = await Promise.all(Array.from({ length: 500 }, () => store.addCapture(aCapture(endpoint))))
      await store.updateCapture(made[0]?.id ?? '', { pinned: true })
      const [cleared, after] = await Promise.all([store.removeCaptures(endpoint), store.addCapture(aCapture(endpoint))])
      expect(cleared).toBe(500)
      expect((await store.captures({ endpoint, limit: 10 })).captures.map(({ id }) => id)).toEqual([after.id])
      for (const { id } of [made[0], made[499]] as { id: string }[]) {
        expect(await store.capture(id)).toBeUndefined()
        expect(await store.removeCapture(id)).toBe(false)
        await expect(store.updateCapture(id, { read: true })).rejects.toMatchObject({ code: 'not_found' })
      }
    })

    test('more than can wait is refused at once, and what was taken is kept', async () => {
      const store = open()
      const { id } = await store.addEndpoint({})
      const results = await Promise.allSettled(Array.from({ length: 3_000 }, () => store.addCapture(aCapture(id))))
      const refused = results.filter(({ status }) => status === 'rejected')
      expect(refused.length).toBeGreaterThan(0)
      for (const each of refused) expect(each).toMatchObject({ reason: { code: 'storage_unavailable' } })
      expect(store.counters(id).captures).toBe(3_000 - refused.length)
      expect(store.counters(id).captures).toBeGreaterThanOrEqual(2_000)
    })

    test('closing writes what waits, and then takes nothing more', async () => {
      const place = open.place()
      const store = place.open()
      const { id } = await store.addEndpoint({})
      const waiting = Array.from({ length: 50 }, () => store.addCapture(aCapture(id)))
      const closed = store.close()
      await expect(store.addCapture(aCapture(id))).rejects.toMatchObject({ code: 'storage_unavailable' })
      await Promise.all(waiting)
      await closed
      if (!place.lasts) return
      const again = place.open()
      expect(again.counters(id).captures).toBe(50)
      await again.close()
    })
  })
}

/** What a list shows is what the capture itself says. */
async function summaryOf(store: Store, id: string) {
  const capture = await store.capture(id)
  if (capture === undefined) return undefined
  const {
    httpVersion: _v,
    remoteAddress: _r,
    headers: _h,
    trailers: _t,
    bodySha256: _s,
    answered,
    ...summary
  } = capture
  return { ...summary, answered: { status: answered.status, ms: answered.ms } }
}
