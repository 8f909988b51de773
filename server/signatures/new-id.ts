/** Another id for a request, so that its receiver takes it for a new event and not for one it has seen. */
import { anotherId } from './another.ts'
import type { Definition } from './definition.ts'
import { type Draft, firstHeader, namesOf, withHeader } from './draft.ts'
import { placeInJson, withTextAt } from './json-place.ts'

/** The scheme's own id, and the header or the place in the body by which the provider's events are told apart. */
export function withNewId(draft: Draft, { row }: Definition, eventId: string | undefined): Draft {
  const names = row.id === undefined ? [] : namesOf(row.id)
  const isHeader = eventId !== undefined && !eventId.startsWith('/')
  let { headers, body } = draft
  const old = names.length === 0 ? undefined : firstHeader(headers, names)
  if (old !== undefined) headers = withHeader(headers, names, anotherId(old))
  if (isHeader && !names.some((name) => name.toLowerCase() === eventId.toLowerCase())) {
    const event = firstHeader(headers, [eventId])
    if (event !== undefined) headers = withHeader(headers, [eventId], anotherId(event))
  }
  if (eventId !== undefined && !isHeader) {
    // RFC 6901 §4: `~1` first, so that `~01` stays `~1`.
    const path = eventId
      .split('/')
      .slice(1)
      .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
    const place = placeInJson(body, path)
    const value: unknown = place === undefined ? undefined : JSON.parse(body.toString('utf8', place.from, place.to))
    if (place !== undefined && (typeof value === 'string' || Number.isSafeInteger(value)))
      body = withTextAt(body, place, Buffer.from(anotherId(String(value)), 'utf8').toString('latin1'))
  }
  return { ...draft, headers, body }
}
