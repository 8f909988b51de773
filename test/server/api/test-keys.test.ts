import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { usesPublicKey } from '../../../shared/scheme-key.ts'
import type { Log } from '../../../server/log.ts'
import type { Scheme } from '../../../shared/scheme.ts'
import { findDefinition, SCHEMES } from '../../../server/signatures/schemes.ts'
import { keyKindOf, publicKeyFor } from '../../../server/signatures/test-key.ts'
import { openTestKeys } from '../../../server/test-keys.ts'
import { anInspector } from '../../support/an-inspector.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

const quiet = () => undefined

test('a key is made once, also for two who ask at the same time, and is there again after a restart', async () => {
  const data = tempDirectory()
  const keys = openTestKeys(data, quiet)
  const [first, second] = await Promise.all([keys('p256'), keys('p256')])
  await keys('ed25519')
  const later = openTestKeys(data, quiet)
  for (const key of [second, await later('p256')]) expect(key.equals(first)).toBe(true)
  expect((await later('ed25519')).asymmetricKeyType).toBe('ed25519')
})

test('only its owner may read the file', async () => {
  const data = tempDirectory()
  await openTestKeys(data, quiet)('ed25519')
  expect(statSync(join(data, 'test-keys.json')).mode & 0o777).toBe(0o600)
})

test('what lies where the file is written first is not written into', async () => {
  const data = tempDirectory()
  const elsewhere = join(tempDirectory(), 'of-somebody-else')
  writeFileSync(elsewhere, 'untouched')
  symlinkSync(elsewhere, join(data, 'test-keys.json.new'))
  const key = await openTestKeys(data, quiet)('ed25519')
  expect(readFileSync(elsewhere, 'utf8')).toBe('untouched')
  expect((await openTestKeys(data, quiet)('ed25519')).equals(key)).toBe(true)
})

test('without a directory keys end with the process', async () => {
  const first = await openTestKeys(':memory:', quiet)('ed25519')
  expect((await openTestKeys(':memory:', quiet)('ed25519')).equals(first)).toBe(false)
})

/** What the log says, and the keys of this directory. */
function openedIn(data: string) {
  const logged: [string, Parameters<Log>[1]][] = []
  const keys = openTestKeys(data, (fact, more) => logged.push([fact, more]))
  return { keys, logged, facts: () => logged.map(([fact]) => fact) }
}

const NEW = 'What could not be read of the test keys is kept aside.'

test('a file that is none is said and kept aside, and new keys serve', async () => {
  const data = tempDirectory()
  const file = join(data, 'test-keys.json')
  for (const [i, text] of ['{"ed25519":"-----BEGIN', '[]', ''].entries()) {
    writeFileSync(file, text)
    const { keys, logged, facts } = openedIn(data)
    const key = await keys('ed25519')
    const aside = `${file}.damaged-${i + 1}`
    expect(facts()).toEqual(['The test keys could not be read; new ones are made.', NEW])
    expect(logged[1]?.[1]).toEqual({ file: aside })
    expect(readFileSync(aside, 'utf8')).toBe(text)
    expect(statSync(aside).mode & 0o777).toBe(0o600)
    expect((await openTestKeys(data, quiet)('ed25519')).equals(key)).toBe(true)
  }
})

test.each([
  ['no key', '-----BEGIN PRIVATE KEY-----\ncut o'],
  ['no text', 7],
  ['a key of another kind', generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })],
  [
    'a key of another curve',
    generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
  ],
])('an entry that is %s costs no other key, and is kept aside before its place is taken', async (_, entry) => {
  const data = tempDirectory()
  const file = join(data, 'test-keys.json')
  const before = openTestKeys(data, quiet)
  const [ed25519, rsa] = await Promise.all([before('ed25519'), before('rsa2048')])
  const stored = { p256: entry, ...JSON.parse(readFileSync(file, 'utf8')), later: { more: [1] } }
  const text = JSON.stringify(stored)
  writeFileSync(file, text)

  const { keys, logged, facts } = openedIn(data)
  expect((await keys('ed25519')).equals(ed25519)).toBe(true)
  expect((await keys('rsa2048')).equals(rsa)).toBe(true)
  expect(logged).toEqual([
    ['A test key could not be read; a new one is made when it is needed.', { file, key: 'p256' }],
  ])
  expect(readFileSync(file, 'utf8')).toBe(text)

  const p256 = await keys('p256')
  expect(facts()).toEqual([facts()[0], NEW])
  expect(readFileSync(`${file}.damaged-1`, 'utf8')).toBe(text)
  const later = openTestKeys(data, quiet)
  for (const key of [ed25519, p256, rsa])
    expect((await later(key === rsa ? 'rsa2048' : key === p256 ? 'p256' : 'ed25519')).equals(key)).toBe(true)
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ later: { more: [1] } })
  expect(JSON.stringify(logged)).not.toContain('BEGIN')
})

