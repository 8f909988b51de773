/** What checking a signature costs when it fits, and what finding out costs when it does not. In this process: nothing is sent. */
import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { diagnose } from '../server/signatures/diagnose.ts'
import { lazyJson } from '../server/signatures/json-body.ts'
import type { SignedRequest } from '../server/signatures/request.ts'
import { findDefinition } from '../server/signatures/schemes.ts'
import { compileScheme } from '../server/signatures/verify.ts'
import { bodyOf } from './load.ts'

export type Figure = [name: string, figure: string, goal: string]

const SECRET = 'a secret for the benchmark only'
const NOW = 1_767_225_600_000

export function checkFigures(): Figure[] {
  const body = Buffer.from(bodyOf(1024))
  const mac = createHmac('sha256', SECRET).update(body).digest('hex')
  const github = compileScheme(definition('github'), { secrets: [{ id: 's', value: SECRET }] })
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
  const discord = compileScheme(definition('discord'), { secrets: [], publicKeys: [raw.toString('hex')] })
  const ts = String(NOW / 1000)
  const signature = sign(null, Buffer.concat([Buffer.from(ts), body]), privateKey).toString('hex')
  return [
    [
      'signature check, 1 KB HMAC-SHA256',
      `${cost(github, aRequest(body, ['X-Hub-Signature-256', `sha256=${mac}`]), 100_000)} µs of CPU`,
      '≤ 15 µs',
    ],
    [
      'signature check, 1 KB Ed25519',
      `${cost(discord, aRequest(body, ['X-Signature-Timestamp', ts, 'X-Signature-Ed25519', signature]), 5_000)} µs of CPU`,
      '',
    ],
  ]
}

/** A body of 25 KB that nothing explains is the longest search; the first one pays for code that was never run. */
export function diagnosisFigures(): Figure[] {
  const items = Array.from({ length: 300 }, (_, i) => ({
    id: i,
    name: `Árvíztűrő tükörfúrógép ${i}`,
    price: i * 1.25,
    tags: ['a', 'b/c'],
  }))
  const body = Buffer.from(JSON.stringify({ id: 'evt_1', type: 'order.created', items }))
  const settings = { scheme: 'stripe', secrets: [{ id: 's', value: SECRET }] }
  const header = `t=${NOW / 1000},v1=${'ab'.repeat(32)}`
  const times: number[] = []
  for (let i = 0; i < 11; i++) {
    const request = aRequest(Buffer.concat([body, Buffer.from(String(i))]), ['Stripe-Signature', header])
    const before = performance.now()
    const { causes } = diagnose({ settings, request }, NOW)
    times.push(performance.now() - before)
    if (causes.length === 0 || causes.some((cause) => cause.proven)) throw new Error('The diagnosis is wrong.')
  }
  const [first = 0, ...others] = times
  const median = others.sort((a, b) => a - b)[5] ?? 0
  return [
    [
      `diagnosis of a ${Math.round(body.length / 1024)} KB body that nothing explains: first / then`,
      `${first.toFixed(0)} / ${median.toFixed(0)} ms`,
      '≤ 100 ms',
    ],
  ]
}

function cost(check: ReturnType<typeof compileScheme>, request: SignedRequest, count: number): string {
  if (check(request, NOW).kind !== 'valid') throw new Error('The check is wrong.')
  for (let i = 0; i < count / 10; i++) check(request, NOW)
  const before = process.cpuUsage()
  for (let i = 0; i < count; i++) check(request, NOW)
  const { user, system } = process.cpuUsage(before)
  return ((user + system) / count).toFixed(1)
}

function aRequest(body: Buffer, headers: string[]): SignedRequest {
  return {
    method: 'POST',
    url: 'http://127.0.0.1/',
    target: '/',
    headers: ['Content-Type', 'application/json', ...headers],
    body,
    json: lazyJson(body),
  }
}

function definition(id: string) {
  const found = findDefinition(id)
  if (found === undefined) throw new Error(`The scheme ${id} is gone.`)
  return found
}
