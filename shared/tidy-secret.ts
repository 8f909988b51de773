/** What copying and configuration files leave around a secret: in one place, so that what the search finds is what the page offers to save. */

export interface TidySecret {
  readonly text: string
  /** What was taken off, as the end of "The secret without …". */
  readonly without: string
}

/** The secret with something taken off, the least first, each text once. Neither the secret itself nor an empty one is among them. */
export function tidySecrets(secret: string): TidySecret[] {
  const found: TidySecret[] = []
  const add = (without: string, text: string): void => {
    if (text !== secret && text !== '' && !found.some((each) => each.text === text)) found.push({ text, without })
  }
  const trimmed = secret.replace(AROUND, '')
  add('the spaces, line breaks or invisible characters around it', trimmed)
  add('any spaces, line breaks or invisible characters', secret.replace(INVISIBLE, ''))
  const assigned = /^(?:export )?[A-Z][A-Z0-9_]{2,}=(.+)$/s.exec(trimmed)?.[1]
  if (assigned !== undefined) add('the name of the variable before it', unquoted(assigned))
  add('the quotes around it', unquoted(trimmed))
  add('the \\n written at its end', trimmed.replace(/(?:\\r)?\\n$/, ''))
  if (trimmed.startsWith('v1,')) add('the v1, before it', trimmed.slice(3))
  add('the quotes around it', unquoted(trimmed.replace(INVISIBLE, '')))
  add('the word before it', trimmed.replace(/^(?:Bearer|Secret|Key|Token)[: ]\s*/i, ''))
  return found
}

/** White space, and what cannot be seen at all: soft hyphens, joiners, marks of direction, byte order marks. */
const UNSEEN = '[\\s\\u00ad\\u034f\\u061c\\u180e\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2069\\ufeff]+'
const INVISIBLE = new RegExp(UNSEEN, 'g')
const AROUND = new RegExp(`^${UNSEEN}|${UNSEEN}$`, 'g')

/** Straight quotes as shells and files have them, and what word processors and chats make of them. */
const QUOTES = '["\'`\u00ab\u00b4\u00bb\u2018-\u201f\u2032\u2033\u2039\u203a\u300c-\u300f\uff02\uff07]'
const QUOTED = new RegExp(`^${QUOTES}(.+)${QUOTES}[,;]?$`, 's')

function unquoted(text: string): string {
  return QUOTED.exec(text)?.[1] ?? text
}
