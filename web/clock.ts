/** One clock for everything on the page that ages; it stands still while nobody looks. */
import { createModel, signal } from '@preact/signals'

export const Clock = createModel(() => {
  const now = signal(Date.now())
  const tick = () => {
    if (!document.hidden) now.value = Date.now()
  }
  setInterval(tick, 1000)
  document.addEventListener('visibilitychange', tick)
  return { now }
})
export type Clock = InstanceType<typeof Clock>
