/**
 * Hands work on signatures to a thread of its own, so that no webhook waits for it. The thread is started when it is first needed and ended
 * when nothing was for a while; one that crashes, or is busy for too long with the same thing, is ended, and the next task gets a new one.
 */
import { Worker } from 'node:worker_threads'
import type { Diagnosis } from '../../shared/diagnosis.ts'
import { AppError } from '../../shared/errors.ts'
import type { Found } from '../signatures/findings.ts'
import type { KeyPlaces } from '../signatures/provider-key.ts'
import type { Outcome } from '../signatures/verify-request.ts'
import { GivenUp, notStarted } from './given-up.ts'
import type { Assignment, Reply, Results, Task } from './thread.ts'

type Of<K extends Task['kind']> = Omit<Extract<Task, { kind: K }>, 'kind'>

/** The body of each request is handed over: the buffer must not be used afterwards. */
export interface Checker {
  /** @throws AppError `unavailable` where too much waits or it took too long; what the signal's abort throws */
  diagnose(task: Of<'diagnose'>, signal?: AbortSignal): Promise<Diagnosis>
  /** @throws AppError `unavailable`, see `tooHeavy` */
  find(task: Of<'find'>): Promise<Found>
  places(task: Of<'places'>): Promise<KeyPlaces | undefined>
  /** @throws as `diagnose` does */
  verify(task: Of<'verify'>, signal?: AbortSignal): Promise<Outcome>
  /** Starts the thread ahead of a task that will probably come, which then does not wait for the start. */
  warm(): void
  /** Ends the thread; whoever waits for it is refused, and so is who comes later. */
  close(): Promise<void>
}

export interface CheckerSettings {
  /** How long the thread is kept without work, in ms. */
  readonly idleMs?: number
  /** After how long, in ms, a diagnosis is asked for what it has, and after how long anything is given up. */
  readonly hurryMs?: number
  readonly limitMs?: number
  /** After how long, in ms, a thread that has not come up is given up. */
  readonly startMs?: number
}

const IDLE_MS = 30_000
const HURRY_MS = 8_000
const LIMIT_MS = 10_000

/** A thread that has not come up by then never will, in ms. Not part of the limit: on a busy machine starting takes seconds. */
const START_MS = 60_000

/** Diagnoses and checks of what was handed in that may wait. Each holds a body in memory. */
const WAITING_MAX = 16

/**
 * Megabytes of objects that the thread may hold: far more than bodies that are parsed can take (`PARSED_BODY_VALUES`). It must never be
 * reached, because V8 ends the whole process where the parser is refused memory; the usual limit may be small on a small machine.
 */
const HEAP_MB = 2_048

interface Job {
  readonly task: Task
  readonly flag: SharedArrayBuffer
  readonly resolve: (result: Results[keyof Results]) => void
  readonly reject: (error: unknown) => void
}

// Beside this file, as it is run here or compiled.
const THREAD = new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js', import.meta.url)

