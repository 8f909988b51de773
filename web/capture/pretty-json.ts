/**
 * JSON laid out for reading without changing what it says: numbers as they were written, keys in their order, repeated keys all there.
 *
 * `JSON.parse` would turn 12345678901234567890 into …67000, drop all but the last of equal keys and move keys that look like
 * integers. So the text is walked token by token and only whitespace between tokens is changed. No recursion: a small body
 * of brackets must not exhaust the stack.
 */
import { PARSED_BODY_DEPTH } from '../../shared/limits.ts'

type Pretty =
  | {
      readonly ok: true
      readonly text: string
      /** Keys that stand more than once in the same object, in the order they were found. */
      readonly repeatedKeys: readonly string[]
      /** Integers that JavaScript and many parsers would round. */
      readonly unsafeIntegers: number
    }
  | {
      readonly ok: false
      /** UTF-16 units from the beginning. */
      readonly position: number
      /** From 1. */
      readonly line: number
      readonly column: number
      readonly message: string
      /** It may well be JSON; only this view has its limits. */
      readonly isTooDeep?: true
    }

interface Level {
  readonly closes: '}' | ']'
  readonly keys: Set<string>
  isEmpty: boolean
}

const SPACE = /[ \t\n\r]*/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const LITERAL = /true|false|null/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in strings, RFC 8259 §7
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const INDENT = '  '

export function prettyJson(source: string): Pretty {
  const out: string[] = []
  const levels: Level[] = []
  const repeatedKeys: string[] = []
  let unsafeIntegers = 0
  // Some senders begin with a byte order mark. It is kept, as it is part of what was sent.
  let at = source.charCodeAt(0) === 0xfeff ? 1 : 0
  out.push(source.slice(0, at))

  const wrong = (message: string): Extract<Pretty, { ok: false }> => ({ ok: false, message, ...placeOf(source, at) })
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    const found = pattern.exec(source)?.[0]
    if (found !== undefined) at += found.length
    return found
  }
  const newLine = () => `\n${INDENT.repeat(levels.length)}`

  for (;;) {
    match(SPACE)
    // A value, or the end of an object or array that holds nothing.
    const level = levels.at(-1)
    const char = source[at]
    if (level?.isEmpty === true && char === level.closes) {
      at += 1
      levels.pop()
      out.push(char)
    } else {
      if (level !== undefined) {
        level.isEmpty = false
        out.push(newLine())
        if (level.closes === '}') {
          const key = match(STRING)
          if (key === undefined)
            return wrong(at >= source.length ? 'The text ends inside an object.' : 'A key in quotes was expected.')
          const name = key.includes('\\') ? (JSON.parse(key) as string) : key.slice(1, -1) // a string by its pattern
          if (level.keys.has(name)) repeatedKeys.push(name)
          level.keys.add(name)
          match(SPACE)
          if (source[at] !== ':') return wrong('A colon was expected after the key.')
          at += 1
          match(SPACE)
          out.push(key, ': ')
        }
      }
      const opens = source[at]
      if (opens === '{' || opens === '[') {
        if (levels.length >= PARSED_BODY_DEPTH)
          return { ...wrong(`Nested deeper than ${PARSED_BODY_DEPTH} levels.`), isTooDeep: true }
        at += 1
        levels.push({ closes: opens === '{' ? '}' : ']', keys: new Set(), isEmpty: true })
        out.push(opens)
        continue
      }
      const scalar = match(STRING) ?? match(LITERAL) ?? match(NUMBER)
      if (scalar === undefined) return wrong(expectation(source, at))
      if (/^-?\d+$/.test(scalar) && !Number.isSafeInteger(Number(scalar))) unsafeIntegers += 1
      out.push(scalar)
    }
    // What follows a value: a comma, the end of what encloses it, or the end of the text.
    for (;;) {
      match(SPACE)
      const enclosing = levels.at(-1)
      const next = source[at]
      if (enclosing === undefined) {
        if (next !== undefined) return wrong('The text goes on after the value has ended.')
        return { ok: true, text: out.join(''), repeatedKeys, unsafeIntegers }
      }
      if (next === ',') {
        at += 1
        out.push(',')
        break
      }
      if (next !== enclosing.closes) {
        const inside = enclosing.closes === '}' ? 'an object' : 'an array'
        return wrong(
          next === undefined ? `The text ends inside ${inside}.` : `A comma or ${enclosing.closes} was expected.`,
        )
      }
      at += 1
      levels.pop()
      out.push(newLine(), next)
    }
  }
}

/** What is wrong where a value should begin. */
function expectation(source: string, at: number): string {
  const char = source[at]
  if (char === undefined) return 'The text ends where a value was expected.'
  if (char === '"') return 'This string is not closed, or holds a character or an escape that JSON does not allow.'
  if (char === "'") return 'JSON strings stand in double quotes.'
  if (char === ']' || char === '}') return 'A value was expected after the comma.'
  return 'A value was expected.'
}

function placeOf(source: string, position: number): { position: number; line: number; column: number } {
  const before = source.slice(0, position)
  const lineStart = before.lastIndexOf('\n') + 1
  return { position, line: before.split('\n').length, column: position - lineStart + 1 }
}
