/**
 * Atlassian Connect ties its token to the request by `qsh`, a hash over method, path and sorted query. The path is counted from the
 * app's base URL, which the setting `baseUrl` names where it has a path of its own.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { withoutAuthority } from '../../../shared/target.ts'
import type { SchemeCode } from '../definition.ts'
import { decodeStrictly } from '../encoding.ts'
import { own } from '../jwt.ts'
import { queryOf, queryValuesOf, type SignedRequest } from '../request.ts'

export const atlassianConnect: SchemeCode = {
  // Pages inside Atlassian's products get the token in the query.
  values: ({ target }) => queryValuesOf(target, 'jwt').map((token) => `JWT ${token}`),
  claims: (claims, request, extra) => {
    const qsh = own(claims, 'qsh')
    if (qsh === undefined) return { id: 'claim_missing', says: 'The token has no `qsh`, which this scheme needs.' }
    const said = typeof qsh === 'string' ? decodeStrictly(qsh, 'hex') : undefined
    const digest = queryStringHash(request, extra)
    if (said?.length === digest.length && timingSafeEqual(said, digest)) return undefined
    return {
      id: 'claim_differs',
      says: 'The token was made for another method, path or query: its `qsh` is not the hash of these.',
    }
  },
  claimsFor: (request, extra) => ({ qsh: queryStringHash(request, extra).toString('hex') }),
}

function queryStringHash(request: SignedRequest, extra: Readonly<Record<string, string>>): Buffer {
  const base = Object.hasOwn(extra, 'baseUrl') ? (extra['baseUrl'] ?? '') : ''
  return createHash('sha256').update(canonicalRequest(request, base)).digest()
}

/** https://developer.atlassian.com/cloud/jira/platform/understanding-jwt/ → creating a query string hash */
function canonicalRequest({ method, url }: SignedRequest, baseUrl: string): string {
  return [method.toUpperCase(), pathOf(url, baseUrl), sortedQuery(url)].join('&')
}

function pathOf(url: string, baseUrl: string): string {
  const whole = withoutQuery(withoutAuthority(url))
  const base = withoutQuery(withoutAuthority(baseUrl)).replace(/\/$/, '')
  const below = base !== '' && whole.startsWith(base) ? whole.slice(base.length) : whole
  const path = (below.startsWith('/') ? below : `/${below}`).replaceAll('&', '%26')
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}

/** Names sorted, values of the same name sorted and joined by commas, all percent-encoded by RFC 3986. `jwt` is left out. */
function sortedQuery(url: string): string {
  const values = new Map<string, string[]>()
  for (const [name, value] of new URLSearchParams(queryOf(url))) {
    if (name === 'jwt' || name === '__proto__') continue
    const known = values.get(name)
    if (known === undefined) values.set(name, [value])
    else known.push(value)
  }
  return [...values.keys()]
    .sort()
    .map((name) => `${escaped(name)}=${(values.get(name) ?? []).sort().map(escaped).join(',')}`)
    .join('&')
}

const withoutQuery = (text: string): string => text.replace(/[?#].*$/s, '')

const escaped = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
