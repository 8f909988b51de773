/**
 * Twilio signs the URL and behind it, for a form, each parameter's name and value in the order of the names. For any other body the URL
 * holds the body's hash, so that the signature covers it all the same.
 *
 * Twilio itself is not of one mind about default ports and about how a query is written, which is why its library tries several forms of
 * the URL; so does this.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { SchemeCode } from '../definition.ts'
import { withParameter } from '../draft.ts'
import { decodeStrictly } from '../encoding.ts'
import type { Fault } from '../fault.ts'
import { formOf } from '../form.ts'
import { queryValuesOf, type SignedRequest, toBinary } from '../request.ts'

const BODY_HASH = 'bodySHA256'

export const twilio: SchemeCode = {
  contents: (request) => {
    const parameters = hasBodyHash(request) ? '' : parametersOf(request)
    if (typeof parameters === 'object') return parameters
    return urlsOf(request.url).map((url) => [toBinary(url + parameters)])
  },
  condition: (request) => {
    if (!hasBodyHash(request)) return undefined
    const said = decodeStrictly(queryValuesOf(request.url, BODY_HASH)[0] ?? '', 'hex')
    const digest = createHash('sha256').update(request.body).digest()
    if (said?.length === digest.length && timingSafeEqual(said, digest)) return undefined
    return {
      id: 'condition_differs',
      says: `The URL is rightly signed, but its ${BODY_HASH} is not the hash of this body: the body was changed on the way.`,
    }
  },
  addressFor: (request) => {
    const { target, url, body } = request
    const needsHash = hasBodyHash(request) || typeof parametersOf(request) === 'object'
    if (!needsHash) return { target, url }
    const hash = createHash('sha256').update(body).digest('hex')
    return { target: withParameter(target, BODY_HASH, hash), url: withParameter(url, BODY_HASH, hash) }
  },
}

const hasBodyHash = ({ url }: SignedRequest): boolean => queryValuesOf(url, BODY_HASH).length > 0

/** Names and values joined, sorted by name. Of a name that comes again, each different value counts once. */
function parametersOf(request: SignedRequest): string | Fault {
  if (request.body.length === 0) return ''
  const form = formOf(request, 'form')
  // Without this, a signature over the URL alone would vouch for any body that is put behind it.
  if (form === undefined)
    return {
      id: 'part_missing',
      says: `The body is no form, and the URL does not name its hash (${BODY_HASH}): nothing signs this body.`,
    }
  const values = new Map<string, Set<string>>()
  for (const [name, value] of form) {
    const known = values.get(name)
    if (known === undefined) values.set(name, new Set([value]))
    else known.add(value)
  }
  let text = ''
  for (const name of [...values.keys()].sort())
    for (const value of [...(values.get(name) ?? [])].sort()) text += name + value
  return text
}

/** The URL as it is, without and with its port, and each of these with the query written anew. Likeliest first, none twice. */
function urlsOf(text: string): string[] {
  const url = URL.parse(text)
  if (url === null) return [text]
  const without = new URL(url)
  without.port = ''
  const forms = [text, without.href, url.port === '' ? withDefaultPort(url) : url.href]
  return [...new Set([...forms, ...forms.map(withQueryAnew)])]
}

function withDefaultPort(url: URL): string {
  const port = url.protocol === 'https:' ? ':443' : ':80'
  const login = url.username === '' ? '' : `${url.username}${url.password === '' ? '' : `:${url.password}`}@`
  return `${url.protocol}//${login}${url.hostname}${port}${url.pathname}${url.search}${url.hash}`
}

/** Taken apart and put together again, each name and value escaped: how older systems of Twilio's wrote it. */
function withQueryAnew(text: string): string {
  const cut = text.indexOf('?')
  if (cut < 0) return text
  const pairs = [...new URLSearchParams(text.slice(cut + 1))].map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  )
  return `${text.slice(0, cut)}?${pairs.join('&')}`
}
