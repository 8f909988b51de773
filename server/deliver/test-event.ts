/**
 * A provider's test event, signed as the endpoint's scheme demands, sent to the endpoint's own capture URL: over a socket and through
 * the capture listener like any webhook, so that what the user sees is what a real one would do.
 */
import type { KeyObject } from 'node:crypto'
import type { Delivery, Outcome, Send } from '../../shared/delivery.ts'
import { AppError } from '../../shared/errors.ts'
import { Problem } from '../../shared/problem.ts'
import { type HeaderPairs, headerValue } from '../../shared/headers.ts'
import type { Scheme } from '../../shared/scheme.ts'
import { newId } from '../id.ts'
import type { Log } from '../log.ts'
import { send } from '../outbound/send.ts'
import { onlyTarget } from '../outbound/target.ts'
import { definitionOf } from '../signatures/endpoint-check.ts'
import type { Draft } from '../signatures/draft.ts'
import { sha256 } from '../signatures/key.ts'
import { resign } from '../signatures/resign.ts'
import { signedUrl } from '../signatures/signed-url.ts'
import { type KeyKind, keyKindOf, publicKeyFor } from '../signatures/test-key.ts'
import type { EndpointRecord, Store } from '../store/store.ts'
import { findEvent } from '../templates/templates.ts'
import { masked } from './masked.ts'
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
  readonly testKeys: (kind: KeyKind) => Promise<KeyObject>
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
  const url = new URL(`${captureBase}/${endpoint.alias ?? endpoint.id}`)
  const plain: HeaderPairs = [
    ['Host', url.host],
    ['User-Agent', event.userAgent ?? 'Hookwell'],
    ['Accept', '*/*'],
    ['Content-Type', event.contentType],
  ]
  const unsigned = { method: 'POST', url: '', target: url.pathname, headers: plain, body: event.body(startedAt) }
  const { target, headers, body } = withLength(await signed(sending, endpoint, unsigned, startedAt))

  const row = endpoint.signing === undefined ? undefined : definitionOf(endpoint.signing)?.row
  const shown = masked({ target, headers }, unsigned, row)

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
      url: url.origin + shown.target,
      headers: shown.headers,
      bodySha256: sha256(body).toString('hex'),
      identical: true,
      changed: [],
    },
    outcome,
    attempt: 1,
  })
}

/**
 * By the first secret; where only the provider could sign, by the test key, if the endpoint has its public half. Unsigned where neither
 * is there.
 */
async function signed(
  { publicBase, testKeys }: SendingTests,
  { signing }: EndpointRecord,
  unsigned: Draft,
  now: number,
): Promise<Draft> {
  const definition = signing === undefined ? undefined : definitionOf(signing)
  if (signing === undefined || definition === undefined) return unsigned
  const { secrets, publicKeys = [], publicUrl, extra } = signing
  const kind = keyKindOf(definition.row)
  const testKey = kind === undefined || publicKeys.length === 0 ? undefined : await testKeys(kind)
  const isOurs = testKey !== undefined && publicKeys.some((key) => isPublicHalf(definition.row, testKey, key))
  if (kind === undefined ? secrets.length === 0 : !isOurs) return unsigned

  const url = signedUrl({ target: unsigned.target, headers: unsigned.headers.flat() }, publicUrl, publicBase)
  const made = resign({ ...unsigned, url }, { definition, secrets, testKey, extra }, { now, bodyTime: true })
  if (!('says' in made)) return made.draft
  throw new AppError('invalid_input', `The test event cannot be signed. ${made.says}`, {
    hint: "Look at the endpoint's signature settings.",
  })
}

/** However its lines are broken. */
const isPublicHalf = (row: Scheme, testKey: KeyObject, text: string): boolean =>
  publicKeyFor(row, testKey).replace(/\s/g, '') === text.replace(/\s/g, '')

/** In front of what was added by signing, where a sender writes it. */
function withLength(draft: Draft): Draft {
  const type = draft.headers.findIndex(([name]) => name === 'Content-Type')
  const length: [string, string] = ['Content-Length', String(draft.body.length)]
  return { ...draft, headers: draft.headers.toSpliced(type + 1, 0, length) }
}

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
