/**
 * The port: what every store does, whatever keeps the rows. `test/server/store/contract.ts` holds each adapter to it.
 *
 * The store is the log. Everything a watcher may hear has a `seq`, given in commit order; live push, resume and waiting are all
 * "read after a cursor, then wait for `changed`". Nobody but `open.ts` imports an adapter.
 */
import type { Capture, CapturePatch, CaptureSummary, Rejection, Verdict } from '../../shared/capture.ts'
import type { Delivery } from '../../shared/delivery.ts'
import type { AnswerRules, EndpointInput, EndpointPatch, Keep, Signing } from '../../shared/endpoint.ts'
import type { PushedDelivery } from '../../shared/feed.ts'

/** A signing secret in clear. It stays inside the server: `presentEndpoint` is the only way out. */
export interface Secret {
  readonly id: string
  readonly value: string
  readonly addedAt: number
}

/**
 * An endpoint as the server knows it. The same object is handed out until a setting changes, so what is derived from it
 * (a compiled scheme, say) may be remembered by its identity. Counters are read apart, from `counters`.
 */
export interface EndpointRecord {
  readonly id: string
  readonly alias: string | undefined
  readonly name: string | undefined
  readonly createdAt: number
  readonly signing: (Omit<Signing, 'secrets'> & { readonly secrets: readonly Secret[] }) | undefined
  readonly answer: AnswerRules
  readonly eventType: string | undefined
  readonly eventId: string | undefined
  readonly cors: boolean
  readonly keep: Keep | undefined
}

/** What an endpoint holds. `lastSeq` is the seq of its newest capture, 0 before the first. */
export interface Counters {
  readonly captures: number
  readonly bytes: number
  readonly lastSeq: number
  /** Of the log, when this was counted. */
  readonly asOf: number
}

/** A capture about to be kept. Headers and trailers are flat (name, value, …), as Node parsed them. */
export interface NewCapture {
  readonly id: string
  readonly endpoint: string
  readonly receivedAt: number
  readonly method: string
  readonly target: string
  readonly httpVersion: string
  readonly remoteAddress: string
  readonly headers: readonly string[]
  readonly trailers: readonly string[]
  readonly body: Buffer
  readonly contentType: string | undefined
  readonly eventType: string | undefined
  readonly eventId: string | undefined
  readonly verdict: Verdict
  /** Something of it is found out later: it stays among `lateCaptures` until it was. */
  readonly late?: boolean
  /** Finding that out takes long; left out: only if its body is larger than `PARSED_BODY_BYTES`. */
  readonly heavy?: boolean
  /** Decided before the commit. `headers` flat; `ms` is filled in by the store when it commits, from `startedAt` (performance.now). */
  readonly answered: {
    readonly status: number
    readonly headers: readonly string[]
    readonly body: Buffer
    readonly startedAt: number
  }
}

/** What checking a stored capture found out. */
export interface Findings {
  readonly verdict: Verdict
  /** What is found out about the event, all of it; left out where only the verdict was looked at. */
  readonly event?: { readonly type: string | undefined; readonly id: string | undefined }
  /** `false`: nothing is left to find out about it; `true`: something is. Left out: as it was. */
  readonly late?: boolean
  /** With `late: true`: when it is looked at again, in Unix milliseconds; left out: at once. */
  readonly notBefore?: number
}

/** Some of the captures of which something is still to be found out. */
export interface LateOnes {
  /** Those that take long, or all others. */
  readonly heavy: boolean
  /** Only those whose time has come, in Unix milliseconds. */
  readonly dueBy: number
}

/** What was committed of a new capture. */
export interface Kept {
  readonly id: string
  readonly seq: number
}

export interface CapturePage {
  readonly endpoint: string
  /** Only captures with a smaller seq. */
  readonly before?: number
  /** Only captures with a larger seq. */
  readonly after?: number
  readonly limit: number
}

/** An event of the log, before it becomes a frame. `removed` on an endpoint: its last state. */
export type LoggedEvent =
  | { type: 'capture'; seq: number; endpoint: string; capture: CaptureSummary }
  | { type: 'updated'; seq: number; endpoint: string; capture: CaptureSummary }
  | { type: 'deleted'; seq: number; endpoint: string; ids: string[] }
  | { type: 'deleted'; seq: number; endpoint: string; query: string }
  | { type: 'delivery'; seq: number; endpoint: string; delivery: PushedDelivery }
  | { type: 'endpoint'; seq: number; endpoint: EndpointRecord; counters: Counters; removed?: true }
  | { type: 'rejection'; seq: number; endpoint: string | null; rejection: Rejection }

