/** Schemes of the table that this request could be signed by, because it carries what they need: tried with the secret that is given. */
import type { Scheme } from '../../../shared/scheme.ts'
import type { Credentials, Definition } from '../definition.ts'
import { readerOfSignatures } from '../places.ts'
import type { SignedRequest } from '../request.ts'
import { findDefinition, SCHEMES } from '../schemes.ts'
import { suggest } from './suggest.ts'
import type { Tries } from './tries.ts'

/** The id of the scheme that fits; of several that sign alike the one that the request looks like most. */
export function schemeThatFits(
  chosen: string | undefined,
  credentials: Credentials,
  request: SignedRequest,
  tries: Tries,
): string | undefined {
  const fitting: string[] = []
  for (const definition of carried(request)) {
    if (tries.over()) break
    if (definition.id !== chosen && tries.fits(definition, credentials, request)) fitting.push(definition.id)
  }
  return suggest(request, SCHEMES.length).find(({ scheme }) => fitting.includes(scheme))?.scheme ?? fitting[0]
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

function essence({ alg, key, sig, content }: Scheme): string {
  const { list, kv, field, prefix = '', enc } = sig
  return JSON.stringify([
    alg,
    key,
    sig.in,
    sig.name.toLowerCase(),
    field === undefined ? '' : [list, kv, field],
    prefix,
    enc,
    content,
  ])
}
