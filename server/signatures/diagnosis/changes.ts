/** What may be different about a request than its scheme says: each change is applied to what is checked, alone or together with others. */
import { usesPublicKey } from '../../../shared/scheme-key.ts'
import type { Algorithm, JwtAlgorithm, Scheme } from '../../../shared/scheme.ts'
import { lazyJson } from '../json-body.ts'
import type { SignedRequest } from '../request.ts'
import type { BodyVariant } from './body-variants.ts'
import type { Base } from './coverage.ts'
import type { Finding } from './finding.ts'
import { DIGEST_BYTES } from './in-place.ts'
import { type KeyVariant, keyVariants } from './key-variants.ts'
import type { Searched } from './search.ts'
import { jwtsOf } from './solve-token.ts'
import type { stampVariants } from './stamp-variants.ts'

/** What is different about one axis. At most one of each goes into a try. */
export interface Change {
  readonly finding: Partial<Finding>
  readonly steps: number
  readonly apply: (base: Base) => Base
}

const SHARED_ALGORITHMS = ['hmac-sha256', 'hmac-sha1', 'hmac-sha512', 'hmac-sha384'] as const
const SHARED_JWT_ALGORITHMS = ['HS256', 'HS384', 'HS512'] as const

/** The length of a value says which hash made it, and a token says it itself. */
export function algorithmChanges({ definition, request, candidates }: Searched): Change[] {
  const { row } = definition
  if (row.alg === 'jwt' && !usesPublicKey(row)) {
    const said = new Set(jwtsOf(request).map(({ jwt }) => jwt.alg))
    return SHARED_JWT_ALGORITHMS.filter((alg) => said.has(alg) && row.algs?.includes(alg) !== true).map((alg) =>
      rowChange({ algorithm: alg }, { algs: [alg] }),
    )
  }
  if (!SHARED_ALGORITHMS.some((each) => each === row.alg)) return []
  const lengths = new Set(candidates.map(({ bytes }) => bytes.length))
  return SHARED_ALGORITHMS.filter((alg) => alg !== row.alg && lengths.has(DIGEST_BYTES[alg] ?? 0)).map((alg) =>
    rowChange({ algorithm: alg }, { alg }),
  )
}

/** A token that stands somewhere else than the scheme says, or behind another word. What it must say stays the same. */
export function jwtPlaceChanges({ definition, request }: Searched): Change[] {
  const { sig, alg } = definition.row
  if (alg !== 'jwt' || sig.in === 'body' || sig.in === 'bodyJson') return []
  return jwtsOf(request).flatMap(({ value, prefix }) => {
    const form = prefix === '' ? {} : { prefix }
    const place = { in: value.in, name: value.name, form, enc: 'utf8' as const }
    if (place.in === sig.in && place.name.toLowerCase() === sig.name.toLowerCase() && prefix === (sig.prefix ?? ''))
      return []
    return rowChange({ place }, { sig: { in: place.in, name: place.name, ...form, enc: 'utf8' } })
  })
}

function rowChange(
  finding: { algorithm: Algorithm | JwtAlgorithm } | Pick<Finding, 'place'>,
  changed: Partial<Scheme>,
): Change {
  return {
    finding,
    steps: 1,
    apply: (base) => ({ ...base, definition: { ...base.definition, row: { ...base.definition.row, ...changed } } }),
  }
}

export function keyChanges({ definition, credentials, others }: Searched): Change[] {
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

export function stampChange(start: Base): (variant: ReturnType<typeof stampVariants>[number]) => Change {
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

export function bodyChange(variant: BodyVariant): Change {
  const { body, contentType } = variant
  const json = lazyJson(body)
  return {
    finding: { body: variant },
    steps: 1,
    apply: (base) => {
      const headers = contentType === undefined ? base.request.headers : withType(base.request.headers, contentType)
      return { ...base, request: { ...base.request, headers, body, json } }
    },
  }
}

/** Whoever makes JSON of a form says that it is JSON now; for the form to be read as one, it has to say so. */
function withType(headers: SignedRequest['headers'], type: string): readonly string[] {
  const others = headers.filter((_, i) => headers[i - (i % 2)]?.toLowerCase() !== 'content-type')
  return [...others, 'Content-Type', type]
}

export function urlChange(url: string): Change {
  return { finding: { url }, steps: 1, apply: (base) => ({ ...base, request: { ...base.request, url } }) }
}

export function methodChange(method: string): Change {
  return { finding: { method }, steps: 1, apply: (base) => ({ ...base, request: { ...base.request, method } }) }
}

export function methodsFor(method: string): string[] {
  const usual = ['POST', 'GET', 'PUT', 'PATCH', 'DELETE']
  return [...new Set([method.toUpperCase(), method.toLowerCase(), ...usual])].filter((each) => each !== method)
}
