/** The README's five minutes, line by line: what stands there is run as it stands, but for the ports. */
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { anInspector } from './support/an-inspector.ts'

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

test('the five minutes with curl do what they say', async () => {
  const inspector = await anInspector()
  onTestFinished(() => inspector.close())
  const section = README.slice(README.indexOf('## Five minutes with curl'), README.indexOf('## Signatures'))
  const lines = [...section.matchAll(/```sh\n(.*?)```/gs)].map(([, block]) => block ?? '')
  const script = lines
    .join('\n')
    .replace('http://127.0.0.1:4666', inspector.inspector)
    .replace('http://127.0.0.1:4665', inspector.capture)
    .replaceAll('http://localhost:3000', 'http://localhost:1') // whatever listens on this machine is left alone
  const { stdout } = await promisify(execFile)('bash', ['-eu', '-c', script])
  const said = stdout.split('\n')
  expect(said[0]).toContain('"alias":"my-repo"')
  expect(said[1]).toMatch(/^\{"received":true,"capture":"/)
  expect(JSON.parse(said[2] ?? '')).toMatchObject({ eventType: 'ping', verdict: { kind: 'valid' } })
  expect(said[3]).toBe('{"zen":"Keep it logically awesome.","hook_id":12345678901234567890}')
  expect(JSON.parse(said[5] ?? '')).toMatchObject({
    verdict: { kind: 'invalid' },
    causes: [{ id: 'body_line_ends', proven: true }],
  })
  expect(JSON.parse(said[6] ?? '')).toMatchObject({
    target: 'http://localhost:1/webhooks',
    request: { url: 'http://localhost:1/webhooks/any/path?x=1', identical: true },
  })
  expect(JSON.parse(said[7] ?? '')).toMatchObject({
    request: {
      url: 'http://localhost:1/webhooks',
      changed: expect.arrayContaining([expect.stringContaining('signed anew')]),
    },
  })
  expect(JSON.parse(said[9] ?? '')).toMatchObject({
    causes: [{ id: 'scheme_found', proven: true }],
    scheme: { alg: 'hmac-sha256', sig: { in: 'header', name: 'X-Shop-Signature', enc: 'base64' }, content: '{body}' },
  })
  expect(stdout).toMatch(/HTTP\/1\.1 202 Accepted\r\n(?:.*\r\n)*X-Seen: yes\r\n(?:.*\r\n)*\r\nthanks\n/)
  expect(stdout).toContain('"reason":"unknown_endpoint"')
  expect(said.at(-2)).toContain('"id":"ef62fe6d-2ca0-42a5-831d-5ab8457bcac6"')
})

test('the map shows what is there: every file and room of the server, and nothing else', () => {
  const map = README.slice(README.indexOf('## The map'), README.indexOf('Every arrow points down'))
  const lines = map.slice(map.indexOf('server/\n') + 'server/\n'.length, map.indexOf('\nweb/')).split('\n')
  const named = lines.flatMap(
    (line) =>
      line
        .trim()
        .match(/^[\w.-]+\/?(?:, [\w.-]+)*/)?.[0]
        .split(', ') ?? [],
  )
  const entries = readdirSync(new URL('../server', import.meta.url), { withFileTypes: true })
  const there = entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
  expect(named.toSorted()).toEqual(there.filter((name) => name !== 'tsconfig.json').toSorted())
  for (const room of ['schemes', 'codes', 'diagnosis'])
    expect(existsSync(new URL(`../server/signatures/${room}`, import.meta.url))).toBe(true)
})
