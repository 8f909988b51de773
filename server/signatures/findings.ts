/**
 * What is found out about a request: its verdict, and what event it is about. Before the answer only what costs little; the rest, said by
 * `late`, is found out a moment later by somebody whom nobody waits for.
 */
import type { Verdict } from '../../shared/capture.ts'
import { PARSED_BODY_BYTES } from '../../shared/limits.ts'
import { CONTENT_TOKEN, type Scheme } from '../../shared/scheme.ts'
import { usesPublicKey } from '../../shared/scheme-key.ts'
import { definitionOf, type SigningSettings, verdictOf } from './endpoint-check.ts'
import { eventIdOf, type EventSettings, eventTypeOf } from './event.ts'
import { lazyJson, mayHoldValues } from './json-body.ts'
import { fetchesKeys, keyIsElsewhere } from './provider-key.ts'
import { pairsFor, VALUES_READ } from './match.ts'
import { headerValuesOf, type SignedRequest } from './request.ts'

export interface Found {
  readonly verdict: Verdict
  readonly eventType: string | undefined
  readonly eventId: string | undefined
}

/** Bytes hashed before the answer, at most: some secrets and a body of 1 MiB; 10 to 40 ms of blocked loop. Any body is hashed once. */
const HASHED_AT_ONCE_BYTES = 16 * 1024 * 1024

/** Contents that code may try for one signature, such as a URL with and without its port. */
const CONTENTS_OF_CODE = 6

/** Ed25519 hashes by SHA-512, at half the speed of the others. */
const HASHES_OF_ED25519 = 2

/**
 * `heavy` where finding out the rest takes long, too: those wait for one another.
 * @param now Unix milliseconds; freshness is judged at the time of arrival
 */
export function findAtOnce(
  settings: SigningSettings | undefined,
  names: Pick<EventSettings, 'eventType' | 'eventId'>,
  request: SignedRequest,
  now: number,
): Found & { late: boolean; heavy: boolean } {
  const events: EventSettings = { ...names, scheme: settings?.scheme }
  const costly = takesLong(settings, request)
  const isSmall = !isHeavy(request.body.length)
  if (isSmall && !costly) {
    const found = find(settings, events, request, now)
    return { ...found, late: found.verdict.kind !== 'valid' && fetchesKeys(settings), heavy: false }
  }
  // Whoever asks for the JSON of a large body gets none now, and is asked again later.
  let asked = false
  const isWorthReading = !isSmall && mayHoldValues(request.body)
  const unread = {
    ...request,
    json() {
      asked ||= isWorthReading
      return undefined
    },
  }
  const read = isSmall ? request : unread
  const verdict = costly ? undefined : verdictWithHint(settings, unread, now)
  const found = {
    verdict: verdict === undefined || asked ? laterVerdict(settings, request) : verdict,
    eventType: eventTypeOf(events, request.headers, read.json),
    eventId: eventIdOf(events, request.headers, read.json),
  }
  const late = costly || asked || (found.verdict.kind !== 'valid' && fetchesKeys(settings))
  return { ...found, late, heavy: true }
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

/** Whether checking this request takes so long that nothing must wait for it, whatever the size of its body. */
export const takesLong = (settings: SigningSettings | undefined, request: Omit<SignedRequest, 'json'>): boolean =>
  hashedBytes(settings, request) > Math.max(HASHED_AT_ONCE_BYTES, request.body.length)

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

function laterVerdict(settings: SigningSettings | undefined, { body }: SignedRequest): Verdict {
  if (settings === undefined) return { kind: 'unchecked' }
  const why = isHeavy(body.length) ? 'Large body' : 'Many signatures and secrets'
  return { kind: 'unchecked', scheme: settings.scheme, reason: `${why}: checked a moment later.` }
}

/** At most so many: how many signatures come is the sender's choice. */
function hashedBytes(settings: SigningSettings | undefined, request: Omit<SignedRequest, 'json'>): number {
  const definition = settings === undefined ? undefined : definitionOf(settings)
  if (settings === undefined || definition === undefined || definition.row.alg === 'token') return 0
  const { row, code } = definition
  const byPublicKey = usesPublicKey(row)
  const keys = byPublicKey ? (settings.publicKeys?.length ?? 0) : settings.secrets.length
  if (row.alg === 'jwt') return request.body.length * (row.sig.in === 'body' ? Math.min(keys, pairsFor(request)) : 1)
  const contents = code?.contents === undefined ? 1 : CONTENTS_OF_CODE
  const bytes = request.body.length * bodiesIn(row)
  if (!byPublicKey) return bytes * keys * contents * (row.ts?.in === 'sigField' ? valuesIn(row, request) : 1)
  const pairs =
    row.ts?.in === 'sigField'
      ? valuesIn(row, request) * pairsFor(request) // each has a timestamp of its own, and is tried by itself
      : Math.min(keys * contents * valuesIn(row, request), pairsFor(request))
  return bytes * pairs * (row.alg === 'ed25519' ? HASHES_OF_ED25519 : 1)
}

/** How many times as large as the body a content may be. */
function bodiesIn({ content }: Scheme): number {
  const tokens = [...content.matchAll(CONTENT_TOKEN)].filter(([, name = '']) => OF_BODY.includes(name))
  // In base64 it is a third longer, and is built first.
  const written = tokens.filter(([, name]) => name === 'bodyBase64')
  return Math.max(1, tokens.length + written.length)
}

const OF_BODY: readonly string[] = ['body', 'bodyBase64', 'crc32', 'json']

/** Signatures that are tried: of a scheme whose values hold a timestamp each, the values. */
function valuesIn({ sig, ts }: Scheme, { headers }: Omit<SignedRequest, 'json'>): number {
  if (sig.in !== 'header') return VALUES_READ
  const values = [sig.name, ...(sig.aliases ?? [])].flatMap((name) => headerValuesOf(headers, name.toLowerCase()))
  if (ts?.in === 'sigField') return Math.min(values.length, VALUES_READ)
  return values.reduce((sum, value) => sum + (sig.list === undefined ? 1 : value.split(sig.list).length), 0)
}
