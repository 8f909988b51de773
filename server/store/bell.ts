/** Waking whoever waits for something new. A bell carries nothing: who hears it reads the log after its own cursor. */

export interface Bell {
  ring(): void
  /** Resolves at the next ring, or when the signal aborts. */
  wait(signal: AbortSignal): Promise<void>
}

export function createBell(): Bell {
  let waiting = new Set<() => void>()
  return {
    ring() {
      if (waiting.size === 0) return
      const woken = waiting
      waiting = new Set()
      for (const wake of woken) wake()
    },
    wait(signal) {
      return new Promise((resolve) => {
        if (signal.aborted) return resolve()
        const wake = (): void => {
          signal.removeEventListener('abort', wake)
          waiting.delete(wake)
          resolve()
        }
        waiting.add(wake)
        signal.addEventListener('abort', wake, { once: true })
      })
    },
  }
}
