/** The capture that is open: itself, its deliveries, and the diagnosis of its signature. */
import { createModel, signal } from '@preact/signals'
import type { Capture, CapturePatch } from '../../shared/capture.ts'
import type { Delivery, Replay } from '../../shared/delivery.ts'
import type { FeedEvent } from '../../shared/feed.ts'
import type { Diagnosis } from '../../shared/diagnosis.ts'
import { type Api, ApiError, sentence } from '../api.ts'

export type OpenPhase =
  | { kind: 'none' }
  | { kind: 'loading'; id: string }
  | { kind: 'ready'; capture: Capture }
  | { kind: 'missing'; id: string }
  | { kind: 'failed'; id: string; why: string }

export const Opened = createModel(
  (api: Pick<Api, 'capture' | 'updateCapture' | 'removeCapture' | 'deliveries' | 'replay' | 'diagnose'>) => {
    const phase = signal<OpenPhase>({ kind: 'none' })
    /** Deleted while it was looked at: it stays readable until it is left. */
    const deleted = signal(false)
    const deliveries = signal<readonly Delivery[]>([])
    const diagnosis = signal<Diagnosis | { failed: string } | undefined>(undefined)
    const sending = signal(false)
    let current: string | undefined

    const captureNow = () => {
      const now = phase.peek()
      return now.kind === 'ready' ? now.capture : undefined
    }

    async function loadDeliveries(id: string): Promise<void> {
      try {
        const list = await api.deliveries(id)
        if (current === id) deliveries.value = list
      } catch {
        // The capture itself is shown; its deliveries come with the next event or visit.
      }
    }

    async function load(id: string): Promise<void> {
      if (captureNow()?.id !== id) phase.value = { kind: 'loading', id }
      try {
        const capture = await api.capture(id)
        if (current !== id) return
        phase.value = { kind: 'ready', capture }
        await loadDeliveries(id)
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
        deliveries.value = []
        diagnosis.value = undefined
        if (id === undefined) phase.value = { kind: 'none' }
        else await load(id)
      },
      async reload() {
        if (current !== undefined) await load(current)
      },

      /** Asks the server what was signed and what would make it valid; once for each look at a capture. */
      async diagnose() {
        const id = current
        if (id === undefined) return
        try {
          const found = await api.diagnose(id, {})
          if (current === id) diagnosis.value = found
        } catch (error) {
          if (current === id) diagnosis.value = { failed: sentence(error) }
        }
      },

      take(events: readonly FeedEvent[]) {
        for (const event of events) {
          const capture = captureNow()
          if (event.type === 'updated' && capture?.id === event.capture.id) {
            const answered = { ...capture.answered, ...event.capture.answered }
            const verdictChanged = JSON.stringify(capture.verdict) !== JSON.stringify(event.capture.verdict)
            const { note: _, ...rest } = capture // a cleared note is absent in the summary and must not survive
            phase.value = { kind: 'ready', capture: { ...rest, ...event.capture, answered } }
            if (verdictChanged) diagnosis.value = undefined
          }
          if (event.type === 'deleted' && capture !== undefined) {
            const gone =
              'ids' in event
                ? event.ids.includes(capture.id)
                : event.endpoint === capture.endpoint && capture.seq < event.seq
            if (gone) deleted.value = true
          }
          if (event.type === 'delivery' && event.delivery.capture === current && current !== undefined) {
            void loadDeliveries(current)
          }
        }
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
          if (current === id && !deliveries.peek().some((one) => one.id === delivery.id)) {
            deliveries.value = [delivery, ...deliveries.peek()]
          }
          return delivery
        } finally {
          sending.value = false
        }
      },
    }
  },
)
export type Opened = InstanceType<typeof Opened>
