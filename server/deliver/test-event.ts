/**
 * A provider's test event, signed as the endpoint's scheme demands, sent to the endpoint's own capture URL: over a socket and through
 * the capture listener like any webhook, so that what the user sees is what a real one would do.
 */
import type { Delivery, Outcome, Send } from '../../shared/delivery.ts'
import { AppError, Problem } from '../../shared/errors.ts'
import { type HeaderPairs, headerValue } from '../../shared/headers.ts'
import { newId } from '../id.ts'
import type { Log } from '../log.ts'
import { send } from '../outbound/send.ts'
import { onlyTarget } from '../outbound/target.ts'
import { definitionOf } from '../signatures/endpoint-check.ts'
import { sha256 } from '../signatures/key.ts'
import { type Additions, isUnsigned, signRequest } from '../signatures/sign.ts'
import { signedUrl } from '../signatures/signed-url.ts'
import type { EndpointRecord, Store } from '../store/store.ts'
import { findEvent } from '../templates/templates.ts'
import { recorded } from './record.ts'

export interface SendingTests {
  readonly store: Store
  /** Unix milliseconds. */
  readonly now: () => number
  readonly log: Log
  /** The capture listener as this process reaches it, without a slash at the end. */
  readonly captureBase: string
  /** As senders reach it, where that has been said; schemes that sign the URL sign this one. */
  readonly publicBase: string | undefined
}

/**
 * The delivery names the capture that it made, and is handed back also where it could not be recorded. Without a scheme or a secret the event goes out unsigned.
 * @throws AppError `not_found` for an unknown template or event, `invalid_input` where it cannot be signed, and whatever the capture
 * listener refused it with
 */
export async function sendTestEvent(sending: SendingTests, endpoint: EndpointRecord, wanted: Send): Promise<Delivery> {
  const { now, captureBase } = sending
  const event = findEvent(wanted.template, wanted.event)
  if (event === undefined) {
    const what = wanted.event === undefined ? 'template' : `event ${JSON.stringify(wanted.event)} of a template`
    throw new AppError('not_found', `There is no ${what} ${JSON.stringify(wanted.template)}.`, {
      hint: 'GET /api/templates lists them.',
    })
  }
  const startedAt = now()
  const body = event.body(startedAt)
  const url = new URL(`${captureBase}/${endpoint.alias ?? endpoint.id}`)
  const plain: HeaderPairs = [
    ['Host', url.host],
    ['User-Agent', event.userAgent ?? 'Hookwell'],
    ['Accept', '*/*'],
    ['Content-Type', event.contentType],
    ['Content-Length', String(body.length)],
  ]
  const signature = signatureFor(sending, endpoint, { target: url.pathname, headers: plain, body, now: startedAt })
  const target = withQuery(url.pathname, signature.query)
  const headers: HeaderPairs = [...plain, ...signature.headers]

  // Our own ports are closed to every target that a user can name; this one is named by us.
  const { ms, outcome } = await send({ method: 'POST', url, target, headers, body }, onlyTarget(url))
  return recorded(sending, {
    id: newId(startedAt),
    capture: captureMadeBy(outcome),
    target: url.href,
    cause: 'send',
    startedAt,
    ms,
    request: {
      method: 'POST',
      url: url.origin + target,
      headers,
      bodySha256: sha256(body).toString('hex'),
      identical: true,
      changed: [],
    },
    outcome,
    attempt: 1,
  })
}

interface Unsigned {
  readonly target: string
  readonly headers: HeaderPairs
  readonly body: Buffer
  readonly now: number
}

function signatureFor({ publicBase }: SendingTests, { signing }: EndpointRecord, unsigned: Unsigned): Additions {
  const { target, headers, body, now } = unsigned
  const definition = signing === undefined ? undefined : definitionOf(signing)
  const secret = signing?.secrets[0]
  if (definition === undefined || secret === undefined) return { headers: [], query: [] }
  const url = signedUrl({ target, headers: headers.flat() }, signing?.publicUrl, publicBase)
  const signed = signRequest(definition, secret.value, {
    method: 'POST',
    url,
    body,
    now,
    headers,
    extra: signing?.extra ?? {},
  })
  if (!isUnsigned(signed)) return signed
  throw new AppError('invalid_input', `The test event cannot be signed. ${signed.says}`, {
    hint: "Look at the endpoint's signature settings.",
  })
}

const withQuery = (path: string, query: Additions['query']): string =>
  query.length === 0 ? path : `${path}?${query.map((pair) => pair.map(encodeURIComponent).join('=')).join('&')}`

/** Every answer to a capture names it; an answer that does not is a refusal, and says why. */
function captureMadeBy(outcome: Outcome): string {
  if ('error' in outcome) {
    throw new AppError('internal', `The test event did not reach the capture listener. ${outcome.error.detail}`)
  }
  const capture = headerValue(outcome.headers, 'hookwell-capture')
  if (capture !== undefined) return capture
  const problem = Problem.safeParse(parsed(Buffer.from(outcome.bodyBase64, 'base64')))
  if (!problem.success)
    throw new AppError('internal', `The capture listener answered ${outcome.status} to the test event.`)
  const { code, detail, hint } = problem.data
  throw new AppError(code, detail, hint === undefined ? {} : { hint })
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined // then it is no problem document, and that is what is said
  }
}
