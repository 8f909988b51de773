/** Deliveries of captures, and rejections. */
import { describe, expect, test } from 'vitest'
import { newId } from '../../../../server/id.ts'
import type { Rejection } from '../../../../shared/capture.ts'
import type { Delivery } from '../../../../shared/delivery.ts'
import { LISTED_BODY_BYTES, REJECTIONS_KEPT } from '../../../../shared/limits.ts'
import { aCapture } from '../../../support/a-capture.ts'
import type { Opener } from '../contract.ts'

const aDelivery = (capture: string, outcome: Delivery['outcome']): Delivery => ({
  id: newId(Date.now()),
  capture,
  target: 'http://localhost:3000/hook',
  cause: 'replay',
  startedAt: 1_700_000_000_000,
  ms: 12.5,
  request: {
    method: 'POST',
    url: 'http://localhost:3000/hook',
    headers: [['X', '\xff']],
    bodySha256: 'ab',
    identical: false,
    changed: ['Host'],
  },
  outcome,
  attempt: 1,
})

const aRejection = (n: number, endpoint?: string): Rejection => ({
  id: newId(Date.now()),
  at: n,
  remoteAddress: '127.0.0.1',
  reason: 'parse',
  status: 400,
  headBase64: Buffer.from(`GET ${n}`).toString('base64'),
  ...(endpoint === undefined ? {} : { endpoint }),
})

export function deliveryContract(open: Opener): void {
  describe('deliveries and rejections', () => {
    test('a delivery comes back whole with the response it got, newest first', async () => {
      const store = open()
      const { id: endpoint } = await store.addEndpoint({})
      const { id } = await store.addCapture(aCapture(endpoint))
      const body = Buffer.from(Array.from({ length: 70_000 }, (_, i) => i & 255)).toString('base64')
      const answered = aDelivery(id, {
        status: 503,
        headers: [
          ['a', 'b'],
          ['A', 'b'],
        ],
        bodyBase64: body,
        truncated: true,
      })
      const failed = aDelivery(id, { error: { code: 'refused', detail: 'nothing listens' } })
      await store.addDelivery(answered)
      await store.addDelivery(failed)
      const { bodyBase64 } = answered.outcome as { bodyBase64: string } // as it was made above
      const cut = Buffer.from(bodyBase64, 'base64').subarray(0, LISTED_BODY_BYTES).toString('base64')
      const listed = { ...answered, outcome: { ...answered.outcome, bodyBase64: cut, truncated: true } }
      expect(await store.deliveries(id, 50)).toEqual([failed, listed])
      expect(await store.deliveries(id, 1)).toEqual([failed])
      expect(await store.delivery(answered.id)).toEqual(answered)
      expect(await store.delivery('nobody')).toBeUndefined()
    })

    test('the list says what came of the newest delivery of each capture', async () => {
      const store = open()
      const { id: endpoint } = await store.addEndpoint({})
      const { id } = await store.addCapture(aCapture(endpoint))
      const delivered = async () => (await store.captures({ endpoint, limit: 1 })).captures[0]?.delivered
      expect(await delivered()).toBeUndefined()
      await store.addDelivery(aDelivery(id, { status: 503, headers: [], bodyBase64: '', truncated: false }))
      expect(await delivered()).toEqual({ status: 503 })
      await store.addDelivery(aDelivery(id, { error: { code: 'connection_refused', detail: '' } }))
      expect(await delivered()).toEqual({ error: 'connection_refused' })
      await store.addDelivery(aDelivery(id, { status: 200, headers: [], bodyBase64: '', truncated: false }))
      expect(await delivered()).toEqual({ status: 200 })
      // A test event is how a capture came, not where it went.
      await store.addDelivery({
        ...aDelivery(id, { status: 299, headers: [], bodyBase64: '', truncated: false }),
        cause: 'send',
      })
      expect(await delivered()).toEqual({ status: 200 })
    })

    test('deliveries go with their capture', async () => {
      const store = open()
      const { id: endpoint } = await store.addEndpoint({})
      const { id } = await store.addCapture(aCapture(endpoint))
      const delivery = aDelivery(id, { error: { code: 'refused', detail: '' } })
      await store.addDelivery(delivery)
      await store.removeCapture(id)
      expect(await store.delivery(delivery.id)).toBeUndefined()
      expect(await store.deliveries(id, 50)).toEqual([])
      await store.addDelivery(aDelivery(id, { error: { code: 'refused', detail: '' } })) // its capture went meanwhile
    })

    test(`of rejections the newest ${REJECTIONS_KEPT} stay`, async () => {
      const store = open()
      for (let n = 0; n < REJECTIONS_KEPT + 30; n++) void store.addRejection(aRejection(n))
      await store.addRejection(aRejection(9_999))
      const kept = await store.rejections(REJECTIONS_KEPT + 100)
      expect(kept).toHaveLength(REJECTIONS_KEPT)
      expect(kept[0]).toMatchObject({ at: 9_999 })
      expect(kept.at(-1)).toMatchObject({ at: 31 })
      expect(await store.rejections(3)).toEqual(kept.slice(0, 3))
    })

    test('a rejection that cannot be kept is dropped without a word', async () => {
      const store = open.place().open()
      await store.close()
      await expect(store.addRejection(aRejection(1))).resolves.toBeUndefined()
    })
  })
}
