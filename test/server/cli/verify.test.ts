/** `hookwell verify`, spawned: from files without a server, and of a stored capture; what it prints, and how it ends. */
import { createHmac } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { anInspector, type TestInspector } from '../../support/an-inspector.ts'
import { hookwell } from '../../support/program.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

const SECRET = 'a-secret-of-nobody'
const BODY = Buffer.from('{"id":"evt_1","note":"caf\u00e9 \u001b[2J\u202e\u0085"}\n')

const hex = (body: Buffer | string, secret = SECRET): string => createHmac('sha256', secret).update(body).digest('hex')
const github = (body: Buffer | string): string => `X-Hub-Signature-256: sha256=${hex(body)}`

interface Ended {
  readonly code: number | string | null
  readonly stdout: string
  readonly stderr: string
}

async function verify(
  words: readonly string[],
  environment: Record<string, string> = {},
  input?: Buffer,
): Promise<Ended> {
  const program = hookwell(['verify', ...words], environment)
  program.child.stdin.end(input)
  const code = await program.ended
  return { code, stdout: program.stdout(), stderr: program.stderr() }
}

/** A file with this content; its name. */
function file(content: Buffer | string, name = 'file'): string {
  const path = join(tempDirectory(), name)
  writeFileSync(path, content)
  return path
}

/** Has Node say which files it loads. */
const TELLS_LOADED = `--import ${JSON.stringify(
  `data:text/javascript,${encodeURIComponent(
    "import { registerHooks } from 'node:module'; registerHooks({ load(url, context, next) { process.stderr.write('loads ' + url + '\\n'); return next(url, context) } })",
  )}`,
)}`

test('to ask an inspector, neither the rules nor the validator of shapes is loaded', async () => {
  const loadedBy = async (words: readonly string[]) => {
    const { stderr } = await verify(words, { NODE_OPTIONS: TELLS_LOADED })
    return stderr.split('\n').filter((line) => line.startsWith('loads file:'))
  }
  const needless = /\/(server\/signatures|node_modules\/zod)\//
  const asking = await loadedBy(['an-id', '--inspector', 'http://127.0.0.1:1'])
  expect(asking.filter((line) => line.endsWith('/server/remote/inspector.ts'))).toHaveLength(1)
  expect(asking.filter((line) => needless.test(line))).toEqual([])
  const offline = await loadedBy(['--body', file(BODY)])
  expect(offline.filter((line) => needless.test(line)).length).toBeGreaterThan(50)
})

