/** The delivery is written down after it went out. What cannot be undone is never reported as a failure: whoever sends again sends twice. */
import type { Delivery } from '../../shared/delivery.ts'
import type { Log } from '../log.ts'
import type { Store } from '../store/store.ts'

/** Never rejects. A delivery that could not be kept is logged, and handed back all the same. */
export async function recorded(
  { store, log }: { readonly store: Store; readonly log: Log },
  delivery: Delivery,
): Promise<Delivery> {
  try {
    await store.addDelivery(delivery)
  } catch (error) {
    log('A delivery went out, but could not be recorded.', {
      delivery: delivery.id,
      capture: delivery.capture,
      error: String(error),
    })
  }
  return delivery
}
