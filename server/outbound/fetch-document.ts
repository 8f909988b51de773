/**
 * Fetches a small text from a host that somebody else has checked, such as a provider's public key: over TLS, from public addresses only,
 * without following where it might lead on, and not more than fits a key.
 */
import type { Outcome } from '../../shared/delivery.ts'
import { AppError } from '../../shared/errors.ts'
import type { HeaderPairs } from '../../shared/headers.ts'
import { type OutboundRequest, send } from './send.ts'
import { hostOf, type TargetPolicy } from './target.ts'

export interface DocumentPlace {
  readonly url: string
  /** JSON that is sent there with POST. */
  readonly body?: string | undefined
}

/**
 * What came, or in a sentence why nothing did. `passes`: the trouble is on the way or at the other end, and may be over later; otherwise
 * what was asked for, or what came, is itself not right.
 */
export type Fetched = { readonly text: string } | { readonly fault: string; readonly passes: boolean }

/** Bytes of a document. A chain of certificates has about 8 KB. */
const DOCUMENT_BYTES = 64 * 1024

const TIMEOUT_MS = 10_000

/** Answers below 500 that ask to come back later: Request Timeout, Too Early, Too Many Requests. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429])

/** Whatever `--allow-target` opens to the user's own requests stays closed here: it is a stranger who chooses the file. */
const PUBLIC_ONLY: TargetPolicy = { local: false, allowed: [], ownPorts: [] }

export interface Road {
  readonly policy: TargetPolicy
  readonly ca?: readonly string[]
  /** Instead of 443. */
  readonly port?: number
}

/** Never throws. @param road other than the usual one: where the host is played by somebody else */
export async function fetchDocument(
  { url: text, body }: DocumentPlace,
  signal?: AbortSignal,
  { policy, ca, port }: Road = { policy: PUBLIC_ONLY },
): Promise<Fetched> {
  const url = URL.parse(text)
  if (url?.protocol !== 'https:') return { fault: 'A key is only fetched over https.', passes: false }
  const bytes = Buffer.from(body ?? '', 'utf8')
  const headers: HeaderPairs = [
    ['Host', url.host],
    ['Accept', '*/*'],
    ['User-Agent', 'Hookwell'],
    ...(body === undefined
      ? []
      : ([
          ['Content-Type', 'application/json'],
          ['Content-Length', String(bytes.length)],
        ] as const)),
    ['Connection', 'close'],
  ].map(([name, value]): [string, string] => [name ?? '', value ?? ''])
  const connect = new URL(url)
  if (port !== undefined) connect.port = String(port)
  const request: OutboundRequest = {
    url: connect,
    method: body === undefined ? 'GET' : 'POST',
    target: url.pathname + url.search,
    headers,
    body: bytes,
    maxBytes: DOCUMENT_BYTES,
    timeoutMs: TIMEOUT_MS,
    ...(ca === undefined ? {} : { ca }),
  }
  try {
    const { outcome } = await send(request, policy, signal)
    return read(outcome, hostOf(url))
  } catch (error) {
    // Where the name leads is not allowed: as the name is answered now.
    if (error instanceof AppError) return { fault: error.message, passes: true }
    throw error
  }
}

function read(outcome: Outcome, host: string): Fetched {
  if ('error' in outcome) {
    const { code, detail } = outcome.error
    return { fault: code === 'tls' ? `${host} could not prove that it is ${host}.` : detail, passes: true }
  }
  if (outcome.status !== 200) {
    const redirects = outcome.status >= 300 && outcome.status < 400
    return {
      fault: redirects ? `${host} leads elsewhere, which is not followed.` : `${host} answered ${outcome.status}.`,
      passes: outcome.status >= 500 || PASSING.has(outcome.status),
    }
  }
  if (outcome.truncated) return { fault: `${host} sent more than a key can be.`, passes: false }
  return { text: Buffer.from(outcome.bodyBase64, 'base64').toString('utf8') }
}
