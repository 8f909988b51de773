/**
 * The order in which it is tried, from what happens most to what happens least: one thing wrong with the chosen scheme, another scheme
 * of the table, two things wrong, and in the end a scheme that nobody described.
 */
import type { Credentials, Definition } from '../definition.ts'
import type { FaultId } from '../fault.ts'
import type { SignedRequest } from '../request.ts'
import { isWeaker } from './coverage.ts'
import type { Finding } from './finding.ts'
import { type Searched, startSearch } from './search.ts'
import { solve } from './solve.ts'
import { solveToken } from './solve-token.ts'
import { schemeThatFits } from './table.ts'
import type { Tries } from './tries.ts'

/** What is known; without a definition the scheme is what is looked for. */
export type ToFindOut = Omit<Searched, 'definition'> & {
  readonly definition: Definition | undefined
  /** What the chosen scheme's own check says. */
  readonly fault: FaultId | undefined
}

export interface FoundOut {
  readonly finding?: Finding | undefined
  /** What fits as well, but vouches for less than the chosen scheme. Never more than a remark. */
  readonly weaker?: Finding | undefined
}

/**
 * The signature itself fits the chosen scheme, and what it says of the request does not hold. Then nothing else is looked for: any scheme
 * that fits would be one that does not see what was changed.
 */
const BEYOND_SIGNATURE: ReadonlySet<FaultId> = new Set(['condition_differs', 'claim_differs', 'claim_missing'])

/** Settings decide before anything of the request is looked at, so there is nothing to try. */
const SETTINGS: ReadonlySet<FaultId> = new Set(['companion_differs', 'setting_missing'])

/** Whether the fault tells by itself what is wrong, whatever else would fit. */
export function isSettled(fault: FaultId | undefined): boolean {
  return fault !== undefined && (BEYOND_SIGNATURE.has(fault) || SETTINGS.has(fault))
}

export function findOut({ definition, fault, ...given }: ToFindOut, tries: Tries): FoundOut {
  if (fault !== undefined && SETTINGS.has(fault)) return {}
  const { credentials, request } = given
  const search = definition === undefined ? undefined : startSearch({ definition, ...given }, tries)
  const single = search?.single()
  if (fault !== undefined && BEYOND_SIGNATURE.has(fault)) return { finding: single ?? search?.pairs() }
  if (single?.steps === 1) return { finding: single }

  let weaker: Finding | undefined
  const accepts = (finding: Finding): boolean => {
    if (definition === undefined || finding.solved === undefined) return true
    // Without any signature of the chosen scheme a token is no step down, and nobody can send it who does not know the secret.
    if (fault === 'signature_missing' && finding.solved.alg === 'token') return true
    if (!isWeaker({ id: 'custom', row: finding.solved }, { definition, credentials, request })) return true
    weaker ??= finding
    return false
  }
  const finding =
    otherScheme(definition, credentials, request, tries) ??
    single ??
    search?.pairs() ??
    solveToken(given, tries, accepts) ??
    solve(given, tries, accepts)
  return { finding, weaker }
}

function otherScheme(
  chosen: Definition | undefined,
  credentials: Credentials,
  request: SignedRequest,
  tries: Tries,
): Finding | undefined {
  const schemeId = schemeThatFits(chosen, credentials, request, tries)
  return schemeId === undefined ? undefined : { steps: 1, schemeId }
}
