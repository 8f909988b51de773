/**
 * The table of signing schemes: one entry a provider, each read off the page or the library it names.
 *
 * The table is the feature: the API, the page and the command line show what stands here. Where a provider cannot be said in a row,
 * the row is widened (`shared/scheme.ts`); nothing branches on an id.
 */
import type { SchemeEntry } from '../../shared/scheme.ts'
import type { Definition } from './definition.ts'
import { FIRST } from './schemes/first.ts'
import { JWTS } from './schemes/jwt.ts'
import { OVER_BODY } from './schemes/over-body.ts'
import { CODES, OWN_RULES } from './schemes/own-rules.ts'
import { PUBLIC_KEYS } from './schemes/public-keys.ts'
import { TIMESTAMPED } from './schemes/timestamped.ts'
import { TOKENS } from './schemes/tokens.ts'

export const SCHEMES: readonly SchemeEntry[] = [
  ...FIRST,
  ...TIMESTAMPED,
  ...OVER_BODY,
  ...PUBLIC_KEYS,
  ...JWTS,
  ...OWN_RULES,
  ...TOKENS,
]

const byId = new Map(SCHEMES.map((entry) => [entry.id, entry]))

/**
 * Every header of the table that names an event, in lower case, so that an endpoint without a scheme still shows what a known
 * provider says.
 */
export const eventHeaders: ReadonlySet<string> = new Set(
  SCHEMES.flatMap((entry) => entry.eventType?.toLowerCase() ?? []),
)

export function findScheme(id: string): SchemeEntry | undefined {
  return byId.get(id)
}
export function findDefinition(id: string): Definition | undefined {
  const entry = byId.get(id)
  return entry === undefined ? undefined : { id, row: entry.row, code: CODES.get(id) }
}
