/**
 * What the sender hears. Decided before the commit and kept with the capture. Framing is ours: a stored answer may choose its status,
 * its headers and its body, but never how the connection is cut into messages, and never what would let a page on the capture URL
 * act for the user.
 */
import { validateHeaderName, validateHeaderValue } from 'node:http'
import type { Answer } from '../../shared/endpoint.ts'
import { headerValuesOf } from '../signatures/request.ts'
import { isOurs } from '../../shared/answer-headers.ts'

export interface Decided {
  readonly status: number
  /** Flat: name, value, … */
  readonly headers: readonly string[]
  readonly body: Buffer
}

/** What of a request decides its answer. */
export interface Asked {
  readonly method: string
  readonly headers: readonly string[]
}

const NOTHING = Buffer.alloc(0)

/** What is the same for every answer of an endpoint; remembered as long as its settings object lives. */
interface Ready {
  readonly status: number
  readonly headers: readonly string[]
  /** Undefined: the default body, which names the capture. */
  readonly body: Buffer | undefined
}
const ready = new WeakMap<Answer, Ready>()

export function decideAnswer(
  endpoint: { readonly answer: { default: Answer }; readonly cors: boolean },
  asked: Asked,
  captureId: string,
): Decided {
  const common = ['Hookwell-Capture', captureId, 'Content-Security-Policy', 'sandbox']
  if (endpoint.cors) {
    const preflight = preflightHeaders(asked)
    if (preflight !== undefined) return { status: 204, headers: [...preflight, ...common], body: NOTHING }
    common.push('Access-Control-Allow-Origin', '*', 'Access-Control-Expose-Headers', '*')
  }
  const {
    status,
    headers,
    body = Buffer.from(`{"received":true,"capture":"${captureId}"}`),
  } = readyOf(endpoint.answer.default)
  // RFC 9110 §15.3.5, §15.3.6, §15.4.5: none of these has content; only 205 is framed by saying so.
  if (status === 204 || status === 304) return { status, headers: [...headers, ...common], body: NOTHING }
  if (status === 205) return { status, headers: [...headers, ...common, 'Content-Length', '0'], body: NOTHING }
  return {
    status,
    headers: [...headers, ...common, 'Content-Length', String(body.length)],
    body: asked.method === 'HEAD' ? NOTHING : body,
  }
}

function readyOf(answer: Answer): Ready {
  const known = ready.get(answer)
  if (known !== undefined) return known
  const hasBody = answer.body !== undefined || answer.bodyBase64 !== undefined
  const body =
    answer.bodyBase64 === undefined ? Buffer.from(answer.body ?? '') : Buffer.from(answer.bodyBase64, 'base64')
  const given = (answer.headers ?? []).filter(([name, value]) => isSendable(name, value))
  const hasType = given.some(([name]) => name.toLowerCase() === 'content-type')
  const type = hasType ? [] : ['Content-Type', hasBody ? 'text/plain; charset=utf-8' : 'application/json']
  const made: Ready = {
    status: answer.status ?? 200,
    headers: [...type, ...given.flat()],
    body: hasBody ? body : undefined,
  }
  ready.set(answer, made)
  return made
}

/** Checked when it was saved; checked again here, so that nothing that is stored can break the wire or stop the process. */
function isSendable(name: string, value: string): boolean {
  if (isOurs(name)) return false
  try {
    validateHeaderName(name)
    validateHeaderValue(name, value)
    return true
  } catch {
    return false
  }
}

/** A CORS preflight (Fetch standard §4.8) gets what it asks for. Undefined where the request is none. */
function preflightHeaders({ method, headers }: Asked): string[] | undefined {
  if (method !== 'OPTIONS') return undefined
  const wantedMethod = headerValuesOf(headers, 'access-control-request-method')[0]
  if (wantedMethod === undefined) return undefined
  const wantedHeaders = headerValuesOf(headers, 'access-control-request-headers')[0]
  const isPrivate = headerValuesOf(headers, 'access-control-request-private-network')[0] === 'true'
  return [
    'Access-Control-Allow-Origin',
    '*',
    'Access-Control-Allow-Methods',
    wantedMethod,
    ...(wantedHeaders === undefined ? [] : ['Access-Control-Allow-Headers', wantedHeaders]),
    ...(isPrivate ? ['Access-Control-Allow-Private-Network', 'true'] : []),
    'Access-Control-Max-Age',
    '600',
  ]
}
