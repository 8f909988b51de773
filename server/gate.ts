/**
 * Who may talk to the inspector. One function in front of everything it serves, page, API and feed alike.
 *
 * The inspector reads every secret-bearing request there is, and any page open in the same browser can send requests to it. So each
 * request is judged here once, by what stands on the wire, before a router has decoded or joined anything: a guard and a router that
 * read different spellings of one path is how such tools have been opened. Nothing here answers CORS: no other origin has a business here.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isIPv6 } from 'node:net'
import { AppError } from '../shared/errors.ts'

export interface GateSettings {
  /** The port that browsers name in `Host`. A function, since port 0 is known only after listening. */
  readonly port: () => number
  /** More `Host` values, besides the loopback names: `inspector.example` (with our port or with none) or `inspector.example:8443`. */
  readonly allowedHosts: readonly string[]
  readonly token: string | undefined
  /** Behind the user's own reverse proxy: forwarding headers are no sign of a tunnel, and the page may have come by https. */
  readonly trustProxy: boolean
  /** The address of the capture listener, without a slash at the end: where a lost webhook should have gone. */
  readonly captureBase: () => string
}

/** Says why a request may not pass, or nothing when it may. `upgrade`: the request asks for a WebSocket. */
export type Gate = (request: IncomingMessage, kind: 'request' | 'upgrade') => AppError | undefined

export function createGate(settings: GateSettings): Gate {
  const names = namesOf(settings)
  const hasToken = tokenCheck(settings.token)
  return (request, kind) => {
    const method = request.method ?? ''
    const path = (request.url ?? '').split('?', 1)[0] as string // split always gives one part
    const reads = kind === 'request' && (method === 'GET' || method === 'HEAD')
    return (
      badPath(path, settings) ??
      badHost(request, names()) ??
      tunnel(request, settings) ??
      foreignPage(request, path, kind) ??
      foreignOrigin(request, reads, names()) ??
      (GUARDED.test(path) ? missingToken(request, hasToken) : undefined) ??
      (GUARDED.test(path) ? notJson(request, reads || kind === 'upgrade') : undefined) ??
      lostMethod(method, path, reads || kind === 'upgrade', settings)
    )
  }
}

/** What holds or shows captures. All else is the page itself, which is the same for everyone and holds nothing. */
const GUARDED = /^\/(api|metrics|mcp)(\/|$)/

/** `/%61pi` and `/api` are one path to a router and two to a pattern: what needs no encoding must come without (RFC 3986 §6.2.2.2). */
const PATH = /^\/[A-Za-z0-9/_.,=&?%~:@+-]*$/
const HIDDEN = /\/\/|\/\.|%(?![0-9a-f]{2})|%(2[def]|5[cf]|7e|00|3[0-9]|4[1-9a-f]|5[0-9a]|6[1-9a-f]|7[0-9a])/i

function badPath(path: string, settings: GateSettings): AppError | undefined {
  if (PATH.test(path) && !HIDDEN.test(path)) return undefined
  return new AppError('bad_request', 'The inspector does not serve paths written like this one.', {
    hint: `Paths begin with one slash and have no dot segments and no needless %-encoding. Webhooks go to ${settings.captureBase()}, where any path is fine.`,
  })
}

/** An unlisted name that leads here is DNS rebinding or a mistake; neither may read captures. There is no rule for "any address". */
function badHost(request: IncomingMessage, names: Names): AppError | undefined {
  const hosts = rawValues(request, 'host')
  if (hosts.length === 1 && names.hosts.has(hosts[0] as string)) return undefined // the length was just checked
  const tunnelled = forwardingHeader(request) !== undefined
  return new AppError('forbidden_host', `The inspector does not answer to the host ${quoted(hosts)}.`, {
    hint: tunnelled
      ? 'This came through a proxy. A tunnel should lead to the capture port. Behind your own proxy, start with --trust-proxy --allowed-host <name>.'
      : `Open http://127.0.0.1:${names.port}, or start with --allowed-host <name> to add this name.`,
  })
}

function tunnel(request: IncomingMessage, settings: GateSettings): AppError | undefined {
  const header = settings.trustProxy ? undefined : forwardingHeader(request)
  if (header === undefined) return undefined
  return new AppError('forbidden_proxy', `The inspector is reached through a proxy or tunnel (${header}).`, {
    hint: `Point the tunnel at the capture listener, ${settings.captureBase()}. Behind your own proxy, start with --trust-proxy --allowed-host <name>.`,
  })
}

