/**
 * One exact outbound request: what it is told goes on the wire, byte for byte, and nothing is added. That is why it is `node:http` with
 * a flat header array: `fetch` resolves paths, merges and adds headers, follows redirects and refuses whole methods.
 */
import http, { type ClientRequest, type IncomingMessage } from 'node:http'
import https from 'node:https'
import { isIP } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Outcome } from '../../shared/delivery.ts'
import { AppError } from '../../shared/errors.ts'
import { type HeaderPairs, pairsOf } from '../../shared/headers.ts'
import { RESPONSE_BODY_BYTES } from '../../shared/limits.ts'
import { checkTarget, hostOf, portOf, type TargetPolicy, vettedLookup } from './target.ts'
import { troubleOf, Unsendable } from './trouble.ts'
import { Watch } from './watch.ts'

export interface OutboundRequest {
  /** Where to connect. Its path is not used. */
  readonly url: URL
  readonly method: string
  /** The raw request target, put on the wire as it is. */
  readonly target: string
  /** All headers, Host and framing among them; a value holds one character U+0000–U+00FF per byte. */
  readonly headers: HeaderPairs
  /** Sent only where the headers say `Transfer-Encoding: chunked`; then the body goes out as one chunk. */
  readonly trailers?: HeaderPairs
  readonly body: Buffer
  /** Accept any certificate. */
  readonly insecureTls?: boolean
  /** PEM of the authorities that are trusted instead of the usual ones. */
  readonly ca?: readonly string[]
  /** Bytes kept of the response body, instead of 1 MiB. */
  readonly maxBytes?: number
  /** For all of the exchange instead of the usual limits. Whoever waits longer on purpose waits for the first byte, too. */
  readonly timeoutMs?: number
}

export interface Sent {
  readonly ms: number
  readonly outcome: Outcome
}

/**
 * Sends once, follows no redirect, and keeps the first 1 MiB of the response body, as it came (codings are not undone).
 * Whatever goes wrong on the way is an outcome in words; nothing else is thrown but
 * @throws AppError `forbidden_target` (by the URL or by the address it led to) and `invalid_input` for a URL that cannot be a target.
 */
export async function send(request: OutboundRequest, policy: TargetPolicy, signal?: AbortSignal): Promise<Sent> {
  checkTarget(request.url.href, policy)
  const startedAt = performance.now()
  const watch = new Watch(request.timeoutMs, signal)
  let outcome: Outcome
  try {
    outcome = await Promise.race([exchange(request, policy, watch), watch.over])
  } catch (error) {
    if (error instanceof AppError) throw error
    outcome = { error: troubleOf(error, request.url, watch.phase, watch.status) }
  } finally {
    watch.end()
  }
  return { ms: Math.round((performance.now() - startedAt) * 100) / 100, outcome }
}

async function exchange(request: OutboundRequest, policy: TargetPolicy, watch: Watch): Promise<Outcome> {
  const outgoing = open(request, policy)
  watch.cuts(outgoing)
  follow(outgoing, watch)
  const head = responseHead(outgoing)
  outgoing.end(request.body) // a Buffer always: with a string Node would write the headers in the body's encoding
  const { response, hasBody } = await head
  watch.status = response.statusCode ?? 0
  watch.enter('body')
  const { bytes, truncated } = await readUpTo(hasBody ? response : [], request.maxBytes ?? RESPONSE_BODY_BYTES)
  return {
    status: watch.status,
    headers: pairsOf(response.rawHeaders),
    bodyBase64: bytes.toString('base64'),
    truncated,
  }
}

/** The request, not ended yet. @throws Unsendable for what Node refuses to put on the wire */
function open(request: OutboundRequest, policy: TargetPolicy): ClientRequest {
  const { url, method, target, insecureTls = false, ca } = request
  const host = hostOf(url)
  const port = portOf(url)
  const options = {
    host,
    port,
    method,
    path: target,
    headers: flatHeaders(request.headers),
    setHost: false,
    setDefaultHeaders: false,
    agent: false, // a connection of its own, and no proxy from the environment
    autoSelectFamily: true,
    lookup: vettedLookup(policy, port),
    maxHeaderSize: RESPONSE_HEAD_BYTES,
  } as const
  // The name of the certificate is the target's, whatever the Host header says.
  const secured = {
    servername: isIP(host) === 0 ? host : '',
    rejectUnauthorized: !insecureTls,
    ...(ca === undefined ? {} : { ca: [...ca] }),
  }
  try {
    const outgoing = url.protocol === 'http:' ? http.request(options) : https.request({ ...options, ...secured })
    try {
      if (request.trailers !== undefined && request.trailers.length > 0) outgoing.addTrailers(request.trailers)
    } catch (error) {
      outgoing.on('error', () => undefined).destroy()
      throw error
    }
    return outgoing
  } catch (error) {
    throw new Unsendable(error)
  }
}

/** A response may have as large a head as a capture. */
const RESPONSE_HEAD_BYTES = 128 * 1024

/**
 * Once a `Content-Length` above 0 stood before it, Node reads the value of `Content-Disposition` as latin-1 bytes and decodes those as
 * UTF-8 (nodejs/node#46528), which breaks bytes above 0x7F. Encoded the other way first, the value comes out as it was.
 */
function flatHeaders(headers: HeaderPairs): string[] {
  let hasLength = false
  return headers.flatMap(([name, value]) => {
    const key = name.toLowerCase()
    if (key === 'content-length') hasLength = Boolean(Number(value))
    const isDecoded = hasLength && key === 'content-disposition'
    return [name, isDecoded ? Buffer.from(value, 'utf8').toString('latin1') : value]
  })
}

/** Tells the watch how far the request has come. */
function follow(outgoing: ClientRequest, watch: Watch): void {
  outgoing.once('socket', (socket) => {
    // With an Expect header Node writes the head at once and names no encoding, which would turn bytes above 0x7F into UTF-8.
    socket.setDefaultEncoding('latin1')
    socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', () =>
      watch.enter(outgoing.writableFinished ? 'answer' : 'send'),
    )
  })
  outgoing.once('finish', () => {
    if (watch.phase === 'send') watch.enter('answer')
  })
}

/**
 * The head of the final response. 1xx in between are passed over; `101` and the answer to CONNECT end HTTP on this connection, so Node
 * reports them elsewhere, and without a listener would drop them.
 */
function responseHead(outgoing: ClientRequest): Promise<{ response: IncomingMessage; hasBody: boolean }> {
  return new Promise((resolve, reject) => {
    outgoing.on('error', reject) // stays on: a late error, after the response, must find a listener
    outgoing.once('response', (response) => resolve({ response, hasBody: true }))
    for (const event of ['upgrade', 'connect'] as const) {
      outgoing.once(event, (response, socket) => {
        socket.on('error', () => undefined).destroy() // it is ours from here on, and the request no longer closes it
        resolve({ response, hasBody: false })
      })
    }
  })
}

async function readUpTo(body: AsyncIterable<Buffer> | Iterable<Buffer>, limit: number) {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    size += chunk.length
    if (size > limit) break
  }
  return { bytes: Buffer.concat(chunks).subarray(0, limit), truncated: size > limit }
}
