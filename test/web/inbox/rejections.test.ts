import { expect, test } from 'vitest'
import type { Rejection } from '../../../shared/capture.ts'
import type { FeedEvent } from '../../../shared/feed.ts'
import { Rejections } from '../../../web/inbox/rejections.ts'

const aRejection = (id: string): Rejection => ({
  id,
  at: 1_700_000_000_000,
  remoteAddress: '127.0.0.1',
  reason: 'unknown_endpoint',
  status: 404,
  headBase64: '',
})
const arrival = (seq: number): FeedEvent => ({
  type: 'rejection',
  seq,
  endpoint: null,
  rejection: aRejection(`r${seq}`),
})

test('what was rejected before the page was opened is not new, and what comes twice is new once', () => {
  const rejections = new Rejections({ rejections: async () => [] })
  rejections.startAfter(7)
  rejections.take([arrival(5), arrival(7)])
  expect(rejections.fresh.value).toBe(0)
  rejections.take([arrival(8), arrival(9)])
  rejections.take([arrival(8), arrival(9)])
  expect(rejections.fresh.value).toBe(2)
})

test('what arrives while the list is under way is in it once', async () => {
  let answer: (all: Rejection[]) => void = () => undefined
  const rejections = new Rejections({ rejections: () => new Promise<Rejection[]>((done) => (answer = done)) })
  const loading = rejections.load()
  rejections.take([arrival(2), arrival(3)])
  answer([aRejection('r2'), aRejection('r1')])
  await loading
  expect(rejections.all.value?.map((one) => one.id)).toEqual(['r3', 'r2', 'r1'])
})

test('reading anew asks only where the list was asked for before, and leaves new what is new', async () => {
  let asked = 0
  const rejections = new Rejections({
    rejections: async () => {
      asked += 1
      return []
    },
  })
  await rejections.reload()
  expect(asked).toBe(0)
  await rejections.load()
  rejections.take([arrival(2)])
  await rejections.reload()
  expect(asked).toBe(2)
  expect(rejections.fresh.value).toBe(1)
})
