/** Each option of `serve` that changes what the server does, by what it changes: an option that is read and not handed on does nothing. */
import { spawn, spawnSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import type { RawOptions } from '../../server/config.ts'
import { anInspector, type TestInspector } from '../support/an-inspector.ts'
import { rawTarget } from '../support/raw-target.ts'
import { rawRequest } from '../support/raw-client.ts'
import { tempDirectory } from '../support/temp-directory.ts'

const health = async ({ inspectorPort }: TestInspector, ...headers: string[]) => {
  const lines = ['GET /api/health HTTP/1.1', ...headers]
  const { responses } = await rawRequest(inspectorPort, `${lines.join('\r\n')}\r\n\r\n`)
  return responses[0]?.status
}

const capture = (inspector: TestInspector, body = 'x') =>
  fetch(`${inspector.capture}/${inspector.defaultEndpoint.id}`, { method: 'POST', body })

test('--trust-proxy: what came through a proxy may pass, and without it may not', async () => {
  for (const [trustProxy, status] of [
    [true, 200],
    [false, 403],
  ] as const) {
    await using inspector = await anInspector({ trustProxy })
    const host = `Host: 127.0.0.1:${inspector.inspectorPort}`
    expect(await health(inspector, host, 'X-Forwarded-For: 10.0.0.1')).toBe(status)
    expect(await health(inspector, host)).toBe(200)
  }
})

test('--allowed-host: another name leads to the inspector, and without it does not', async () => {
  await using open = await anInspector({ allowedHost: ['inspector.example', 'second.example:8443'] })
  for (const name of ['inspector.example', 'second.example:8443']) expect(await health(open, `Host: ${name}`)).toBe(200)
  expect(await health(open, 'Host: third.example')).toBe(421)
})

test('--token: the API asks for it', async () => {
  await using inspector = await anInspector({ token: 'a-long-token' })
  const host = `Host: 127.0.0.1:${inspector.inspectorPort}`
  expect(await health(inspector, host)).toBe(401)
  expect(await health(inspector, host, 'Authorization: Bearer a-long-token')).toBe(200)
})

test('--allow-target: on an inspector that others can reach it opens this machine to a replay, and nothing else does', async () => {
  await using target = await rawTarget()
  const to = `127.0.0.1:${target.port}`
  for (const [allowTarget, status] of [
    [[to], 200],
    [[], 403],
  ] as const) {
    await using team = await anInspector({ uiHost: '0.0.0.0', token: 'a-long-token', allowTarget })
    const id = (await capture(team)).headers.get('hookwell-capture')
    const response = await fetch(`http://127.0.0.1:${team.inspectorPort}/api/captures/${id}/replay`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer a-long-token' },
      body: JSON.stringify({ target: `http://${to}/` }),
    })
    expect(response.status).toBe(status)
  }
})

test('--max-body: the largest body is taken, and one byte more is not', async () => {
  await using inspector = await anInspector({ maxBody: '2kb' })
  expect((await capture(inspector, 'x'.repeat(2048))).status).toBe(200)
  expect((await capture(inspector, 'x'.repeat(2049))).status).toBe(413)
})

test('--keep-captures, --keep-for and --max-size: what is beyond goes by itself', async () => {
  const sizes: [RawOptions, number][] = [
    [{ keepCaptures: '3' }, 3],
    [{ keepFor: '1h' }, 0],
  ]
  for (const [options, left] of sizes) {
    let now = Date.now()
    await using inspector = await anInspector(options, () => now)
    for (let i = 0; i < 8; i++) await capture(inspector)
    if ('keepFor' in options) now += 3_600_001
    await expect
      .poll(() => inspector.store.counters(inspector.defaultEndpoint.id).captures, { timeout: 5_000 })
      .toBe(left)
  }
  await using inspector = await anInspector({ data: tempDirectory(), maxSize: '1mb' })
  for (let i = 0; i < 8; i++) await capture(inspector, 'x'.repeat(300_000))
  await expect
    .poll(() => inspector.store.counters(inspector.defaultEndpoint.id).captures, { timeout: 5_000 })
    .toBeLessThan(4)
})

test('--public-url: endpoints are shown with it, and signed URLs are held against it', async () => {
  await using inspector = await anInspector({ publicUrl: 'https://hooks.example.com/in' })
  const { id } = inspector.defaultEndpoint
  const { endpoints } = (await (await fetch(`${inspector.inspector}/api/endpoints`)).json()) as {
    endpoints: { url: string }[]
  } // the document's test checks the shape
  expect(endpoints[0]?.url).toBe(`https://hooks.example.com/in/${id}`)
  expect(inspector.publicBase).toBe('https://hooks.example.com/in')
  const secrets = ['the-square-secret']
  await inspector.store.updateEndpoint(id, { signing: { scheme: 'square', secrets } })
  const url = `https://hooks.example.com/in/${id}`
  const signature = createHmac('sha256', 'the-square-secret').update(`${url}{"a":1}`).digest('base64')
  const sent = await fetch(`${inspector.capture}/${id}`, {
    method: 'POST',
    headers: { 'x-square-hmacsha256-signature': signature },
    body: '{"a":1}',
  })
  const kept = await inspector.store.capture(sent.headers.get('hookwell-capture') ?? '')
  expect(kept?.verdict.kind).toBe('valid')
})

const hasStrace = process.platform === 'linux' && spawnSync('strace', ['-V'], { stdio: 'ignore' }).status === 0

test.runIf(hasStrace)(
  '--durability: with full each answer waits for the disk, with fast none does',
  { timeout: 30_000 },
  async () => {
    expect(await syncsOf('full')).toBeGreaterThanOrEqual(20)
    expect(await syncsOf('fast')).toBeLessThan(5)
  },
)

/** Syncs that the kernel saw while 20 captures were sent one after the other. */
async function syncsOf(durability: 'full' | 'fast'): Promise<number> {
  const trace = join(tempDirectory(), 'trace')
  const words = ['-f', '-o', trace, '-e', 'trace=fsync,fdatasync', process.execPath, 'server/bin.js']
  const options = ['--port', '0', '--ui-port', '0', '--data', tempDirectory(), '--durability', durability, '--json']
  const program = spawn('strace', [...words, ...options], { stdio: ['ignore', 'pipe', 'ignore'] })
  try {
    const [line] = (await once(createInterface(program.stdout), 'line')) as [string] // the readline event carries one text
    const ready = JSON.parse(line) as { capture: string; endpoint: string; pid: number } // printed by the program
    const count = () => readFileSync(trace, 'utf8').match(/f(data)?sync\(/g)?.length ?? 0
    const before = count()
    for (let i = 0; i < 20; i++)
      expect((await fetch(`${ready.capture}/${ready.endpoint}`, { method: 'POST', body: 'x' })).status).toBe(200)
    const after = count()
    process.kill(ready.pid, 'SIGTERM')
    await once(program, 'exit')
    return after - before
  } finally {
    program.kill('SIGKILL')
  }
}
