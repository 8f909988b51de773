/**
 * Why the chosen scheme's signature does not fit: one thing after the other is taken to be different, then two at a time, until the
 * scheme's own check says yes.
 */
import type { SignedUrl } from '../../../shared/diagnosis.ts'
import { type Algorithm, CANONICAL } from '../../../shared/scheme.ts'
import { usesPublicKey } from '../../../shared/scheme-key.ts'
import type { Credentials, Definition } from '../definition.ts'
import { explainSignature } from '../explain.ts'
import { lazyJson } from '../json-body.ts'
import type { SignedRequest } from '../request.ts'
import { type BodyVariant, bodyVariants } from './body-variants.ts'
import type { Candidate } from './candidates.ts'
import type { Finding } from './finding.ts'
import { DIGEST_BYTES, inPlace, placer } from './in-place.ts'
import { type KeyVariant, keyVariants } from './key-variants.ts'
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

/** What is different about one axis. At most one of each goes into a try. */
interface Change {
  readonly finding: Partial<Finding>
  readonly steps: number
  readonly apply: (base: Base) => Base
}

interface Base {
  readonly definition: Definition
  readonly credentials: Credentials
  readonly request: SignedRequest
}

/** Bodies and URLs that are tried together with something else. */
const BODIES_IN_PAIRS = 24
const URLS_IN_PAIRS = 40

const SHARED_ALGORITHMS = ['hmac-sha256', 'hmac-sha1', 'hmac-sha512', 'hmac-sha384'] as const

export interface Search {
  /** One thing at a time is different. */
  readonly single: () => Finding | undefined
  /** Two things at a time. Costs more, and is asked for only where nothing simpler fits. */
  readonly pairs: () => Finding | undefined
}

/** Both give the first that fits: another that fits too would have to sign the same bytes with the same key, and so say the same. */
export function startSearch(searched: Searched, tries: Tries): Search {
  const { definition, request, signedUrl } = searched
  const isShared = !usesPublicKey(definition.row)
  const algorithms = algorithmChanges(searched)
  const stamps = stampVariants(definition, request).map(stampChange(searched))
  const keys = isShared ? keyChanges(searched) : []
  const simpleKeys = keys.filter(({ steps }) => steps === 1)
  const urls = signs(searched, 'url') ? urlVariants(request, signedUrl).map(urlChange) : []
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
      for (const changes of [algorithms, stamps, simpleKeys, urls, methods]) each(changes, attempt)
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
      const own = simpleKeys.filter((change) => change.finding.key?.owner === undefined)
      each(
        keys.filter(({ steps }) => steps > 1),
        attempt,
      )
      for (const [left, right] of [
        [stamps, simpleKeys],
        [algorithms, simpleKeys],
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

/** Whether the body, the URL or the method is part of what is signed. Where a provider's own code puts it together, that is tried out. */
export function signs({ definition, credentials, request }: Base, part: 'body' | 'url' | 'method'): boolean {
  const { row, code } = definition
  if (row.alg === 'token') return false
  if (row.alg === 'jwt') {
    const { bodySha256Hex, urlSha256Hex } = row.claims ?? {}
    return part === 'body' ? bodySha256Hex !== undefined : urlSha256Hex !== undefined || code?.claims !== undefined
  }
  if (row.content !== CANONICAL) return TOKENS[part].some((token) => row.content.includes(token))
  const signedOf = (changed: Partial<SignedRequest>): Buffer | undefined =>
    explainSignature(definition, credentials, { ...request, ...changed }, 0).signed
  const longer = Buffer.concat([request.body, Buffer.from('&x=y')])
  const changed = {
    body: { body: longer, json: lazyJson(longer) },
    url: { url: `${request.url}/x` },
    method: { method: `X${request.method}` },
  }
  const [before, after] = [signedOf({}), signedOf(changed[part])]
  return before === undefined || after === undefined || !before.equals(after)
}

const TOKENS = { body: ['{body', '{json:', '{crc32}'], url: ['{url}'], method: ['{method}'] } as const

/** The length of a value says which hash made it. */
function algorithmChanges({ definition, candidates }: Searched): Change[] {
  if (!SHARED_ALGORITHMS.some((each) => each === definition.row.alg)) return []
  const lengths = new Set(candidates.map(({ bytes }) => bytes.length))
  return SHARED_ALGORITHMS.filter((alg) => alg !== definition.row.alg && lengths.has(DIGEST_BYTES[alg] ?? 0)).map(
    (alg) => algorithmChange(alg),
  )
}

function algorithmChange(alg: Algorithm): Change {
  return {
    finding: { algorithm: alg },
    steps: 1,
    apply: (base) => ({ ...base, definition: { ...base.definition, row: { ...base.definition.row, alg } } }),
  }
}

function keyChanges({ definition, credentials, others }: Searched): Change[] {
  return keyVariants(definition, credentials, others).map((variant: KeyVariant) => ({
    finding: { key: variant },
    steps: variant.steps,
    // Only the way of reading the key is taken over: the rest of the row may have been changed by what it is paired with.
    apply: (base) => {
      if (variant.definition === definition) return { ...base, credentials: variant.credentials }
      const row = { ...base.definition.row, key: variant.definition.row.key }
      return { ...base, credentials: variant.credentials, definition: { ...base.definition, row } }
    },
  }))
}

function stampChange(start: Base): (variant: ReturnType<typeof stampVariants>[number]) => Change {
  return ({ as, definition, request }) => ({
    finding: { stamp: as },
    steps: 1,
    apply: (base) => ({
      ...base,
      definition:
        base.definition === start.definition
          ? definition
          : {
              ...base.definition,
              row: { ...base.definition.row, ...(definition.row.ts === undefined ? {} : { ts: definition.row.ts }) },
            },
      request: { ...base.request, headers: request.headers },
    }),
  })
}

function bodyChange(variant: BodyVariant): Change {
  const { body } = variant
  const json = lazyJson(body)
  return {
    finding: { body: variant },
    steps: 1,
    apply: (base) => ({ ...base, request: { ...base.request, body, json } }),
  }
}

function urlChange(url: string): Change {
  return { finding: { url }, steps: 1, apply: (base) => ({ ...base, request: { ...base.request, url } }) }
}

function methodChange(method: string): Change {
  return { finding: { method }, steps: 1, apply: (base) => ({ ...base, request: { ...base.request, method } }) }
}

function methodsFor(method: string): string[] {
  const usual = ['POST', 'GET', 'PUT', 'PATCH', 'DELETE']
  return [...new Set([method.toUpperCase(), method.toLowerCase(), ...usual])].filter((each) => each !== method)
}