describe('from files', () => {
  test('what is rightly signed ends with 0, and what is not with 1', async () => {
    const body = file(BODY)
    const scheme = ['--scheme', 'github', '--body', body, '--header', github(BODY)]
    const right = await verify([...scheme, '--secret-file', file(`${SECRET}\n`)])
    expect(right).toMatchObject({ code: 0, stderr: '' })
    expect(right.stdout).toMatch(/^valid \(github\)\n/)

    const wrong = await verify([...scheme, '--secret', 'another'])
    expect(wrong).toMatchObject({ code: 1, stderr: '' })
    expect(wrong.stdout).toMatch(/^invalid \(github\) {2}The signature does not fit/)
    expect(wrong.stdout).toContain('What to do: ')
    expect(right.stdout + wrong.stdout).not.toContain(SECRET)
    expect(wrong.stdout).toMatch(/^Expected {2}sha256=[0-9a-f]{64}\nReceived {2}sha256=[0-9a-f]{64}\n +\^/m)
  })

  test('whatever a body holds, the terminal is shown it and does not obey it', async () => {
    const { stdout } = await verify([
      '--scheme',
      'github',
      '--secret',
      SECRET,
      '--body',
      file(BODY),
      '--header',
      github(BODY),
    ])
    expect(stdout).toContain('{"id":"evt_1","note":"caf\u00e9 \u241b[2J<U+202E><U+0085>"}\u240a')
    const controls = [...stdout].filter((char) => /\p{Cc}|\p{Cf}/u.test(char) && char !== '\n')
    expect(controls).toEqual([])
  })

  test('colours are for a terminal, and for who forces them; NO_COLOR is stronger than a terminal', async () => {
    const words = ['--scheme', 'github', '--secret', SECRET, '--body', file(BODY), '--header', github(BODY)]
    expect((await verify(words)).stdout).not.toContain('\u001b[')
    expect((await verify(words, { FORCE_COLOR: '1' })).stdout).toContain('\u001b[32mvalid')
    expect((await verify(words, { NO_COLOR: '1' })).stdout).not.toContain('\u001b[')
  })

  test('a rightly signed request that is too old ends with 1, and with 0 at the time it came', async () => {
    const signature = `t=1700000000,v1=${hex(`1700000000.${BODY}`)}`
    const words = [
      '--scheme',
      'stripe',
      '--secret',
      SECRET,
      '--body',
      file(BODY),
      '--header',
      `Stripe-Signature: ${signature}`,
    ]
    const old = await verify(words)
    expect(old.code).toBe(1)
    expect(old.stdout).toMatch(/^valid, too old \(stripe\)/)
    expect(await verify([...words, '--at', '1700000060'])).toMatchObject({ code: 0 })
    expect(await verify([...words, '--at', '2023-11-14T22:15:00Z'])).toMatchObject({ code: 0 })
    const milliseconds = await verify([...words, '--at', '1700000060000'])
    expect(milliseconds).toMatchObject({ code: 2, stdout: '' })
    expect(milliseconds.stderr).toContain('milliseconds')
  })

  test('a whole request from the wire is read with its line breaks, its chunks and its length', async () => {
    const head = `POST /hook?x=1 HTTP/1.1\r\nHost: shop.example\r\n${github('hello')}\r\n`
    const words = ['--scheme', 'github', '--secret', SECRET, '--request']
    expect(await verify([...words, file(`${head}\r\nhello`)])).toMatchObject({ code: 0, stderr: '' })
    expect(await verify([...words, file(`${head.replaceAll('\r', '')}\nhello`)])).toMatchObject({ code: 0, stderr: '' })
    const chunked = await verify([
      ...words,
      file(`${head}Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n`),
    ])
    expect(chunked).toMatchObject({ code: 0, stderr: '' })
    const longer = await verify([...words, file(`${head}Content-Length: 5\r\n\r\nhello\n`)])
    expect(longer).toMatchObject({ code: 0, stderr: expect.stringContaining('not part of the body') })
    expect(await verify([...words, file('hello')])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('request line'),
    })
  })

  test('headers come as lines, as an object, as pairs or as in a HAR, and a body by standard input', async () => {
    const value = `sha256=${hex(BODY)}`
    const forms = [
      `Content-Type: text/plain\r\nX-Hub-Signature-256: ${value}\r\n`,
      JSON.stringify({ 'x-hub-signature-256': [value] }),
      JSON.stringify([['X-Hub-Signature-256', value]]),
      JSON.stringify([{ name: 'X-Hub-Signature-256', value }]),
    ]
    const ended = await Promise.all(
      forms.map((form) =>
        verify(['--scheme', 'github', '--body', '-', '--headers', file(form)], { HOOKWELL_SECRET: SECRET }, BODY),
      ),
    )
    expect(ended.map(({ code, stderr }) => ({ code, stderr }))).toEqual(forms.map(() => ({ code: 0, stderr: '' })))
  })

  test('the URL that was signed is given, and with several secrets the one that fits counts', async () => {
    const url = 'https://shop.example/hook?a=1'
    const signature = createHmac('sha256', SECRET).update(url).update(BODY).digest('base64')
    const { code, stdout } = await verify([
      ...['--scheme', 'square', '--secret', 'an-older-one', '--secret', SECRET, '--url', url, '--json'],
      ...['--body', file(BODY), '--header', `x-square-hmacsha256-signature: ${signature}`],
    ])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ verdict: { kind: 'valid', secretId: 'given-2' }, causes: [] })
  })

  test('a scheme of one’s own is read from a file, and what is wrong with it is said', async () => {
    const row = {
      alg: 'hmac-sha256',
      key: { enc: 'utf8' },
      sig: { in: 'header', name: 'X-Mine', enc: 'hex' },
      content: '{extra:app}.{body}',
    }
    const words = [
      '--secret',
      SECRET,
      '--body',
      file(BODY),
      '--extra',
      'app=a=b',
      '--header',
      `x-mine: ${hex(`a=b.${BODY}`)}`,
    ]
    expect(await verify([...words, '--custom', file(JSON.stringify(row))])).toMatchObject({ code: 0 })
    const broken = await verify([...words, '--custom', file(JSON.stringify({ ...row, content: '{nonsense}' }))])
    expect(broken).toMatchObject({ code: 2, stdout: '' })
    expect(broken.stderr).toContain('content: There is no token {nonsense}.')
  })

  test.each([
    [['--scheme', 'gihub', '--body', '-'], 'Did you mean github'],
    [[], 'There is nothing to check.'],
    [['--body', '/nowhere/at/all'], 'there is no such file'],
    [['--body', '-', '--header', 'no colon'], 'Name: value'],
    [['--body', '-', '--extra', 'novalue'], 'name=value'],
    [['--body', '-', '--request', '-'], 'Both --request and --body'],
    [['--body', '-', '--scheme', 'custom'], '--custom'],
    [['--body', '-', '--at', 'yesterday'], '--at takes'],
    [['some-id', '--body', '-'], 'leave out --body'],
    [['--nonsense'], "unknown option '--nonsense'"],
  ])('a wrong call (%j) ends with 2 and a sentence', async (words, sentence) => {
    const { code, stdout, stderr } = await verify(words)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(sentence)
    expect(stderr).not.toMatch(/\n +at /)
  })

  test('what nobody could check ends with 2, and what is found to be signed with 1 and its scheme', async () => {
    const plain = ['--body', file('{"a":1}')]
    expect(await verify(plain)).toMatchObject({ code: 2, stdout: expect.stringMatching(/^unchecked/) })
    const withoutSecret = await verify([...plain, '--scheme', 'github', '--header', github('{"a":1}')])
    expect(withoutSecret).toMatchObject({ code: 2, stdout: expect.stringContaining('--secret-file') })
    expect(withoutSecret.stdout).toContain('seen in the request')
    expect(withoutSecret.stdout).not.toMatch(/a guess|endpoint/)
    const found = await verify([...plain, '--secret', SECRET, '--header', github('{"a":1}')])
    expect(found).toMatchObject({ code: 1, stdout: expect.stringContaining('--scheme github') })
    expect(found.stdout).toContain('"alg":"hmac-sha256"')
    const own = await verify([...plain, '--secret', SECRET, '--header', `X-Mine: ${hex('{"a":1}')}`])
    expect(own).toMatchObject({ code: 1, stdout: expect.stringContaining('"name":"X-Mine"') })
  })

  test('a remedy speaks of options, and of no settings that are not there', async () => {
    const body = file('{"a":1}')
    const square = createHmac('sha256', SECRET).update('https://a.example/in{"a":1}').digest('base64')
    const header = ['--header', `x-square-hmacsha256-signature: ${square}`]
    const signed = ['--scheme', 'square', '--secret', SECRET, '--body', body, ...header]
    const cases: readonly [string[], string][] = [
      [[...signed, '--url', 'http://a.example/in'], '--url'],
      [[...signed, '--header', 'Host: localhost:4665'], '--url'],
      [['--scheme', 'discord', '--body', body, '--header', 'X-Signature-Ed25519: 00'], '--public-key'],
      [['--scheme', 'square', '--secret', SECRET, '--body', body, '--header', github('{"a":1}')], '--scheme github'],
      [
        ['--scheme', 'pusher', '--secret', SECRET, '--body', body, '--header', `X-Pusher-Signature: ${hex('{"a":1}')}`],
        '--extra',
      ],
    ]
    for (const [words, option] of cases) {
      const { stdout } = await verify(words)
      const remedies = stdout.split('\n').filter((line) => line.includes('What to do:'))
      expect(remedies.join('\n'), words.join(' ')).toContain(option)
      expect(remedies.join('\n'), words.join(' ')).not.toMatch(/settings|this endpoint/)
    }
  })

  test('neither the server nor its store is loaded', async () => {
    const spy = `data:text/javascript,${encodeURIComponent(
      "import { registerHooks } from 'node:module'; registerHooks({ load(url, context, next) { console.error('LOADED', url); return next(url, context) } })",
    )}`
    const program = hookwell(['verify', '--scheme', 'github', '--secret', 'x', '--body', '-'], {}, ['--import', spy])
    program.child.stdin.end('x')
    await program.ended
    expect(program.stderr()).toContain('server/cli/verify.ts')
    expect(program.stderr()).not.toMatch(
      /better-sqlite3|server\/(server|store|api|capture|deliver|live)|node_modules\/(ws|open|@hono\/node-server)\//,
    )
  })
})

