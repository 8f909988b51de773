/** The store in one SQLite file: opens it, ties its tables together, and hands out the port. */
import { join, resolve } from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import { StoreRefusal } from '../refusal.ts'
import { createBell } from '../bell.ts'
import type { StoreSettings } from '../open.ts'
import type { Counters, Store } from '../store.ts'
import { createBatch, storageError } from './batch.ts'
import { openCaptures } from './captures.ts'
import { connect, makeDirectory } from './connection.ts'
import { openDeletion } from './deletion.ts'
import { openDeliveries } from './deliveries.ts'
import type { Kept } from './endpoint-row.ts'
import { openEndpoints } from './endpoints.ts'
import { openLog } from './events.ts'
import { lockDirectory } from './lock.ts'
import { openPieces } from './pieces.ts'
import { openSeal } from './secrets.ts'
import { createEventReader } from './reader.ts'

/** @throws StoreRefusal */
export function openSqlite({ data, durability, now, log: say }: StoreSettings): Store {
  if (data === ':memory:') return assemble(undefined, () => undefined, durability, now, say)
  const directory = resolve(data)
  let unlock = (): void => undefined
  try {
    makeDirectory(directory)
    unlock = lockDirectory(directory)
    return assemble(directory, unlock, durability, now, say)
  } catch (error) {
    unlock()
    throw asRefusal(error, directory)
  }
}

/** A directory that cannot be used is somebody's to mend, so it is said in a sentence. Anything else is a bug and passes unchanged. */
function asRefusal(error: unknown, directory: string): unknown {
  const known = storageError(error)
  const isSystem = error instanceof Error && 'syscall' in error // Node's own errors of the file system
  if (!isSystem && known === error) return error
  const why = known instanceof AppError && known.code === 'storage_full' ? 'its disk is full' : String(error)
  return new StoreRefusal(2, `The data directory ${directory} cannot be used: ${why}.`, error)
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
    rolledBack() {
      endpoints.restoreTouched()
      log.rolledBack()
    },
    committed() {
      endpoints.keepTouched()
      if (log.committed()) bell.ring()
    },
  })
  const endpoints = openEndpoints({ db, batch, log, seal, now, say })
  const pieces = openPieces(db, batch)
  const captures = openCaptures({ db, batch, log, endpoints, pieces })
  const deliveries = openDeliveries({ db, batch, log, captures })
  const deletion = openDeletion({ db, batch, log, endpoints, pieces })
  const events = createEventReader({ log, captures, deliveries, endpoints })
  const sweep = (): void => {
    deletion.sweep().catch((error: unknown) => say('Deleting captures has stopped.', { error: String(error) }))
  }
  // What an earlier run did not finish.
  sweep()
  pieces.sweep().catch((error: unknown) => say('Pieces of bodies could not be swept up.', { error: String(error) }))
  const touchStore = db.prepare('UPDATE log_state SET floor = floor')

  return {
    endpoints: async () => endpoints.all().flatMap((kept) => (kept.removed ? [] : [kept.record])),
    endpoint: (idOrAlias) => endpoints.find(idOrAlias)?.record,
    counters: (id) => countersOf(endpoints.find(id), log.last()),
    addEndpoint: (settings) => endpoints.add(settings),
    updateEndpoint: (id, patch) => endpoints.update(id, patch),
    async removeEndpoint(id) {
      const removed = await endpoints.remove(id)
      sweep()
      return removed !== undefined
    },

    toRecheck: () => endpoints.all().flatMap((kept) => (kept.recheck && !kept.removed ? [kept.record] : [])),
    rechecked: (record) => endpoints.rechecked(record),

    addCapture: (capture) => captures.add(capture),
    captures: async (page) => captures.page(page),
    capture: async (id) => captures.read(id),
    body: async (id, range) => captures.body(id, range),
    updateCapture: (id, patch) => captures.update(id, patch),
    updateFindings: (id, findings) => captures.setFindings(id, findings),
    lateCaptures: (limit, only) => captures.late(limit, only),
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
    deliveries: async (captureId, limit) => deliveries.ofCapture(captureId, limit),
    delivery: async (id) => deliveries.read(id),

    addRejection: (rejection) =>
      deliveries
        .addRejection(
          rejection,
          rejection.endpoint === undefined ? null : (endpoints.find(rejection.endpoint)?.n ?? null),
        )
        // A store that cannot be written is told to every sender already; a line for each of them would only fill the log.
        .catch((error: unknown) => {
          if (!(error instanceof AppError)) say('A rejection could not be kept.', { error: String(error) })
        }),
    rejections: async (limit) => deliveries.rejections(limit),

    events,
    lastSeq: () => log.last(),
    changed: (signal) => bell.wait(signal),

    async dropOldest(id, over, limit) {
      const kept = endpoints.find(id)
      return kept === undefined ? 0 : deletion.dropOldest(kept, over, limit)
    },
    dropOldestAnywhere: (bytes, limit) => deletion.dropOldestAnywhere(bytes, limit),

    async check() {
      // An empty transaction would commit on a full disk too: a page has to be written.
      await batch.write(() => {
        touchStore.run()
        return { value: undefined }
      })
    },

    async close() {
      deletion.stop()
      pieces.stop()
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

function countersOf(kept: Kept | undefined, asOf: number): Counters {
  return { captures: kept?.captures ?? 0, bytes: kept?.bytes ?? 0, lastSeq: kept?.lastSeq ?? 0, asOf }
}
