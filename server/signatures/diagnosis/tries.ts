/** Trying what could have been signed, within bounds: each try runs the scheme's own check, and all together cost a known amount. */
import { usesPublicKey } from '../../../shared/scheme-key.ts'
import type { Credentials, Definition } from '../definition.ts'
import type { SignedRequest } from '../request.ts'
import { type Check, compileScheme } from '../verify.ts'

export interface Tries {
  /** Whether it is rightly signed so, whatever its age. */
  readonly fits: (definition: Definition, credentials: Credentials, request: SignedRequest) => boolean
  /** Counts bytes that were hashed otherwise. */
  readonly spend: (bytes: number) => void
  /** Nothing more is to be tried: the bound is reached, or nobody waits any longer. */
  readonly over: () => boolean
  readonly count: () => number
  /** Why not everything was tried, in a sentence. */
  readonly limited: () => string | undefined
}

/** Bytes that may be hashed for one diagnosis, beside some passes over the body itself: about 30 ms of SHA-256. */
const HASHED_BYTES = 36 * 1024 * 1024
const BODY_PASSES = 32

/** What a public-key check costs, as bytes that could be hashed in the same time. */
const PUBLIC_KEY_BYTES = 256 * 1024

/** What a try costs beside hashing the body. */
const TRY_BYTES = 1024

/** @param now Unix milliseconds */
export function startTries(bodySize: number, now: number, cancelled: (() => boolean) | undefined): Tries {
  const room = HASHED_BYTES + BODY_PASSES * bodySize
  const checks = new WeakMap<Definition, WeakMap<Credentials, Check>>()
  let spent = 0
  let count = 0
  let stopped: 'cancelled' | 'spent' | undefined
  const checkOf = (definition: Definition, credentials: Credentials): Check => {
    const known = checks.get(definition) ?? new WeakMap<Credentials, Check>()
    checks.set(definition, known)
    const check = known.get(credentials) ?? compileScheme(definition, credentials)
    known.set(credentials, check)
    return check
  }
  return {
    fits(definition, credentials, request) {
      count++
      const each = TRY_BYTES + request.body.length + (usesPublicKey(definition.row) ? PUBLIC_KEY_BYTES : 0)
      spent += each * Math.max(1, credentials.secrets.length)
      return checkOf(definition, credentials)(request, now).kind === 'valid'
    },
    spend(bytes) {
      count++
      spent += bytes
    },
    over() {
      if (stopped === undefined && cancelled?.() === true) stopped = 'cancelled'
      else if (stopped === undefined && spent > room) stopped = 'spent'
      return stopped !== undefined
    },
    count: () => count,
    limited: () =>
      stopped === undefined
        ? undefined
        : stopped === 'cancelled'
          ? `The search was stopped after ${count} tries.`
          : `The search ended after ${count} tries, because more would take too long.`,
  }
}
