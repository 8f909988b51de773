import { expect, test } from 'vitest'
import { batchesOf } from '../../../server/live/batch.ts'
import type { EndpointRecord, LoggedEvent } from '../../../server/store/store.ts'
import { FEED_BUFFER_BYTES } from '../../../shared/limits.ts'

const removed = (seq: number, endpoint: string, ids: string[] = ['x']): LoggedEvent => ({
  type: 'deleted',
  seq,
  endpoint,
  ids,
})

const seqs = (bytes: Buffer | undefined): number[] =>
  bytes === undefined ? [] : (JSON.parse(bytes.toString()) as { seq: number }[]).map(({ seq }) => seq) // our own JSON

test('watchers of the same thing get the very same bytes', () => {
  const [batch] = batchesOf([removed(4, 'a'), removed(5, 'b'), removed(7, 'a')], 3, '')
  expect(batch?.message(undefined, 3)).toBe(batch?.message(undefined, 2))
  expect(batch?.message('a', 3)).toBe(batch?.message('a', 3))
  expect(seqs(batch?.message(undefined, 3))).toEqual([4, 5, 7])
})

test('a watcher hears its endpoint only, and only what is after its cursor', () => {
  const [batch] = batchesOf([removed(4, 'a'), removed(5, 'b'), removed(7, 'a')], 3, '')
  expect(seqs(batch?.message('a', 3))).toEqual([4, 7])
  expect(seqs(batch?.message('a', 4))).toEqual([7])
  expect(batch?.message('b', 5)).toBeUndefined()
  expect(batch?.message('c', 3)).toBeUndefined()
  expect(batch).toMatchObject({ from: 3, to: 7 })
})

test('many bytes are cut into messages that follow on each other', () => {
  const large = Array.from({ length: 40 }, (_, i) => removed(i + 1, 'a', ['y'.repeat(50_000)]))
  const batches = batchesOf(large, 0, '')
  expect(batches.length).toBeGreaterThan(2)
  expect(batches.flatMap((batch) => seqs(batch.message(undefined, 0)))).toEqual(large.map(({ seq }) => seq))
  for (const [i, batch] of batches.entries()) {
    expect(batch.from).toBe(batches[i - 1]?.to ?? 0)
    expect(batch.message(undefined, batch.from)?.length).toBeLessThan(FEED_BUFFER_BYTES * 0.6)
  }
})

test('the secrets of an endpoint stay here', () => {
  const endpoint: EndpointRecord = {
    id: 'e1',
    alias: 'shop',
    name: undefined,
    createdAt: 1,
    signing: { scheme: 'github', secrets: [{ id: 's1', value: 'canary-secret-value', addedAt: 2 }] },
    answer: { default: {} },
    eventType: undefined,
    eventId: undefined,
    cors: false,
    keep: undefined,
  }
  const counters = { captures: 3, bytes: 9, lastSeq: 8, asOf: 9 }
  const [batch] = batchesOf([{ type: 'endpoint', seq: 9, endpoint, counters, removed: true }], 8, 'http://h:1')
  const text = batch?.message('e1', 8)?.toString() ?? ''
  expect(text).not.toContain('canary')
  expect(JSON.parse(text)).toMatchObject([
    {
      type: 'endpoint',
      seq: 9,
      removed: true,
      endpoint: { url: 'http://h:1/shop', captures: 3, signing: { secrets: [{ last4: 'alue' }] } },
    },
  ])
})
