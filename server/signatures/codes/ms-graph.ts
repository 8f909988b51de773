/** Microsoft Graph sends several notifications in one request, each with the agreed value: one with another, or without, is not from there. */
import type { SchemeCode } from '../definition.ts'
import { jsonAt, type SignedRequest } from '../request.ts'

/** Graph sends a hundred or so at most. With more of them, as with none, there is no token that could count. */
const NOTIFICATIONS = 1000

export const msGraph: SchemeCode = {
  // The row names the place of the first: each is looked at as if it were the only one.
  parts: (request) => {
    const items = notificationsOf(request)
    if (items === undefined) return [{ ...request, json: () => undefined }]
    return items.map((item): SignedRequest => ({ ...request, json: () => ({ value: [item] }) }))
  },
  placesOfParts: (request) => {
    const { length } = notificationsOf(request) ?? []
    return Array.from({ length }, (_, i) => ['value', String(i), 'clientState'])
  },
}

function notificationsOf(request: SignedRequest): readonly unknown[] | undefined {
  const items = jsonAt(request.json(), ['value'])
  return Array.isArray(items) && items.length > 0 && items.length <= NOTIFICATIONS ? items : undefined
}
