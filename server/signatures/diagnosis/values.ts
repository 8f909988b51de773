/** All named values of a request that somebody could have put a signature, a token, a time or an id into. */
import type { SignedRequest } from '../request.ts'

export interface Value {
  readonly in: 'header' | 'query' | 'bodyJson'
  readonly name: string
  readonly text: string
}

/** Values looked at. A request has some thirty. */
const LOOKED_AT = 300

/** Headers in the order they came, then the query, then text and numbers of the first two levels of a JSON body. */
export function valuesOf(request: SignedRequest): Value[] {
  const found: Value[] = []
  for (let i = 0; i + 1 < request.headers.length && found.length < LOOKED_AT; i += 2) {
    const name = request.headers[i] as string // in bounds by the loop's condition
    if (name.toLowerCase() !== 'cookie') found.push({ in: 'header', name, text: request.headers[i + 1] as string })
  }
  const query = request.target.indexOf('?')
  if (query >= 0)
    for (const [name, text] of new URLSearchParams(request.target.slice(query + 1).replaceAll('+', '%2B')))
      found.push({ in: 'query', name, text })
  addJson(request.json(), '', found)
  return found.slice(0, LOOKED_AT)
}

function addJson(json: unknown, path: string, found: Value[]): void {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return
  for (const [key, value] of Object.entries(json)) {
    if (found.length >= LOOKED_AT) return
    if (key.includes('.')) continue // a path of a row is split at dots
    if (typeof value === 'string') found.push({ in: 'bodyJson', name: path + key, text: value })
    else if (typeof value === 'number') found.push({ in: 'bodyJson', name: path + key, text: String(value) })
    else if (path === '') addJson(value, `${key}.`, found)
  }
}
