/**
 * What differs between a capture and what is sent, in words. It is read off the two requests, not noted along the way, so nothing that
 * changed can be missed. Values are not repeated: they may be secrets, and both requests are there to look at.
 */
import type { HeaderPairs } from '../../shared/headers.ts'
import { splitQuery } from './address.ts'
import { FRAMING } from './framing.ts'

export interface Message {
  readonly method: string
  /** The raw target, in a capture without the part that names the endpoint. */
  readonly target: string
  readonly headers: HeaderPairs
  readonly trailers: HeaderPairs
  readonly body: Buffer
}

export interface Changes {
  /** Host, target path and framing: what sending on cannot keep. */
  readonly expected: string[]
  /** Everything else. */
  readonly real: string[]
}

export function changesBetween(before: Message, after: Message): Changes {
  const names = new Map([...before.headers, ...after.headers].map(([name]) => [name.toLowerCase(), name]))
  const differing = [...names].filter(([key]) => !isSame(linesOf(before.headers, key), linesOf(after.headers, key)))
  const expected = differing.filter(([key]) => FRAMING.has(key))
  const real = differing.filter(([key]) => !FRAMING.has(key))
  return {
    expected: framingInWords(before.headers, after.headers, expected),
    real: [
      ...(before.method === after.method ? [] : [`method ${before.method} → ${after.method}`]),
      ...queryInWords(before.target, after.target),
      ...real.map(([key, name]) => headerInWords(name, linesOf(before.headers, key), linesOf(after.headers, key))),
      ...orderInWords(before.headers, after.headers, new Set(differing.map(([key]) => key))),
      ...bodyInWords(before.body, after.body),
      ...(isSame(before.trailers, after.trailers) ? [] : ['trailers left out, since the body is not chunked any more']),
    ],
  }
}

const linesOf = (headers: HeaderPairs, key: string): HeaderPairs =>
  headers.filter(([name]) => name.toLowerCase() === key)

const isSame = (a: HeaderPairs, b: HeaderPairs): boolean =>
  a.length === b.length && a.every(([name, value], i) => name === b[i]?.[0] && value === b[i]?.[1])

function headerInWords(name: string, before: HeaderPairs, after: HeaderPairs): string {
  if (after.length === 0) return `header ${before[0]?.[0] ?? name} left out`
  if (before.length === 0) return `header ${name} added`
  return `header ${name} changed`
}

function framingInWords(before: HeaderPairs, after: HeaderPairs, differing: [key: string, name: string][]): string[] {
  const keys = new Set(differing.map(([key]) => key))
  const wasChunked = keys.has('transfer-encoding') && linesOf(after, 'transfer-encoding').length === 0
  const show = (headers: HeaderPairs, key: string) =>
    linesOf(headers, key)
      .map(([, value]) => value)
      .join(', ')
  return differing.flatMap(([key, name]) => {
    const [old, now] = [show(before, key), show(after, key)]
    if (key === 'transfer-encoding' && wasChunked)
      return [`${name}: ${old} → Content-Length: ${show(after, 'content-length')}`]
    if (key === 'content-length' && wasChunked) return [] // said by the line above
    if (key === 'expect' && now === '') return [`${name}: ${old} left out, since the body follows at once`]
    if (key === 'upgrade' && now === '') return [`${name}: ${old} left out, since the protocol stays HTTP/1.1`]
    if (old === '') return [`${name}: ${now} added`]
    return [now === '' ? `${name}: ${old} left out` : `${name} ${old} → ${now}`]
  })
}

function queryInWords(before: string, after: string): string[] {
  const [, old] = splitQuery(before)
  const [, now] = splitQuery(after)
  if (old === now) return []
  const shown = (query: string | undefined) => (query === undefined ? 'none' : `?${query}`)
  return [`query ${shown(old)} → ${shown(now)}`]
}

/** Only among the lines that are the same on both sides: the others are named already. */
function orderInWords(before: HeaderPairs, after: HeaderPairs, differing: ReadonlySet<string>): string[] {
  const kept = (headers: HeaderPairs) =>
    headers.filter(([name]) => !differing.has(name.toLowerCase()) && !FRAMING.has(name.toLowerCase()))
  return isSame(kept(before), kept(after)) ? [] : ['order of the headers changed']
}

function bodyInWords(before: Buffer, after: Buffer): string[] {
  if (before.equals(after)) return []
  return [
    before.length === after.length
      ? `body changed (${after.length} bytes)`
      : `body ${before.length} → ${after.length} bytes`,
  ]
}
