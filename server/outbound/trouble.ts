/** What went wrong on the way to a target, in words that say what to do. The codes are for programs and stay. */
import { isIP } from 'node:net'
import { hostOf, portOf } from './target.ts'
import { Overdue, type Phase, Stopped } from './watch.ts'

export interface Trouble {
  readonly code: string
  readonly detail: string
}

/** Node would not put this on the wire. */
export class Unsendable extends Error {
  constructor(cause: unknown) {
    super('unsendable', { cause })
  }
}

/** @param status of the response, where its head had come */
export function troubleOf(error: unknown, url: URL, phase: Phase, status: number | undefined): Trouble {
  const host = hostOf(url)
  const at = `${isIP(host) === 6 ? `[${host}]` : host}:${portOf(url)}`
  if (error instanceof Overdue) return overdue(error, at, status)
  if (error instanceof Unsendable)
    return { code: 'unsendable', detail: `This request cannot be sent: ${sentence(error.cause)}` }
  if (error instanceof Stopped) return { code: 'stopped', detail: `Sending to ${at} was stopped.` }
  if (!(error instanceof Error)) return { code: 'failed', detail: `Sending to ${at} failed: ${sentence(error)}` }
  const code = codeOf(error)
  if (code === 'ECONNREFUSED') return { code: 'connection_refused', detail: `Nothing listens on ${at}.` }
  if (NO_NAME.has(code)) return { code: 'name_not_found', detail: `There is no host named ${host}.` }
  if (code === 'EAI_AGAIN') return { code: 'name_not_found', detail: `The name ${host} could not be looked up.` }
  if (NO_ROAD.has(code)) return { code: 'unreachable', detail: `There is no way to ${at} (${code}).` }
  if (code === 'ETIMEDOUT') return { code: 'connect_timeout', detail: `${at} did not accept the connection.` }
  if (code.startsWith('HPE_'))
    return { code: 'malformed_response', detail: `${at} answered with something that is not HTTP: ${sentence(error)}` }
  if (url.protocol === 'https:' && isTls(code)) return { code: 'tls', detail: `${at}: ${tlsSentence(code, error)}` }
  if (GONE.has(code)) return gone(at, phase, status)
  return { code: 'failed', detail: `Sending to ${at} failed: ${sentence(error)}` }
}

function overdue({ phase, limitMs }: Overdue, at: string, status: number | undefined): Trouble {
  const within = `within ${limitMs < 1000 ? `${limitMs} ms` : `${limitMs / 1000} s`}`
  switch (phase) {
    case 'connect':
      return { code: 'connect_timeout', detail: `${at} did not accept the connection ${within}.` }
    case 'send':
      return { code: 'send_timeout', detail: `${at} did not take in the whole request ${within}.` }
    case 'answer':
      return { code: 'first_byte_timeout', detail: `${at} took the request but did not begin to answer ${within}.` }
    case 'body':
      return { code: 'total_timeout', detail: `${at} answered ${status}, but the response did not end ${within}.` }
  }
}

function gone(at: string, phase: Phase, status: number | undefined): Trouble {
  switch (phase) {
    case 'connect':
      return { code: 'connection_reset', detail: `${at} closed the connection before the request was sent.` }
    case 'send':
      return {
        code: 'connection_reset',
        detail: `${at} closed the connection before it had taken in the whole request.`,
      }
    case 'answer':
      return { code: 'connection_reset', detail: `${at} closed the connection without an answer.` }
    case 'body':
      return {
        code: 'response_cut',
        detail: `${at} answered ${status}, but closed the connection before the response was complete.`,
      }
  }
}

const NO_NAME = new Set(['ENOTFOUND', 'ENODATA', 'EAI_NONAME'])
const NO_ROAD = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'EHOSTDOWN', 'ENETDOWN', 'EACCES', 'EPERM'])
const GONE = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE'])

/** When every address of a name failed, Node reports them together; a refusal among them says most. */
function codeOf(error: Error): string {
  if (error instanceof AggregateError) {
    const codes = error.errors.map((each) => codeOf(each))
    return codes.includes('ECONNREFUSED') ? 'ECONNREFUSED' : (codes[0] ?? '')
  }
  const code = 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : ''
}

const SELF_SIGNED = new Set(['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN'])
const UNKNOWN_ISSUER = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
])

const isTls = (code: string): boolean =>
  /^(ERR_TLS_|ERR_SSL_|CERT_|EPROTO$)/.test(code) || SELF_SIGNED.has(code) || UNKNOWN_ISSUER.has(code)

function tlsSentence(code: string, error: Error): string {
  const hint = 'Send with “accept any certificate” (insecureTls) if that is expected.'
  if (SELF_SIGNED.has(code)) return `its certificate is self-signed. ${hint}`
  if (UNKNOWN_ISSUER.has(code)) return `its certificate comes from an issuer that is not trusted here. ${hint}`
  if (code === 'CERT_HAS_EXPIRED') return `its certificate has expired. ${hint}`
  if (code === 'CERT_NOT_YET_VALID') return `its certificate is not valid yet. ${hint}`
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `its certificate is for another name. ${hint}`
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG' || code === 'EPROTO') {
    return 'it does not speak TLS. Try http:// instead of https://.'
  }
  return `the TLS handshake failed (${sentence(error)})`
}

/** The message of an error as one sentence; Node's carry advice for its own callers behind the first line. */
function sentence(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
  return /[.!?]$/.test(line) ? line : `${line}.`
}
