/** The program itself, spawned: what it prints, what it refuses and how it ends. */
import { once } from 'node:events'
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { hookwell, readyLine } from '../../support/program.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

const anyPorts = ['--port', '0', '--ui-port', '0']

/** A port that is taken until the test ends. */
async function takenPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port // a listening TCP server has one
}

describe('starting', () => {
  test('with --json it prints one line once both listeners accept connections', async () => {
    const data = join(tempDirectory(), 'below', 'data')
    const program = hookwell([...anyPorts, '--data', data, '--json'])
    const ready = await readyLine(program)
    expect(ready).toEqual({
      ready: true,
      inspector: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      capture: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      endpoint: expect.stringMatching(/^[0-9a-f-]{36}$/),
      pid: program.child.pid,
    })
    expect((await fetch(`${ready.capture}/${ready.endpoint}`, { method: 'POST', body: 'x' })).status).toBe(200)
    expect((await fetch(`${ready.inspector}/api/health`)).status).toBe(200)
    expect(program.stdout().trim().split('\n')).toHaveLength(1)
    expect(statSync(data).mode & 0o777).toBe(0o700)
    program.child.kill('SIGTERM')
    expect(await program.ended).toBe(0)
    expect(program.stderr()).toBe('')

    const again = hookwell([...anyPorts, '--data', data, '--json'])
    expect((await readyLine(again)).endpoint).toBe(ready.endpoint)
  })

  test('for people it prints the inspector, the capture URL and where the data are', async () => {
    const data = tempDirectory()
    const program = hookwell(['serve', ...anyPorts, '--data', data, '--public-url', 'https://hooks.example.com/'])
    await program.until(/Data .*\n/)
    expect(program.stdout()).toMatch(/^Inspector +http:\/\/127\.0\.0\.1:\d+$/m)
    expect(program.stdout()).toMatch(/^Capture URL +https:\/\/hooks\.example\.com\/[0-9a-f-]{36}$/m)
    expect(program.stdout()).toContain(data)
    program.child.kill('SIGINT')
    expect(await program.ended).toBe(0)
  })

  test('a token is handed over in the fragment of the address', async () => {
    const program = hookwell([...anyPorts, '--data', tempDirectory(), '--token', 'a-token-of-mine'])
    await program.until(/^Inspector +http:\/\/127\.0\.0\.1:\d+\/#t=a-token-of-mine$/m)
  })

  test('options come from the environment too, and a flag is stronger', async () => {
    const data = tempDirectory()
    const environment = {
      HOOKWELL_PORT: '0',
      HOOKWELL_UI_PORT: '0',
      HOOKWELL_DATA: data,
      HOOKWELL_JSON: '1',
      HOOKWELL_MAX_BODY: '5b',
      HOOKWELL_TRUST_PROXY: '0',
    }
    const { inspector } = await readyLine(hookwell(['--max-body', '6b'], environment))
    expect(await (await fetch(`${inspector}/api/version`)).json()).toMatchObject({
      maxBodyBytes: 6,
      dataDirectory: data,
    })
    // A switch that says no is no: the tripwire for tunnels is still there.
    expect((await fetch(`${inspector}/api/version`, { headers: { 'x-forwarded-for': '1.2.3.4' } })).status).toBe(403)
  })

  test('a second signal ends it at once', async () => {
    const program = hookwell([...anyPorts, '--data', tempDirectory(), '--json'])
    const { capture, endpoint } = await readyLine(program)
    // A sender that never finishes would hold up the stop for ten seconds.
    const slow = new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from('x')) })
    const sent = fetch(`${capture}/${endpoint}`, { method: 'POST', body: slow, duplex: 'half' } as RequestInit).catch(
      () => undefined,
    ) // DOM's types lack `duplex`
    await new Promise((resolve) => setTimeout(resolve, 100))
    program.child.kill('SIGTERM')
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(program.child.exitCode).toBeNull()
    program.child.kill('SIGTERM')
    expect(await program.ended).toBe(0)
    await sent
  })
})

