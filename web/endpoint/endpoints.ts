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

    const put = (endpoint: Endpoint) => {
      const there = all.peek().some((one) => one.id === endpoint.id)
      all.value = there ? all.peek().map((one) => (one.id === endpoint.id ? endpoint : one)) : [...all.peek(), endpoint]
    }
    const count = (id: string, by: (endpoint: Endpoint) => Partial<Endpoint>) => {
      all.value = all.peek().map((one) => (one.id === id ? { ...one, ...by(one) } : one))
    }

    function apply(event: FeedEvent): void {
      if (event.type === 'endpoint') {
        if (event.removed === true) all.value = all.peek().filter((one) => one.id !== event.endpoint.id)
        else put(event.endpoint)
      }
      if (event.type === 'capture') {
        // The counter read with the list already holds what came up to its `lastSeq`.
        count(event.endpoint, (one) =>
          event.seq > one.lastSeq ? { captures: one.captures + 1, lastSeq: event.seq } : {},
        )
      }
      if (event.type === 'deleted' && 'ids' in event) {
        const gone = event.ids.length
        count(event.endpoint, (one) => ({ captures: Math.max(0, one.captures - gone) }))
      }
      if (event.type === 'deleted' && 'query' in event) {
        count(event.endpoint, (one) => (one.lastSeq < event.seq ? { captures: 0 } : {}))
      }
    }

    return {
      all,
      loaded,
      failure,
      async load() {
        try {
          all.value = await api.endpoints()
          failure.value = undefined
        } catch (error) {
          failure.value = sentence(error)
        }
        loaded.value = true
      },
      take(events: readonly FeedEvent[]) {
        for (const event of events) apply(event)
      },
      async add(settings: EndpointInput) {
        const made = await api.addEndpoint(settings)
        put(made)
        return made
      },
      async change(id: string, patch: EndpointPatch) {
        const changed = await api.updateEndpoint(id, patch)
        put(changed)
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
