/** A request on its way out, which is changed in place by place: a header line keeps its position and the case of its name. */
import type { HeaderPairs } from '../../shared/headers.ts'
import { lazyJson } from './json-body.ts'
import { nameOf, type SignedRequest, toBinary, unescapePercent } from './request.ts'

export interface Draft {
  readonly method: string
  /** The URL that is signed, by schemes that sign one. */
  readonly url: string
  /** The raw request target as it is sent. */
  readonly target: string
  readonly headers: HeaderPairs
  readonly body: Buffer
}

export function requestOfDraft({ method, url, target, headers, body }: Draft): SignedRequest {
  return { method, url, target, headers: headers.flat(), body, json: lazyJson(body) }
}

/** All names by which something may come, the usual one first. */
export const namesOf = ({
  name,
  aliases = [],
}: {
  name: string
  aliases?: readonly string[] | undefined
}): string[] => [name, ...aliases]

/** The first value of the first of these headers that is there. @param names in any case */
export function firstHeader(headers: HeaderPairs, names: readonly string[]): string | undefined {
  for (const name of names) {
    const found = headers.find((pair) => isNamed(pair, [name]))
    if (found !== undefined) return found[1]
  }
  return undefined
}

/** All lines of these names get the value; where there is none, a line of the first name is added at the end. */
export function withHeader(headers: HeaderPairs, names: readonly string[], value: string): HeaderPairs {
  if (!headers.some((pair) => isNamed(pair, names))) return [...headers, [names[0] ?? '', value]]
  return headers.map((pair) => (isNamed(pair, names) ? [pair[0], value] : pair))
}

export function isNamed([name]: readonly [string, string], names: readonly string[]): boolean {
  const lower = name.toLowerCase()
  return names.some((each) => each.toLowerCase() === lower)
}

/**
 * The target with another value of a query parameter, every other byte as it was. Added at the end where it is missing.
 * @param value one character a byte
 */
export function withParameter(target: string, name: string, value: string): string {
  const mark = target.indexOf('?')
  const pair = `${encodeURIComponent(name)}=${escaped(value)}`
  const bytes = toBinary(name)
  if (mark < 0) return `${target}?${pair}`
  const query = target.slice(mark + 1)
  let isSet = false
  const parts = query.split('&').flatMap((part) => {
    const rawName = nameOf(part)
    if (unescapePercent(rawName) !== bytes) return [part]
    if (isSet) return [] // a second one of the same name would be another signature
    isSet = true
    return [`${rawName}=${escaped(value)}`]
  })
  if (!isSet) return query === '' ? `${target}${pair}` : `${target}&${pair}`
  return `${target.slice(0, mark)}?${parts.join('&')}`
}

/** Bytes percent-encoded, all but those that `encodeURIComponent` leaves. */
const escaped = (bytes: string): string =>
  bytes.replace(/[^\w.!~*'()-]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
