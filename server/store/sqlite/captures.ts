/** Captures: kept, listed by key, read whole, changed by people, and deleted. */
import { createHash } from 'node:crypto'
import type { Database, Statement } from 'better-sqlite3'
import type { Capture, CapturePatch, CaptureSummary, Verdict } from '../../../shared/capture.ts'
import { AppError } from '../../../shared/errors.ts'
import { pairsOf } from '../../../shared/headers.ts'
import type { CapturePage, Findings, Kept as KeptCapture, LateOnes, NewCapture } from '../store.ts'
import type { Batch } from './batch.ts'
import type { Kept } from './endpoint-row.ts'
import type { EndpointTable } from './endpoints.ts'
import type { LogTable } from './events.ts'
import { isLarge, openFindings } from './findings.ts'
import type { Pieces } from './pieces.ts'

const SUMMARY =
  'seq, id, endpoint, received_at, method, target, content_type, body_size, event_type, event_id, attempt, verdict, status, ms, pinned, read, tags, note, delivered_status, delivered_error'

interface SummaryRow {
  seq: number
  id: string
  endpoint: number
  received_at: number
  method: string
  target: string
  content_type: string | null
  body_size: number
  event_type: string | null
  event_id: string | null
  attempt: number
  verdict: string
  status: number
  ms: number
  pinned: number
  read: number
  tags: string | null
  note: string | null
  delivered_status: number | null
  delivered_error: string | null
}

interface ContentRow {
  http_version: string
  remote_address: string
  headers: string
  trailers: string | null
  answered_headers: string
  answered_body: Buffer
  pieces: number | null
  sha256: string | null
}

export interface CaptureTable {
  add(capture: NewCapture): Promise<KeptCapture>
  page(page: CapturePage): { captures: CaptureSummary[]; more: boolean }
  /** Arrivals after a place in the log, in order; without the capture where it no longer counts. */
  arrivals(after: number, limit: number): { seq: number; capture: CaptureSummary | undefined }[]
  summary(seq: number): CaptureSummary | undefined
  read(id: string): Capture | undefined
  body(id: string, range: { start: number; end: number } | undefined): { bytes: Buffer; size: number } | undefined
  update(id: string, patch: CapturePatch): Promise<Capture>
  setFindings(id: string, findings: Findings): Promise<boolean>
  /** Those of which something is still to be found out. */
  late(limit: number, only: LateOnes | undefined): CaptureSummary[]
  /** The seq and the endpoint of a capture that readers can see. */
  locate(id: string): { seq: number; kept: Kept } | undefined
}

