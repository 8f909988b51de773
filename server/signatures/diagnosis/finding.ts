/** One way in which the signature fits after all: what had to be different, and which row says so. */
import type { Algorithm, JwtAlgorithm, Scheme } from '../../../shared/scheme.ts'
import type { BodyVariant } from './body-variants.ts'
import type { Candidate } from './candidates.ts'
import type { KeyVariant } from './key-variants.ts'

/** Where a signature was found, and how it is written there. */
export type Place = Pick<Candidate, 'in' | 'name' | 'form' | 'oddity'> & { readonly enc: Scheme['sig']['enc'] }

export interface Finding {
  /** How many things had to be different. The fewer, the likelier it is what happened. */
  readonly steps: number
  readonly body?: BodyVariant | undefined
  readonly key?: Pick<KeyVariant, 'cause' | 'as' | 'steps' | 'key' | 'owners'> | undefined
  readonly url?: string | undefined
  readonly method?: string | undefined
  /** How the time was signed. */
  readonly stamp?: string | undefined
  /** Where the signature stands, or how it is written, where the scheme says otherwise. */
  readonly place?: Place | undefined
  readonly algorithm?: Algorithm | JwtAlgorithm | undefined
  /** Another scheme of the table, by its id. */
  readonly schemeId?: string | undefined
  /** The whole row, found by trying: no scheme was named, or nothing of it fits. */
  readonly solved?: Scheme | undefined
}