describe('refusing', () => {
  test.each([
    [['--ui-host', '0.0.0.0'], /--ui-host 0\.0\.0\.0 .*--token/],
    [['--max-body', 'much'], /--max-body takes a size/],
    [['--keep-for', 'ever'], /--keep-for takes a span/],
    [['--port', 'http'], /--port takes a port/],
    [['--durability', 'maybe'], /--durability takes full or fast/],
    [['--colour'], /unknown option '--colour'/],
    [['--prot', '1'], /Did you mean .*--port/],
    [['serv'], /unknown command 'serv'[\s\S]*Did you mean serve/],
    [['serve', 'what'], /too many arguments/],
  ])('%j ends with exit code 2 and a sentence', async (words, sentence) => {
    const program = hookwell(words)
    expect(await program.ended).toBe(2)
    expect(program.stderr()).toMatch(sentence)
    expect(program.stderr()).not.toMatch(/\n\s+at /) // no stack
    expect(program.stdout()).toBe('')
  })

  test('a switch in the environment takes yes or no and nothing else', async () => {
    const program = hookwell([...anyPorts, '--data', tempDirectory()], { HOOKWELL_TRUST_PROXY: 'perhaps' })
    expect(await program.ended).toBe(2)
    expect(program.stderr()).toContain('HOOKWELL_TRUST_PROXY')
  })

  test.each([
    ['--port', ['--ui-port', '0']],
    ['--ui-port', ['--port', '0']],
  ])('a taken %s ends with exit code 1, names it, and leaves the data free', async (option, others) => {
    const port = await takenPort()
    const data = tempDirectory()
    const program = hookwell([option, String(port), ...others, '--data', data])
    expect(await program.ended).toBe(1)
    expect(program.stderr()).toMatch(new RegExp(`Port ${port} is already in use.*${option}`))
    await readyLine(hookwell([...anyPorts, '--data', data, '--json']))
  })

  test('a second instance on the same data ends with exit code 2 and names the first', async () => {
    const data = tempDirectory()
    const { pid } = await readyLine(hookwell([...anyPorts, '--data', data, '--json']))
    const second = hookwell([...anyPorts, '--data', data])
    expect(await second.ended).toBe(2)
    expect(second.stderr()).toContain(`pid ${pid}`)
  })

  test('damaged data end with exit code 3 and the name of the file', async () => {
    const data = tempDirectory()
    writeFileSync(join(data, 'hookwell.sqlite'), 'no database')
    const program = hookwell([...anyPorts, '--data', data])
    expect(await program.ended).toBe(3)
    expect(program.stderr()).toContain(join(data, 'hookwell.sqlite'))
  })

  test('an older Node is refused in one sentence, before anything is loaded or made', async () => {
    const data = join(tempDirectory(), 'data')
    const program = hookwell([...anyPorts, '--data', data], {}, ['--require', './test/support/old-node.cjs'])
    expect(await program.ended).toBe(2)
    expect(program.stderr()).toMatch(/^hookwell needs Node\.js 22\.18 or newer; this is v20\.1\.0 .*\n$/)
    expect(existsSync(data)).toBe(false)
  })
})

describe('help', () => {
  test('names the commands and where every option is told', async () => {
    const program = hookwell(['--help'])
    expect(await program.ended).toBe(0)
    expect(program.stdout()).toMatch(/serve/)
    expect(program.stdout()).toMatch(/HOOKWELL_UI_PORT/)
  })

  test('of serve names each option with its default and its twin', async () => {
    const program = hookwell(['serve', '--help'])
    expect(await program.ended).toBe(0)
    for (const option of [
      '--port',
      '--ui-port',
      '--data',
      '--max-body',
      '--keep-for',
      '--allow-target',
      '--durability',
    ])
      expect(program.stdout()).toContain(option)
    expect(program.stdout()).toMatch(/default: "4665", env: HOOKWELL_PORT/)
  })

  test('the version is that of the package', async () => {
    const program = hookwell(['--version'])
    expect(await program.ended).toBe(0)
    expect(program.stdout()).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})
