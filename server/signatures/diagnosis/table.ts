/** Schemes of the table that this request could be signed by, because it carries what they need: tried with the secret that is given. */
import type { Scheme } from '../../../shared/scheme.ts'
import type { Credentials, Definition } from '../definition.ts'
import { explainSignature } from '../explain.ts'
import { readerOfSignatures } from '../places.ts'
import type { SignedRequest } from '../request.ts'
import { findDefinition, SCHEMES } from '../schemes.ts'
import { compileScheme } from '../verify.ts'
import { isWeaker } from './coverage.ts'
import { suggest } from './suggest.ts'
import type { Tries } from './tries.ts'

/**
 * The id of the scheme that fits; of several that sign alike the one that the request looks like most.
 * @param chosen the scheme that is set. One that sees less than it is named only where the request looks like that one
 */
export function schemeThatFits(
  chosen: Definition | undefined,
  credentials: Credentials,
  request: SignedRequest,
  tries: Tries,
): string | undefined {
  const fitting: string[] = []
  for (const definition of carried(request)) {
    if (tries.over()) break
    if (definition.id === chosen?.id || !tries.fits(definition, credentials, request)) continue
    if (chosen !== undefined && isWeaker(definition, { definition: chosen, credentials, request }))
      if (!suggest(request).some(({ scheme }) => scheme === definition.id)) continue
    fitting.push(definition.id)
  }
  return suggest(request, SCHEMES.length).find(({ scheme }) => fitting.includes(scheme))?.scheme ?? fitting[0]
}

/**
 * The id of a scheme whose signature fits while what it says of the request does not hold, as after somebody changed the body. Any other
 * scheme that fits would be one that does not see that.
 * @param now Unix milliseconds
 */
export function schemeThatRefuses(credentials: Credentials, request: SignedRequest, now: number): string | undefined {
  return carried(request).find((definition) => {
    const { fault } = explainSignature(definition, credentials, request, now)
    if (fault === 'condition_differs') return true
    const { iss } = definition.row.claims ?? {}
    // Another issuer's token in a header of the same name is another provider's.
    const own = { ...definition, code: undefined, row: { ...definition.row, claims: iss === undefined ? {} : { iss } } }
    return fault === 'claim_differs' && compileScheme(own, credentials)(request, now).kind === 'valid'
  })?.id
}

/** The id of the scheme of the table that says the same as a row, as far as checking goes. */
export function idOfRow(row: Scheme, request: SignedRequest): string | undefined {
  const same = SCHEMES.filter(({ row: other }) => essence(other) === essence(row)).map(({ id }) => id)
  return suggest(request, SCHEMES.length).find(({ scheme }) => same.includes(scheme))?.scheme ?? same[0]
}

function carried(request: SignedRequest): Definition[] {
  return SCHEMES.flatMap(({ id, row }) => {
    // A whole body is a signature only where it looks like one; trying would parse every body as a token.
    if (row.sig.in === 'body' || readerOfSignatures(row.sig)(request).length === 0) return []
    return findDefinition(id) ?? []
  })
}

function essence({ alg, algs, claims, key, sig, content }: Scheme): string {
  const { list, kv, field, prefix = '', enc } = sig
  return JSON.stringify([
    alg,
    algs,
    claims,
    key,
    sig.in,
    sig.name.toLowerCase(),
    field === undefined ? '' : [list, kv, field],
    prefix,
    enc,
    content,
  ])
}
