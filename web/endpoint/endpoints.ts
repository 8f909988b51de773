/** All endpoints, with counters that follow the feed. */
import { createModel, signal } from '@preact/signals'
import type { Endpoint, EndpointInput, EndpointPatch } from '../../shared/endpoint.ts'
import type { FeedEvent } from '../../shared/feed.ts'
import { type Api, sentence } from '../api.ts'

export const Endpoints = createModel(
  (api: Pick<Api, 'endpoints' | 'addEndpoint' | 'updateEndpoint' | 'removeEndpoint'>) => {
    const all = signal<readonly Endpoint[]>([])
    const loaded = signal(false)
    const failure = signal<string | undefined>(undefined)
    /** What the feed says while a list is under way, which may be older or newer than the list. */
    let heard: FeedEvent[] | undefined
    let loads = 0

    const find = (id: string) => all.peek().find((one) => one.id === id)
    const put = (endpoint: Endpoint) => {
      all.value = find(endpoint.id)
        ? all.peek().map((one) => (one.id === endpoint.id ? endpoint : one))
        : [...all.peek(), endpoint]
    }
    /** The answer to a change of settings. The feed may have counted further by the time it is here. */
    const settle = (endpoint: Endpoint) => {
      const ours = find(endpoint.id)
      if (ours === undefined || ours.asOf <= endpoint.asOf) put(endpoint)
      else put({ ...endpoint, captures: ours.captures, lastSeq: ours.lastSeq, asOf: ours.asOf })
    }

    function apply(event: FeedEvent): void {
      if (event.type === 'rejection') return
      const ours = find(event.type === 'endpoint' ? event.endpoint.id : event.endpoint)
      // What the counters stand for already is not counted twice, however it comes again.
      if (ours !== undefined && event.seq <= ours.asOf) return
      if (event.type === 'endpoint') {
        if (event.removed === true) all.value = all.peek().filter((one) => one.id !== event.endpoint.id)
        else put(event.endpoint) // its counters are of the moment it was sent, and so is its `asOf`
      } else if (ours !== undefined) {
        put({ ...ours, ...counted(ours, event), asOf: event.seq })
      }
    }

    return {
      all,
      loaded,
      failure,
      /** Resolves with the position in the log from which on the feed must be heard to miss nothing; undefined where nothing was read. */
      async load(): Promise<number | undefined> {
        const mine = ++loads
        heard ??= []
        let from: number | undefined
        try {
          const list = await api.endpoints()
          if (mine !== loads) return undefined
          all.value = list
          failure.value = undefined
          // Each was read at its own moment, all of them nearly the same.
          if (list.length > 0) from = Math.min(...list.map((one) => one.asOf))
        } catch (error) {
          if (mine !== loads) return undefined
          failure.value = sentence(error)
        }
        const waiting = heard ?? []
        heard = undefined
        for (const event of waiting) apply(event)
        loaded.value = true
        return from
      },
      take(events: readonly FeedEvent[]) {
        if (heard === undefined) for (const event of events) apply(event)
        else heard.push(...events)
      },
      async add(settings: EndpointInput) {
        const made = await api.addEndpoint(settings)
        settle(made)
        return made
      },
      async change(id: string, patch: EndpointPatch) {
        const changed = await api.updateEndpoint(id, patch)
        settle(changed)
        return changed
      },
      async remove(id: string) {
        await api.removeEndpoint(id)
        all.value = all.peek().filter((one) => one.id !== id)
      },
    }
  },
)
export type Endpoints = InstanceType<typeof Endpoints>

function counted(ours: Endpoint, event: FeedEvent): Partial<Endpoint> {
  if (event.type === 'capture') return { captures: ours.captures + 1, lastSeq: event.seq }
  if (event.type !== 'deleted') return {}
  // Without ids: all that it had.
  return { captures: 'ids' in event ? Math.max(0, ours.captures - event.ids.length) : 0 }
}
