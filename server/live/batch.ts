/** Events made into messages, once for all watchers: serialising a summary for each of fifty viewers would cost more than capturing it. */
import type { FeedEvent, FeedFrame } from '../../shared/feed.ts'
import { FEED_BUFFER_BYTES } from '../../shared/limits.ts'
import { presentEndpoint } from '../store/present.ts'
import type { LoggedEvent } from '../store/store.ts'

/**
 * Bytes of a message beyond which the next one begins, half of what may wait for a watcher: one that reads has a tick to empty its line
 * before it could be cut, and the tail still moves 10 MB a second. A single event may be larger.
 */
const MESSAGE_BYTES = FEED_BUFFER_BYTES / 2

/** Some events in a row. */
export interface Batch {
  /** The seq that these events follow on. */
  readonly from: number
  /** The seq of the last one. */
  readonly to: number
  /** The events of one endpoint, or of all, after a cursor; nothing where there is none. The same buffer for all who are at `from`. */
  message(endpoint: string | undefined, after: number): Buffer | undefined
}

/** @param from the seq that the first of `events` follows on. @param captureBase as in `presentEndpoint` */
export function batchesOf(events: readonly LoggedEvent[], from: number, captureBase: string): Batch[] {
  const batches: Batch[] = []
  let frames: Frame[] = []
  let bytes = 0
  let start = from
  for (const event of events) {
    const json = JSON.stringify(present(event, captureBase))
    frames.push({ seq: event.seq, endpoint: endpointOf(event), json })
    bytes += json.length
    if (bytes < MESSAGE_BYTES) continue
    batches.push(batchOf(start, event.seq, frames))
    start = event.seq
    frames = []
    bytes = 0
  }
  const last = frames.at(-1)
  if (last !== undefined) batches.push(batchOf(start, last.seq, frames))
  return batches
}

/** A message that is not of the log. */
export const message = (frames: FeedFrame[]): Buffer => Buffer.from(JSON.stringify(frames))

interface Frame {
  readonly seq: number
  readonly endpoint: string | null
  readonly json: string
}

function batchOf(from: number, to: number, frames: readonly Frame[]): Batch {
  const made = new Map<string | undefined, Buffer | undefined>()
  const make = (endpoint: string | undefined, after: number): Buffer | undefined => {
    const wanted = frames.filter(
      (frame) => frame.seq > after && (endpoint === undefined || frame.endpoint === endpoint),
    )
    return wanted.length === 0 ? undefined : Buffer.from(`[${wanted.map(({ json }) => json).join(',')}]`)
  }
  return {
    from,
    to,
    message(endpoint, after) {
      if (after > from) return make(endpoint, after)
      if (!made.has(endpoint)) made.set(endpoint, make(endpoint, from))
      return made.get(endpoint)
    },
  }
}

const endpointOf = (event: LoggedEvent): string | null =>
  event.type === 'endpoint' ? event.endpoint.id : event.endpoint

/** Only an endpoint differs from its frame: its secrets stay here. */
function present(event: LoggedEvent, captureBase: string): FeedEvent {
  if (event.type !== 'endpoint') return event
  const { type, seq, endpoint, counters, removed } = event
  return {
    type,
    seq,
    endpoint: presentEndpoint(endpoint, counters, captureBase),
    ...(removed === undefined ? {} : { removed }),
  }
}
