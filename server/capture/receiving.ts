/** What receiving a webhook needs of the house. */
import type { Log } from '../log.ts'
import type { Store } from '../store/store.ts'
import type { Room } from './read-body.ts'

export interface Receiving {
  readonly store: Store
  /** Unix milliseconds. */
  readonly now: () => number
  readonly maxBodyBytes: number
  /** The public address of the capture listener, where the user has named one. */
  readonly publicBase: string | undefined
  readonly log: Log
}

/** What the door adds. */
export interface Door extends Receiving {
  readonly room: Room
  /** False once the listener is being closed: then each answer is the last on its connection, so that the stop need not wait for it. */
  readonly isOpen: () => boolean
}
