/** A place to keep things → the store that keeps them there. The only file that knows an adapter. */
import type { Log } from '../log.ts'
import { openSqlite } from './sqlite/open.ts'
import type { Store } from './store.ts'

export interface StoreSettings {
  /** The data directory, made with mode 0700 where it does not exist; `:memory:` for a store that ends with the process. */
  readonly data: string
  /** `full`: a commit reaches the disk before it counts. `fast`: it survives a killed process, but not a power cut. */
  readonly durability: 'full' | 'fast'
  /** Unix milliseconds. */
  readonly now: () => number
  readonly log: Log
}

/** @throws StoreRefusal where another instance holds the data, or the data is damaged */
export function openStore(settings: StoreSettings): Store {
  return openSqlite(settings)
}
