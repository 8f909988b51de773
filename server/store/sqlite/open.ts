/** The store in one SQLite file: opens it, ties its tables together, and hands out the port. */
import { join, resolve } from 'node:path'
import { createBell } from '../bell.ts'
import type { StoreSettings } from '../open.ts'
import type { Store } from '../store.ts'
import { createBatch, storageError } from './batch.ts'
import { openCaptures } from './captures.ts'
import { connect, makeDirectory } from './connection.ts'
import { openDeletion } from './deletion.ts'
import { openDeliveries } from './deliveries.ts'
import { type Kept, openEndpoints } from './endpoints.ts'
import { openLog } from './events.ts'
import { lockDirectory } from './lock.ts'
import { openPieces } from './pieces.ts'
import { openSeal } from './secrets.ts'
import { createEventReader } from './reader.ts'

/** @throws StoreRefusal */
export function openSqlite({ data, durability, now, log: say }: StoreSettings): Store {
  const directory = data === ':memory:' ? undefined : resolve(data)
  if (directory !== undefined) makeDirectory(directory)
  const unlock = directory === undefined ? () => undefined : lockDirectory(directory)
  try {
    return assemble(directory, unlock, durability, now, say)
  } catch (error) {
    unlock()
    throw error
  }
}

function assemble(
  directory: string | undefined,
  unlock: () => void,
  durability: StoreSettings['durability'],
  now: () => number,
  say: StoreSettings['log'],
): Store {
  const db = connect(directory, durability)
  const seal = openSeal(directory === undefined ? undefined : join(directory, 'hookwell.key'))
  const bell = createBell()
  const log = openLog(db)
  const batch = createBatch(db, {
    beforeCommit: () => endpoints.saveTouched(),
    rolledBack: () => endpoints.restoreTouched(),
    committed() {
      log.committed()
      bell.ring()
    },
  })
  const endpoints = openEndpoints({ db, batch, log, seal, now, say })
  const pieces = openPieces(db, batch)
  const captures = openCaptures({ db, batch, log, endpoints, pieces })
  const deliveries = openDeliveries({ db, batch, log, captures })
  const deletion = openDeletion({ db, batch, log, endpoints, pieces })
  const events = createEventReader({ log, captures, endpoints })
  const sweep = (): void => {
    deletion
      .sweep()
      .catch((error: unknown) =>
        say('Deleting captures has stopped; it goes on at the next start.', { error: String(error) }),
      )
  }
  sweep() // what an earlier run did not finish

  return {
    endpoints: async () => endpoints.all().flatMap((kept) => (kept.removed ? [] : [kept.record])),
    endpoint: (idOrAlias) => endpoints.find(idOrAlias)?.record,
    counters: (id) => countersOf(endpoints.find(id)),
    addEndpoint: (settings) => endpoints.add(settings),
    updateEndpoint: (id, patch) => endpoints.update(id, patch),
    async removeEndpoint(id) {
      const removed = await endpoints.remove(id)
      sweep()
      return removed !== undefined
    },

    addCapture: (capture) => captures.add(capture),
    captures: async (page) => captures.page(page),
    capture: async (id) => captures.read(id),
    body: async (id, range) => captures.body(id, range),
    updateCapture: (id, patch) => captures.update(id, patch),
    updateVerdict: (id, verdict) => captures.setVerdict(id, verdict),
    async removeCapture(id) {
      const found = captures.locate(id)
      if (found === undefined) return false
      await deletion.one(found.seq, found.kept)
      return true
    },
    async removeCaptures(id) {
      const count = await endpoints.clear(id)
      sweep()
      return count
    },

    addDelivery: (delivery) => deliveries.add(delivery),
    deliveries: async (captureId) => deliveries.ofCapture(captureId),
    delivery: async (id) => deliveries.read(id),

    addRejection: (rejection) =>
      deliveries
        .addRejection(
          rejection,
          rejection.endpoint === undefined ? null : (endpoints.find(rejection.endpoint)?.n ?? null),
        )
        .catch((error: unknown) => say('A rejection could not be kept.', { error: String(error) })),
    rejections: async (limit) => deliveries.rejections(limit),

    events: async (after, limit) => events(after, limit),
    lastSeq: () => log.last(),
    changed: (signal) => bell.wait(signal),

    async dropOldest(id, over, limit) {
      const kept = endpoints.find(id)
      return kept === undefined ? 0 : deletion.dropOldest(kept, over, limit)
    },
    dropOldestAnywhere: (bytes, limit) => deletion.dropOldestAnywhere(bytes, limit),

    async check() {
      await batch.write(() => ({ value: undefined }))
    },

    async close() {
      deletion.stop()
      await batch.close()
      try {
        db.pragma('wal_checkpoint(TRUNCATE)')
      } catch (error) {
        say('The write-ahead log could not be folded back; nothing is lost, the next start does it.', {
          error: String(storageError(error)),
        })
      }
      db.close()
      unlock()
    },
  }
}

function countersOf(kept: Kept | undefined): { captures: number; bytes: number; lastSeq: number } {
  return { captures: kept?.captures ?? 0, bytes: kept?.bytes ?? 0, lastSeq: kept?.lastSeq ?? 0 }
}
