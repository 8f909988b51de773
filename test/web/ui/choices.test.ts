import { expect, test } from 'vitest'
import { type ChoiceGroup, matching, moved, otherwise } from '../../../web/ui/choices.ts'

const GROUPS: readonly ChoiceGroup[] = [
  { name: 'Used here', choices: [{ id: 'github', name: 'GitHub', words: 'X-Hub-Signature-256' }] },
  { name: 'Used elsewhere', choices: [] },
  {
    name: 'All',
    choices: [
      { id: 'digital-x', name: 'Digital GitX' },
      { id: 'gitea', name: 'Gitea', words: 'X-Gitea-Signature' },
      { id: 'github', name: 'GitHub', words: 'X-Hub-Signature-256' },
      { id: 'mercado-pago', name: 'Mercado Págo', words: 'x-signature' },
      { id: 'git', name: 'Zz' },
    ],
  },
]

const found = (typed: string) => matching(GROUPS, typed).flatMap((group) => group.choices.map((choice) => choice.id))

test('while nothing is typed all groups are there that have something in them', () => {
  expect(matching(GROUPS, '  ').map((group) => group.name)).toEqual(['Used here', 'All'])
})

test('what begins with what was typed comes first, an exact id before it, and nothing comes twice', () => {
  expect(found('git')).toEqual(['git', 'github', 'gitea', 'digital-x'])
})

test('a choice is found by words that are not shown, in any case and order, and without its accents', () => {
  expect(found('x-hub')).toEqual(['github'])
  expect(found('PAGO mercado')).toEqual(['mercado-pago'])
  expect(found('signature gitea')).toEqual(['gitea'])
  expect(found('nothing like it')).toEqual([])
})

test('arrows go round, Home and End go to the ends, pages stop there, other keys are not taken', () => {
  expect([
    moved('ArrowDown', -1, 3),
    moved('ArrowDown', 2, 3),
    moved('ArrowUp', -1, 3),
    moved('ArrowUp', 0, 3),
  ]).toEqual([0, 0, 2, 2])
  expect([moved('Home', 2, 30), moved('End', 2, 30), moved('PageDown', 2, 30), moved('PageDown', 25, 30)]).toEqual([
    0, 29, 10, 29,
  ])
  expect([moved('PageUp', 3, 30), moved('PageUp', -1, 30)]).toEqual([0, 0])
  expect([moved('a', 0, 3), moved('ArrowDown', -1, 0)]).toEqual([undefined, undefined])
})

test('what to do where nothing matches is offered once, and is an ordinary choice besides', () => {
  const other = { id: 'other', name: 'Another', otherwise: true }
  const groups = [...GROUPS, { name: 'Rest', choices: [other] }, { name: 'Again', choices: [other] }]
  expect(otherwise(groups)).toEqual([other])
  expect(otherwise(GROUPS)).toEqual([])
  expect(matching(groups, 'anoth')[0]?.choices).toEqual([other])
  expect(matching(groups, 'nobody')).toEqual([])
})
