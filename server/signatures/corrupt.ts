/**
 * A request whose signature is well-formed and wrong: for testing that the receiver looks at it. Same length, same encoding, one bit
 * turned; all else as it is. Twins are turned as well, or a receiver that reads them would be right to accept.
 */
import { randomInt } from 'node:crypto'
import { anotherToken } from './another.ts'
import { compile } from './compile.ts'
import type { Credentials, Definition } from './definition.ts'
import { type Draft, isNamed, namesOf, requestOfDraft, withParameter } from './draft.ts'
import { decodeStrictly, encode } from './encoding.ts'
import { placeInJson, withTextAt } from './json-place.ts'
import { queryValuesOf } from './request.ts'
import { isSignature, nameAndValue } from './rewrite-value.ts'
import { placesInBody } from './signature-place.ts'
import { witnessesIn } from './twins.ts'
import { judge } from './verify.ts'

/** How often it is tried again where chance made a signature right that was wrong before. */
const TRIES = 20

export interface Corrupted {
  readonly draft: Draft
  /** In each signature. */
  readonly bits: number
}

/**
 * Undefined where the request has no signature to turn.
 *
 * One bit is turned where the outcome can be checked. Where it cannot, for want of a secret, it is two: the signature may have come here
 * after one bit of it was turned already, and turning that back would make it right.
 */
export function corrupted(draft: Draft, definition: Definition, credentials: Credentials): Corrupted | undefined {
  const compiled = compile(definition, credentials)
  const kindOf = (each: Draft) => judge(compiled, requestOfDraft(each), 0).verdict.kind // the time does not decide here
  const bits = kindOf(draft) === 'unchecked' ? 2 : 1
  for (let i = 0; i < TRIES; i++) {
    const turned = turnedOnce(draft, definition, bits)
    if (turned === undefined) return undefined
    if (kindOf(turned) !== 'valid') return { draft: turned, bits }
  }
  return undefined
}

function turnedOnce(draft: Draft, definition: Definition, bits: number): Draft | undefined {
  const signed = turnedMain(draft, definition, bits)
  if (signed === undefined) return undefined
  const witnesses = witnessesIn(draft.headers, definition)
  const headers = signed.headers.map(([name, value]): [string, string] => {
    const [witness] = [...witnesses].find(([each]) => isNamed([name, value], [each]))?.[1] ?? []
    return [name, witness === undefined ? value : turnedValue(witness, value, bits)]
  })
  return { ...signed, headers }
}

function turnedMain(draft: Draft, definition: Definition, bits: number): Draft | undefined {
  const { row, code } = definition
  const names = namesOf(row.sig)
  const turn = (value: string): string => turnedValue(definition, value, bits)
  switch (row.sig.in) {
    case 'header': {
      if (!draft.headers.some((pair) => isNamed(pair, names))) return undefined
      const headers = draft.headers.map(([name, value]): [string, string] => [
        name,
        isNamed([name, value], names) ? turn(value) : value,
      ])
      return { ...draft, headers }
    }
    case 'query': {
      const there = names.filter((name) => queryValuesOf(draft.target, name).length > 0)
      if (there.length === 0) return undefined
      const target = there.reduce(
        (text, name) => withParameter(text, name, turn(queryValuesOf(text, name)[0] ?? '')),
        draft.target,
      )
      return { ...draft, target }
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
function turnedValue({ row }: Definition, value: string, bits: number): string {
  const { list, kv, field, prefix = '', enc } = row.sig
  if (row.alg === 'jwt') {
    const dot = value.lastIndexOf('.')
    return value.slice(0, dot + 1) + turnedText(value.slice(dot + 1), 'base64url', row, bits)
  }
  if (row.alg === 'token') {
    // `Bearer` and its like say how the token is read.
    const from = value.startsWith(prefix) && prefix !== '' ? prefix.length : value.lastIndexOf(' ') + 1
    return value.slice(0, from) + anotherToken(value.slice(from))
  }
  if (list === undefined) {
    const from = value.startsWith(prefix) ? prefix.length : 0
    return value.slice(0, from) + turnedText(value.slice(from), enc, row, bits)
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
        turnedText(text.slice(from), enc, row, bits) +
        part.slice(lead + text.length)
      )
    })
    .join(list)
}

/** Other bits. What is not in the encoding it ought to have is wrong already, and only becomes another text. */
function turnedText(
  text: string,
  encoding: 'hex' | 'base64' | 'base64url' | 'utf8',
  { alg }: Definition['row'],
  bits: number,
): string {
  const bytes = decodeStrictly(text, encoding)
  if (bytes === undefined || bytes.length === 0) return anotherToken(text)
  // The end of an ECDSA signature is a number; what stands before it says how long the parts are.
  const from = alg === 'ecdsa-p256' ? Math.max(0, bytes.length - 16) : 0
  const first = randomInt(from * 8, bytes.length * 8)
  for (let i = 0; i < bits; i++) {
    const at = from * 8 + ((first - from * 8 + i) % ((bytes.length - from) * 8))
    bytes[at >> 3] = (bytes[at >> 3] ?? 0) ^ (1 << (at & 7))
  }
  const turned = encode(bytes, encoding)
  return encoding === 'hex' && text === text.toUpperCase() ? turned.toUpperCase() : turned
}
