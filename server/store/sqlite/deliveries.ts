/** Deliveries of captures, and the ring of rejections. */
import type { Database, Statement } from 'better-sqlite3'
import { Rejection } from '../../../shared/capture.ts'
import { Delivery } from '../../../shared/delivery.ts'
import type { PushedDelivery } from '../../../shared/feed.ts'
import { REJECTIONS_KEPT } from '../../../shared/limits.ts'
import type { Batch } from './batch.ts'
import type { CaptureTable } from './captures.ts'
import type { LogTable } from './events.ts'

interface Row {
  record: string
  body: Buffer | null
}

export interface DeliveryTable {
  /** Kept only while its capture is there. */
  add(delivery: Delivery): Promise<void>
  ofCapture(captureId: string): Delivery[]
  read(id: string): Delivery | undefined
  addRejection(rejection: Rejection, endpoint: number | null): Promise<void>
  rejections(limit: number): Rejection[]
}

export function openDeliveries(parts: {
  db: Database
  batch: Batch
  log: LogTable
  captures: CaptureTable
}): DeliveryTable {
  const { db, batch, log, captures } = parts
  const insert = db.prepare('INSERT INTO deliveries (id, capture, record, body) VALUES (?, ?, ?, ?)')
  const byCapture: Statement<[number], Row> = db.prepare(
    'SELECT record, body FROM deliveries WHERE capture = ? ORDER BY n DESC',
  )
  const byId: Statement<[string], Row> = db.prepare('SELECT record, body FROM deliveries WHERE id = ?')
  const reject = db.prepare('INSERT INTO rejections (record) VALUES (?)')
  const mark = db.prepare('UPDATE captures SET delivered_status = ?, delivered_error = ? WHERE seq = ?')
  const rotate = db.prepare('DELETE FROM rejections WHERE n <= ?')
  const newest: Statement<[number], { record: string }> = db.prepare(
    'SELECT record FROM rejections ORDER BY n DESC LIMIT ?',
  )

  return {
    add: (delivery) =>
      batch.write(
        () => {
          const found = captures.locate(delivery.capture)
          if (found === undefined) return { value: undefined }
          const pushed = withoutBody(delivery)
          const body = 'error' in delivery.outcome ? null : Buffer.from(delivery.outcome.bodyBase64, 'base64')
          insert.run(delivery.id, found.seq, JSON.stringify(pushed), body)
          const { outcome } = delivery
          const [status, error] = 'error' in outcome ? [null, outcome.error.code] : [outcome.status, null]
          mark.run(status, error, found.seq)
          log.append('delivery', found.kept.n, found.seq, pushed)
          return { value: undefined }
        },
        'error' in delivery.outcome ? 0 : delivery.outcome.bodyBase64.length,
      ),

    ofCapture(captureId) {
      const found = captures.locate(captureId)
      return found === undefined ? [] : byCapture.all(found.seq).map(fromRow)
    },

    read(id) {
      const row = byId.get(id)
      const delivery = row === undefined ? undefined : fromRow(row)
      return delivery === undefined || captures.locate(delivery.capture) === undefined ? undefined : delivery
    },

    addRejection: (rejection, endpoint) =>
      batch.write(() => {
        const { lastInsertRowid } = reject.run(JSON.stringify(rejection))
        rotate.run(Number(lastInsertRowid) - REJECTIONS_KEPT)
        log.append('rejection', endpoint, null, rejection)
        return { value: undefined }
      }),

    rejections: (limit) => newest.all(limit).map((row) => Rejection.parse(JSON.parse(row.record))),
  }
}

function withoutBody(delivery: Delivery): PushedDelivery {
  if ('error' in delivery.outcome) return { ...delivery, outcome: delivery.outcome }
  const { status, headers, truncated } = delivery.outcome
  return { ...delivery, outcome: { status, headers, truncated } }
}

function fromRow(row: Row): Delivery {
  const { outcome, ...rest } = JSON.parse(row.record) as PushedDelivery // written by add
  if ('error' in outcome) return Delivery.parse({ ...rest, outcome })
  return Delivery.parse({
    ...rest,
    outcome: { ...outcome, bodyBase64: (row.body ?? Buffer.alloc(0)).toString('base64') },
  })
}
