/** The capture that is open: itself, its deliveries, and the diagnosis of its signature. */
import { createModel, signal } from '@preact/signals'
import type { Capture, CapturePatch } from '../../shared/capture.ts'
import type { Replay } from '../../shared/delivery.ts'
import type { FeedEvent } from '../../shared/feed.ts'
import type { Diagnosis } from '../../shared/diagnosis.ts'
import { type Api, ApiError, sentence } from '../api.ts'
import { Deliveries } from './deliveries.ts'

type OpenPhase =
  | { kind: 'none' }
  | { kind: 'loading'; id: string }
  | { kind: 'ready'; capture: Capture }
  | { kind: 'missing'; id: string }
  | { kind: 'failed'; id: string; why: string }

/** What is known of why the signature is as it is. */
export type DiagnosisPhase =
  | { kind: 'none' }
  | { kind: 'busy' }
  | { kind: 'found'; diagnosis: Diagnosis }
  | { kind: 'failed'; why: string }

export const Opened = createModel(
  (
    api: Pick<Api, 'capture' | 'updateCapture' | 'removeCapture' | 'deliveries' | 'delivery' | 'replay' | 'diagnose'>,
  ) => {
    const phase = signal<OpenPhase>({ kind: 'none' })
    /** Deleted while it was looked at: it stays readable until it is left. */
    const deleted = signal(false)
    const deliveries = new Deliveries(api)
    const diagnosis = signal<DiagnosisPhase>({ kind: 'none' })
    /** Calls off the diagnosis that is under way: the server stops looking then. */
    let looking = new AbortController()
    const sending = signal(false)
    let current: string | undefined

    const captureNow = () => {
      const now = phase.peek()
      return now.kind === 'ready' ? now.capture : undefined
    }

    function forgetDiagnosis(): void {
      looking.abort()
      diagnosis.value = { kind: 'none' }
    }

    async function load(id: string): Promise<void> {
      if (captureNow()?.id !== id) phase.value = { kind: 'loading', id }
      try {
        const capture = await api.capture(id)
        if (current !== id) return
        phase.value = { kind: 'ready', capture }
        await deliveries.load()
      } catch (error) {
        if (current !== id) return
        const missing = error instanceof ApiError && error.code === 'not_found'
        phase.value = missing ? { kind: 'missing', id } : { kind: 'failed', id, why: sentence(error) }
      }
    }

    return {
      phase,
      deleted,
      deliveries,
      diagnosis,
      sending,

      async open(id: string | undefined) {
        if (current === id) return
        current = id
        deleted.value = false
        deliveries.of(id)
        forgetDiagnosis()
        if (id === undefined) phase.value = { kind: 'none' }
        else await load(id)
      },
      async reload() {
        if (current !== undefined) await load(current)
      },

      /** Asks the server what was signed and what would make it valid; once for each look at a capture. */
      async diagnose() {
        const id = current
        if (id === undefined || diagnosis.peek().kind === 'busy') return
        looking = new AbortController()
        const { signal: calledOff } = looking
        diagnosis.value = { kind: 'busy' }
        let next: DiagnosisPhase
        try {
          next = { kind: 'found', diagnosis: await api.diagnose(id, {}, calledOff) }
        } catch (error) {
          next = { kind: 'failed', why: sentence(error) }
        }
        if (!calledOff.aborted) diagnosis.value = next
      },
      /** Nobody looks any more: what is still being looked for is called off, what was found stays. */
      stopDiagnosis() {
        if (diagnosis.peek().kind === 'busy') forgetDiagnosis()
      },

      take(events: readonly FeedEvent[]) {
        for (const event of events) {
          const capture = captureNow()
          if (event.type === 'updated' && capture?.id === event.capture.id) {
            const answered = { ...capture.answered, ...event.capture.answered }
            const verdictChanged = JSON.stringify(capture.verdict) !== JSON.stringify(event.capture.verdict)
            const { note: _, ...rest } = capture // a cleared note is absent in the summary and must not survive
            phase.value = { kind: 'ready', capture: { ...rest, ...event.capture, answered } }
            if (verdictChanged) forgetDiagnosis()
          }
          // Other settings, other reasons, even where the verdict stays the same.
          if (event.type === 'endpoint' && event.endpoint.id === capture?.endpoint) forgetDiagnosis()
          if (event.type === 'deleted' && capture !== undefined) {
            const gone =
              'ids' in event
                ? event.ids.includes(capture.id)
                : event.endpoint === capture.endpoint && capture.seq < event.seq
            if (gone) deleted.value = true
          }
        }
        const sent = events.flatMap((event) => (event.type === 'delivery' ? [event.delivery] : []))
        if (sent.length > 0) void deliveries.take(sent)
      },

      async change(id: string, patch: CapturePatch) {
        const capture = await api.updateCapture(id, patch)
        if (current === id) phase.value = { kind: 'ready', capture }
        return capture
      },

      async replay(id: string, replay: Replay) {
        sending.value = true
        try {
          const delivery = await api.replay(id, replay)
          deliveries.put(delivery)
          return delivery
        } finally {
          sending.value = false
        }
      },
    }
  },
)
export type Opened = InstanceType<typeof Opened>
