/** One way in which the signature fits after all: what had to be different, and which row says so. */
import type { Algorithm, Scheme } from '../../../shared/scheme.ts'
import type { BodyVariant } from './body-variants.ts'
import type { Candidate } from './candidates.ts'
import type { KeyVariant } from './key-variants.ts'

export interface Finding {
  /** How many things had to be different. The fewer, the likelier it is what happened. */
  readonly steps: number
  readonly body?: BodyVariant | undefined
  readonly key?: Pick<KeyVariant, 'cause' | 'as' | 'steps' | 'key' | 'owner'> | undefined
  readonly url?: string | undefined
  readonly method?: string | undefined
  /** How the time was signed. */
  readonly stamp?: string | undefined
  /** Where the signature stands, or how it is written, where the scheme says otherwise. */
  readonly place?: Candidate | undefined
  readonly algorithm?: Algorithm | undefined
  /** Another scheme of the table, by its id. */
  readonly schemeId?: string | undefined
  /** The whole row, found by trying: no scheme was named, or nothing of it fits. */
  readonly solved?: Scheme | undefined
}
