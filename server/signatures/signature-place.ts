/** Where the signature stands in a request on its way out: what is there, and another value in its place. */
import type { Scheme } from '../../shared/scheme.ts'
import type { SchemeCode } from './definition.ts'
import { type Draft, firstHeader, isNamed, namesOf, withHeader, withParameter } from './draft.ts'
import { placeInJson, withTextAt } from './json-place.ts'
import { queryValuesOf, type SignedRequest } from './request.ts'

type Sig = Scheme['sig']

/** Paths of the signatures that the body holds. */
export function placesInBody(
  sig: Sig,
  code: SchemeCode | undefined,
  request: SignedRequest,
): readonly (readonly string[])[] {
  const all = code?.placesOfParts?.(request)
  if (all !== undefined) return all.filter((path) => placeInJson(request.body, path) !== undefined)
  const paths = namesOf(sig).map((path) => path.split('.'))
  return paths.filter((path) => placeInJson(request.body, path) !== undefined).slice(0, 1)
}

/**
 * The value that holds the signature, as it came; the first, where there are several.
 * @param path of the signature in the body, where it stands there
 */
export function signatureIn(
  { headers, target, body }: Draft,
  sig: Sig,
  path: readonly string[] | undefined,
): string | undefined {
  switch (sig.in) {
    case 'header':
      return firstHeader(headers, namesOf(sig))
    case 'query':
      return namesOf(sig).flatMap((name) => queryValuesOf(target, name))[0]
    case 'body':
      return body.length === 0 ? undefined : body.toString('latin1')
    case 'bodyJson': {
      const found = path === undefined ? undefined : placeInJson(body, path)
      const value: unknown = found === undefined ? undefined : JSON.parse(body.toString('utf8', found.from, found.to))
      return typeof value === 'string' ? value : undefined
    }
  }
}

/** The same request with another value there. */
export function withSignature(draft: Draft, sig: Sig, value: string, path: readonly string[] | undefined): Draft {
  const names = namesOf(sig)
  switch (sig.in) {
    case 'header':
      return { ...draft, headers: withOneSignature(draft.headers, names, value) }
    case 'query': {
      const name = names.find((each) => queryValuesOf(draft.target, each).length > 0) ?? sig.name
      return { ...draft, target: withParameter(draft.target, name, value) }
    }
    case 'body':
      return { ...draft, body: Buffer.from(value, 'latin1') }
    case 'bodyJson': {
      const found = path === undefined ? undefined : placeInJson(draft.body, path)
      return found === undefined ? draft : { ...draft, body: withTextAt(draft.body, found, value) }
    }
  }
}

/** The first line gets the value, and so does any that said the same; others were signed with another secret, and go. */
function withOneSignature(headers: Draft['headers'], names: readonly string[], value: string): Draft['headers'] {
  const old = firstHeader(headers, names)
  if (old === undefined) return withHeader(headers, names, value)
  return headers.flatMap((pair) => {
    if (!isNamed(pair, names)) return [pair]
    return pair[1] === old ? [[pair[0], value] satisfies [string, string]] : []
  })
}
