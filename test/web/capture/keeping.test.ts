import { expect, test } from 'vitest'
import type { Cause, DiagnoseInput } from '../../../shared/diagnosis.ts'
import type { Scheme } from '../../../shared/scheme.ts'
import { ApiError } from '../../../web/api.ts'
import { keepIfValid, whatToKeep } from '../../../web/capture/keeping.ts'

const row: Scheme = {
  alg: 'hmac-sha256',
  key: { enc: 'utf8' },
  sig: { in: 'header', name: 'X-Signature', enc: 'hex' },
  content: '{body}',
}
const found = (...ids: string[]) => ({
  verdict: { kind: 'unchecked' as const },
  scheme: row,
  causes: ids.map((id): Cause => ({ id, title: '', detail: '', remedy: '', evidence: '', proven: true })),
})

/** A server that finds just one secret valid, and remembers what it was asked. */
function server(secret: string | undefined) {
  const asked: DiagnoseInput[] = []
  const check = async (input: DiagnoseInput) => {
    asked.push(input)
    return { verdict: { kind: input.secret === secret ? ('valid' as const) : ('invalid' as const) } }
  }
  return { asked, check }
}

test('what was found is tried just as it would be saved, without a search, before it may be', async () => {
  const { asked, check } = server('abc')
  const keeping = await whatToKeep(check, { secret: 'abc', extra: { a: 'b' } }, found('scheme_found'), {})
  const signing = { scheme: 'custom', custom: row, secrets: ['abc'], extra: { a: 'b' } }
  expect(keeping).toEqual({ kind: 'fits', signing })
  expect(asked).toEqual([{ scheme: 'custom', custom: row, secret: 'abc', extra: { a: 'b' }, causes: false }])
})

test('a secret that fits without the spaces around it is saved without them, and that is said', async () => {
  const { check } = server('abc')
  const keeping = await whatToKeep(check, { secret: ' abc\n' }, found('scheme_found', 'secret_whitespace'), {})
  expect(keeping).toEqual({
    kind: 'fits',
    signing: { scheme: 'custom', custom: row, secrets: ['abc'] },
    note: 'The secret is saved without the spaces, line breaks or invisible characters around it.',
  })
})

test('a secret that fits without the quotes of a word processor or what cannot be seen in it is saved without them', async () => {
  const { check } = server('abc')
  const causes = found('scheme_found', 'secret_whitespace')
  expect(await whatToKeep(check, { secret: '\u201cabc\u201d' }, causes, {})).toMatchObject({
    signing: { secrets: ['abc'] },
    note: 'The secret is saved without the quotes around it.',
  })
  expect(await whatToKeep(check, { secret: 'a\u00adb\u2066c' }, causes, {})).toMatchObject({
    signing: { secrets: ['abc'] },
    note: 'The secret is saved without any spaces, line breaks or invisible characters.',
  })
})

test('nothing is taken off a secret where nobody said that something is too much', async () => {
  const { asked, check } = server('abc')
  expect(await whatToKeep(check, { secret: ' abc' }, found('scheme_found'), {})).toMatchObject({ kind: 'unfit' })
  expect(asked).toHaveLength(1)
})

test('what fits with the secret of another endpoint is not offered with the one that was typed', async () => {
  const { asked, check } = server('kk')
  const keeping = await whatToKeep(check, { secret: 'kk' }, found('scheme_found', 'other_secret'), {})
  expect(keeping).toMatchObject({ kind: 'unfit' })
  expect(JSON.stringify(keeping)).not.toContain('kk')
  expect(asked).toEqual([])
})

test('what was valid as it was tried needs no second try, and what was not found is not kept', async () => {
  const { asked, check } = server('abc')
  const valid = { verdict: { kind: 'valid' as const }, causes: [] }
  expect(await whatToKeep(check, { scheme: 'one', secret: 'abc' }, valid, {})).toEqual({
    kind: 'fits',
    signing: { scheme: 'one', secrets: ['abc'] },
  })
  expect(await whatToKeep(check, { secret: 'abc' }, { verdict: { kind: 'unchecked' }, causes: [] }, {})).toBeUndefined()
  expect(asked).toEqual([])
})

test('a try that the server refuses says why instead of a button', async () => {
  const refuse = async () => {
    throw new ApiError('The secret must be given.', 400)
  }
  expect(await keepIfValid(refuse, { scheme: 'custom', custom: row })).toEqual({
    kind: 'unfit',
    why: 'The secret must be given.',
  })
})
