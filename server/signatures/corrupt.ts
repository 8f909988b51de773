/**
 * A request whose signature is well-formed and wrong: for testing that the receiver looks at it. Same length, same encoding, one bit
 * turned; all else as it is. Twins are turned as well, or a receiver that reads them would be right to accept.
 */
import { randomInt } from 'node:crypto'
import { anotherToken } from './another.ts'
import { compile } from './compile.ts'
import type { Credentials, Definition } from './definition.ts'
import { type Draft, isNamed, requestOfDraft, withParameter } from './draft.ts'
import { decodeStrictly, encode } from './encoding.ts'
import { placeInJson, withTextAt } from './json-place.ts'
import { queryValuesOf } from './request.ts'
import { placesInBody } from './resign.ts'
import { isSignature, nameAndValue } from './rewrite-value.ts'
import { twinsIn } from './twins.ts'
import { judge } from './verify.ts'

/** How often it is tried again where chance made a signature right that was wrong before. */
const TRIES = 5

/**
 * Undefined where the request has no signature to turn.
 * @param credentials by which it is seen that the outcome is wrong indeed: turning a bit of a wrong signature might make it right
 */
export function corrupted(draft: Draft, definition: Definition, credentials: Credentials): Draft | undefined {
  for (let i = 0; i < TRIES; i++) {
    const turned = turnedOnce(draft, definition)
    if (turned === undefined) return undefined
    if (judge(compile(definition, credentials), requestOfDraft(turned), 0).verdict.kind !== 'valid') return turned
  }
  return undefined
}

function turnedOnce(draft: Draft, definition: Definition): Draft | undefined {
  const { row, code } = definition
  const names = [row.sig.name, ...(row.sig.aliases ?? [])]
  const turn = (value: string): string => turnedValue(definition, value)
  switch (row.sig.in) {
    case 'header': {
      if (!draft.headers.some((pair) => isNamed(pair, names))) return undefined
      const twins = twinsIn(draft, definition)
      const headers = draft.headers.map(([name, value]): [string, string] => {
        if (isNamed([name, value], names)) return [name, turn(value)]
        const twin = [...twins].find(([each]) => isNamed([name, value], [each]))?.[1][0]
        return [name, twin === undefined ? value : turnedValue(twin, value)]
      })
      return { ...draft, headers }
    }
    case 'query': {
      const found = names.find((name) => queryValuesOf(draft.target, name).length > 0)
      const value = found === undefined ? undefined : queryValuesOf(draft.target, found)[0]
      if (found === undefined || value === undefined) return undefined
      return { ...draft, target: withParameter(draft.target, found, turn(value)) }
    }
    case 'body':
      return draft.body.length === 0
        ? undefined
        : { ...draft, body: Buffer.from(turn(draft.body.toString('latin1')), 'latin1') }
    case 'bodyJson': {
      const paths = placesInBody(row.sig, code, requestOfDraft(draft))
      if (paths.length === 0) return undefined
      const body = paths.reduce((bytes, path) => {
        const place = placeInJson(bytes, path)
        if (place === undefined) return bytes
        const value: unknown = JSON.parse(bytes.toString('utf8', place.from, place.to))
        return withTextAt(bytes, place, turn(Buffer.from(String(value), 'utf8').toString('latin1')))
      }, draft.body)
      return { ...draft, body }
    }
  }
}

/** Every signature inside the value turned, also those of other versions; names, times and spaces as they are. */
function turnedValue({ row }: Definition, value: string): string {
  const { list, kv, field, prefix = '', enc } = row.sig
  if (row.alg === 'jwt') {
    const dot = value.lastIndexOf('.')
    return value.slice(0, dot + 1) + turnedText(value.slice(dot + 1), 'base64url', row)
  }
  if (row.alg === 'token') {
    // `Bearer` and its like say how the token is read.
    const from = value.startsWith(prefix) && prefix !== '' ? prefix.length : value.lastIndexOf(' ') + 1
    return value.slice(0, from) + anotherToken(value.slice(from))
  }
  if (list === undefined) {
    const from = value.startsWith(prefix) ? prefix.length : 0
    return value.slice(0, from) + turnedText(value.slice(from), enc, row)
  }
  return value
    .split(list)
    .map((part) => {
      const text = part.trim()
      const [name, inner] = nameAndValue(text, kv)
      const isOurs = field === undefined ? text.startsWith(prefix) : name === field
      if (text === '' || (row.ts?.in === 'sigField' && name === row.ts.name) || (!isOurs && !isSignature(name, inner)))
        return part
      const from =
        isOurs && field === undefined ? prefix.length : text.length - inner.length + (isOurs ? prefix.length : 0)
      const lead = part.indexOf(text)
      return (
        part.slice(0, lead) +
        text.slice(0, from) +
        turnedText(text.slice(from), enc, row) +
        part.slice(lead + text.length)
      )
    })
    .join(list)
}

/** One bit turned. What is not in the encoding it ought to have is wrong already, and only becomes another text. */
function turnedText(
  text: string,
  encoding: 'hex' | 'base64' | 'base64url' | 'utf8',
  { alg }: Definition['row'],
): string {
  const bytes = decodeStrictly(text, encoding)
  if (bytes === undefined || bytes.length === 0) return anotherToken(text)
  // The end of an ECDSA signature is a number; what stands before it says how long the parts are.
  const from = alg === 'ecdsa-p256' ? Math.max(0, bytes.length - 16) : 0
  const at = randomInt(from, bytes.length)
  bytes[at] = (bytes[at] ?? 0) ^ (1 << randomInt(8))
  const turned = encode(bytes, encoding)
  return encoding === 'hex' && text === text.toUpperCase() ? turned.toUpperCase() : turned
}
