/** The time of one exchange, phase by phase, so that a target that hangs is told apart by where it hangs. */
import type { ClientRequest } from 'node:http'
import { CONNECT_TIMEOUT_MS, FIRST_BYTE_TIMEOUT_MS, TOTAL_TIMEOUT_MS } from '../../shared/limits.ts'

/** How far an exchange has come: to the connection, the request written, the head of the response, its end. */
export type Phase = 'connect' | 'send' | 'answer' | 'body'

export class Overdue extends Error {
  readonly phase: Phase
  readonly limitMs: number

  constructor(phase: Phase, limitMs: number) {
    super(`overdue: ${phase}`)
    this.phase = phase
    this.limitMs = limitMs
  }
}

/** Somebody on our side called it off. */
export class Stopped extends Error {}

/** Cuts the connection when a phase, or all of it, has lasted too long. `end` has to be called in every case. */
export class Watch {
  phase: Phase = 'connect'
  /** The status of the response, once its head is here. */
  status: number | undefined
  /** Rejects with `Overdue`, or with `Stopped` when the signal aborts. */
  readonly over: Promise<never>
  readonly #reject: (reason: unknown) => void
  readonly #limits: Record<Phase, number>
  readonly #total: NodeJS.Timeout
  #current: NodeJS.Timeout | undefined
  #request: ClientRequest | undefined
  readonly #signal: AbortSignal | undefined
  readonly #abort = (): void => this.#reject(new Stopped())

  constructor(timeoutMs: number | undefined, signal: AbortSignal | undefined) {
    const { promise, reject } = Promise.withResolvers<never>()
    this.over = promise
    this.#reject = reject
    promise.catch(() => undefined) // it may be over before anybody listens
    const total = timeoutMs ?? TOTAL_TIMEOUT_MS
    this.#limits = {
      connect: Math.min(CONNECT_TIMEOUT_MS, total),
      send: total,
      answer: timeoutMs ?? FIRST_BYTE_TIMEOUT_MS,
      body: total,
    }
    this.#total = setTimeout(() => reject(new Overdue(this.phase, total)), total)
    this.#signal = signal
    if (signal?.aborted === true) this.#abort()
    signal?.addEventListener('abort', this.#abort)
    this.enter('connect')
  }

  cuts(request: ClientRequest): void {
    this.#request = request
  }

  enter(phase: Phase): void {
    clearTimeout(this.#current)
    this.phase = phase
    const limit = this.#limits[phase]
    this.#current = setTimeout(() => this.#reject(new Overdue(phase, limit)), limit)
  }

  end(): void {
    clearTimeout(this.#current)
    clearTimeout(this.#total)
    this.#signal?.removeEventListener('abort', this.#abort)
    this.#request?.destroy()
  }
}
