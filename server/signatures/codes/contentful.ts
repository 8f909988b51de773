/**
 * Contentful signs method, path, the headers that the request itself lists, and the body, each on lines of their own. Path and query are
 * escaped once more than they already are.
 */
import { withoutAuthority } from '../../../shared/target.ts'
import type { SchemeCode } from '../definition.ts'
import { type SignedRequest, toBinary } from '../request.ts'

const SIGNED_HEADERS = 'x-contentful-signed-headers'
const TIMESTAMP = 'x-contentful-timestamp'

export const contentful: SchemeCode = {
  companions: [[SIGNED_HEADERS, `${SIGNED_HEADERS},${TIMESTAMP}`]],
  contents: (request, { ts }) => {
    if (ts === undefined)
      return { id: 'timestamp_missing', says: `The header ${TIMESTAMP}, which is signed, is missing.` }
    const headers = headersOf(request, ts)
    if (headers === undefined)
      return { id: 'part_missing', says: `The header ${SIGNED_HEADERS}, which lists what is signed, is missing.` }
    return [[`${request.method}\n${toBinary(pathOf(request))}\n${headers}\n`, request.body]]
  },
}

/** The query is escaped as a single component, then the whole once more: `?a=1` is signed as `?a%253D1`. */
function pathOf({ url }: SignedRequest): string {
  const [path = '', query = ''] = withoutAuthority(url).toWellFormed().split('?')
  return encodeURI(query === '' ? path : `${path}?${encodeURIComponent(query)}`)
}

/** `name:value` of each header that the list names and that is there, sorted by name. Undefined without a list. */
function headersOf({ headers }: SignedRequest, ts: string): string | undefined {
  const sent = new Map<string, string>()
  for (let i = 0; i + 1 < headers.length; i += 2)
    sent.set((headers[i] ?? '').toLowerCase().trim(), (headers[i + 1] ?? '').trim())
  const list = sent.get(SIGNED_HEADERS)
  if (!list) return undefined
  const listed = new Set(list.split(','))
  const signed = new Map([...sent].filter(([name]) => listed.has(name)))
  signed.set(TIMESTAMP, ts)
  signed.set(SIGNED_HEADERS, '')
  const names = [...signed.keys()].sort()
  signed.set(SIGNED_HEADERS, names.join(','))
  return names.map((name) => `${name}:${signed.get(name)}`).join(';')
}
