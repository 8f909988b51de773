/** What the routes of captures bring about beside their answer. */
import { expect, onTestFinished, test } from 'vitest'
import { createApi } from '../../../server/api/app.ts'
import { openStore } from '../../../server/store/open.ts'
import type { Verdict } from '../../../shared/capture.ts'
import { aCapture } from '../../support/a-capture.ts'

test.each<[Verdict, number]>([
  [{ kind: 'invalid', scheme: 'github' }, 1],
  [{ kind: 'missing', scheme: 'github' }, 1],
  [{ kind: 'unchecked' }, 1],
  [{ kind: 'valid', scheme: 'stripe', freshness: 'stale' }, 1],
  [{ kind: 'valid', scheme: 'stripe', freshness: 'fresh' }, 0],
  [{ kind: 'valid', scheme: 'github' }, 0],
])('who opens a capture that is %j finds what diagnoses it already starting: %i', async (verdict, count) => {
  const store = openStore({ data: ':memory:', durability: 'fast', now: Date.now, log: () => undefined })
  onTestFinished(() => store.close())
  const unused = () => {
    throw new Error('Not asked for.')
  }
  let warmed = 0
  const api = createApi({
    store,
    recheckProgress: unused,
    diagnose: unused,
    verify: unused,
    warm: () => {
      warmed++
    },
    now: Date.now,
    log: () => undefined,
    policy: unused,
    publicBase: unused,
    captureBase: unused,
    publicUrl: undefined,
    testKeys: unused,
    version: unused,
    checkListeners: unused,
  })
  const { id } = await store.addCapture(aCapture((await store.addEndpoint({})).id, { verdict }))
  expect((await api.request(`/api/captures/${id}`)).status).toBe(200)
  expect(warmed).toBe(count)
  expect((await api.request('/api/captures/nobody')).status).toBe(404)
  expect(warmed).toBe(count)
})
