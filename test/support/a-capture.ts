/** A capture as the store takes it in, whole and plain; a test names what matters to it. */
import { performance } from 'node:perf_hooks'
import { newId } from '../../server/id.ts'
import type { NewCapture } from '../../server/store/store.ts'

export function aCapture(endpoint: string, more: Partial<NewCapture> = {}): NewCapture {
  const now = Date.now()
  return {
    id: newId(now),
    endpoint,
    receivedAt: now,
    method: 'POST',
    target: `/${endpoint}`,
    httpVersion: '1.1',
    remoteAddress: '127.0.0.1',
    headers: ['Host', 'localhost:4665', 'Content-Type', 'application/json'],
    trailers: [],
    body: Buffer.from('{"type":"order.created"}'),
    contentType: 'application/json',
    eventType: 'order.created',
    eventId: undefined,
    verdict: { kind: 'unchecked' },
    answered: {
      status: 200,
      headers: ['Content-Type', 'application/json'],
      body: Buffer.from('{"received":true}'),
      startedAt: performance.now(),
    },
    ...more,
  }
}
