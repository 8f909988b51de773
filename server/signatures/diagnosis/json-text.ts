/**
 * JSON as text: parsed without losing how numbers and members are written, and written anew as other languages' libraries write it.
 *
 * `JSON.parse` alone cannot model those. Python, Ruby, Java and .NET keep `1.0` and long integers as they are; JavaScript does not.
 */

export type JsonText =
  | { readonly kind: 'scalar'; readonly raw: string; readonly from: number; readonly to: number }
  | { readonly kind: 'array'; readonly items: readonly JsonText[]; readonly from: number; readonly to: number }
  | { readonly kind: 'object'; readonly members: readonly Member[]; readonly from: number; readonly to: number }

/** A member of an object, with its name decoded. */
export interface Member {
  readonly name: string
  readonly value: JsonText
}

/** How a library writes JSON. */
export interface JsonStyle {
  /** What stands for one level; undefined: all on one line. */
  readonly indent?: string
  /** Behind a comma and behind a colon, where all is on one line. */
  readonly space?: string
  readonly sorted?: boolean
  readonly text: (text: string) => string
  readonly number: (raw: string) => string
}

/** @param text valid JSON, not nested deeper than `PARSED_BODY_DEPTH`: whoever calls has parsed it already */
export function readJsonText(text: string): JsonText {
  let at = 0
  const skip = (): void => {
    while (at < text.length && text.charCodeAt(at) <= 0x20) at++
  }
  const readString = (): string => {
    const from = at++
    while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
    return text.slice(from, ++at)
  }
  const readValue = (): JsonText => {
    skip()
    const from = at
    const first = text[at]
    if (first === '"') return { kind: 'scalar', raw: readString(), from, to: at }
    if (first !== '{' && first !== '[') {
      while (at < text.length && !',]} \t\r\n'.includes(text[at] ?? '')) at++
      return { kind: 'scalar', raw: text.slice(from, at), from, to: at }
    }
    const members: Member[] = []
    const items: JsonText[] = []
    const end = first === '{' ? '}' : ']'
    at++
    for (skip(); at < text.length && text[at] !== end; skip()) {
      if (text[at] === ',') at++
      skip()
      if (first === '[') {
        items.push(readValue())
        continue
      }
      const name = decoded(readString())
      skip()
      at++ // the colon
      members.push({ name, value: readValue() })
    }
    at++
    return first === '{' ? { kind: 'object', members, from, to: at } : { kind: 'array', items, from, to: at }
  }
  return readValue()
}

export function writeJsonText(json: JsonText, style: JsonStyle): string {
  const { indent, space = '', sorted = false, text, number } = style
  const write = (value: JsonText, level: string): string => {
    if (value.kind === 'scalar') {
      const first = value.raw[0] ?? ''
      if (first === '"') return text(decoded(value.raw))
      return first === '-' || (first >= '0' && first <= '9') ? number(value.raw) : value.raw
    }
    const deeper = indent === undefined ? '' : level + indent
    const colon = indent === undefined ? `:${space}` : ': '
    const parts =
      value.kind === 'array'
        ? value.items.map((item) => write(item, deeper))
        : ordered(value.members, sorted).map((member) => text(member.name) + colon + write(member.value, deeper))
    const [open, close] = value.kind === 'array' ? ['[', ']'] : ['{', '}']
    if (parts.length === 0) return open + close
    if (indent === undefined) return open + parts.join(`,${space}`) + close
    return `${open}\n${deeper}${parts.join(`,\n${deeper}`)}\n${level}${close}`
  }
  return write(json, '')
}

/** By UTF-16 code units, as most libraries sort. */
function ordered(members: readonly Member[], sorted: boolean): readonly Member[] {
  return sorted ? [...members].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)) : members
}

function decoded(raw: string): string {
  if (!raw.includes('\\')) return raw.slice(1, -1)
  return String(JSON.parse(raw))
}
