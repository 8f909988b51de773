/** How endpoints are called: in a URL of the page, and by people. */
import type { Endpoint } from '../shared/endpoint.ts'

/** What stands for an endpoint in a URL of the page. */
export const slugOf = (endpoint: Endpoint): string => endpoint.alias ?? endpoint.id

/** What people call it. */
export const nameOf = (endpoint: Endpoint): string => endpoint.name ?? endpoint.alias ?? `${endpoint.id.slice(0, 8)}…`

/** By alias, or by id with letters in either case. */
export function findEndpoint(all: readonly Endpoint[], slug: string): Endpoint | undefined {
  return all.find((one) => one.alias === slug || one.id === slug.toLowerCase())
}
