/** A request that somebody hands in, checked where nobody else waits for it: light ones here, heavy ones in the thread. Nothing is kept. */
import type { Verified, VerifyInput } from '../../shared/diagnosis.ts'
import type { Log } from '../log.ts'
import { isHeavy, takesLong } from '../signatures/findings.ts'
import { lazyJson } from '../signatures/json-body.ts'
import { toVerify, verifiedOf, verify } from '../signatures/verify-request.ts'
import type { Checker } from './checker.ts'
import { causeOf, GivenUp } from './given-up.ts'

export interface Verifying {
  readonly checker: Pick<Checker, 'verify'>
  /** Unix milliseconds. */
  readonly now: () => number
  readonly log: Log
}

/**
 * @param signal aborts where nobody waits for it any more
 * @throws AppError `invalid_input` where it cannot be checked; `unavailable` where too much waits for the thread or it took too long
 */
export async function verifyGiven(
  { checker, now, log }: Verifying,
  input: VerifyInput,
  signal?: AbortSignal,
): Promise<Verified> {
  const given = toVerify(input, now())
  const { settings, request } = given
  if (!isHeavy(request.body.length) && !takesLong(settings, request))
    return verifiedOf(verify(given, lazyJson(request.body)))
  try {
    return verifiedOf(await checker.verify(given, signal))
  } catch (error) {
    if (error instanceof GivenUp) log('A check was given up.', { error: causeOf(error) })
    throw error
  }
}