test('what cannot be read and not be kept aside is not written over', async () => {
  const data = tempDirectory()
  mkdirSync(join(data, 'test-keys.json'))
  const { keys, facts } = openedIn(data)
  expect((await keys('ed25519')).type).toBe('private')
  expect(facts()).toEqual([
    'The test keys could not be read; new ones are made.',
    'The test keys could not be kept and end with this process.',
  ])
  expect(statSync(join(data, 'test-keys.json')).isDirectory()).toBe(true)
})

test('where it cannot be kept, the key serves all the same, and that is said', async () => {
  const data = tempDirectory()
  writeFileSync(join(data, 'file'), '')
  const logged: string[] = []
  const key = await openTestKeys(join(data, 'file'), (fact) => logged.push(fact))('ed25519')
  expect(key.type).toBe('private')
  expect(logged.at(-1)).toBe('The test keys could not be kept and end with this process.')
})

test('each scheme with a key of the provider gives the public half in its own form, and nothing of the private one', async () => {
  const data = tempDirectory()
  await using inspector = await anInspector({ data })
  const ids = SCHEMES.filter(({ row }) => usesPublicKey(row)).map(({ id }) => id)
  for (const id of ids) {
    const response = await fetch(`${inspector.inspector}/api/schemes/${id}/test-key`)
    const text = await response.text()
    const { publicKey, enc, forms } = JSON.parse(text) as {
      publicKey: string
      enc: string
      forms: { label: string; text: string }[]
    } // the route's own shape
    const row = findDefinition(id)?.row
    const kind = row === undefined ? undefined : keyKindOf(row)
    if (row === undefined || kind === undefined) throw new Error(id)
    expect([response.status, enc]).toEqual([200, row.key.enc])
    expect(publicKey).toBe(publicKeyFor(row, await openTestKeys(data, quiet)(kind)))
    const pem = forms.find(({ label }) => label === 'PEM')?.text ?? ''
    const jwk = forms.find(({ label }) => label === 'JWK')?.text ?? '{}'
    expect(createPublicKey({ key: JSON.parse(jwk), format: 'jwk' }).equals(createPublicKey(pem))).toBe(true)
    expect(text).not.toContain('PRIVATE')
    expect(text).not.toContain('"d\\":')
    const kept = readFileSync(join(data, 'test-keys.json'), 'utf8')
    for (const line of kept.split(/\\n|\n/).filter((each) => each.length > 40)) expect(text).not.toContain(line)
  }
})

test('a scheme with a shared secret needs none, and an unknown one is not found', async () => {
  await using inspector = await anInspector()
  const status = async (id: string) => {
    const response = await fetch(`${inspector.inspector}/api/schemes/${id}/test-key`)
    return [response.status, ((await response.json()) as { code: string }).code] // a problem
  }
  expect(await status('github')).toEqual([422, 'invalid_input'])
  expect(await status('nobody')).toEqual([404, 'not_found'])
})

test("an endpoint's own scheme gives the public half in the form that its row takes", async () => {
  const data = tempDirectory()
  await using inspector = await anInspector({ data })
  const rows: [string, Scheme][] = (
    [
      ['p256', { alg: 'ecdsa-p256', enc: 'jwk' }],
      ['hex', { alg: 'ed25519', enc: 'hex' }],
      ['pem', { alg: 'rsa-sha256', enc: 'pem' }],
    ] as const
  ).map(([alias, { alg, enc }]) => [
    alias,
    { alg, key: { enc }, sig: { in: 'header', name: 'X-Sig', enc: 'base64' }, content: '{body}' },
  ])
  const asked = async (query: string) => {
    const response = await fetch(`${inspector.inspector}/api/schemes/custom/test-key${query}`)
    return { status: response.status, json: (await response.json()) as Record<string, unknown> } // the route's own shape, or a problem
  }
  for (const [alias, row] of rows) {
    await inspector.store.addEndpoint({ alias, signing: { scheme: 'custom', custom: row } })
    const kind = keyKindOf(row)
    if (kind === undefined) throw new Error(alias)
    const { status, json } = await asked(`?endpoint=${alias}`)
    const key = await openTestKeys(data, quiet)(kind)
    expect([status, json['enc'], json['publicKey']]).toEqual([200, row.key.enc, publicKeyFor(row, key)])
  }
  await inspector.store.addEndpoint({ alias: 'of-the-table', signing: { scheme: 'discord' } })
  expect(await asked('?endpoint=of-the-table')).toMatchObject({ status: 422, json: { issues: [{ path: 'endpoint' }] } })
  expect(await asked('')).toMatchObject({ status: 422, json: { hint: expect.stringContaining('?endpoint=') } })
  expect(await asked('?endpoint=nobody')).toMatchObject({ status: 404, json: { code: 'not_found' } })
})
