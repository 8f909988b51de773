/** What happens while something large is being checked: small captures do not wait for it, and settings that change meanwhile win. */
import { expect, test } from 'vitest'
import type { Checker } from '../../../server/checking/checker.ts'
import { findAtOnce } from '../../../server/signatures/findings.ts'
import { PARSED_BODY_BYTES } from '../../../shared/limits.ts'
import { aCapture } from '../../support/a-capture.ts'
import { anSnsCapture, checkingParts, SNS } from '../../support/checking-parts.ts'
import { tlsFile } from '../../support/key-provider.ts'
import { createHmac } from 'node:crypto'

/** The real checker, except that each body it is handed waits until the test lets it through. */
function holding() {
  const held: (() => void)[] = []
  return {
    held,
    wrap: (checker: Checker): Checker => ({
      ...checker,
      async find(task) {
        const gate = Promise.withResolvers<void>()
        held.push(gate.resolve)
        await gate.promise
        return checker.find(task)
      },
    }),
  }
}

const LARGE = Buffer.from(JSON.stringify({ type: 'big', filler: 'x'.repeat(1_100_000) }))
const signedWith = (secret: string): string[] => [
  'x-hub-signature-256',
  `sha256=${createHmac('sha256', secret).update(LARGE).digest('hex')}`,
]
const github = (secret: string) => ({ signing: { scheme: 'github', secrets: [secret] } })

test('a small capture is checked while forty large ones that came before it wait for one another', async () => {
  const { held, wrap } = holding()
  await using parts = checkingParts({ wrap, fetchDocument: async () => ({ text: tlsFile('paypal.pem') }) })
  const { store } = parts
  const large = await store.addEndpoint({})
  for (let n = 0; n < 40; n++) await store.addCapture(aCapture(large.id, { body: Buffer.from(LARGE), late: true }))
  await expect.poll(() => held.length).toBe(1)
  const { verdict } = await anSnsCapture(store, await store.addEndpoint({ signing: SNS }), Date.now())
  await expect.poll(verdict).toMatchObject({ kind: 'valid' })
  expect(held).toHaveLength(1)
  held[0]?.()
  await expect.poll(() => held.length, { timeout: 20_000 }).toBe(2)
})

test('what is small and takes long all the same goes through the thread, one at a time, and holds up no light one', async () => {
  const { held, wrap } = holding()
  await using parts = checkingParts({
    wrap,
    again: false,
    fetchDocument: async () => ({ text: tlsFile('paypal.pem') }),
  })
  const { store } = parts
  const secrets = Array.from({ length: 10 }, (_, n) => `secret-number-${n}`)
  const endpoint = await store.addEndpoint({ signing: { scheme: 'stripe', secrets } })
  const body = Buffer.alloc(PARSED_BODY_BYTES, 0x20)
  const headers = Array.from({ length: 8 }, (_, n) => ['stripe-signature', `t=${n},v1=${'00'.repeat(32)}`]).flat()
  const request = { method: 'POST', url: '', target: '/', headers, body, json: () => undefined }
  const found = findAtOnce(endpoint.signing, endpoint, request, Date.now())
  expect(found).toMatchObject({ late: true, heavy: true })
  for (let n = 0; n < 12; n++) await store.addCapture(aCapture(endpoint.id, { headers, body, ...found }))
  await expect.poll(() => held.length).toBe(1)
  const { verdict } = await anSnsCapture(store, await store.addEndpoint({ signing: SNS }), Date.now())
  await expect.poll(verdict).toMatchObject({ kind: 'valid' })
  expect(held).toHaveLength(1)
})

test('settings that change while a late capture is checked: what was found out with the old ones is not written down', async () => {
  const { held, wrap } = holding()
  await using parts = checkingParts({ wrap, again: false })
  const { store } = parts
  const { id: endpoint } = await store.addEndpoint(github('old-secret-0000'))
  const verdict = { kind: 'unchecked' } as const
  const { id } = await store.addCapture(
    aCapture(endpoint, { headers: signedWith('new-secret-0000'), body: Buffer.from(LARGE), verdict, late: true }),
  )
  await expect.poll(() => held.length).toBe(1)
  await store.updateEndpoint(endpoint, github('new-secret-0000'))
  held[0]?.()
  // It goes on waiting, so it is looked at once more; until then nothing is known.
  await expect.poll(() => held.length, { timeout: 20_000 }).toBe(2)
  expect((await store.capture(id))?.verdict).toEqual(verdict)
  held[1]?.()
  await expect
    .poll(async () => (await store.capture(id))?.verdict, { timeout: 20_000 })
    .toMatchObject({ kind: 'valid' })
})

test('settings that change while what is stored is checked again: what was found out with the old ones is not written down', async () => {
  const { held, wrap } = holding()
  await using parts = checkingParts({ wrap, late: false })
  const { store } = parts
  const { id: endpoint } = await store.addEndpoint({})
  const verdict = { kind: 'unchecked' } as const
  const { id } = await store.addCapture(
    aCapture(endpoint, { headers: signedWith('new-secret-0000'), body: Buffer.from(LARGE), verdict }),
  )
  await store.updateEndpoint(endpoint, github('old-secret-0000'))
  await expect.poll(() => held.length).toBe(1)
  await store.updateEndpoint(endpoint, github('new-secret-0000'))
  held[0]?.()
  await expect.poll(() => held.length, { timeout: 20_000 }).toBe(2)
  expect((await store.capture(id))?.verdict).toEqual(verdict)
  held[1]?.()
  await expect
    .poll(async () => (await store.capture(id))?.verdict, { timeout: 20_000 })
    .toMatchObject({ kind: 'valid' })
  await expect.poll(() => store.toRecheck()).toEqual([])
})