describe('a stored capture', () => {
  /** An endpoint with a secret, and a capture of it; the id of the capture. */
  async function captured(inspector: TestInspector, headers: Record<string, string>): Promise<string> {
    const made = await inspector.post('/api/endpoints', {
      alias: 'shop',
      signing: { scheme: 'github', secrets: [SECRET] },
    })
    expect(made.status).toBe(201)
    await fetch(`${inspector.capture}/shop`, { method: 'POST', body: BODY, headers })
    const { captures } = (await (await fetch(`${inspector.inspector}/api/endpoints/shop/captures`)).json()) as {
      captures: { id: string }[]
    }
    return captures[0]?.id ?? ''
  }

  test('has the same diagnosis from the inspector, from the command line and offline', async () => {
    await using inspector = await anInspector()
    const url = `${inspector.capture}/shop`
    const square = createHmac('sha256', SECRET).update(url).update(BODY).digest('base64')
    const id = await captured(inspector, {
      'x-hub-signature-256': `sha256=${hex(BODY)}`,
      'x-square-hmacsha256-signature': square,
    })
    const capture = (await (await fetch(`${inspector.inspector}/api/captures/${id}`)).json()) as { headers: unknown }
    const headers = file(JSON.stringify(capture.headers))
    const tries = ['github', 'square'].flatMap((scheme) => [SECRET, 'another'].map((secret) => ({ scheme, secret })))
    for (const { scheme, secret } of tries) {
      const given = { scheme, secret, publicUrl: url }
      const api = (await inspector.post(`/api/captures/${id}/diagnose`, given)).json
      const words = ['--scheme', scheme, '--secret', secret, '--url', url, '--json']
      const stored = await verify([id, ...words, '--inspector', inspector.inspector])
      const offline = await verify([...words, '--body', file(BODY), '--headers', headers])
      expect(stored.code).toBe(secret === SECRET ? 0 : 1)
      expect(JSON.parse(stored.stdout)).toEqual(api)
      expect(JSON.parse(offline.stdout)).toEqual(api)
      expect(offline.code).toBe(stored.code)
    }
  })

  test('is checked with the settings of its endpoint', async () => {
    await using inspector = await anInspector()
    const id = await captured(inspector, { 'x-hub-signature-256': `sha256=${hex(BODY)}` })
    expect(await verify([id, '--inspector', inspector.inspector])).toMatchObject({ code: 0, stderr: '' })
    const missing = await verify(['01981f3c-0000-7000-8000-000000000000', '--inspector', inspector.inspector])
    expect(missing).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('There is no capture') })
    const strange = await verify([id, '--inspector', inspector.inspector, '--scheme', 'strpe'])
    expect(strange).toMatchObject({ code: 2, stderr: expect.stringContaining('strpe') })
  })

  test('is asked for with the token that the inspector wants', async () => {
    await using inspector = await anInspector({ token: 'a-token-of-mine' })
    const words = ['01981f3c-0000-7000-8000-000000000000', '--inspector', inspector.inspector]
    expect((await verify(words)).stderr).toContain('--token')
    expect((await verify([...words, '--token', 'a-token-of-mine'])).stderr).toContain('There is no capture')
    expect((await verify(words, { HOOKWELL_TOKEN: 'a-token-of-mine' })).stderr).toContain('There is no capture')
  })

  test('where no inspector answers, that is said', async () => {
    const { code, stderr } = await verify(['some-id', '--inspector', 'http://127.0.0.1:9'])
    expect(code).toBe(2)
    expect(stderr).toMatch(/^hookwell: No inspector answers at http:\/\/127\.0\.0\.1:9\.\nStart one/)
  })
})
