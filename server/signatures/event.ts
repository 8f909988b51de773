/** What a capture is about: the type of the event, and the id by which a second attempt is known. */
import type { lazyJson } from './json-body.ts'
import { headerValuesOf, jsonAt } from './request.ts'
import { eventHeaders, findScheme } from './schemes.ts'

/** Where to look, as an endpoint's settings say it: JSON pointers (RFC 6901), or for the id a header name. */
export interface EventSettings {
  readonly scheme: string | undefined
  readonly eventType: string | undefined
  readonly eventId: string | undefined
}

/** Keys at the top of a JSON body that name the event, the usual first. */
const TYPE_KEYS = ['type', 'event', 'event_type', 'topic', 'action']

/** Longer values are no names. */
const NAME_MAX = 200

type Json = ReturnType<typeof lazyJson>

export function eventTypeOf(settings: EventSettings, headers: readonly string[], json: Json): string | undefined {
  if (settings.eventType !== undefined) return asName(atPointer(json(), settings.eventType))
  return headerEventType(settings.scheme, headers) ?? bodyEventType(json())
}

export function eventIdOf(settings: EventSettings, headers: readonly string[], json: Json): string | undefined {
  const place = settings.eventId ?? (settings.scheme === undefined ? undefined : findScheme(settings.scheme)?.eventId)
  if (place === undefined) return undefined
  return asName(place.startsWith('/') ? atPointer(json(), place) : headerValuesOf(headers, place.toLowerCase())[0])
}

/** The scheme's own header; without a scheme, the header of any that we know: it names the event, whoever signs it. */
function headerEventType(scheme: string | undefined, headers: readonly string[]): string | undefined {
  const own = scheme === undefined ? undefined : findScheme(scheme)?.eventType
  if (own !== undefined) return asName(headerValuesOf(headers, own.toLowerCase())[0])
  if (scheme !== undefined && scheme !== 'custom') return undefined
  for (let i = 0; i + 1 < headers.length; i += 2) {
    if (eventHeaders.has((headers[i] as string).toLowerCase())) return asName(headers[i + 1])
  }
  return undefined
}

function bodyEventType(json: unknown): string | undefined {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined
  for (const key of TYPE_KEYS) {
    const name = Object.hasOwn(json, key) ? asName((json as Record<string, unknown>)[key]) : undefined // own, as just checked
    if (name !== undefined) return name
  }
  return undefined
}

function atPointer(json: unknown, pointer: string): unknown {
  const path = pointer.slice(1).split('/')
  return jsonAt(
    json,
    path.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')),
  )
}

function asName(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value
  return typeof text === 'string' && text !== '' && text.length <= NAME_MAX ? text : undefined
}
