/** The frames of the feed: what a watcher hears, in the order of the one log. */
import type { CaptureSummary, Rejection } from './capture.ts'
import type { Delivery } from './delivery.ts'
import type { Endpoint } from './endpoint.ts'

/** A delivery in the feed comes without the response body, which may be larger than a watcher may lag behind. */
export type PushedDelivery = Omit<Delivery, 'outcome'> & {
  outcome:
    | { status: number; headers: [string, string][]; truncated: boolean }
    | { error: { code: string; detail: string } }
}

/** One frame of the log. Each carries its own `seq`, the cursor to resume after. */
export type FeedEvent =
  | { type: 'capture'; seq: number; endpoint: string; capture: CaptureSummary }
  | { type: 'updated'; seq: number; endpoint: string; capture: CaptureSummary }
  /** With `ids`: these captures. With `query: ''`: all that the endpoint had before this frame. */
  | { type: 'deleted'; seq: number; endpoint: string; ids: string[] }
  | { type: 'deleted'; seq: number; endpoint: string; query: string }
  | { type: 'delivery'; seq: number; endpoint: string; delivery: PushedDelivery }
  /** Made or changed; with `removed`, its last state. */
  | { type: 'endpoint'; seq: number; endpoint: Endpoint; removed?: true }
  | { type: 'rejection'; seq: number; endpoint: string | null; rejection: Rejection }

/** A message of the server is a JSON array of these. Those without `seq` speak of the connection, not of the log. */
export type FeedFrame = FeedEvent | { type: 'caught-up' } | { type: 'ping' } | { type: 'reset' }
