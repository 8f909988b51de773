/** What every store must do, whatever keeps the rows. An adapter's test hands in how it is opened. */
import { describe, onTestFinished } from 'vitest'
import type { Store } from '../../../server/store/store.ts'
import { captureContract } from './contract/captures.ts'
import { deliveryContract } from './contract/deliveries.ts'
import { endpointContract } from './contract/endpoints.ts'
import { logContract } from './contract/log.ts'
import { upkeepContract } from './contract/upkeep.ts'

/** A place for data, empty at first. Opening it again after a close finds what was there, where it `lasts`. */
export interface Place {
  readonly lasts: boolean
  open(): Store
}

/** Makes a new place, or gives a store in one, which is closed when the test ends. */
export interface Opener {
  (): Store
  place(): Place
}

export function storeContract(name: string, place: () => Place): void {
  const opener: Opener = Object.assign(
    () => {
      const store = place().open()
      onTestFinished(() => store.close())
      return store
    },
    { place },
  )
  describe(`a store ${name}`, () => {
    endpointContract(opener)
    captureContract(opener)
    deliveryContract(opener)
    logContract(opener)
    upkeepContract(opener)
  })
}
