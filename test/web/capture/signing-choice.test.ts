import { expect, test } from 'vitest'
import { findScheme, SCHEMES } from '../../../server/signatures/schemes.ts'
import { ApiError } from '../../../web/api.ts'
import { isLate, needsTestKey, refusalOf, rowOf, signingAnew, signingFor } from '../../../web/capture/signing-choice.ts'

const stripe = findScheme('stripe')?.row
const discord = findScheme('discord')?.row

test('without a choice nothing is said, so that the signature goes out as it came', () => {
  expect(signingFor(undefined, stripe)).toEqual({})
})

test('what belongs to signing anew is sent with that alone, and a test key signs only what no secret can', () => {
  expect(signingFor({ sign: 'strip', newId: true, bodyTime: true }, stripe)).toEqual({ sign: 'strip' })
  expect(signingFor({ sign: 'resign', newId: true }, stripe)).toEqual({ sign: 'resign', newId: true })
  expect(signingFor({ sign: 'resign', bodyTime: true }, undefined)).toEqual({ sign: 'resign', bodyTime: true })
  const provider = discord ?? { ...findScheme('github')?.row, alg: 'ed25519' as const }
  expect(signingFor({ sign: 'resign' }, provider as NonNullable<typeof stripe>)).toEqual({
    sign: 'resign',
    testKey: true,
  })
})

test('a request counts as too old once its scheme would say so, and only if it was valid', () => {
  const at = 1_700_000_000_000
  const valid = { verdict: { kind: 'valid', freshness: 'fresh' } as const, receivedAt: at }
  expect(isLate(valid, stripe, at + 299_000)).toBe(false)
  expect(isLate(valid, stripe, at + 301_000)).toBe(true)
  expect(isLate(valid, findScheme('github')?.row, at + 86_400_000)).toBe(false)
  expect(isLate({ ...valid, verdict: { kind: 'valid', freshness: 'stale' } }, stripe, at)).toBe(true)
  expect(isLate({ ...valid, verdict: { kind: 'invalid' } }, stripe, at + 301_000)).toBe(false)
})

test('a refusal of the signature stands beside the choice, with the way out; any other failure does not', () => {
  const refused = (path: string) =>
    new ApiError('It cannot be signed.', 422, {
      type: 't',
      title: 't',
      status: 422,
      detail: 'It cannot be signed.',
      code: 'invalid_input',
      hint: 'Set the time.',
      issues: [{ path, message: 'No.' }],
    })
  expect(refusalOf(refused('bodyTime'))).toEqual({ text: 'It cannot be signed. Set the time.', wantsBodyTime: true })
  expect(refusalOf(refused('sign'))?.wantsBodyTime).toBe(false)
  expect(refusalOf(refused('target'))).toBeUndefined()
  expect(refusalOf(new Error('gone'))).toBeUndefined()
})

test('the row of an endpoint is its own where it has one, else that of the table', () => {
  expect(rowOf({ signing: { scheme: 'stripe', secrets: [] } }, SCHEMES)).toBe(stripe)
  expect(rowOf({}, SCHEMES)).toBeUndefined()
  expect(rowOf({ signing: { scheme: 'stripe', secrets: [] } }, [])).toBeUndefined()
})

test('signing anew asks for what the scheme needs for it, and keeps what was chosen for the target', () => {
  expect(signingAnew(stripe, undefined)).toEqual({ sign: 'resign' })
  expect(signingAnew(findScheme('linear')?.row, undefined)).toEqual({ sign: 'resign', bodyTime: true })
  expect(signingAnew(stripe, { sign: 'corrupt', newId: true })).toEqual({ sign: 'resign', newId: true })
})

test('a test key has to be set up first, until something was signed with it for this target', () => {
  expect(needsTestKey(discord, undefined)).toBe(true)
  expect(needsTestKey(discord, { sign: 'strip' })).toBe(true)
  expect(needsTestKey(discord, { sign: 'resign' })).toBe(false)
  expect(needsTestKey(stripe, undefined)).toBe(false)
})
