/** The deliveries of the capture that is open, newest first. Each that is heard of is fetched alone, because its frame comes without the response body. */
import { createModel, signal } from '@preact/signals'
import type { Delivery } from '../../shared/delivery.ts'
import type { PushedDelivery } from '../../shared/feed.ts'
import { PAGE_DEFAULT, PAGE_MAX } from '../../shared/limits.ts'
import type { Api } from '../api.ts'

/** Heard of at once; beyond, one list costs less than so many calls. */
const FETCHED_ALONE = 10

export const Deliveries = createModel((api: Pick<Api, 'deliveries' | 'delivery'>) => {
  const all = signal<readonly Delivery[]>([])
  /** Whether older ones may be there that were not fetched. */
  const more = signal(false)
  let capture: string | undefined
  /** Heard of or sent from here while the list is under way, which may have been read before. */
  let meanwhile: Delivery[] | undefined
  let loads = 0

  const put = (delivery: Delivery) => {
    const known = all.peek()
    const there = known.some((one) => one.id === delivery.id)
    all.value = there ? known.map((one) => (one.id === delivery.id ? delivery : one)) : [delivery, ...known]
    meanwhile?.push(delivery)
  }

  async function load(limit: number): Promise<void> {
    const id = capture
    if (id === undefined) return
    const mine = ++loads
    meanwhile ??= []
    try {
      const list = await api.deliveries(id, limit)
      if (mine !== loads) return
      all.value = list
      more.value = list.length === limit && limit < PAGE_MAX
    } catch {
      // The capture itself is shown; its deliveries come with the next event or visit.
      if (mine !== loads) return
    }
    const late = meanwhile ?? []
    meanwhile = undefined
    for (const delivery of late) if (!all.peek().some((one) => one.id === delivery.id)) put(delivery)
  }

  async function fetchOne(id: string): Promise<void> {
    const of = capture
    try {
      const delivery = await api.delivery(id)
      if (capture === of && delivery.capture === of) put(delivery)
    } catch {
      // As above.
    }
  }

  return {
    all,
    more,
    /** Shows nothing until `load`. */
    of(id: string | undefined) {
      capture = id
      loads += 1
      meanwhile = undefined
      all.value = []
      more.value = false
    },
    load: () => load(PAGE_DEFAULT),
    loadMore: () => load(PAGE_MAX),
    /** Fetches one with all that is kept of its response body, which the list cuts. */
    whole: fetchOne,
    /** Sent from here. */
    put(delivery: Delivery) {
      if (delivery.capture === capture) put(delivery)
    },
    async take(heard: readonly PushedDelivery[]) {
      const isNew = (one: PushedDelivery) => {
        const known = all.peek().find((each) => each.id === one.id)
        return known === undefined || known.nextAttemptAt !== one.nextAttemptAt || known.attempt !== one.attempt
      }
      const ids = [...new Set(heard.filter((one) => one.capture === capture && isNew(one)).map((one) => one.id))]
      if (ids.length > FETCHED_ALONE) await load(PAGE_DEFAULT)
      else for (const id of ids) await fetchOne(id)
    },
  }
})
export type Deliveries = InstanceType<typeof Deliveries>
