/**
 * Public keys that live at the provider, fetched when a request names one and its endpoint allows it, and remembered for a while. What is
 * remembered is told by the whole place it came from, so nobody can put a key under another's name.
 */
import { createHash } from 'node:crypto'
import tls from 'node:tls'
import type { Scheme } from '../../shared/scheme.ts'
import type { DocumentPlace, Fetched } from '../outbound/fetch-document.ts'
import { keyText, readGivenKey } from '../signatures/provider-certificate.ts'
import type { KeyPlace, KeyPlaces } from '../signatures/provider-key.ts'

/** Why there is no key, in a sentence. */
export interface KeyFault {
  readonly fault: string
  /** It is trouble that may pass, and worth asking again at this time, in Unix milliseconds. */
  readonly againAt?: number
}

/** The keys in the form that the row takes, and why others that were named cannot be had for now; or why there are none. */
export type GivenKeys = { readonly keys: readonly string[]; readonly missed?: KeyFault } | KeyFault

export interface ProviderKeys {
  /**
   * @param endpoint whose requests name these places: each has its own share of fetches, so that nobody can use up another's
   * @param at when the request arrived, in Unix milliseconds: a key must have been valid then
   */
  keysAt(endpoint: string, places: KeyPlaces, enc: Scheme['key']['enc'], at: number): Promise<GivenKeys>
}

export interface ProviderKeySettings {
  readonly fetchDocument: (place: DocumentPlace) => Promise<Fetched>
  /** Unix milliseconds. */
  readonly now: () => number
  /** PEM of the certificates that a chain may end at; Node's own where left out, read when first needed. */
  readonly roots?: readonly string[]
}

/** How long what came is used again, in ms. */
const KEPT_MS = 24 * 60 * 60 * 1000

/** How long what did not come is not asked for again, in ms: each time in a row that a place cannot be reached twice as long, up to an hour. */
const FAULT_KEPT_MS = 60_000
const FAULT_KEPT_MAX_MS = 60 * 60 * 1000

/** Documents remembered. */
const KEPT_MAX = 200

/** Documents asked for within a minute for one endpoint: strangers choose the file, and a provider must not be flooded for them. */
const FETCHES_PER_MINUTE = 30

interface Kept {
  readonly document: Promise<Fetched>
  until: number
  /** How often in a row this place could not be reached; with this time, once `isResting` says that nothing came. */
  failures: number
  isResting: boolean
}

export function createProviderKeys({ fetchDocument, now, roots }: ProviderKeySettings): ProviderKeys {
  const kept = new Map<string, Kept>() // the least recently used first
  const fetchedAt = new Map<string, number[]>()

  /** When this endpoint may fetch again, in Unix milliseconds; undefined, and counted, where it may now. */
  function againFor(endpoint: string): number | undefined {
    for (const [each, times] of fetchedAt) {
      const recent = times.filter((at) => at > now() - 60_000)
      if (recent.length === 0) fetchedAt.delete(each)
      else fetchedAt.set(each, recent)
    }
    const times = fetchedAt.get(endpoint) ?? []
    if (times.length >= FETCHES_PER_MINUTE) return (times[0] ?? now()) + 60_000
    fetchedAt.set(endpoint, [...times, now()])
    return undefined
  }

  /** What never came goes first: names that a stranger made up do not drive out keys that are in use. */
  function forgetOldest(): void {
    const resting = [...kept].filter(([, each]) => each.isResting).map(([name]) => name)
    for (const name of [...resting, ...kept.keys()].slice(0, Math.max(0, kept.size - KEPT_MAX))) kept.delete(name)
  }

  function document(endpoint: string, place: KeyPlace): { kept: Kept } | KeyFault {
    const name = nameOf(place)
    const known = kept.get(name)
    kept.delete(name)
    if (known !== undefined && known.until > now()) {
      kept.set(name, known)
      return { kept: known }
    }
    const againAt = againFor(endpoint)
    if (againAt !== undefined) {
      if (known !== undefined) kept.set(name, known) // how often it failed counts on
      return {
        fault: 'Too many different keys were named within a minute, so this one was not fetched.',
        againAt,
      }
    }
    const fresh: Kept = {
      document: fetchDocument(place),
      until: now() + KEPT_MS,
      failures: known?.isResting === true ? known.failures : 0,
      isResting: false,
    }
    kept.set(name, fresh)
    forgetOldest()
    return { kept: fresh }
  }

  /** Told by everybody who waited for the same document; the first one counts. */
  function rest(asked: Kept, passes: boolean): void {
    if (asked.isResting) return
    asked.isResting = true
    asked.failures = passes ? asked.failures + 1 : 0
    asked.until = now() + Math.min(FAULT_KEPT_MS * 2 ** Math.max(0, asked.failures - 1), FAULT_KEPT_MAX_MS)
  }

  async function keyAt(
    endpoint: string,
    place: KeyPlace,
    enc: Scheme['key']['enc'],
    at: number,
  ): Promise<{ key: string } | KeyFault> {
    const found = document(endpoint, place)
    if ('fault' in found) return found
    const { kept: asked } = found
    const fetched = await asked.document
    if ('fault' in fetched) {
      rest(asked, fetched.passes)
      return { fault: fetched.fault, ...(fetched.passes ? { againAt: asked.until } : {}) }
    }
    const given = readGivenKey(place, fetched.text, roots ?? tls.rootCertificates, at)
    if ('key' in given) return { key: keyText(given.key, enc) }
    asked.until = Math.min(asked.until, now() + FAULT_KEPT_MS)
    return given
  }

  return {
    async keysAt(endpoint, places, enc, at) {
      if ('fault' in places) return places
      const tried = await Promise.all(places.places.map((place) => keyAt(endpoint, place, enc, at)))
      const keys = tried.flatMap((each) => ('key' in each ? [each.key] : []))
      const faults = tried.flatMap((each) => ('fault' in each ? [each] : []))
      const missed = allOf(faults)
      if (keys.length === 0) return missed
      return missed.againAt === undefined ? { keys } : { keys, missed }
    },
  }
}

/** Tried again where one of them may pass, at the earliest time of all. */
function allOf(faults: readonly KeyFault[]): KeyFault {
  const times = faults.flatMap(({ againAt }) => againAt ?? [])
  return {
    fault: `The provider's key could not be had. ${faults.map(({ fault }) => fault).join(' ')}`,
    ...(times.length === 0 ? {} : { againAt: Math.min(...times) }),
  }
}

/** What is sent along decides what comes back; it may hold a secret, so only its hash is kept. */
function nameOf({ url, body = '' }: KeyPlace): string {
  return `${createHash('sha256').update(body).digest('hex')} ${url}`
}
