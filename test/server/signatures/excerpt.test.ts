/** What is signed is shown up to a limit, and only so much of it is put together. */
import { expect, test } from 'vitest'
import { compileContent, excerptOf } from '../../../server/signatures/content.ts'
import { SIGNED_SHOWN_BYTES } from '../../../shared/limits.ts'
import type { Scheme } from '../../../shared/scheme.ts'
import { aRequest, explain } from './vectors.ts'

const row: Scheme = {
  alg: 'hash-sha256',
  key: { enc: 'utf8' },
  sig: { in: 'header', name: 'X-Sig', enc: 'hex' },
  content: '{method} {body}é{secret}{bodyBase64}',
}

test('the first bytes come with the size of the whole, wherever they are cut', () => {
  const content = compileContent(row)(aRequest({ text: 'äöü' }), { ts: undefined, id: undefined, extra: {} })
  if ('says' in content) throw new Error(content.says)
  const whole = Buffer.from('POST äöüé{secret}w6TDtsO8')
  for (let limit = 0; limit <= whole.length + 2; limit++)
    expect(excerptOf(content, limit)).toEqual({ bytes: whole.subarray(0, limit), size: whole.length })
})

test('a large body is shown in part', () => {
  const body = Buffer.alloc(3_000_000, 'a')
  const request = aRequest({ body, headers: ['X-Sig', '00'.repeat(32)] })
  const { signed, signedSize } = explain(
    'custom',
    { ...row, content: '{secret}{body}' },
    [{ id: 's', value: 'x' }],
    request,
    0,
  )
  expect([signed?.length, signedSize]).toEqual([SIGNED_SHOWN_BYTES, 3_000_000 + '{secret}'.length])
})
