/**
 * Why the chosen scheme's signature does not fit: one thing after the other is taken to be different, then two at a time, until the
 * scheme's own check says yes.
 */
import type { SignedUrl } from '../../../shared/diagnosis.ts'
import { usesPublicKey } from '../../../shared/scheme-key.ts'
import type { Credentials, Definition } from '../definition.ts'
import type { SignedRequest } from '../request.ts'
import { bodyVariants } from './body-variants.ts'
import type { Candidate } from './candidates.ts'
import {
  algorithmChanges,
  bodyChange,
  type Change,
  jwtPlaceChanges,
  keyChanges,
  methodChange,
  methodsFor,
  stampChange,
  urlChange,
} from './changes.ts'
import { type Base, signs } from './coverage.ts'
import type { Finding } from './finding.ts'
import { inPlace, placer } from './in-place.ts'
import { stampVariants } from './stamp-variants.ts'
import type { Tries } from './tries.ts'
import { urlVariants } from './url-variants.ts'

export interface Searched {
  readonly definition: Definition
  readonly credentials: Credentials
  readonly request: SignedRequest
  readonly signedUrl: SignedUrl | undefined
  readonly others: readonly { readonly name: string; readonly secrets: readonly string[] }[]
  readonly candidates: readonly Candidate[]
}

/** Bodies and URLs that are tried together with something else. */
const BODIES_IN_PAIRS = 24
const URLS_IN_PAIRS = 40

export interface Search {
  /** One thing at a time is different. */
  readonly single: () => Finding | undefined
  /** Two things at a time. Costs more, and is asked for only where nothing simpler fits. */
  readonly pairs: () => Finding | undefined
}

/** Both give the first that fits: another that fits too would have to sign the same bytes with the same key, and so say the same. */
export function startSearch(searched: Searched, tries: Tries): Search {
  const { definition, request } = searched
  const isShared = !usesPublicKey(definition.row)
  const algorithms = algorithmChanges(searched)
  const stamps = stampVariants(definition, request).map(stampChange(searched))
  const keys = isShared ? keyChanges(searched) : []
  const simpleKeys = keys.filter(({ steps }) => steps === 1)
  const urls = signs(searched, 'url') ? urlsFor(searched).map(urlChange) : []
  const places = isShared ? jwtPlaceChanges(searched) : []
  const methods = signs(searched, 'method') ? methodsFor(request.method).map(methodChange) : []
  const bodies: Change[] = []
  let found: Finding | undefined

  const inPlaceOf = placer(searched.candidates)
  const attempt = (...changes: readonly Change[]): void => {
    const base = changes.reduce<Base>((each, change) => change.apply(each), searched)
    found ??= tryChanges(searched, base, changes, inPlaceOf, tries)
  }
  const each = (changes: Iterable<Change>, use: (change: Change) => void): void => {
    for (const change of changes) {
      if (found !== undefined || tries.over()) return
      use(change)
    }
  }

  return {
    single() {
      attempt()
      for (const changes of [algorithms, places, stamps, simpleKeys, urls, methods]) each(changes, attempt)
      if (signs(searched, 'body'))
        for (const variant of bodyVariants(request)) {
          if (found !== undefined || tries.over()) break
          bodies.push(bodyChange(variant))
          each(bodies.slice(-1), attempt)
        }
      return found
    },
    pairs() {
      const fewBodies = bodies.slice(0, BODIES_IN_PAIRS)
      const fewUrls = urls.slice(0, URLS_IN_PAIRS)
      const own = simpleKeys.filter((change) => change.finding.key?.owners === undefined)
      each(
        keys.filter(({ steps }) => steps > 1),
        attempt,
      )
      for (const [left, right] of [
        [stamps, simpleKeys],
        [algorithms, [...places, ...simpleKeys]],
        [places, simpleKeys],
        [methods, [...urls, ...simpleKeys]],
        [own, fewUrls],
        [own, fewBodies],
        [stamps, fewBodies],
        [algorithms, fewBodies],
        [algorithms, fewUrls],
        [simpleKeys, [...fewUrls, ...fewBodies.slice(0, 8)]],
        [fewUrls, fewBodies.slice(0, 12)],
      ] as const)
        each(left, (one) => {
          const base = one.apply(searched) // once, so that its check is compiled once
          each(right, (other) => {
            found = tryChanges(searched, other.apply(base), [one, other], inPlaceOf, tries)
          })
        })
      return found
    },
  }
}

/** The URL as it would be with what the provider's rules put into it, where that was lost; then as others know it. */
function urlsFor({ definition, request, signedUrl }: Searched): string[] {
  const whole = definition.code?.addressFor?.(request).url
  const found = whole === undefined || whole === request.url ? [] : [whole]
  return [...found, ...urlVariants(request, signedUrl)]
}

function tryChanges(
  searched: Searched,
  base: Base,
  changes: readonly Change[],
  inPlaceOf: ReturnType<typeof placer>,
  tries: Tries,
): Finding | undefined {
  const { definition, credentials, request } = base
  const all = inPlaceOf(definition.row, request)
  if (!tries.fits(definition, credentials, all ?? request)) return undefined
  const place =
    all === undefined || tries.fits(definition, credentials, request) ? undefined : placeOf(searched, base, tries)
  if (place === 'unknown') return undefined
  const steps = changes.reduce((sum, change) => sum + change.steps, place === undefined ? 0 : 1)
  const finding = Object.assign({}, ...changes.map((change) => change.finding)) as Partial<Finding> // parts of findings, as typed above
  return { ...finding, steps, ...(place === undefined ? {} : { place }) }
}

/** Which of the values it was: each is tried alone. */
function placeOf(
  { candidates }: Searched,
  { definition, credentials, request }: Base,
  tries: Tries,
): Candidate | 'unknown' {
  for (const candidate of candidates) {
    const alone = inPlace(definition.row, request, [candidate])
    if (alone !== undefined && tries.fits(definition, credentials, alone)) return candidate
  }
  return 'unknown'
}
