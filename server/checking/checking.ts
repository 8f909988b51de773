/** All that is found out about requests besides the answer to their senders, tied together: the thread, the provider's keys, and the two followers of the store. */
import type { Capture } from '../../shared/capture.ts'
import type { DiagnoseInput, Diagnosis, Verified, VerifyInput } from '../../shared/diagnosis.ts'
import type { Log } from '../log.ts'
import type { Store } from '../store/store.ts'
import { createChecker } from './checker.ts'
import { diagnoseStored } from './diagnosing.ts'
import { runLateCheck } from './late-check.ts'
import { createProviderKeys, type ProviderKeySettings } from './provider-keys.ts'
import { createRecheck, type Rechecking } from './recheck.ts'
import { verifyGiven } from './verifying.ts'

export interface Checking {
  /** @throws AppError as `diagnoseStored` does */
  diagnose(capture: Capture, input: DiagnoseInput, signal: AbortSignal): Promise<Diagnosis>
  /** @throws AppError as `verifyGiven` does */
  verify(input: VerifyInput, signal: AbortSignal): Promise<Verified>
  /** A diagnosis will probably be asked for in a moment. */
  warm(): void
  readonly recheckProgress: Rechecking['progress']
  /** Looks at what is stored until the signal aborts. */
  run(signal: AbortSignal): void
  /** Refuses whoever still waits for the thread. */
  close(): Promise<void>
}

export function createChecking(parts: {
  readonly store: Store
  /** The public address of the capture listener, where the user has named one. */
  readonly publicUrl: string | undefined
  readonly fetchDocument: ProviderKeySettings['fetchDocument']
  readonly now: () => number
  readonly log: Log
}): Checking {
  const checker = createChecker()
  const all = { ...parts, checker, keys: createProviderKeys(parts) }
  const recheck = createRecheck(all)
  return {
    diagnose: (capture, input, signal) => diagnoseStored(all, capture, input, signal),
    verify: (input, signal) => verifyGiven(all, input, signal),
    warm: () => checker.warm(),
    recheckProgress: recheck.progress,
    run(signal) {
      void recheck.run(signal)
      void runLateCheck(all, signal)
    },
    close: () => checker.close(),
  }
}
