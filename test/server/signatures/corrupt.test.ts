import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { HeaderPairs } from '../../../shared/headers.ts'
import { withoutAuthority } from '../../../shared/target.ts'
import { compile } from '../../../server/signatures/compile.ts'
import { corrupted } from '../../../server/signatures/corrupt.ts'
import type { Definition } from '../../../server/signatures/definition.ts'
import { type Draft, requestOfDraft } from '../../../server/signatures/draft.ts'
import { findDefinition } from '../../../server/signatures/schemes.ts'
import { judge } from '../../../server/signatures/verify.ts'

const SECRET = 'a-secret-of-the-test'
const BODY = '{"id":"evt_1"}'
const RIGHT = createHmac('sha256', SECRET).update(BODY).digest()

const definitionOf = (id: string): Definition => {
  const found = findDefinition(id)
  if (found === undefined) throw new Error(`no scheme ${id}`)
  return found
}
const draftWith = (headers: HeaderPairs, url = 'http://localhost:3000/hook'): Draft => ({
  method: 'POST',
  url,
  target: withoutAuthority(url),
  headers,
  body: Buffer.from(BODY),
})
const secrets = [{ id: 's', value: SECRET }]

/** The right signature with these bits turned. */
function turned(...bits: number[]): string {
  const bytes = Buffer.from(RIGHT)
  for (const bit of bits) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return `sha256=${bytes.toString('hex')}`
}

/** How many bits of the outcome are not those of the right signature. */
function wrongBits(draft: Draft | undefined): number {
  const hex = draft?.headers[0]?.[1].slice('sha256='.length) ?? ''
  const [a, b] = [BigInt(`0x${hex}`), BigInt(`0x${RIGHT.toString('hex')}`)]
  return (a ^ b).toString(2).replaceAll('0', '').length
}

describe('a signature that is one bit away from the right one', () => {
  // Of 256 bits one would make it right, so that chance must be given often.
  const attempts = Array.from({ length: 2_000 }, (_, i) => draftWith([['X-Hub-Signature-256', turned(i % 256)]]))
  test('stays wrong where the secret is known', () => {
    for (const draft of attempts) {
      const made = corrupted(draft, definitionOf('github'), { secrets })
      expect([made?.bits, wrongBits(made?.draft)]).toEqual([1, 2])
    }
  })
  test('stays wrong where it is not known, since then two bits are turned', () => {
    for (const draft of attempts) {
      const made = corrupted(draft, definitionOf('github'), { secrets: [] })
      expect(made?.bits).toBe(2)
      expect([1, 3]).toContain(wrongBits(made?.draft))
    }
  })
})

test('a right signature is one bit wrong with the secret, and two without', () => {
  const draft = draftWith([['X-Hub-Signature-256', turned()]])
  expect(wrongBits(corrupted(draft, definitionOf('github'), { secrets })?.draft)).toBe(1)
  expect(wrongBits(corrupted(draft, definitionOf('github'), { secrets: [] })?.draft)).toBe(2)
})

test.each(['a', 'Z', '7', 'ab', 'tok'])('a token as short as %j is never right by chance', (token) => {
  for (let i = 0; i < 200; i++) {
    const other = token === 'a' ? 'b' : token.replace(/.$/, (last) => (last === '1' ? '2' : '1'))
    for (const sent of [token, other]) {
      const draft = draftWith([['X-Gitlab-Token', sent]])
      const made = corrupted(draft, definitionOf('gitlab-token'), { secrets: [{ id: 's', value: token }] })
      expect(made?.draft.headers[0]?.[1]).not.toBe(token)
    }
  }
})

test('a token without a secret to compare with is another in every spelling of its case', () => {
  for (let i = 0; i < 500; i++) {
    const made = corrupted(draftWith([['X-Gitlab-Token', 'Ab']]), definitionOf('gitlab-token'), { secrets: [] })
    expect(made?.draft.headers[0]?.[1].toLowerCase()).not.toBe('ab')
  }
})

test('a token of bytes beyond ASCII in the query keeps its place and its length', () => {
  const row = {
    alg: 'token',
    key: { enc: 'utf8' },
    sig: { in: 'query', name: 't\u00f6ken', enc: 'utf8' },
    content: '',
  } as const
  const draft = draftWith([], 'http://localhost:3000/hook?a=%7e&t%C3%B6ken=gr%C3%BCn&z')
  const made = corrupted(draft, { id: 'custom', row }, { secrets: [{ id: 's', value: 'gr\u00fcn' }] })
  expect(made?.draft.target).toMatch(/^\/hook\?a=%7e&t%C3%B6ken=[a-z]{2}%C3%BC[a-z]&z$/)
  if (made === undefined) return
  const compiled = compile({ id: 'custom', row }, { secrets: [{ id: 's', value: 'gr\u00fcn' }] })
  expect(judge(compiled, requestOfDraft(made.draft), 0).verdict.kind).toBe('invalid')
})
