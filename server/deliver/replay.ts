/** A capture sent on by hand: prepared, sent once, and recorded whatever came of it. */
import type { Delivery, Replay } from '../../shared/delivery.ts'
import { AppError } from '../../shared/errors.ts'
import { newId } from '../id.ts'
import type { Log } from '../log.ts'
import { send } from '../outbound/send.ts'
import { checkTarget, type TargetPolicy } from '../outbound/target.ts'
import { definitionOf } from '../signatures/endpoint-check.ts'
import { sha256 } from '../signatures/key.ts'
import type { Store } from '../store/store.ts'
import { prepare } from './prepare.ts'
import { recorded } from './record.ts'
import { type SigningParts, signingStep } from './signing.ts'
import { signaturePlaces } from './strip.ts'

export interface Replaying {
  readonly store: Store
  readonly policy: TargetPolicy
  /** Unix milliseconds. */
  readonly now: () => number
  readonly log: Log
  /** As senders reach the capture listener, where that has been said. */
  readonly publicBase: string | undefined
  readonly testKeys: SigningParts['testKeys']
}

/**
 * A target that fails is a delivery like any other, and so is one that could not be recorded.
 * @throws AppError `not_found`; `invalid_input` for what cannot be sent; `forbidden_target`, by the URL or by the address it led to, and
 * then nothing was sent or recorded
 */
export async function replay(
  { store, policy, now, log, publicBase, testKeys }: Replaying,
  captureId: string,
  request: Replay,
  signal?: AbortSignal,
): Promise<Delivery> {
  const [capture, stored] = await Promise.all([store.capture(captureId), store.body(captureId)])
  if (capture === undefined || stored === undefined) throw noSuchCapture(captureId)
  checkTarget(request.target, policy)
  const endpoint = store.endpoint(capture.endpoint)
  const startedAt = now()
  const given = request.edits?.headers ?? capture.headers
  const strip = request.sign === 'strip' ? signaturePlaces(endpoint, given) : undefined
  const captured = { capture, body: stored.bytes }
  const sign = await signingStep({ now: startedAt, publicBase, testKeys }, endpoint, captured, request)
  const row = sign === undefined || endpoint?.signing === undefined ? undefined : definitionOf(endpoint.signing)?.row
  const prepared = prepare(capture, stored.bytes, request, { strip, sign, row })
  const { method, url, target, headers, trailers, body, shown, identical, changed } = prepared
  const { insecureTls = false, timeoutMs } = request
  const outbound = { method, url, target, headers, trailers, body, insecureTls }
  const { ms, outcome } = await send(timeoutMs === undefined ? outbound : { ...outbound, timeoutMs }, policy, signal)
  return recorded(
    { store, log },
    {
      id: newId(startedAt),
      capture: capture.id,
      target: request.target,
      cause: 'replay',
      startedAt,
      ms,
      request: {
        method,
        url: url.origin + shown.target,
        headers: shown.headers,
        bodySha256: sha256(body).toString('hex'),
        identical,
        changed,
      },
      outcome,
      attempt: 1,
    },
  )
}

export const noSuchCapture = (id: string): AppError =>
  new AppError('not_found', `There is no capture ${JSON.stringify(id)}.`, {
    hint: 'It may have been deleted by hand or by the retention limit.',
  })
