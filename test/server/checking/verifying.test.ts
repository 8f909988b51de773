/** A request that is handed in: the same answer here and in the thread, and nobody else waits while a heavy one is checked. */
import { createHmac } from 'node:crypto'
import { threadCpuUsage } from 'node:process'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type Checker, createChecker } from '../../../server/checking/checker.ts'
import { verifyGiven } from '../../../server/checking/verifying.ts'
import { toVerify, verifiedOf } from '../../../server/signatures/verify-request.ts'
import type { VerifyInput } from '../../../shared/diagnosis.ts'
import { PARSED_BODY_BYTES } from '../../../shared/limits.ts'
import type { Scheme } from '../../../shared/scheme.ts'
import { publicKeyOf, vectors } from '../signatures/vectors.ts'

vi.setConfig({ testTimeout: 60_000 }) // threads are started, each of which takes a second on a busy machine

const NOW = 1_767_225_600_000
const SECRET = 'of-the-sender'

/** A real checker that counts what it is asked. */
function aVerifying() {
  const checker = createChecker()
  onTestFinished(() => checker.close())
  let inThread = 0
  const log: string[] = []
  const counting: Pick<Checker, 'verify'> = {
    verify(task, signal) {
      inThread++
      return checker.verify(task, signal)
    },
  }
  const parts = { checker: counting, now: () => NOW, log: (fact: string) => void log.push(fact) }
  return { parts, checker, log, asked: () => inThread }
}

function anInput(body: Buffer, more: Partial<VerifyInput>): VerifyInput {
  return {
    scheme: 'custom',
    secret: SECRET,
    method: 'POST',
    url: 'https://a.example/hook',
    headers: [],
    ...more,
    bodyBase64: body.toString('base64'),
  }
}

const mac = (...content: (string | Buffer)[]): string => {
  const hmac = createHmac('sha256', SECRET)
  for (const each of content) hmac.update(each)
  return hmac.digest('hex')
}

test('every vector has the same answer in the thread as at once', async () => {
  const { parts, checker, asked } = aVerifying()
  for (const vector of vectors) {
    const { provider: scheme, secret, extra, method, url, headers: named, bodyBase64, now: at } = vector
    const headers = Object.entries(named)
    const publicKey = publicKeyOf(vector) ?? null
    const input: VerifyInput = { scheme, secret, publicKey, extra: extra ?? null, method, url, headers, bodyBase64, at }
    const there = verifiedOf(await checker.verify(toVerify(input, NOW)))
    expect(there, vector.id).toEqual(await verifyGiven(parts, input))
  }
  expect(asked()).toBe(0)
})

test('a large body has the answer of a small one, also where the signature covers a value inside it', async () => {
  const { parts, asked } = aVerifying()
  const bodies = [100, PARSED_BODY_BYTES + 1].map((size) =>
    Buffer.from(JSON.stringify({ id: 'event-1', filler: 'x'.repeat(size) })),
  )
  const custom: Scheme = {
    alg: 'hmac-sha256',
    key: { enc: 'utf8' },
    sig: { in: 'header', name: 'X-Signature', enc: 'hex' },
    content: '{json:id}',
  }
  const inside = async (body: Buffer, headers: VerifyInput['headers']) =>
    verifyGiven(parts, anInput(body, { custom, headers }))
  const [small, large] = await Promise.all(bodies.map((body) => inside(body, [['X-Signature', mac('event-1')]])))
  expect(small).toMatchObject({ signature: 'valid', freshness: 'none', expected: mac('event-1') })
  expect(large).toEqual(small)
  const [smallBare, largeBare] = await Promise.all(bodies.map((body) => inside(body, [])))
  expect(smallBare).toMatchObject({ signature: 'missing' })
  expect(largeBare).toEqual(smallBare)
  expect(asked()).toBe(2)
  const kinds = bodies.map(async (body) => {
    const headers: VerifyInput['headers'] = [['X-Hub-Signature-256', `sha256=${mac(body)}`]]
    return (await verifyGiven(parts, anInput(body, { scheme: 'github', headers }))).signature
  })
  expect(await Promise.all(kinds)).toEqual(['valid', 'valid'])
})

test('a missing setting is refused for a large body as for a small one, and is no failure', async () => {
  const { parts, log, asked } = aVerifying()
  const refusals = [10, PARSED_BODY_BYTES + 1].map((size) =>
    verifyGiven(parts, anInput(Buffer.alloc(size, 'a'), { scheme: 'pusher' })).catch((error: unknown) => error),
  )
  const [small, large] = await Promise.all(refusals)
  expect(small).toMatchObject({ code: 'invalid_input', issues: [{ path: 'extra' }] })
  expect(String(large)).toBe(String(small))
  expect(large).toMatchObject({ code: 'invalid_input', issues: [{ path: 'extra' }] })
  expect(asked()).toBe(1)
  expect(log).toEqual([])
})

test('18 MB that are gone through ten times hold nobody up', async () => {
  const { parts, asked } = aVerifying()
  await verifyGiven(parts, anInput(Buffer.alloc(PARSED_BODY_BYTES + 1), { scheme: 'github' })) // the thread is up
  const body = Buffer.from(JSON.stringify({ id: 'event-1', filler: 'x'.repeat(18_000_000) }))
  const stamp = NOW / 1000
  const custom: Scheme = {
    alg: 'hmac-sha256',
    key: { enc: 'utf8' },
    sig: { in: 'header', name: 'X-Signature', enc: 'hex', list: ',', kv: '=', field: 'v1' },
    ts: { in: 'sigField', name: 't', unit: 's', past: 300, future: 300 },
    content: '{ts}.{body}{bodyBase64}{json:id}',
  }
  // Two values, each with a timestamp and so a content of its own; for each the body is hashed, encoded, and hashed once more. It is read
  // as JSON in two passes, and the evidence is made anew.
  const right = mac(`${stamp}.`, body, body.toString('base64'), 'event-1')
  const headers: VerifyInput['headers'] = [
    ['X-Signature', `t=${stamp - 1},v1=${'00'.repeat(32)}`],
    ['X-Signature', `t=${stamp},v1=${right}`],
  ]
  const input = anInput(body, { custom, headers })
  const before = threadCpuUsage()
  const verified = await verifyGiven(parts, input)
  // Of this thread alone, so that it does not matter how busy the machine is: no turn of the loop can have been longer.
  const { user, system } = threadCpuUsage(before)
  expect(verified).toMatchObject({ signature: 'valid', freshness: 'fresh', expected: `v1=${right}` })
  expect(asked()).toBe(2)
  expect((user + system) / 1000).toBeLessThan(50)
})
