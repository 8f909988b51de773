/** What is said aloud about arrivals: a count at most every five seconds, so that a busy endpoint does not talk without end. */
import { createModel, signal } from '@preact/signals'
import { plural } from './format.ts'

const QUIET_MS = 5000

export const Announcer = createModel(() => {
  const said = signal('')
  let waiting = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  const speak = () => {
    timer = undefined
    if (waiting === 0) return
    said.value = plural(waiting, 'new capture')
    waiting = 0
    timer = setTimeout(speak, QUIET_MS)
  }
  return {
    said,
    arrived(count: number) {
      waiting += count
      if (timer === undefined) speak()
    },
    say(text: string) {
      said.value = text
    },
  }
})
export type Announcer = InstanceType<typeof Announcer>

export function Announcements({ announcer }: { announcer: Announcer }) {
  return <output class="visually-hidden">{announcer.said}</output>
}
