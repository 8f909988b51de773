/** Requests that never became a capture. They explain a webhook that never arrives. */
import { createModel, signal } from '@preact/signals'
import type { Rejection } from '../../shared/capture.ts'
import type { FeedEvent } from '../../shared/feed.ts'
import { type Api, sentence } from '../api.ts'

/** As many as the server keeps. */
const KEPT = 500

export const Rejections = createModel((api: Pick<Api, 'rejections'>) => {
  const all = signal<readonly Rejection[] | undefined>(undefined)
  const failure = signal<string | undefined>(undefined)
  /** Heard of since the page was opened and not looked at. */
  const fresh = signal(0)
  return {
    all,
    failure,
    fresh,
    async load() {
      try {
        all.value = await api.rejections(KEPT)
        failure.value = undefined
      } catch (error) {
        failure.value = sentence(error)
      }
      fresh.value = 0
    },
    take(events: readonly FeedEvent[]) {
      for (const event of events) {
        if (event.type !== 'rejection') continue
        fresh.value += 1
        const known = all.peek()
        if (known === undefined || known.some((one) => one.id === event.rejection.id)) continue
        all.value = [event.rejection, ...known].slice(0, KEPT)
      }
    },
    /** They are on the screen. */
    seen() {
      fresh.value = 0
    },
  }
})
export type Rejections = InstanceType<typeof Rejections>
