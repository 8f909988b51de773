/** A secret that a replay sends goes to the target and nowhere else: not into the delivery, not into the files. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { masked } from '../../../server/deliver/masked.ts'
import type { Delivery } from '../../../shared/delivery.ts'
import { CustomScheme, type Scheme } from '../../../shared/scheme.ts'
import { anInspector } from '../../support/an-inspector.ts'
import { rawTarget } from '../../support/raw-target.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

const CANARY = 'CANARY:~9fK2xQ7'
const inBase64 = Buffer.from(CANARY).toString('base64')
const inQuery: Scheme = CustomScheme.parse({
  alg: 'token',
  key: { enc: 'utf8' },
  sig: { in: 'query', name: 'töken', enc: 'utf8' },
})

const cases: [name: string, signing: object, sent: string][] = [
  ['a token', { scheme: 'token' }, CANARY],
  ["GitLab's token", { scheme: 'gitlab-token' }, CANARY],
  ['user and password', { scheme: 'basic-auth' }, inBase64],
  ['a token in the query', { scheme: 'custom', custom: inQuery }, encodeURIComponent(CANARY)],
]

test.each(cases)('%s that is put in by signing anew is sent, and hidden in what is kept', async (_, signing, sent) => {
  const data = tempDirectory()
  await using target = await rawTarget('HTTP/1.1 204 No Content\r\n\r\n')
  const seen: string[] = []
  {
    await using inspector = await anInspector({ data })
    const { json: endpoint } = await inspector.post('/api/endpoints', { signing: { ...signing, secrets: [CANARY] } })
    const { id } = endpoint as { id: string } // a new endpoint, as the next line would tell
    const arrived = await fetch(`${inspector.capture}/${id}`, { method: 'POST', body: '{}' })
    const capture = arrived.headers.get('hookwell-capture')
    for (const sign of ['resign', 'corrupt']) {
      const input = { target: `http://localhost:${target.port}/x?keep=1`, sign }
      const { status, json } = await inspector.post(`/api/captures/${capture}/replay`, input)
      expect(status, JSON.stringify(json)).toBe(200)
      const { request } = json as Delivery
      expect(JSON.stringify([request.headers, request.url])).toMatch(/•••/)
      expect(request.url).toContain('/x?keep=1')
      seen.push(JSON.stringify(json))
    }
    seen.push(await (await fetch(`${inspector.inspector}/api/captures/${capture}/deliveries`)).text())
  }
  expect(String(target.received[0])).toContain(sent)
  const files = readdirSync(data).filter((name) => !name.endsWith('.key'))
  expect(files.length).toBeGreaterThan(0)
  for (const text of [...seen, ...files.map((name) => readFileSync(join(data, name), 'latin1'))])
    for (const part of [CANARY, CANARY.slice(0, -1), CANARY.slice(1), inBase64, inBase64.slice(2, -3), sent])
      expect(text.includes(part)).toBe(false)
})

test('the token of a test event is hidden in its delivery, and checked where it arrives', async () => {
  await using inspector = await anInspector()
  const { id } = await inspector.store.addEndpoint({ signing: { scheme: 'gitlab-token', secrets: [CANARY] } })
  const { json } = await inspector.post(`/api/endpoints/${id}/send`, { template: 'shoprocket' })
  const delivery = json as Delivery
  expect(delivery.request.headers).toContainEqual(['X-Gitlab-Token', '•••'])
  expect(JSON.stringify(delivery)).not.toContain(CANARY)
  expect((await inspector.store.capture(delivery.capture))?.verdict.kind).toBe('valid')
})

test('only what signing put there is hidden', () => {
  const line = { target: '/a?t%C3%B6ken=x&other=y', headers: [['X-Gitlab-Token', 'x'] as [string, string]] }
  expect(masked(line, line, inQuery)).toEqual(line)
  expect(masked(line, { target: '/a?t%C3%B6ken=old', headers: [] }, inQuery).target).toBe('/a?t%C3%B6ken=•••&other=y')
  expect(masked(line, { target: '/', headers: [] }, { ...inQuery, alg: 'hmac-sha256' })).toEqual(line)
})
