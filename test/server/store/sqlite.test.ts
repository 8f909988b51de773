/** The SQLite adapter keeps the contract, in memory and in files. */
import { openStore } from '../../../server/store/open.ts'
import { tempDirectory } from '../../support/temp-directory.ts'
import { storeContract } from './contract.ts'

const settings = { durability: 'fast', now: Date.now, log: () => undefined } as const

storeContract('in memory', () => ({ lasts: false, open: () => openStore({ ...settings, data: ':memory:' }) }))

storeContract('in a directory', () => {
  const data = tempDirectory()
  return { lasts: true, open: () => openStore({ ...settings, data }) }
})