export interface Store {
  // Endpoints

  /** Oldest first. The first one is the default endpoint. */
  endpoints(): Promise<EndpointRecord[]>
  /** By id (letters in either case) or alias. Synchronous, and served from memory: every capture begins with it. */
  endpoint(idOrAlias: string): EndpointRecord | undefined
  counters(endpointId: string): Counters
  /** @throws AppError `conflict` where the id or alias is taken. */
  addEndpoint(settings: EndpointInput): Promise<EndpointRecord>
  /** Merges; `null` clears. Secrets that are given replace all; equal values keep their id and age. @throws AppError `not_found`, `conflict` */
  updateEndpoint(id: string, patch: EndpointPatch): Promise<EndpointRecord>
  /** Gone at once for senders and lists; its captures follow in slices. False where there is none. */
  removeEndpoint(id: string): Promise<boolean>

  /** Endpoints whose signing settings changed, while not all their stored captures have been checked with them; also after a restart. */
  toRecheck(): EndpointRecord[]
  /** All stored captures were checked with these settings; nothing happens where they have changed again. */
  rechecked(record: EndpointRecord): Promise<void>

  // Captures

  /**
   * Keeps a capture and its place in the log in one transaction, shared with whatever else arrived in the same turn of the event loop.
   * Resolves once it is committed (and, with full durability, on the disk).
   * @throws AppError `storage_full`, `storage_unavailable`; then nothing was kept.
   */
  addCapture(capture: NewCapture): Promise<Kept>
  /** Newest first, also with `after`. */
  captures(page: CapturePage): Promise<{ captures: CaptureSummary[]; more: boolean }>
  capture(id: string): Promise<Capture | undefined>
  /** The exact bytes, or those from `start` up to and without `end`; `size` is that of the whole body. */
  body(id: string, range?: { start: number; end: number }): Promise<{ bytes: Buffer; size: number } | undefined>
  /** @throws AppError `not_found` */
  updateCapture(id: string, patch: CapturePatch): Promise<Capture>
  /**
   * What checking a capture found out after it was kept; told as one `updated` where anything differs. With an event id that was not
   * known, its attempt is counted among those that came before it, and those that came after count one more.
   * False where the capture is gone.
   */
  updateFindings(id: string, findings: Findings): Promise<boolean>
  /**
   * Captures of which something is still to be found out, the oldest first; also after a restart. With `only` those, and before all
   * others the ones that have not been looked at yet.
   */
  lateCaptures(limit: number, only?: LateOnes): CaptureSummary[]
  removeCapture(id: string): Promise<boolean>
  /** All captures of an endpoint that are there now, pinned ones too, in slices; resolves with how many went. */
  removeCaptures(endpointId: string): Promise<number>

  // Deliveries

  addDelivery(delivery: Delivery): Promise<void>
  /** Newest first, response bodies cut to `LISTED_BODY_BYTES` (then `truncated`). */
  deliveries(captureId: string, limit: number): Promise<Delivery[]>
  delivery(id: string): Promise<Delivery | undefined>

  // Rejections

  /** Kept in a ring of the newest `REJECTIONS_KEPT`. Never throws: a rejection that cannot be kept is dropped. */
  addRejection(rejection: Rejection): Promise<void>
  /** Newest first. */
  rejections(limit: number): Promise<Rejection[]>

  // The log

  /** Up to `limit` events after a cursor, in order; `reset` where the cursor is older than what is kept or newer than anything. */
  events(after: number, limit: number): Promise<LoggedEvent[] | 'reset'>
  /** The seq of the newest event; 0 in an empty store. */
  lastSeq(): number
  /** Resolves when something was committed after the call, or the signal aborts. */
  changed(signal: AbortSignal): Promise<void>

  // Upkeep

  /**
   * Deletes the oldest unpinned captures of an endpoint, at most `limit`, while one of the given limits is passed.
   * @returns how many went; 0 when nothing is over.
   */
  dropOldest(
    endpointId: string,
    over: { captures?: number; bytes?: number | undefined; receivedBefore?: number },
    limit: number,
  ): Promise<number>
  /** The same over all endpoints, while the store is larger than `bytes`. */
  dropOldestAnywhere(bytes: number, limit: number): Promise<number>
  /** Throws AppError `storage_unavailable` or `storage_full` where nothing can be committed now. */
  check(): Promise<void>
  /** Writes what waits, folds the log of the database back, lets go of the lock. */
  close(): Promise<void>
}
