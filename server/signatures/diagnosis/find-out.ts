/**
 * The order in which it is tried, from what happens most to what happens least: one thing wrong with the chosen scheme, another scheme
 * of the table, two things wrong, and in the end a scheme that nobody described.
 */
import type { SignedRequest } from '../request.ts'
import type { Credentials, Definition } from '../definition.ts'
import type { Finding } from './finding.ts'
import { type Searched, startSearch } from './search.ts'
import { solve } from './solve.ts'
import { solveToken } from './solve-token.ts'
import { schemeThatFits } from './table.ts'
import type { Tries } from './tries.ts'

/** What is known; without a definition the scheme is what is looked for. */
export type ToFindOut = Omit<Searched, 'definition'> & { readonly definition: Definition | undefined }

export function findOut({ definition, ...given }: ToFindOut, tries: Tries): Finding | undefined {
  const { credentials, request } = given
  const search = definition === undefined ? undefined : startSearch({ definition, ...given }, tries)
  return (
    search?.single() ??
    otherScheme(definition?.id, credentials, request, tries) ??
    search?.pairs() ??
    solveToken(given, tries) ??
    solve(given, tries)
  )
}

function otherScheme(
  chosen: string | undefined,
  credentials: Credentials,
  request: SignedRequest,
  tries: Tries,
): Finding | undefined {
  const schemeId = schemeThatFits(chosen, credentials, request, tries)
  return schemeId === undefined ? undefined : { steps: 1, schemeId }
}