export function createChecker({
  idleMs = IDLE_MS,
  hurryMs = HURRY_MS,
  limitMs = LIMIT_MS,
  startMs = START_MS,
}: CheckerSettings = {}): Checker {
  let waiting: Job[] = []
  let current: Job | undefined
  let thread: Worker | undefined
  let timers: NodeJS.Timeout[] = []
  let isReady = false
  let closed = false

  function next(): void {
    clearTimers()
    current = waiting.shift()
    if (current === undefined) {
      later(idleMs, endThread)
      return
    }
    const { task, flag } = current
    thread ??= start()
    if (isReady) watch(current)
    else later(startMs, () => giveUp(notStarted()))
    thread.postMessage({ task, flag } satisfies Assignment, handedOver(task))
  }

  function watch(job: Job): void {
    clearTimers()
    if (job.task.kind === 'diagnose') later(hurryMs, () => cancel(job.flag))
    later(limitMs, () => giveUp(new GivenUp(`Checking this took longer than ${limitMs / 1000} s and was stopped.`)))
  }

  function clearTimers(): void {
    for (const timer of timers) clearTimeout(timer)
    timers = []
  }

  function later(ms: number, act: () => void): void {
    timers.push(setTimeout(act, ms).unref())
  }

  function start(): Worker {
    const started = new Worker(THREAD, { env: {}, resourceLimits: { maxOldGenerationSizeMb: HEAP_MB } })
    isReady = false
    started.on('message', (reply: Reply) => {
      if (thread === started) answer(reply)
    })
    // Its message may quote what was captured; the kind of the error says enough.
    started.on('error', (error: NodeJS.ErrnoException) => {
      if (thread !== started) return
      const cause = error.code ?? error.name
      giveUp(isReady ? new GivenUp('Checking this failed.', { cause }) : notStarted(cause))
    })
    started.on('exit', () => {
      if (thread === started) giveUp(isReady ? new GivenUp('Checking this failed.') : notStarted())
    })
    started.unref() // what waits for an answer keeps the process alive by its own connection
    return started
  }

  function answer(reply: Reply): void {
    const job = current
    if ('ready' in reply) {
      isReady = true
      if (job !== undefined) watch(job)
      return
    }
    current = undefined
    if ('failed' in reply) job?.reject(new GivenUp('Checking this failed.', { cause: reply.failed }))
    else job?.resolve(reply.result)
    next()
  }

  function giveUp(why: AppError): void {
    endThread()
    const job = current
    current = undefined
    job?.reject(why)
    if (!closed) next()
  }

  function endThread(): void {
    const ending = thread
    thread = undefined
    void ending?.terminate()
  }

  function run<K extends Task['kind']>(task: Task & { kind: K }, signal?: AbortSignal): Promise<Results[K]> {
    if (closed) return Promise.reject(new AppError('unavailable', 'Hookwell is shutting down.'))
    if (isAwaited(task) && waiting.filter((job) => isAwaited(job.task)).length >= WAITING_MAX)
      return Promise.reject(
        new AppError('unavailable', 'Too many requests are being looked at.', { hint: 'Try again in a moment.' }),
      )
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted()
      const flag = new SharedArrayBuffer(4)
      // The thread answers a task of this kind with the result of this kind.
      const job: Job = { task, flag, resolve: resolve as (result: Results[keyof Results]) => void, reject }
      signal?.addEventListener(
        'abort',
        () => {
          waiting = waiting.filter((other) => other !== job)
          cancel(flag)
          reject(signal.reason)
        },
        { once: true },
      )
      if (isAwaited(task)) waiting.splice(lastAwaited(waiting) + 1, 0, job)
      else waiting.push(job)
      if (current === undefined) next()
    })
  }

  return {
    diagnose: (task, signal) => run({ kind: 'diagnose', ...task }, signal),
    find: (task) => run({ kind: 'find', ...task }),
    places: (task) => run({ kind: 'places', ...task }),
    verify: (task, signal) => run({ kind: 'verify', ...task }, signal),
    warm() {
      if (closed || current !== undefined) return
      thread ??= start()
      clearTimers()
      later(idleMs, endThread)
    },
    async close() {
      closed = true
      clearTimers()
      const refused = new AppError('unavailable', 'Hookwell is shutting down.')
      for (const job of [current, ...waiting]) job?.reject(refused)
      current = undefined
      waiting = []
      const ending = thread
      thread = undefined
      await ending?.terminate()
    },
  }
}

/** Somebody looks at the page, or at what is not answered yet, and waits for these; nobody waits for the others. */
const isAwaited = ({ kind }: Task): boolean => kind === 'diagnose' || kind === 'verify'

const lastAwaited = (jobs: readonly Job[]): number => jobs.findLastIndex(({ task }) => isAwaited(task))

function cancel(flag: SharedArrayBuffer): void {
  Atomics.store(new Int32Array(flag), 0, 1)
}

/** The body's memory goes along, unless it is part of something larger: then it is copied. */
function handedOver({ request: { body } }: Task): ArrayBuffer[] {
  const { buffer, byteLength } = body
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength && byteLength > 0 ? [buffer] : []
}
