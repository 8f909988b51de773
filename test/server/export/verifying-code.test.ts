/** Verifying code in five languages, run against the vectors, against requests changed in one place, and against rows that try to be code. */
import { describe, expect, test } from 'vitest'
import { LANGUAGES, type Language, verifyingCode } from '../../../server/export/verifying-code.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import { customGroups, type Group, jwtGroups, keyPairGroups, tableGroups } from './groups.ts'
import { RUNNERS } from './runners.ts'

const codeOf = (row: Group['row'], language: Language): string =>
  verifyingCode(row).find((each) => each.language === language)?.code ?? ''

const all = [...tableGroups(), ...customGroups(), ...keyPairGroups(), ...jwtGroups()]

test('the requests hold rightly and wrongly signed ones of each scheme', () => {
  expect(all.length).toBeGreaterThan(80)
  const signable = customGroups().concat(keyPairGroups(), jwtGroups())
  expect(
    signable.filter(({ expected }) => !expected.includes(true) || !expected.includes(false)).map(({ name }) => name),
  ).toEqual([])
})

describe.each(LANGUAGES.map(({ language, label }) => ({ language, label })))('in $label', ({ language }) => {
  const runner = RUNNERS[language]

  test('the code says of every request what Hookwell says', { timeout: 240_000 }, async ({ skip }) => {
    const missing = runner.missing()
    if (missing !== undefined) skip(missing)
    const groups = all.filter((group) => runner.needs?.(group) === undefined)
    const codes = groups.map(({ row }) => codeOf(row, language))
    const said = await runner.run(tempDirectory(), groups, codes)
    const differences = groups.flatMap(({ name, cases, expected }, at) =>
      expected.flatMap((wanted, index) => {
        const heard = said[at]?.[index]
        return heard === wanted
          ? []
          : [{ name, index, wanted, heard, case: { ...cases[index], body: undefined, keys: undefined } }]
      }),
    )
    expect(differences).toEqual([])
  })
})
