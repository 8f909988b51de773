/** A verdict with its evidence: the bytes that were signed, the signature they should have, and what came instead. */
import type { Verdict } from '../../shared/capture.ts'
import type { Verified } from '../../shared/diagnosis.ts'
import { compile, contentOf } from './compile.ts'
import { bytesOf, digestOf, isFault } from './content.ts'
import type { Credentials, Definition } from './definition.ts'
import { readElements, writeElement } from './elements.ts'
import { encode } from './encoding.ts'
import type { FaultId } from './fault.ts'
import type { SignedRequest } from './request.ts'
import { judge } from './verify.ts'

export interface Explanation {
  readonly verdict: Verdict
  readonly fault: FaultId | undefined
  /**
   * Exactly the bytes that are signed. Where a scheme hashes the secret along with them, `{secret}` stands in its place. Undefined
   * where a part is missing, and for tokens, which sign nothing.
   */
  readonly signed: Buffer | undefined
  /** The element of the signature value as it should be, made with the matching secret, else the first. Never for tokens: it would be the secret. */
  readonly expected: string | undefined
  /** The elements that came, or the whole values where none has the right form. */
  readonly received: string[] | undefined
  /** When the request says it was signed, in Unix milliseconds. */
  readonly timestamp: number | undefined
}

/** @param now Unix milliseconds */
export function explainSignature(
  definition: Definition,
  credentials: Credentials,
  request: SignedRequest,
  now: number,
): Explanation {
  const { row } = definition
  const scheme = compile(definition, credentials)
  const { verdict, fault, timestamp } = judge(scheme, request, now)
  const values = scheme.values(request)
  const elements = values.map((value) => readElements(value, row))
  const shown = elements.flatMap((each) => each.shown)
  const received = shown.length > 0 ? shown : values
  const stamp =
    row.ts?.in === 'sigField' ? elements.find((each) => each.ts !== undefined)?.ts : scheme.timestamp(request)
  const key = scheme.keys.find((each) => each.secretId === verdict.secretId) ?? scheme.keys[0]
  const content = row.alg === 'token' ? undefined : contentOf(scheme, request, stamp ?? undefined)
  const complete = content === undefined || isFault(content) ? undefined : content
  return {
    verdict,
    fault: fault?.id,
    signed: complete === undefined ? undefined : bytesOf(complete),
    expected:
      complete === undefined || key === undefined
        ? undefined
        : writeElement(encode(digestOf(row.alg, key, complete), row.sig.enc), row),
    received: received.length > 0 ? received : undefined,
    timestamp,
  }
}

/** The same as the API says it. */
export function evidenceOf(explanation: Explanation): Pick<Verified, 'signedBase64' | 'expected' | 'received'> {
  const { signed, expected, received } = explanation
  return {
    ...(signed === undefined ? {} : { signedBase64: signed.toString('base64') }),
    ...(expected === undefined ? {} : { expected }),
    ...(received === undefined ? {} : { received: received.join(' ') }),
  }
}
