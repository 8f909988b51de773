/** POST /api/schemes/code: code to copy, for schemes of the table and for rows of the user's own. */
import { expect, test } from 'vitest'
import { CANONICAL } from '../../../shared/scheme.ts'
import { findDefinition, SCHEMES } from '../../../server/signatures/schemes.ts'
import { anInspector } from '../../support/an-inspector.ts'

interface Codes {
  readonly codes: readonly { readonly language: string; readonly label: string; readonly code: string }[]
}

test('each scheme of the table has code in five languages, or a sentence where a few lines cannot say it', async () => {
  await using inspector = await anInspector()
  for (const { id, name, row } of SCHEMES) {
    const { status, json } = await inspector.post('/api/schemes/code', { scheme: id })
    expect(status).toBe(200)
    const { codes } = json as Codes // the answer of the route, looked at below
    expect(codes.map(({ language }) => language)).toEqual(['node', 'python', 'php', 'ruby', 'go'])
    const isWhole = row.content !== CANONICAL && findDefinition(id)?.code === undefined
    for (const { code } of codes) {
      expect(code).toContain(name)
      expect(/\bverify\b/i.test(code)).toBe(isWhole)
    }
  }
})

test('a row of one’s own is taken as it is sent, and what is not a row is refused', async () => {
  await using inspector = await anInspector()
  const custom = {
    alg: 'hmac-sha256',
    key: { enc: 'utf8' },
    sig: { in: 'header', name: 'X-Mine', enc: 'hex' },
    content: '{ts}.{body}',
  }
  const refused = async (input: unknown) =>
    (await inspector.post('/api/schemes/code', input)).json as { issues: { path: string }[] }
  const ts = { in: 'header', name: 'X-Time', unit: 's', past: 60, future: null }
  const { status, json } = await inspector.post('/api/schemes/code', { scheme: 'custom', custom: { ...custom, ts } })
  expect(status).toBe(200)
  expect((json as Codes).codes[0]?.code).toContain("'x-mine'")
  expect((await refused({ scheme: 'custom', custom })).issues[0]?.path).toBe('custom.ts')
  expect((await refused({ scheme: 'custom' })).issues[0]?.path).toBe('custom')
  expect((await refused({ scheme: 'nonsense' })).issues[0]?.path).toBe('scheme')
})
