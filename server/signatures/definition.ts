/**
 * A scheme as the checks take it: the row, and for the few providers whose content no row can spell the code that puts it together.
 *
 * Whatever a row says stays in the row, also for these: place, algorithm, key, timestamp. So verifying, explaining and signing know
 * one shape, and nothing branches on a provider.
 */
import type { Algorithm, Scheme } from '../../shared/scheme.ts'
import type { Content, Found } from './content.ts'
import type { Fault } from './fault.ts'
import type { SecretValue } from './key.ts'
import type { SignedRequest } from './request.ts'

export interface Definition {
  /** A scheme id of the table, or `custom`. */
  readonly id: string
  readonly row: Scheme
  readonly code?: SchemeCode | undefined
}

/** What a provider does that a row cannot say. Every function is pure and never throws, whatever the request holds. */
export interface SchemeCode {
  /** Several requests in one, each with a signature of its own; all must be rightly signed. Never empty. */
  readonly parts?: (request: SignedRequest) => readonly SignedRequest[]
  /** Further values that may hold the signature, beside those at the place that the row names. */
  readonly values?: (request: SignedRequest) => readonly string[]
  /** What may have been signed, likeliest first: one of them must fit. Where the row's `content` is {canonical} it is asked for this. */
  readonly contents?: (request: SignedRequest, found: Found) => readonly Content[] | Fault
  /** What must hold besides the signature, such as a digest of the body in the URL. */
  readonly condition?: (request: SignedRequest) => Fault | undefined
  /** The algorithm, where the request chooses among several. */
  readonly algorithm?: (request: SignedRequest) => Algorithm | Fault
  /** What the claims of a JWT must say besides the row's `claims`. */
  readonly claims?: (
    claims: Readonly<Record<string, unknown>>,
    request: SignedRequest,
    extra: Readonly<Record<string, string>>,
  ) => Fault | undefined
  /** For signing: where in the whole body the signature of each of `parts` stands, in the same order. */
  readonly placesOfParts?: (request: SignedRequest) => readonly (readonly string[])[]
  /** For signing: target and URL of a request whose body is another now, such as with a digest of it in the query. */
  readonly addressFor?: (request: SignedRequest) => Pick<SignedRequest, 'target' | 'url'>
  /** For signing: headers that say what is signed, for a request that lacks them. */
  readonly companions?: readonly (readonly [name: string, value: string])[]
  /** For signing: the claims of a JWT that depend on the request, besides those that the row's `claims` name. */
  readonly claimsFor?: (
    request: SignedRequest,
    extra: Readonly<Record<string, string>>,
  ) => Readonly<Record<string, unknown>>
}

/** What a check is made with. The settings of an endpoint have this shape. */
export interface Credentials {
  readonly secrets: readonly SecretValue[]
  /** Public keys in the form the row's `key` says. */
  readonly publicKeys?: readonly string[] | undefined
  /** Further settings that the scheme names, such as Pusher's app key. */
  readonly extra?: Readonly<Record<string, string>> | undefined
}
