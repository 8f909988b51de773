/** What a body is taken for. */
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { Capture } from '../../../shared/capture.ts'
import { understand } from '../../../web/capture/body-facts.ts'

/** Only what is looked at. */
const capture = (headers: Capture['headers']): Capture =>
  ({ contentType: 'application/json', headers }) as unknown as Capture // the rest of a capture plays no part here

test('a compressed body is shown as bytes and not called wrong JSON', () => {
  const facts = understand(gzipSync('{"a":1}'), capture([['Content-Encoding', 'gzip']]))
  expect(facts).toMatchObject({ usual: 'hex', pretty: undefined })
})

test('JSON that is nested too deep for the view is not called wrong', () => {
  const deep = understand(Buffer.from(`${'['.repeat(300)}${']'.repeat(300)}`), capture([]))
  expect(deep.pretty).toMatchObject({ ok: false, isTooDeep: true })
  const wrong = understand(Buffer.from('[1,'), capture([]))
  expect(wrong.pretty).toMatchObject({ ok: false })
  expect(wrong.pretty).not.toHaveProperty('isTooDeep')
})
