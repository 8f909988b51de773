/**
 * Verdicts again, after a scheme or a secret changed. A follower of the store like any other: it goes through what is stored, newest
 * first, one a turn of the event loop, so that neither senders nor the page wait for it.
 */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { CaptureSummary } from '../shared/capture.ts'
import type { Log } from './log.ts'
import { verdictOf } from './signatures/endpoint-check.ts'
import { signedRequestOf } from './signatures/signed-request.ts'
import type { EndpointRecord, Store } from './store/store.ts'

/** Captures read at a time, and the shortest time between two looks at the settings, in ms. */
const PAGE = 50
const ROUND_MS = 50

/** How long after a failure, in ms, it is tried again at the latest: nothing else may ever be written that would wake it. */
const RETRY_MS = 1_000

export interface Recheck {
  readonly store: Store
  readonly publicUrl: string | undefined
  readonly log: Log
}

/** Goes on until the signal aborts. What an earlier run did not finish is finished first. */
export async function runRecheck({ store, publicUrl, log }: Recheck, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const changed = store.changed(signal)
    let failed = false
    for (const endpoint of store.toRecheck()) {
      await recheckAll({ store, publicUrl }, endpoint, signal).catch((error: unknown) => {
        failed = true
        if (!signal.aborted)
          log('Stored captures could not be checked again.', { endpoint: endpoint.id, error: String(error) })
      })
    }
    await (failed ? Promise.race([changed, pause(RETRY_MS, signal)]) : changed)
    await pause(ROUND_MS, signal)
  }
}

/** Resolves early, and does not reject, where the signal aborts: then the loop ends. */
const pause = (ms: number, signal: AbortSignal): Promise<unknown> =>
  sleep(ms, undefined, { signal }).catch(() => undefined)

/** Stops early where the settings change again: that change brings its own round. */
async function recheckAll(
  { store, publicUrl }: Omit<Recheck, 'log'>,
  endpoint: EndpointRecord,
  signal: AbortSignal,
): Promise<void> {
  let before: number | undefined
  for (;;) {
    const { captures, more } = await store.captures({
      endpoint: endpoint.id,
      limit: PAGE,
      ...(before === undefined ? {} : { before }),
    })
    for (const summary of captures) {
      if (signal.aborted || store.endpoint(endpoint.id)?.signing !== endpoint.signing) return
      await recheckOne(store, publicUrl, endpoint, summary)
      await nextTurn()
    }
    before = captures.at(-1)?.seq
    if (!more || before === undefined) return store.rechecked(endpoint)
  }
}

async function recheckOne(
  store: Store,
  publicUrl: string | undefined,
  { signing }: EndpointRecord,
  { id, verdict: old }: CaptureSummary,
): Promise<void> {
  const capture = await store.capture(id)
  const content = await store.body(id)
  if (capture === undefined || content === undefined) return
  const arrived = { ...capture, headers: capture.headers.flat(), body: content.bytes }
  const verdict = verdictOf(signing, signedRequestOf(signing, arrived, publicUrl), capture.receivedAt)
  if (JSON.stringify(verdict) !== JSON.stringify(old)) await store.updateVerdict(id, verdict)
}
