/** Microsoft Graph's notifications: each of them carries the agreed value, or none of them counts. */
import { expect, test } from 'vitest'
import { requestOfDraft } from '../../../server/signatures/draft.ts'
import { resign } from '../../../server/signatures/resign.ts'
import { findDefinition } from '../../../server/signatures/schemes.ts'
import { compileScheme } from '../../../server/signatures/verify.ts'
import { aRequest } from './vectors.ts'

const definition = findDefinition('ms-graph')
if (definition === undefined) throw new Error('no scheme ms-graph')
const secrets = [{ id: 's', value: 'agreed' }]
const NOW = 1_767_225_600_000
const kindOf = (json: unknown): string =>
  compileScheme(definition, { secrets })(aRequest({ text: JSON.stringify(json) }), NOW).kind

test.each([
  [[{ clientState: 'agreed' }], 'valid'],
  [[{ clientState: 'agreed' }, { clientState: 'agreed', resource: 'x' }], 'valid'],
  [[{ clientState: 'agreed' }, { clientState: 'EVIL', resource: 'x' }], 'invalid'],
  [[{ clientState: 'agreed' }, { resource: 'x' }], 'missing'],
  [[{ resource: 'x' }, { clientState: 'agreed' }], 'missing'],
  [[{ clientState: 'agreed' }, null], 'missing'],
  [[], 'missing'],
  [{ 0: { clientState: 'agreed' } }, 'missing'],
  [Array.from({ length: 1001 }, () => ({ clientState: 'agreed' })), 'missing'],
])('%j is %s', (value, kind) => {
  expect(kindOf({ value })).toBe(kind)
})

test('signed anew, each of them has it', () => {
  const body = Buffer.from('{"value":[{"clientState":"old"},  {"resource":"x","clientState":"older"}]}')
  const draft = { method: 'POST', url: 'https://a.example/', target: '/', headers: [], body }
  const made = resign(draft, { definition, secrets }, { now: NOW })
  if ('says' in made) throw new Error(made.says)
  expect(String(made.draft.body)).toBe('{"value":[{"clientState":"agreed"},  {"resource":"x","clientState":"agreed"}]}')
  expect(compileScheme(definition, { secrets })(requestOfDraft(made.draft), NOW).kind).toBe('valid')
})
