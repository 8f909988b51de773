/**
 * What is found out about a request: its verdict, and what event it is about. Before the answer only what costs little; the rest, said by
 * `late`, is found out a moment later by somebody whom nobody waits for.
 */
import type { Verdict } from '../../shared/capture.ts'
import { PARSED_BODY_BYTES } from '../../shared/limits.ts'
import { usesPublicKey } from '../../shared/scheme-key.ts'
import { definitionOf, type SigningSettings, verdictOf } from './endpoint-check.ts'
import { eventIdOf, type EventSettings, eventTypeOf } from './event.ts'
import { lazyJson, mayHoldValues } from './json-body.ts'
import { fetchesKeys, keyIsElsewhere } from './provider-key.ts'
import { headerValuesOf, type SignedRequest } from './request.ts'

export interface Found {
  readonly verdict: Verdict
  readonly eventType: string | undefined
  readonly eventId: string | undefined
}

/** Bytes hashed before the answer, at most: one secret and the largest body, or some secrets and a smaller one; about 60 ms of blocked loop. */
const HASHED_AT_ONCE_BYTES = 32 * 1024 * 1024

/** Contents that code may try for one signature, such as a URL with and without its port. */
const CONTENTS_OF_CODE = 4

/** Values of a signature that are looked at where each brings a timestamp, and so a content, of its own. */
const VALUES_READ = 8

/** @param now Unix milliseconds; freshness is judged at the time of arrival */
export function findAtOnce(
  settings: SigningSettings | undefined,
  names: Pick<EventSettings, 'eventType' | 'eventId'>,
  request: SignedRequest,
  now: number,
): Found & { late: boolean } {
  const events: EventSettings = { ...names, scheme: settings?.scheme }
  if (request.body.length <= PARSED_BODY_BYTES) {
    const found = find(settings, events, request, now)
    return { ...found, late: found.verdict.kind !== 'valid' && fetchesKeys(settings) }
  }
  // Whoever asks for the JSON of a large body gets none now, and is asked again later.
  let asked = false
  const isWorthReading = mayHoldValues(request.body)
  const unread = {
    ...request,
    json() {
      asked ||= isWorthReading
      return undefined
    },
  }
  const costly = hashedBytes(settings, request) > HASHED_AT_ONCE_BYTES
  const verdict = costly ? undefined : verdictWithHint(settings, unread, now)
  const isLater = costly || asked
  const found = {
    verdict: verdict === undefined || isLater ? laterVerdict(settings) : verdict,
    eventType: eventTypeOf(events, request.headers, unread.json),
    eventId: eventIdOf(events, request.headers, unread.json),
  }
  return { ...found, late: costly || asked || (found.verdict.kind !== 'valid' && fetchesKeys(settings)) }
}

/** All there is to find out, whatever it costs: not for the thread that takes in webhooks, where the body is large. */
export function findAll(
  settings: SigningSettings | undefined,
  names: Pick<EventSettings, 'eventType' | 'eventId'>,
  request: Omit<SignedRequest, 'json'>,
  now: number,
): Found {
  const whole = { ...request, json: lazyJson(request.body, Number.POSITIVE_INFINITY) }
  return find(settings, { ...names, scheme: settings?.scheme }, whole, now)
}

/** Whether it takes a thread of its own to find out all about a body of this size. */
export const isHeavy = (bodyBytes: number): boolean => bodyBytes > PARSED_BODY_BYTES

function find(
  settings: SigningSettings | undefined,
  events: EventSettings,
  request: SignedRequest,
  now: number,
): Found {
  return {
    verdict: verdictWithHint(settings, request, now),
    eventType: eventTypeOf(events, request.headers, request.json),
    eventId: eventIdOf(events, request.headers, request.json),
  }
}

/** Where the provider's key is missing, the verdict says both ways to come by it. */
function verdictWithHint(settings: SigningSettings | undefined, request: SignedRequest, now: number): Verdict {
  const verdict = verdictOf(settings, request, now)
  if (settings === undefined || verdict.kind !== 'unchecked' || (settings.publicKeys?.length ?? 0) > 0) return verdict
  const reason = keyIsElsewhere(settings)
  return reason === undefined ? verdict : { ...verdict, reason }
}

function laterVerdict(settings: SigningSettings | undefined): Verdict {
  return settings === undefined
    ? { kind: 'unchecked' }
    : { kind: 'unchecked', scheme: settings.scheme, reason: 'Large body: checked a moment later.' }
}

/** At most so many: how many signatures come is the sender's choice. */
function hashedBytes(settings: SigningSettings | undefined, { headers, body }: SignedRequest): number {
  const definition = settings === undefined ? undefined : definitionOf(settings)
  if (settings === undefined || definition === undefined || definition.row.alg === 'token') return 0
  const { row, code } = definition
  const keys = usesPublicKey(row) ? (settings.publicKeys?.length ?? 0) : settings.secrets.length
  const names = [row.sig.name, ...(row.sig.aliases ?? [])]
  const values =
    row.ts?.in !== 'sigField'
      ? 1
      : names.reduce((sum, name) => sum + headerValuesOf(headers, name.toLowerCase()).length, 0)
  const contents = code?.contents === undefined ? 1 : CONTENTS_OF_CODE
  return body.length * keys * Math.min(values, VALUES_READ) * contents
}
