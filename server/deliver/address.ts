/**
 * Where a capture goes when it is sent on: which host to connect to, and which bytes stand in the request line. The two are kept apart,
 * because `URL` resolves `..` and re-encodes characters, and a signature may cover the path as it was.
 */
import { AppError } from '../../shared/errors.ts'
import { nameOf, toBinary, unescapePercent } from '../signatures/request.ts'

export interface Address {
  readonly url: URL
  /** The raw request target: path and query. */
  readonly target: string
}

/**
 * @param below what stands below the endpoint in the captured target, its query included; used by `append` only
 * @throws AppError `invalid_input` where `to` is not a whole http or https URL
 */
export function addressOf(to: string, path: 'exact' | 'append', below: string): Address {
  const text = to.trim()
  const url = URL.parse(text)
  const rest = /^https?:\/\/[^/?#\\]+([/?#].*)?$/is.exec(text)
  if (url === null || rest === null || /\p{Cc}/u.test(text)) {
    throw new AppError('invalid_input', `${JSON.stringify(to)} is not an http or https URL.`, {
      hint: 'A target is given whole, for example http://localhost:3000/webhooks.',
      issues: [{ path: 'target', message: 'Not an http or https URL.' }],
    })
  }
  const given = sendable((rest[1] ?? '').replace(/#.*$/s, ''))
  return { url, target: path === 'append' ? appended(given, below) : rooted(given) }
}

/** A raw target in two: the path, and the query without its question mark (undefined where there is none). */
export function splitQuery(target: string): [path: string, query: string | undefined] {
  const mark = target.indexOf('?')
  return mark < 0 ? [target, undefined] : [target.slice(0, mark), target.slice(mark + 1)]
}

/** A raw query without the parameters of these names, however they are written; everything else as it was. */
export function withoutParameters(query: string, names: readonly string[]): string {
  const asBytes = names.map(toBinary)
  const isNamed = (part: string) => {
    const rawName = nameOf(part)
    return names.includes(decoded(rawName)) || asBytes.includes(unescapePercent(rawName) ?? rawName)
  }
  return query
    .split('&')
    .filter((part) => !isNamed(part))
    .join('&')
}

function appended(given: string, below: string): string {
  const [path, query] = splitQuery(given)
  const [belowPath, belowQuery] = splitQuery(below)
  // `http://host/base/` and `/orders` meet in one slash; slashes that were captured stay.
  const base = belowPath === '' ? path : path.replace(/\/$/, '')
  const queries = [query, belowQuery].filter((each) => each !== undefined)
  return rooted(base + belowPath + (queries.length === 0 ? '' : `?${queries.join('&')}`))
}

const rooted = (target: string): string => (target.startsWith('/') ? target : `/${target}`)

/** What no request line can hold (RFC 9112 §3.2), percent-encoded as UTF-8; all else as it was typed. */
const sendable = (text: string): string => text.toWellFormed().replace(/[^\x21-\x7e]/gu, encodeURIComponent)

function decoded(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll('+', ' '))
  } catch {
    return name // not percent-encoded after all
  }
}
