import { describe, expect, test } from 'vitest'
import { EndpointInput, EndpointPatch, isAlias, isUuid } from '../../shared/endpoint.ts'

test.each(['abc', 'a-b_c', '0ab', `a${'b'.repeat(62)}`])('%s can be an alias', (text) => {
  expect(isAlias(text)).toBe(true)
})

test.each([
  'ab',
  'Abc',
  '-ab',
  '_ab',
  'a b',
  'a.b',
  'a/b',
  'ä-b',
  `a${'b'.repeat(63)}`,
  'ef62fe6d-2ca0-42a5-831d-5ab8457bcac6',
])('%s cannot be an alias', (text) => {
  expect(isAlias(text)).toBe(false)
})

test('a UUID of any version is one, in either case', () => {
  expect(isUuid('ef62fe6d-2ca0-12a5-031d-5ab8457bcac6')).toBe(true)
  expect(isUuid('EF62FE6D-2CA0-42A5-831D-5AB8457BCAC6')).toBe(true)
  expect(isUuid('ef62fe6d2ca042a5831d5ab8457bcac6')).toBe(false)
})

describe('settings', () => {
  const faultsOf = (input: unknown): string[] =>
    EndpointInput.safeParse(input).error?.issues.map(({ path }) => path.join('.')) ?? []

  test.each([
    ['an unknown field', { colour: 'red' }, ''],
    ['an id that is no UUID', { id: 'shop' }, 'id'],
    ['an alias that is none', { alias: 'A' }, 'alias'],
    ['a status outside 200 to 599', { answer: { default: { status: 199 } } }, 'answer.default.status'],
    ['a body twice', { answer: { default: { body: 'a', bodyBase64: 'YQ==' } } }, 'answer.default'],
    ['a body that is no base64', { answer: { default: { bodyBase64: '%' } } }, 'answer.default.bodyBase64'],
    ['a pointer without a slash', { eventType: 'type' }, 'eventType'],
    ['an empty secret', { signing: { scheme: 'stripe', secrets: [''] } }, 'signing.secrets.0'],
    ['a limit of nothing', { keep: { captures: 0 } }, 'keep.captures'],
    ['a span of nothing', { keep: { for: '0d' } }, 'keep.for'],
    ['a size of nothing', { keep: { size: '0.1b' } }, 'keep.size'],
    ['a public URL that is none', { signing: { scheme: 'square', publicUrl: 'here' } }, 'signing.publicUrl'],
  ])('%s is refused, and said where', (_, input, path) => {
    expect(faultsOf(input)).toContain(path)
  })

  test('null clears in a change, and an id cannot be changed', () => {
    const nothing = { alias: null, name: null, signing: null, answer: null, eventType: null, eventId: null, keep: null }
    expect(EndpointPatch.parse(nothing)).toEqual(nothing)
    expect(EndpointPatch.safeParse({ id: 'ef62fe6d-2ca0-42a5-831d-5ab8457bcac6' }).success).toBe(false)
  })
})
