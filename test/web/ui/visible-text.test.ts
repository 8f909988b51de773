import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { pieces } from '../../../web/ui/visible-text.tsx'

test('nothing that hides or turns text is left among what is drawn', async () => {
  await fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const piece of pieces(text)) {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
        expect(piece.text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u)
      }
    }),
  )
})

test('text without hidden characters is one piece as it is', () => {
  expect(pieces('Grüße, 世界 😀')).toEqual([{ text: 'Grüße, 世界 😀' }])
})

test('a direction override is named where it stands', () => {
  expect(pieces('a\u202egpj.exe')).toEqual([
    { text: 'a' },
    { text: 'U+202E', mark: 'U+202E right-to-left override' },
    { text: 'gpj.exe' },
  ])
})

test('characters that a block draws itself are kept', () => {
  expect(pieces('a\tb\n', '\t')).toEqual([{ text: 'a\tb' }, { text: 'LF', mark: 'U+000A line feed' }])
})
