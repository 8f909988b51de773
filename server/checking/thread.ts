/**
 * The thread on which signatures are looked at where that takes long: diagnoses, and whatever needs a large body to be read. It knows no
 * store and no network; all it is told and all it says are messages. Started by checker.ts.
 */
import { parentPort } from 'node:worker_threads'
import type { Diagnosis } from '../../shared/diagnosis.ts'
import { diagnose, type DiagnoseRequest } from '../signatures/diagnose.ts'
import type { SigningSettings } from '../signatures/endpoint-check.ts'
import type { EventSettings } from '../signatures/event.ts'
import { findAll, type Found } from '../signatures/findings.ts'
import { lazyJson } from '../signatures/json-body.ts'
import { keyPlaces, type KeyPlaces } from '../signatures/provider-key.ts'
import type { SignedRequest } from '../signatures/request.ts'
import { type Outcome, verify } from '../signatures/verify-request.ts'

/** A request as it can be told: its body as bytes that were handed over, without what can be asked of it. */
export type ToldRequest = Omit<SignedRequest, 'body' | 'json'> & { readonly body: Uint8Array }

/** `at` is when the request arrived, or is taken to have arrived, in Unix milliseconds. */
export type Task =
  | {
      readonly kind: 'diagnose'
      readonly input: Omit<DiagnoseRequest, 'request' | 'cancelled'>
      readonly request: ToldRequest
      readonly at: number
    }
  | {
      readonly kind: 'find'
      readonly settings: SigningSettings | undefined
      readonly names: Pick<EventSettings, 'eventType' | 'eventId'>
      readonly request: ToldRequest
      readonly at: number
    }
  | { readonly kind: 'places'; readonly settings: SigningSettings; readonly request: ToldRequest }
  | {
      readonly kind: 'verify'
      readonly settings: SigningSettings
      readonly request: ToldRequest
      readonly at: number
    }

/** What each kind of task gives. */
export interface Results {
  readonly diagnose: Diagnosis
  readonly find: Found
  readonly places: KeyPlaces | undefined
  readonly verify: Outcome
}

/** `flag` holds 1 once nobody wants the result any more. */
export interface Assignment {
  readonly task: Task
  readonly flag: SharedArrayBuffer
}

/** Of an error only what cannot hold anything that was captured or is secret: its name, and where it happened. */
export type Reply = { readonly result: Results[keyof Results] } | { readonly failed: string } | { readonly ready: true }

parentPort?.on('message', ({ task, flag }: Assignment) => {
  const cancelled = new Int32Array(flag)
  let reply: Reply
  try {
    reply = { result: run(task, () => Atomics.load(cancelled, 0) === 1) }
  } catch (error) {
    reply = { failed: placeOf(error) }
  }
  parentPort?.postMessage(reply)
})

parentPort?.postMessage({ ready: true } satisfies Reply)

function run(task: Task, cancelled: () => boolean): Results[keyof Results] {
  const { buffer, byteOffset, byteLength } = task.request.body
  const body = Buffer.from(buffer, byteOffset, byteLength)
  switch (task.kind) {
    case 'diagnose':
      return diagnose({ ...task.input, request: whole({ ...task.request, body }), cancelled }, task.at)
    case 'find':
      return findAll(task.settings, task.names, { ...task.request, body }, task.at)
    case 'places':
      return keyPlaces(task.settings, whole({ ...task.request, body }))
    case 'verify': {
      const { json, ...request } = whole({ ...task.request, body })
      return verify({ settings: task.settings, request, at: task.at }, json)
    }
  }
}

/** Here, where nobody waits for the loop, a body of any size is read. */
const whole = (request: Omit<SignedRequest, 'json'>): SignedRequest => ({
  ...request,
  json: lazyJson(request.body, Number.POSITIVE_INFINITY),
})

function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'something that is no error was thrown'
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return [error.name, ...frames].join('\n')
}
