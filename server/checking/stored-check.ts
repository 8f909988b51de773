/**
 * Checks a stored capture with the settings of its endpoint as they are now: everything there is to find out about it. Small bodies here,
 * large ones in the thread; and where the key lives at the provider and may be fetched, with that key.
 */
import type { Capture, Verdict } from '../../shared/capture.ts'
import { causeOf, type Checker, GivenUp } from './checker.ts'
import type { Log } from '../log.ts'
import type { ProviderKeys } from './provider-keys.ts'
import { definitionOf, type SigningSettings } from '../signatures/endpoint-check.ts'
import { findAll, type Found, isHeavy } from '../signatures/findings.ts'
import { fetchesKeys, keyPlaces } from '../signatures/provider-key.ts'
import { signedRequestOf } from '../signatures/signed-request.ts'
import type { SignedRequest } from '../signatures/request.ts'
import type { EndpointRecord, Store } from '../store/store.ts'

export interface StoredCheck {
  readonly store: Store
  readonly checker: Checker
  readonly keys: ProviderKeys
  /** The public address of the capture listener, where the user has named one. */
  readonly publicUrl: string | undefined
  readonly log: Log
}

type Settings = EndpointRecord['signing']

/**
 * Undefined where the capture is gone.
 * @throws AppError where the store cannot be read, or the thread is being closed
 */
export async function checkStored(
  parts: StoredCheck,
  { signing, eventType, eventId }: EndpointRecord,
  id: string,
): Promise<Found | undefined> {
  const capture = await parts.store.capture(id)
  if (capture === undefined) return undefined
  const find = async (settings: Settings): Promise<Found | undefined> => {
    const request = await requestOf(parts, settings, capture)
    if (request === undefined) return undefined
    const names = { eventType, eventId }
    const { json: _not_told, ...told } = request
    const at = capture.receivedAt
    return isHeavy(capture.bodySize)
      ? parts.checker.find({ settings, names, request: told, at })
      : findAll(settings, names, told, at)
  }
  try {
    const found = await find(signing)
    if (found === undefined || signing === undefined || found.verdict.kind === 'valid') return found
    const { settings, fault } = await withFetchedKeys(parts, signing, capture)
    if (settings !== undefined) return await find(settings)
    const own = signing.publicKeys ?? []
    return fault === undefined || own.length > 0
      ? found
      : { ...found, verdict: { ...unchecked(signing), reason: fault } }
  } catch (error) {
    if (!(error instanceof GivenUp)) throw error
    parts.log('A capture could not be checked.', { capture: id, error: causeOf(error) })
    return {
      verdict: { ...unchecked(signing), reason: error.message },
      eventType: capture.eventType,
      eventId: capture.eventId,
    }
  }
}

/**
 * The settings with the key of the provider that the request names; nothing where the endpoint does not allow to fetch it, and a sentence
 * where it could not be had.
 */
export async function withFetchedKeys<S extends SigningSettings>(
  parts: Pick<StoredCheck, 'store' | 'checker' | 'keys' | 'publicUrl'>,
  signing: S,
  capture: Capture,
): Promise<{ settings?: S; fault?: string }> {
  const definition = definitionOf(signing)
  if (!fetchesKeys(signing) || definition === undefined) return {}
  const request = await requestOf(parts, signing, capture)
  if (request === undefined) return {}
  const { json: _not_told, ...told } = request
  const places = isHeavy(capture.bodySize)
    ? await parts.checker.places({ settings: signing, request: told })
    : keyPlaces(signing, request)
  if (places === undefined) return {}
  const given = await parts.keys.keysAt(places, definition.row.key.enc, capture.receivedAt)
  if ('fault' in given) return { fault: given.fault }
  return { settings: { ...signing, publicKeys: [...(signing.publicKeys ?? []), ...given.keys] } }
}

/** Read anew for each use: the thread takes the body's memory with it. */
async function requestOf(
  { store, publicUrl }: Pick<StoredCheck, 'store' | 'publicUrl'>,
  signing: SigningSettings | undefined,
  capture: Capture,
): Promise<SignedRequest | undefined> {
  const content = await store.body(capture.id)
  if (content === undefined) return undefined
  const { method, target, headers } = capture
  return signedRequestOf(signing, { method, target, headers: headers.flat(), body: content.bytes }, publicUrl)
}

const unchecked = (signing: Settings): Verdict =>
  signing === undefined ? { kind: 'unchecked' } : { kind: 'unchecked', scheme: signing.scheme }
