/**
 * Code that checks a scheme's signatures, to be copied into the receiving program: a whole file a language, without dependencies
 * where the language's own library is enough.
 *
 * It says yes to exactly what Hookwell's own check calls valid and fresh. Where a row does not say all that a provider does, there is
 * no code, but the sentence that says what to use instead: code that is nearly right would be believed.
 */
import { CANONICAL, type Scheme } from '../../shared/scheme.ts'
import { go } from './verifying/go/go.ts'
import { node } from './verifying/node/node.ts'
import { php } from './verifying/php/php.ts'
import { python } from './verifying/python/python.ts'
import { type Recipe, recipeOf } from './verifying/recipe.ts'
import { ruby } from './verifying/ruby/ruby.ts'

export const LANGUAGES = [
  { language: 'node', label: 'Node.js', comment: '//', write: node },
  { language: 'python', label: 'Python', comment: '#', write: python },
  { language: 'php', label: 'PHP', comment: '//', write: php },
  { language: 'ruby', label: 'Ruby', comment: '#', write: ruby },
  { language: 'go', label: 'Go', comment: '//', write: go },
] as const satisfies readonly {
  language: string
  label: string
  comment: string
  write: (recipe: Recipe) => string
}[]

export type Language = (typeof LANGUAGES)[number]['language']

export interface VerifyingCode {
  readonly language: Language
  readonly label: string
  readonly code: string
}

/** What is known of a scheme beside its row. Left out for a row of the user's own. */
export interface About {
  readonly name: string
  readonly source: string
  /** False where the provider does more than the row says. */
  readonly wholeInRow: boolean
}

/** One for each language, in the order of the table. */
export function verifyingCode(row: Scheme, about?: About): VerifyingCode[] {
  if (row.content === CANONICAL || about?.wholeInRow === false)
    return LANGUAGES.map(({ language, label, comment }) => ({ language, label, code: instead(comment, about) }))
  const recipe = recipeOf(row, `Checks the signature of a webhook${about === undefined ? '' : ` of ${about.name}`}.`)
  return LANGUAGES.map(({ language, label, write }) => ({ language, label, code: write(recipe) }))
}

function instead(comment: string, about: About | undefined): string {
  const who = about?.name ?? 'This sender'
  return [
    `${comment} ${who} signs by rules of its own that a few lines of code do not cover.`,
    `${comment} Use the provider's own library, which has a function for it. The rules are described here:`,
    `${comment} ${about?.source ?? 'the documentation of the provider'}`,
    '',
  ].join('\n')
}
