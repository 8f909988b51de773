/**
 * Checks a stored capture with the settings of its endpoint as they are now: everything there is to find out about it. Where the key lives
 * at the provider and may be fetched, with that key.
 */
import type { Capture, Verdict } from '../../shared/capture.ts'
import type { Log } from '../log.ts'
import { definitionOf, type SigningSettings } from '../signatures/endpoint-check.ts'
import { findAll, type Found } from '../signatures/findings.ts'
import { fetchesKeys, keyPlaces, type KeyPlaces } from '../signatures/provider-key.ts'
import type { EndpointRecord } from '../store/store.ts'
import type { Checker } from './checker.ts'
import { causeOf, GivenUp } from './given-up.ts'
import type { KeyFault, ProviderKeys } from './provider-keys.ts'
import { lookAt, type Looking } from './stored-request.ts'

export interface StoredCheck extends Looking {
  readonly checker: Checker
  readonly keys: ProviderKeys
  /** Unix milliseconds. */
  readonly now: () => number
  readonly log: Log
}

export interface StoredFindings extends Found {
  /** It failed for now only, and is worth another look at this time, in Unix milliseconds. */
  readonly againAt?: number
}

/** How long a thread that did not start is not tried again, in ms. */
const REST_MS = 60_000

/**
 * Undefined where the capture is gone.
 * @throws AppError where the store cannot be read, or the thread is being closed
 */
export async function checkStored(
  parts: StoredCheck,
  endpoint: EndpointRecord,
  id: string,
): Promise<StoredFindings | undefined> {
  const { signing } = endpoint
  const capture = await parts.store.capture(id)
  if (capture === undefined) return undefined
  try {
    const found = await find(parts, endpoint, signing, capture)
    if (found === undefined || signing === undefined || isSettled(found.verdict)) return found
    const { settings, fault } = await withFetchedKeys(parts, signing, capture)
    const better = settings === undefined ? found : await find(parts, endpoint, settings, capture)
    return better === undefined || fault === undefined ? better : withFault(signing, better, fault)
  } catch (error) {
    if (!(error instanceof GivenUp)) throw error
    parts.log('A capture could not be checked.', { capture: id, error: causeOf(error) })
    const { eventType, eventId } = capture
    const fault = { fault: error.message, ...(error.passes ? { againAt: parts.now() + REST_MS } : {}) }
    return unchecked(signing, { eventType, eventId }, fault)
  }
}

/** No key changes it any more. */
const isSettled = ({ kind }: Verdict): boolean => kind === 'valid' || kind === 'missing'

/** @param fault why a key is missing with which it might be valid */
function withFault(signing: SigningSettings, found: Found, fault: KeyFault): StoredFindings {
  if (isSettled(found.verdict)) return found
  const wasTried = found.verdict.kind !== 'unchecked' || (signing.publicKeys?.length ?? 0) > 0
  return wasTried && fault.againAt === undefined ? found : unchecked(signing, found, fault)
}

/**
 * The settings with the key of the provider that the request names; nothing where the endpoint does not allow to fetch it, and why where
 * it, or another one that it names, could not be had.
 * @throws AppError as the checker does
 */
export async function withFetchedKeys<S extends SigningSettings>(
  parts: Looking & Pick<StoredCheck, 'checker' | 'keys'>,
  signing: S,
  capture: Capture,
): Promise<{ settings?: S; fault?: KeyFault }> {
  const definition = definitionOf(signing)
  if (!fetchesKeys(signing) || definition === undefined) return {}
  const named = await lookAt<{ places: KeyPlaces | undefined }>(parts, signing, capture, {
    here: (request) => ({ places: keyPlaces(signing, request) }),
    inThread: async (request) => ({ places: await parts.checker.places({ settings: signing, request }) }),
  })
  if (named?.places === undefined) return {}
  const given = await parts.keys.keysAt(capture.endpoint, named.places, definition.row.key.enc, capture.receivedAt)
  if ('fault' in given) return { fault: given }
  const settings = { ...signing, publicKeys: [...(signing.publicKeys ?? []), ...given.keys] }
  return given.missed === undefined ? { settings } : { settings, fault: given.missed }
}

function find(
  parts: StoredCheck,
  { eventType, eventId }: EndpointRecord,
  settings: SigningSettings | undefined,
  capture: Capture,
): Promise<Found | undefined> {
  const names = { eventType, eventId }
  const at = capture.receivedAt
  return lookAt(parts, settings, capture, {
    here: (request) => findAll(settings, names, request, at),
    inThread: (request) => parts.checker.find({ settings, names, request, at }),
  })
}

function unchecked(
  signing: SigningSettings | undefined,
  { eventType, eventId }: Pick<Found, 'eventType' | 'eventId'>,
  { fault, againAt }: KeyFault,
): StoredFindings {
  const scheme = signing === undefined ? {} : { scheme: signing.scheme }
  const reason = againAt === undefined ? fault : `${fault} It is tried again by itself.`
  const verdict: Verdict = { kind: 'unchecked', ...scheme, reason }
  return { verdict, eventType, eventId, ...(againAt === undefined ? {} : { againAt }) }
}
