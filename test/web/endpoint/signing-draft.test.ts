import { expect, test } from 'vitest'
import { findScheme, SCHEMES } from '../../../server/signatures/schemes.ts'
import { SigningInput } from '../../../shared/endpoint.ts'
import type { Signing } from '../../../shared/endpoint.ts'
import { schemeGroups } from '../../../web/endpoint/scheme-choices.ts'
import { signsInWords } from '../../../web/scheme-words.ts'
import { doneInWords } from '../../../web/recheck-progress.tsx'
import { draftOf, inputOf, isChanged, settingsOf, trialsOf, usualScheme } from '../../../web/endpoint/signing-draft.ts'
import { matching } from '../../../web/ui/choices.ts'

const github = findScheme('github')
const signing: Signing = {
  scheme: 'github',
  secrets: [{ id: 's1', last4: 'body', addedAt: 1 }],
  publicUrl: 'https://example.test/hook',
  extra: { own: 'x' },
}

test('what is saved without a change keeps the secrets and says all else as it was', () => {
  expect(inputOf(draftOf(signing), github, signing)).toEqual({
    scheme: 'github',
    publicKeys: null,
    extra: { own: 'x' },
    publicUrl: 'https://example.test/hook',
    fetchKeys: null,
  })
})

test('an emptied public URL is cleared, and settings of another scheme do not stay behind', () => {
  const draft = { ...draftOf(signing, 'gitlab'), publicUrl: ' ', secrets: ['new', ''] }
  expect(inputOf(draft, undefined, signing)).toEqual({
    scheme: 'gitlab',
    secrets: ['new'],
    publicKeys: null,
    extra: null,
    publicUrl: null,
    fetchKeys: null,
  })
  expect(inputOf({ ...draft, scheme: '' }, undefined, signing)).toBeNull()
})

test('for every scheme of the table a draft gives settings that the API takes', () => {
  for (const entry of SCHEMES) {
    const extra = Object.fromEntries(settingsOf(entry.row, entry).map(({ name }) => [name, 'x']))
    const draft = { ...draftOf(undefined, entry.id), secrets: ['s'], publicKeys: ['k'], extra }
    expect(SigningInput.safeParse(inputOf(draft, entry, undefined)).success, entry.id).toBe(true)
  }
})

test('only what was written counts as a change', () => {
  const draft = draftOf(signing)
  expect(isChanged(draft, signing)).toBe(false)
  expect(isChanged({ ...draft, secrets: ['', ''], extra: { own: 'x', other: '' } }, signing)).toBe(false)
  expect(isChanged({ ...draft, custom: { ...usualScheme(), content: '{ts}' } }, signing)).toBe(false)
  expect(isChanged({ ...draft, secrets: ['', 'new'] }, signing)).toBe(true)
  expect(isChanged({ ...draft, scheme: '' }, signing)).toBe(true)
  expect(isChanged(draftOf(undefined, 'github'), undefined)).toBe(true)
})

test('what is tried has each new secret in turn, and those in use where there is no new one', () => {
  const draft = draftOf(signing)
  expect(trialsOf(draft, github, signing)).toHaveLength(1)
  expect(trialsOf(draft, github, signing)[0]).not.toHaveProperty('secret')
  const two = trialsOf({ ...draft, secrets: ['a', '', 'b'] }, github, signing)
  expect(two.map((trial) => [trial.scheme, trial.secret, trial.causes])).toEqual([
    ['github', 'a', false],
    ['github', 'b', false],
  ])
  expect(trialsOf({ ...draft, scheme: '' }, undefined, signing)).toEqual([])
  // Without a scheme the request may still look like one.
  expect(trialsOf(draftOf(undefined), undefined, undefined)).toEqual([{ causes: false }])
  // A URL that is still being typed would only be refused.
  expect(trialsOf({ ...draft, publicUrl: 'https:/' }, github, signing)[0]).not.toHaveProperty('publicUrl')
})

test('the values that a custom scheme names are asked for, each once', () => {
  const row = {
    ...usualScheme(),
    content: '{extra:webhookId}|{body}|{extra:webhookId}',
    match: { header: 'X-Key', extra: 'key' },
  }
  expect(settingsOf(row, undefined).map(({ name }) => name)).toEqual(['webhookId', 'key'])
})

test('every scheme is offered under All and found by its name, its id and its header', () => {
  const groups = schemeGroups({ schemes: SCHEMES, endpoints: [{ signing }], suggestions: [] })
  expect(groups.find((group) => group.name === 'Used here')?.choices.map(({ id }) => id)).toEqual(['github'])
  expect(groups.find((group) => group.name === 'All, A to Z')?.choices).toHaveLength(SCHEMES.length)
  expect(groups.find((group) => group.name === 'Common')?.choices.length).toBeGreaterThanOrEqual(6)
  for (const { id, name, row } of SCHEMES) {
    expect(matching(groups, id)[0]?.choices[0]?.id, id).toBe(id)
    for (const typed of [name, row.sig.name])
      expect(
        matching(groups, typed).flatMap((group) => group.choices.map((choice) => choice.id)),
        id,
      ).toContain(id)
  }
})

test('what a request looks like comes first, with the reason', () => {
  const suggestions = [{ scheme: 'stripe', name: 'Stripe', because: 'It has the header Stripe-Signature.' }]
  const [first] = matching(schemeGroups({ schemes: SCHEMES, endpoints: [], suggestions }), '')
  expect(first?.choices).toMatchObject([{ id: 'stripe', note: 'It has the header Stripe-Signature.' }])
})

test('what a scheme signs is said in a sentence without code', () => {
  for (const entry of SCHEMES) {
    const said = signsInWords(entry)
    expect(said, entry.id).toMatch(/^[A-Z].*\.$/s)
    expect(said, entry.id).not.toMatch(/[{}]|undefined|not said/)
  }
  expect(github && signsInWords(github)).toBe('The sender signs the body, byte for byte.')
})

test('what came of checking again is said with the right number', () => {
  expect(doneInWords(0, 0)).toMatch(/^Nothing was stored yet/)
  expect(doneInWords(1, 1)).toBe('The one stored request was checked again: its signature is valid now.')
  expect(doneInWords(1, 0)).toBe('The one stored request was checked again: its signature is not valid.')
  expect(doneInWords(3, 3)).toBe('All 3 stored requests were checked again: all of them are valid now.')
  expect(doneInWords(3, 1)).toBe('All 3 stored requests were checked again: 1 is valid now.')
  expect(doneInWords(3, 0)).toBe('All 3 stored requests were checked again: none are valid now.')
  expect(doneInWords(3000, undefined)).toBe('All 3,000 stored requests were checked again.')
})