/** Browsers say where a request comes from, in a header that pages cannot set (Fetch Metadata). A link that was pasted or clicked may open the page. */
function foreignPage(request: IncomingMessage, path: string, kind: 'request' | 'upgrade'): AppError | undefined {
  const { 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': dest } = request.headers
  if (site === undefined || site === 'same-origin') return undefined
  const opensThePage =
    kind === 'request' && request.method === 'GET' && mode === 'navigate' && dest === 'document' && !GUARDED.test(path)
  return opensThePage ? undefined : forbiddenOrigin('Another page sent this request.')
}

/**
 * Whatever changes something, and every socket, names its origin or comes from no browser at all: curl, the command line and Node's own
 * `fetch` and `WebSocket` send neither `Origin` nor `Sec-Fetch-Site`. An origin that is sent is held against ours whatever the method.
 */
function foreignOrigin(request: IncomingMessage, reads: boolean, names: Names): AppError | undefined {
  const origins = rawValues(request, 'origin')
  if (origins.length === 0) {
    if (reads || request.headers['sec-fetch-site'] === undefined) return undefined
    return forbiddenOrigin('A browser sent this request without naming its origin.')
  }
  if (origins.length === 1 && names.origins.has(origins[0] as string)) return undefined // the length was just checked
  return forbiddenOrigin(`The origin ${quoted(origins)} is not the inspector's own.`)
}

const forbiddenOrigin = (detail: string): AppError =>
  new AppError('forbidden_origin', detail, {
    hint: 'Only the page of the inspector and programs that are no browsers may use it. Behind a proxy with another name, start with --allowed-host <name>.',
  })

function missingToken(request: IncomingMessage, hasToken: (request: IncomingMessage) => boolean): AppError | undefined {
  if (hasToken(request)) return undefined
  return new AppError('unauthorized', 'This inspector asks for its token.', {
    hint: 'Send `Authorization: Bearer <token>`; for the feed, offer the WebSocket subprotocols `hookwell.v1` and `t.<token>`.',
  })
}

/** A form can be sent by any page without asking; JSON cannot. */
function notJson(request: IncomingMessage, withoutBody: boolean): AppError | undefined {
  const { 'content-length': length, 'transfer-encoding': encoding, 'content-type': type } = request.headers
  const hasBody = encoding !== undefined || (length !== undefined && Number(length) !== 0)
  if (withoutBody || !hasBody || /^application\/json[\t ]*(;|$)/i.test(type ?? '')) return undefined
  return new AppError('unsupported_media_type', 'The API takes JSON bodies only.', {
    hint: 'Send `Content-Type: application/json`.',
  })
}

/** Preflights are never granted; and a webhook that came to the wrong port is told the right one. */
function lostMethod(method: string, path: string, harmless: boolean, settings: GateSettings): AppError | undefined {
  if (method === 'OPTIONS')
    return new AppError('method_not_allowed', 'The inspector answers no OPTIONS requests.', { allow: ['GET', 'HEAD'] })
  if (harmless || GUARDED.test(path)) return undefined
  return new AppError('not_found', `This is the inspector; webhooks are captured at ${settings.captureBase()}.`, {
    hint: `Send it to ${settings.captureBase()}${path === '/' ? '/<endpoint>' : path} instead.`,
  })
}

// What stands in front of a listener leaves one of these. The inspector is not meant to stand behind anything unasked.
const FORWARDING = /^(forwarded|via|x-forwarded-.*|x-real-ip|x-original-host|cf-.*|cdn-loop|ngrok-.*|fly-.*)$/i

function forwardingHeader(request: IncomingMessage): string | undefined {
  return request.rawHeaders.find((name, i) => i % 2 === 0 && FORWARDING.test(name))
}

interface Names {
  readonly port: number
  readonly hosts: ReadonlySet<string>
  readonly origins: ReadonlySet<string>
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

/** The values of `Host` and `Origin` that are ours, compared as they stand: computed when the port is first known. */
function namesOf(settings: GateSettings): () => Names {
  let known: Names | undefined
  return () => {
    const port = settings.port()
    if (known?.port === port) return known
    // Browsers leave out the default port of the scheme (WHATWG URL §4.4).
    const ofPort = (name: string): string[] => [`${name}:${port}`, ...(port === 80 || port === 443 ? [name] : [])]
    const added = settings.allowedHosts.flatMap((name) => {
      const host = isIPv6(name) ? `[${name.toLowerCase()}]` : name.toLowerCase()
      return /:\d+$/.test(host) ? [host.replace(/:(80|443)$/, ''), host] : [host, `${host}:${port}`]
    })
    const hosts = new Set([...LOOPBACK.flatMap(ofPort), ...added])
    const schemes = settings.trustProxy ? ['http', 'https'] : ['http']
    const origins = new Set([...hosts].flatMap((host) => schemes.map((scheme) => `${scheme}://${host}`)))
    known = { port, hosts, origins }
    return known
  }
}

/** Compares digests, which are of one length, in constant time: neither the token nor its length shows in how long a refusal takes. */
function tokenCheck(token: string | undefined): (request: IncomingMessage) => boolean {
  if (token === undefined) return () => true
  const wanted = digest(token)
  return (request) => offeredTokens(request).some((offered) => timingSafeEqual(digest(offered), wanted))
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** A browser's WebSocket cannot send `Authorization`; it hands the token over as a subprotocol, which is never selected. */
function offeredTokens(request: IncomingMessage): string[] {
  const bearer = /^Bearer +(\S+)[\t ]*$/i.exec(request.headers.authorization ?? '')?.[1]
  const protocols = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim())
  return [
    ...(bearer === undefined ? [] : [bearer]),
    ...protocols.filter((protocol) => protocol.startsWith('t.')).map((protocol) => protocol.slice(2)),
  ]
}

/** Every value of a header line, unlike `headers`, which keeps one of several `Host` lines without a word. */
function rawValues(request: IncomingMessage, name: string): string[] {
  const values: string[] = []
  const lines = request.rawHeaders
  for (let i = 0; i + 1 < lines.length; i += 2) {
    if ((lines[i] as string).toLowerCase() === name) values.push(lines[i + 1] as string) // i + 1 is inside
  }
  return values
}

const quoted = (values: string[]): string =>
  values.length === 0 ? '(none)' : values.map((value) => JSON.stringify(value.slice(0, 100))).join(' and ')
