/** Deliveries of captures, and the ring of rejections. */
import type { Database, Statement } from 'better-sqlite3'
import { Rejection } from '../../../shared/capture.ts'
import { Delivery } from '../../../shared/delivery.ts'
import type { PushedDelivery } from '../../../shared/feed.ts'
import { LISTED_BODY_BYTES, REJECTIONS_KEPT } from '../../../shared/limits.ts'
import type { Batch } from './batch.ts'
import type { CaptureTable } from './captures.ts'
import type { LogTable } from './events.ts'

interface Row {
  record: string
  body: Buffer | null
  /** 1 where the body is longer than what was read of it. */
  cut: number | null
}

export interface DeliveryTable {
  /** Kept only while its capture is there. */
  add(delivery: Delivery): Promise<void>
  ofCapture(captureId: string, limit: number): Delivery[]
  read(id: string): Delivery | undefined
  /** As it is pushed; undefined where it went with its capture. */
  pushed(n: number): PushedDelivery | undefined
  addRejection(rejection: Rejection, endpoint: number | null): Promise<void>
  /** Undefined where newer ones took its place. */
  rejection(n: number): Rejection | undefined
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
  const byCapture: Statement<[number, number], Row> = db.prepare(
    `SELECT record, substr(body, 1, ${LISTED_BODY_BYTES}) AS body, length(body) > ${LISTED_BODY_BYTES} AS cut FROM deliveries WHERE capture = ? ORDER BY n DESC LIMIT ?`,
  )
  const byId: Statement<[string], Row> = db.prepare('SELECT record, body, 0 AS cut FROM deliveries WHERE id = ?')
  const byNumber: Statement<[number], { record: string }> = db.prepare('SELECT record FROM deliveries WHERE n = ?')
  const rejectionAt: Statement<[number], { record: string }> = db.prepare('SELECT record FROM rejections WHERE n = ?')
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
          const { lastInsertRowid } = insert.run(delivery.id, found.seq, JSON.stringify(pushed), body)
          const { outcome } = delivery
          const [status, error] = 'error' in outcome ? [null, outcome.error.code] : [outcome.status, null]
          // A test event is how the capture came, not where it went.
          if (delivery.cause !== 'send') mark.run(status, error, found.seq)
          log.append('delivery', found.kept.n, Number(lastInsertRowid), null)
          return { value: undefined }
        },
        'error' in delivery.outcome ? 0 : delivery.outcome.bodyBase64.length,
      ),

    ofCapture(captureId, limit) {
      const found = captures.locate(captureId)
      return found === undefined ? [] : byCapture.all(found.seq, limit).map(fromRow)
    },

    read(id) {
      const row = byId.get(id)
      const delivery = row === undefined ? undefined : fromRow(row)
      return delivery === undefined || captures.locate(delivery.capture) === undefined ? undefined : delivery
    },

    pushed(n) {
      const row = byNumber.get(n)
      return row === undefined ? undefined : (JSON.parse(row.record) as PushedDelivery) // written by add
    },

    rejection(n) {
      const row = rejectionAt.get(n)
      return row === undefined ? undefined : Rejection.parse(JSON.parse(row.record))
    },

    addRejection: (rejection, endpoint) =>
      batch.write(() => {
        const { lastInsertRowid } = reject.run(JSON.stringify(rejection))
        rotate.run(Number(lastInsertRowid) - REJECTIONS_KEPT)
        log.append('rejection', endpoint, Number(lastInsertRowid), null)
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
    outcome: {
      ...outcome,
      bodyBase64: (row.body ?? Buffer.alloc(0)).toString('base64'),
      truncated: outcome.truncated || row.cut === 1,
    },
  })
}