export function openCaptures(parts: {
  db: Database
  batch: Batch
  log: LogTable
  endpoints: EndpointTable
  pieces: Pieces
}): CaptureTable {
  const { db, batch, log, endpoints, pieces } = parts
  const insertSummary = db.prepare(
    'INSERT INTO captures (seq, id, endpoint, received_at, method, target, content_type, body_size, event_type, event_id, attempt, verdict, status, ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const insertContent = db.prepare(
    'INSERT INTO contents (seq, http_version, remote_address, headers, trailers, answered_headers, answered_body, body, pieces, sha256) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const lastAttempt: Statement<[number, string, number], { attempt: number }> = db.prepare(
    'SELECT attempt FROM captures WHERE endpoint = ? AND event_id = ? AND seq > ? ORDER BY seq DESC LIMIT 1',
  )
  const newest: Statement<[number, number, number, number], SummaryRow> = db.prepare(
    `SELECT ${SUMMARY} FROM captures WHERE endpoint = ? AND seq > ? AND seq < ? ORDER BY seq DESC LIMIT ?`,
  )
  const arrived: Statement<[number, number], SummaryRow> = db.prepare(
    `SELECT ${SUMMARY} FROM captures WHERE seq > ? ORDER BY seq LIMIT ?`,
  )
  const bySeq: Statement<[number], SummaryRow> = db.prepare(`SELECT ${SUMMARY} FROM captures WHERE seq = ?`)
  const byId: Statement<[string], SummaryRow> = db.prepare(`SELECT ${SUMMARY} FROM captures WHERE id = ?`)
  const content: Statement<[number], ContentRow> = db.prepare(
    'SELECT http_version, remote_address, headers, trailers, answered_headers, answered_body, pieces, sha256 FROM contents WHERE seq = ?',
  )
  const bodyOf: Statement<[number], { body: Buffer | null; pieces: number | null }> = db.prepare(
    'SELECT body, pieces FROM contents WHERE seq = ?',
  )
  const savePatch = db.prepare('UPDATE captures SET note = ?, pinned = ?, read = ?, tags = ? WHERE seq = ?')
  const findings = openFindings(db, log)

  const isVisible = (row: SummaryRow): boolean => {
    const kept = endpoints.byNumber(row.endpoint)
    return kept !== undefined && !kept.removed && row.seq > kept.cleared
  }
  const toSummary = (row: SummaryRow): CaptureSummary =>
    summaryOf(row, endpoints.byNumber(row.endpoint)?.record.id ?? '')
  const visible = (row: SummaryRow | undefined): SummaryRow | undefined =>
    row !== undefined && isVisible(row) ? row : undefined

  function insert(capture: NewCapture, large: { number: number; sha256: string } | undefined) {
    const kept = endpoints.find(capture.endpoint)
    if (kept === undefined) throw new AppError('not_found', 'The endpoint was deleted while the request came in.')
    const { answered } = capture
    const seq = log.next()
    const attempt =
      capture.eventId === undefined ? 1 : (lastAttempt.get(kept.n, capture.eventId, kept.cleared)?.attempt ?? 0) + 1
    insertSummary.run(
      seq,
      capture.id,
      kept.n,
      capture.receivedAt,
      capture.method,
      capture.target,
      capture.contentType ?? null,
      capture.body.length,
      capture.eventType ?? null,
      capture.eventId ?? null,
      attempt,
      JSON.stringify(capture.verdict),
      answered.status,
      Math.round((performance.now() - answered.startedAt) * 100) / 100,
    )
    insertContent.run(
      seq,
      capture.httpVersion,
      capture.remoteAddress,
      JSON.stringify(capture.headers),
      capture.trailers.length === 0 ? null : JSON.stringify(capture.trailers),
      JSON.stringify(answered.headers),
      answered.body,
      large === undefined ? capture.body : null,
      large?.number ?? null,
      large?.sha256 ?? null,
    )
    if (capture.late === true) findings.markLate(seq, capture.heavy ?? isLarge(capture.body.length), 0)
    kept.captures += 1
    kept.bytes += capture.body.length
    kept.lastSeq = seq
    endpoints.touch(kept)
    return { value: { id: capture.id, seq } }
  }

  function read(id: string): Capture | undefined {
    const row = visible(byId.get(id))
    const rest = row === undefined ? undefined : content.get(row.seq)
    if (row === undefined || rest === undefined) return undefined
    return {
      ...toSummary(row),
      httpVersion: rest.http_version,
      remoteAddress: rest.remote_address,
      headers: pairsOf(JSON.parse(rest.headers) as string[]), // written by insert
      trailers: rest.trailers === null ? [] : pairsOf(JSON.parse(rest.trailers) as string[]),
      bodySha256: rest.sha256 ?? sha256(bodyOf.get(row.seq)?.body ?? Buffer.alloc(0)),
      answered: {
        status: row.status,
        headers: pairsOf(JSON.parse(rest.answered_headers) as string[]),
        bodyBase64: rest.answered_body.toString('base64'),
        ms: row.ms,
      },
    }
  }

  return {
    read,

    async add(capture) {
      const large = pieces.isLarge(capture.body) ? await pieces.write(capture.body) : undefined
      try {
        return await batch.write(() => insert(capture, large), large === undefined ? capture.body.length : 0)
      } catch (error) {
        if (large !== undefined) pieces.discard(large.number)
        throw error
      }
    },

    page({ endpoint, before, after, limit }) {
      const kept = endpoints.find(endpoint)
      if (kept === undefined) return { captures: [], more: false }
      const rows = newest.all(kept.n, Math.max(after ?? 0, kept.cleared), before ?? Number.MAX_SAFE_INTEGER, limit + 1)
      return { captures: rows.slice(0, limit).map(toSummary), more: rows.length > limit }
    },

    arrivals: (after, limit) =>
      arrived.all(after, limit).map((row) => ({ seq: row.seq, capture: isVisible(row) ? toSummary(row) : undefined })),
    summary(seq) {
      const row = visible(bySeq.get(seq))
      return row === undefined ? undefined : toSummary(row)
    },

    body(id, range) {
      const row = visible(byId.get(id))
      const found = row === undefined ? undefined : bodyOf.get(row.seq)
      if (row === undefined || found === undefined) return undefined
      const size = row.body_size
      const { start, end } = range ?? { start: 0, end: size }
      const bytes =
        found.pieces === null
          ? (found.body ?? Buffer.alloc(0)).subarray(start, end)
          : pieces.read(found.pieces, start, Math.min(end, size))
      return { bytes, size }
    },

    async update(id, patch) {
      await batch.write(() => {
        const row = visible(byId.get(id))
        if (row === undefined) throw gone(id)
        const tags = patch.tags === undefined ? undefined : [...new Set(patch.tags ?? [])]
        savePatch.run(
          patch.note === undefined ? row.note : patch.note || null,
          Number(patch.pinned ?? row.pinned),
          Number(patch.read ?? row.read),
          tags === undefined ? row.tags : tags.length === 0 ? null : JSON.stringify(tags),
          row.seq,
        )
        log.append('updated', row.endpoint, row.seq, null)
        return { value: undefined }
      })
      const capture = read(id)
      if (capture === undefined) throw gone(id)
      return capture
    },

    setFindings: (id, found) =>
      batch.write(() => {
        const row = visible(byId.get(id))
        if (row === undefined) return { value: false }
        findings.save(row, endpoints.byNumber(row.endpoint)?.cleared ?? 0, found)
        return { value: true }
      }),
    late(limit, only) {
      const late: CaptureSummary[] = []
      // Those that were cleared stay in the table until they are deleted, and must not stand in the way of the others.
      for (const { seq } of findings.late(only)) {
        const row = visible(bySeq.get(seq))
        if (row !== undefined && late.push(toSummary(row)) >= limit) break
      }
      return late
    },

    locate(id) {
      const row = visible(byId.get(id))
      const kept = row === undefined ? undefined : endpoints.byNumber(row.endpoint)
      return row === undefined || kept === undefined ? undefined : { seq: row.seq, kept }
    },
  }
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

const gone = (id: string): AppError =>
  new AppError('not_found', `There is no capture ${id}.`, {
    hint: 'It may have been deleted by hand or by the retention limit.',
  })

function summaryOf(row: SummaryRow, endpoint: string): CaptureSummary {
  return {
    id: row.id,
    endpoint,
    seq: row.seq,
    receivedAt: row.received_at,
    method: row.method,
    target: row.target,
    ...(row.content_type === null ? {} : { contentType: row.content_type }),
    bodySize: row.body_size,
    ...(row.event_type === null ? {} : { eventType: row.event_type }),
    ...(row.event_id === null ? {} : { eventId: row.event_id }),
    attempt: row.attempt,
    verdict: JSON.parse(row.verdict) as Verdict, // written by insert or by findings
    answered: { status: row.status, ms: row.ms },
    pinned: row.pinned === 1,
    read: row.read === 1,
    tags: row.tags === null ? [] : (JSON.parse(row.tags) as string[]), // written by update
    ...(row.note === null ? {} : { note: row.note }),
    ...(row.delivered_status === null ? {} : { delivered: { status: row.delivered_status } }),
    ...(row.delivered_error === null ? {} : { delivered: { error: row.delivered_error } }),
  }
}
