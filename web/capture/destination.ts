/** Where a replay goes: precisely to its target, or with the capture's own path and query behind it. */
import type { Capture } from '../../shared/capture.ts'
import type { Endpoint } from '../../shared/endpoint.ts'
import type { SchemeEntry } from '../../shared/scheme.ts'
import { belowEndpoint } from '../../shared/target.ts'
import type { Destination } from '../preferences.ts'
import { queryOf, queryPairs } from './query-pairs.ts'

/** Whether the capture's path and query go behind the target: as it was chosen for this endpoint, else as its signature needs. */
export function appends(
  { url, append }: Destination,
  capture: Pick<Capture, 'target'>,
  endpoint: Pick<Endpoint, 'signing'>,
  schemes: readonly SchemeEntry[],
): boolean {
  if (belowEndpoint(capture.target) === '') return false
  return append ?? (!url.includes('?') && isSignedInQuery(capture, endpoint, schemes))
}

/** Without its query such a capture cannot be verified by whoever it is sent to. */
function isSignedInQuery(
  capture: Pick<Capture, 'target'>,
  { signing }: Pick<Endpoint, 'signing'>,
  schemes: readonly SchemeEntry[],
): boolean {
  const row = signing?.custom ?? schemes.find((entry) => entry.id === signing?.scheme)?.row
  if (row?.sig.in !== 'query') return false
  const names = [row.sig.name, ...(row.sig.aliases ?? [])]
  return queryPairs(queryOf(capture.target) ?? '').some((pair) => names.includes(pair.name))
}

/** A target as people type it, whole: `3000`, `:3000/hooks` and `localhost:3000/hooks` all mean an http URL. */
export function wholeTarget(typed: string): string {
  const text = typed.trim()
  if (text === '' || /^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return text
  if (/^:?\d{1,5}(?=$|[/?])/.test(text)) return `http://localhost:${text.replace(/^:/, '')}`
  return `http://${text}`
}

/** The whole URL that a target and what is put behind it give, as it will be asked for. */
export function joined(target: string, below: string): string {
  const [, origin = '', rest = ''] = /^(https?:\/\/[^/?#\\]+)?([^#]*)/i.exec(target.trim()) ?? []
  const [path = '', query] = parted(rest)
  const [belowPath = '', belowQuery] = parted(below)
  // `http://host/base/` and `/orders` meet in one slash; slashes that were captured stay.
  const whole = (belowPath === '' ? path : path.replace(/\/$/, '')) + belowPath
  const queries = [query, belowQuery].filter((each) => each !== undefined)
  return `${origin}${whole.startsWith('/') ? '' : '/'}${whole}${queries.length === 0 ? '' : `?${queries.join('&')}`}`
}

/** What is captured below the endpoint, in words for what stays behind when only the target is asked for. */
export function partsOf(below: string): string {
  const [path, query] = parted(below)
  const said = [path === '' ? '' : `the path ${path}`, query === undefined ? '' : `the query ?${query}`]
  return said.filter((part) => part !== '').join(' and ')
}

function parted(text: string): [path: string, query: string | undefined] {
  const mark = text.indexOf('?')
  return mark < 0 ? [text, undefined] : [text.slice(0, mark), text.slice(mark + 1)]
}
