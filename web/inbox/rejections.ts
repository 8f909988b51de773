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
  /** Arrived since the page was opened and not looked at. */
  const fresh = signal(0)
  /** What comes up to here was there when the page was opened, or is counted. */
  let counted = 0
  /** Heard of while a list is under way. */
  let heard: Rejection[] | undefined
  let loads = 0

  const add = (rejections: readonly Rejection[]) => {
    const known = all.peek()
    if (known === undefined) return
    const ids = new Set(known.map((one) => one.id))
    const added = rejections.filter((one) => !ids.has(one.id))
    if (added.length > 0) all.value = [...added.reverse(), ...known].slice(0, KEPT)
  }

  async function load(): Promise<void> {
    const mine = ++loads
    heard ??= []
    try {
      const list = await api.rejections(KEPT)
      if (mine !== loads) return
      all.value = list
      failure.value = undefined
    } catch (error) {
      if (mine !== loads) return
      failure.value = sentence(error)
    }
    const waiting = heard ?? []
    heard = undefined
    add(waiting)
  }

  return {
    all,
    failure,
    fresh,
    load,
    /** Reads the list anew where it was read before. What is new stays new. */
    async reload() {
      if (all.peek() !== undefined || heard !== undefined) await load()
    },
    /** Whatever stands in the log up to here was there before the page. */
    startAfter(seq: number) {
      counted = seq
    },
    take(events: readonly FeedEvent[]) {
      const arrived: Rejection[] = []
      for (const event of events) {
        if (event.type !== 'rejection') continue
        arrived.push(event.rejection)
        if (event.seq <= counted) continue
        counted = event.seq
        fresh.value += 1
      }
      if (arrived.length === 0) return
      if (heard === undefined) add(arrived)
      else heard.push(...arrived)
    },
    /** They are on the screen. */
    seen() {
      fresh.value = 0
    },
  }
})
export type Rejections = InstanceType<typeof Rejections>
