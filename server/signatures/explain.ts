/** A verdict with its evidence: the bytes that were signed, the signature they should have, and what came instead. */
import type { Verdict } from '../../shared/capture.ts'
import type { Verified } from '../../shared/diagnosis.ts'
import { SIGNED_SHOWN_BYTES } from '../../shared/limits.ts'
import type { Scheme } from '../../shared/scheme.ts'
import { type Compiled, compile, contentsOf } from './compile.ts'
import { type Content, digestOf, excerptOf, isFault } from './content.ts'
import type { Credentials, Definition } from './definition.ts'
import { readElements, writeElement } from './elements.ts'
import { encode } from './encoding.ts'
import type { FaultId } from './fault.ts'
import { macOfJwt, readJwt } from './jwt.ts'
import type { Key } from './key.ts'
import type { SignedRequest } from './request.ts'
import { judge } from './verify.ts'

export interface Explanation {
  readonly verdict: Verdict
  readonly fault: FaultId | undefined
  /**
   * Exactly the bytes that are signed, up to `SIGNED_SHOWN_BYTES`. Where a scheme hashes the secret along with them, `{secret}` stands in its place. Undefined
   * where a part is missing, and for tokens, which sign nothing.
   */
  readonly signed: Buffer | undefined
  /** Of all that is signed, in bytes. */
  readonly signedSize: number | undefined
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
  const judged = judge(scheme, request, now)
  const { verdict, fault, timestamp } = judged
  const part = judged.part ?? request
  const values = scheme.values(part)
  const elements = values.map((value) => readElements(value, row))
  const shown = elements.flatMap((each) => each.shown)
  const received = shown.length > 0 ? shown : values
  const stamp = row.ts?.in === 'sigField' ? elements.find((each) => each.ts !== undefined)?.ts : scheme.timestamp(part)
  const key = scheme.keys.find((each) => each.secretId === verdict.secretId) ?? scheme.keys[0]
  const evidence = {
    verdict,
    fault: fault?.id,
    received: received.length > 0 ? [...received] : undefined,
    timestamp,
  }
  if (row.alg === 'jwt') return { ...evidence, ...signedJwt(elements[0]?.signatures[0], key, row) }
  const content = judged.content ?? (row.alg === 'token' ? undefined : firstContent(scheme, part, stamp ?? undefined))
  const expected =
    content === undefined || key === undefined
      ? undefined
      : writeElement(encode(digestOf(row.alg, key, content), row.sig.enc), row)
  const { bytes: signed, size: signedSize } = content === undefined ? NOTHING : excerptOf(content, SIGNED_SHOWN_BYTES)
  return { ...evidence, signed, signedSize, expected }
}

const NOTHING = { bytes: undefined, size: undefined }

function firstContent(scheme: Compiled, request: SignedRequest, stamp: string | undefined): Content | undefined {
  const contents = contentsOf(scheme, request, stamp)
  return isFault(contents) ? undefined : contents[0]
}

/** A token carries what it signs; only with a shared secret can its signature be made again. */
function signedJwt(
  token: string | undefined,
  key: Key | undefined,
  row: Scheme,
): Pick<Explanation, 'signed' | 'signedSize' | 'expected'> {
  const jwt = token === undefined ? undefined : readJwt(token)
  if (jwt === undefined || 'says' in jwt) return { signed: undefined, signedSize: undefined, expected: undefined }
  const alg = row.algs?.find((each) => each === jwt.alg && each.startsWith('HS'))
  const mac = alg === undefined || key === undefined ? undefined : macOfJwt(jwt.signed, alg, key.object)
  return {
    signed: Buffer.from(jwt.signed.slice(0, SIGNED_SHOWN_BYTES), 'latin1'),
    signedSize: jwt.signed.length,
    expected: mac === undefined ? undefined : writeElement(`${jwt.signed}.${mac.toString('base64url')}`, row),
  }
}

/** The same as the API says it. */
export function evidenceOf(
  explanation: Explanation,
): Pick<Verified, 'signedBase64' | 'signedSize' | 'expected' | 'received'> {
  const { signed, signedSize, expected, received } = explanation
  return {
    ...(signed === undefined || signedSize === undefined
      ? {}
      : { signedBase64: signed.toString('base64'), signedSize }),
    ...(expected === undefined ? {} : { expected }),
    ...(received === undefined ? {} : { received: received.join(' ') }),
  }
}
