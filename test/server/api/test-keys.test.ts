import { createPublicKey } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { usesPublicKey } from '../../../shared/scheme.ts'
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

test('without a directory keys end with the process', async () => {
  const first = await openTestKeys(':memory:', quiet)('ed25519')
  expect((await openTestKeys(':memory:', quiet)('ed25519')).equals(first)).toBe(false)
})

test('a damaged file is said, and replaced', async () => {
  const data = tempDirectory()
  writeFileSync(join(data, 'test-keys.json'), '{"ed25519":"-----BEGIN')
  const logged: string[] = []
  const key = await openTestKeys(data, (fact) => logged.push(fact))('ed25519')
  expect(logged).toEqual(['The test keys could not be read; new ones are made.'])
  expect((await openTestKeys(data, quiet)('ed25519')).equals(key)).toBe(true)
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
