/** Another value of the same kind: an id that counts as new, a token that is wrong. It looks like the one it stands for. */
import { randomInt, randomUUID } from 'node:crypto'

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi

/** Characters that are drawn anew, at least: with fewer, one might come out that was there before. */
const NEW_CHARACTERS = 10

/**
 * An id in the style of another: UUIDs become other UUIDs, else what stands behind the prefix (`evt_`) is drawn anew, of the same kinds of
 * characters and as long, but never so short that it might have been used already.
 */
export function anotherId(id: string): string {
  const uuids = id.replace(UUID, (found) => (found === found.toUpperCase() ? randomUUID().toUpperCase() : randomUUID()))
  if (uuids !== id) return uuids
  const cut = id.search(/[0-9A-Za-z]+[^0-9A-Za-z]*$/)
  if (cut < 0) return randomUUID()
  const rest = id.slice(cut)
  const filled = rest.length < NEW_CHARACTERS ? rest.padEnd(NEW_CHARACTERS, rest) : rest
  const made = id.slice(0, cut) + redrawn(filled)
  return made === id ? anotherId(id) : made
}

/** A text of the same length and alphabet that is not this one, nor would be for who does not look at case. */
export function anotherToken(token: string): string {
  const made = redrawn(token)
  if (made.toLowerCase() !== token.toLowerCase()) return made
  if (/[0-9A-Za-z]/.test(token)) return anotherToken(token) // drawn by chance
  return token === '' ? 'x' : token.slice(0, -1) + (token.endsWith('x') ? 'y' : 'x')
}

/** Letters and digits drawn anew out of the kinds that are there; everything else stays. A leading digit of a number is never 0. */
function redrawn(text: string): string {
  const alphabet = alphabetOf(text)
  const isNumber = /^\d+$/.test(text)
  return text.replace(/[0-9A-Za-z]/g, (_, at: number) =>
    isNumber && at === 0 ? String(randomInt(1, 10)) : alphabet.charAt(randomInt(alphabet.length)),
  )
}

function alphabetOf(text: string): string {
  if (/^[^A-Za-z]*$/.test(text)) return '0123456789'
  if (/^[^g-zA-Z]*$/.test(text)) return '0123456789abcdef'
  if (/^[^G-Za-z]*$/.test(text)) return '0123456789ABCDEF'
  return (
    (/[a-z]/.test(text) ? 'abcdefghijklmnopqrstuvwxyz' : '') +
    (/[A-Z]/.test(text) ? 'ABCDEFGHIJKLMNOPQRSTUVWXYZ' : '') +
    (/[0-9]/.test(text) ? '0123456789' : '')
  )
}
