import { expect, test } from 'vitest'
import type { Cause } from '../../../shared/diagnosis.ts'
import { causesOfFinding } from '../../../server/signatures/diagnosis/causes.ts'
import { findDefinition } from '../../../server/signatures/schemes.ts'
import { aRequest } from '../../server/signatures/vectors.ts'
import { evidenceOf, leadOf, saysScheme } from '../../../web/capture/lead.ts'

const cause = (change: Partial<Cause>): Cause => ({
  id: 'one',
  title: 'One',
  detail: 'It is one.',
  remedy: '',
  evidence: '',
  proven: true,
  ...change,
})

test('what was proven is said first; a guess is not, nor anything about what is valid', () => {
  const invalid = { kind: 'invalid' as const }
  expect(leadOf({ verdict: invalid, causes: [cause({})] })).toBe('It is one.')
  expect(leadOf({ verdict: invalid, causes: [cause({ proven: false })] })).toBeUndefined()
  expect(leadOf({ verdict: invalid, causes: [] })).toBeUndefined()
  expect(leadOf({ verdict: { kind: 'valid' }, causes: [cause({})] })).toBeUndefined()
})

test('that a scheme fits with a secret of somebody else is said before how it signs', () => {
  const causes = [cause({ id: 'scheme_found' }), cause({ id: 'other_secret', detail: 'The secret of billing.' })]
  expect(leadOf({ verdict: { kind: 'unchecked' }, causes })).toBe('The secret of billing.')
})

test('that the scheme was found is not told apart from the scheme', () => {
  expect(saysScheme(cause({ id: 'scheme_found' }))).toBe(true)
  expect(saysScheme(cause({ id: 'secret_whitespace' }))).toBe(false)
  expect(saysScheme(cause({ id: 'other_scheme', proven: false }))).toBe(false)
})

test('the evidence of a cause leaves out what its mark says, in the very words that the server has', () => {
  const row = findDefinition('github')?.row
  const url = 'https://other.example/'
  const [alone] = causesOfFinding({ steps: 1, url }, row, aRequest({}))
  expect(alone?.evidence).not.toBe('')
  expect(evidenceOf(cause({ evidence: alone?.evidence ?? '' }))).toBe('')
  const [first] = causesOfFinding({ steps: 2, url, method: 'PUT' }, row, aRequest({}))
  expect(evidenceOf(cause({ evidence: first?.evidence ?? '' }))).toBe('Only with both together.')
  expect(evidenceOf(cause({ evidence: 'Signed then, arrived now.' }))).toBe('Signed then, arrived now.')
})
