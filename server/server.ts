/** Puts both listeners together; the only file that knows every part. */
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, Server as NetServer } from 'node:net'
import type { Duplex } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { getRequestListener } from '@hono/node-server'
import { AppError, STATUS_OF, toProblem } from '../shared/errors.ts'
import { createApi } from './api/app.ts'
import { createDoor } from './capture/door.ts'
import { type Checking, createChecking } from './checking/checking.ts'
import { type Config, isLoopback } from './config.ts'
import { createGate, type Gate } from './gate.ts'
import { createFeed, type Feed } from './live/socket.ts'
import { refuseUpgrade } from './live/refuse-upgrade.ts'
import type { Log } from './log.ts'
import { fetchDocument } from './outbound/fetch-document.ts'
import type { TargetPolicy } from './outbound/target.ts'
import { problemHeaders } from './problem.ts'
import { runRetention } from './retention.ts'
import { openStore } from './store/open.ts'
import type { EndpointRecord, Store } from './store/store.ts'
import { openTestKeys } from './test-keys.ts'
import { VERSION } from './version.ts'
import { loadWebFiles, type WebFiles } from './web-files.ts'

export interface Running {
  /** Base URLs of the listeners as they can be reached from this machine, without a slash at the end. */
  readonly inspector: string
  readonly capture: string
  /** By which senders reach the capture listener: `--public-url`, else `capture`. */
  readonly publicBase: string
  readonly store: Store
  readonly defaultEndpoint: EndpointRecord
  readonly pageBuilt: boolean
  /** Stops taking requests, finishes those in flight (10 s at most), commits, tells the watchers. */
  close(): Promise<void>
}

/** How long requests in flight may go on after the stop, in ms. */
const DRAIN_MS = 10_000

/** After how long, in ms, connections without a request are ended during the stop: what is on its way has arrived by then. */
const IDLE_MS = 150

/**
 * Resolves once both listeners accept connections.
 * @throws StoreRefusal where the data cannot be opened; an error with code EADDRINUSE where a port is taken
 */
export async function startServer(config: Config, log: Log, now: () => number = Date.now): Promise<Running> {
  const store = openStore({ data: config.data, durability: config.durability, now, log })
  const stop = new AbortController()
  const checking = createChecking({
    store,
    publicUrl: config.publicUrl,
    fetchDocument: (place) => fetchDocument(place, stop.signal),
    now,
    log,
  })
  const opened: Server[] = []
  try {
    const defaultEndpoint = (await store.endpoints())[0] ?? (await store.addEndpoint({}))
    const receiving = { store, now, maxBodyBytes: config.maxBodyBytes, publicBase: config.publicUrl, log }
    // Asked for by whoever comes while the listeners open; then they are known.
    let capture = urlOf(config.host, config.port)
    let inspector = urlOf(config.uiHost, config.uiPort)
    let inspectorPort = config.uiPort // kept apart: a listener that is being closed has no address, but still requests
    const publicBase = (): string => config.publicUrl ?? capture
    const door = createDoor({ ...receiving, inspectorUrl: () => inspector })
    const feed = createFeed({ store, captureBase: publicBase, log })
    const web = loadWebFiles(fileURLToPath(new URL('../web/dist', import.meta.url)))
    // Other upgrades, such as to h2c, are offers that may be passed over (RFC 9110 §7.8); some clients make them with every request.
    const inside = createServer({
      requireHostHeader: false,
      keepAliveTimeout: 65_000,
      shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
    })
    const api = createApi({
      store,
      recheckProgress: checking.recheckProgress,
      diagnose: checking.diagnose,
      warm: checking.warm,
      now,
      log,
      policy: () => targetPolicy(config, opened),
      publicBase,
      captureBase: () => capture,
      publicUrl: config.publicUrl,
      testKeys: openTestKeys(config.data, log),
      version: () => ({
        version: VERSION,
        node: process.version,
        captureUrl: publicBase(),
        dataDirectory: config.data,
        durability: config.durability,
        maxBodyBytes: config.maxBodyBytes,
        keep: config.keep,
      }),
      checkListeners() {
        if (!door.listening) throw new AppError('unavailable', 'The capture listener is closed.')
      },
    })
    const gate = createGate({
      port: () => inspectorPort,
      // An address that was chosen to listen on is one to be opened at; of a wildcard nobody knows which, so it takes --allowed-host.
      allowedHosts:
        isWildcard(config.uiHost) || isLoopback(config.uiHost)
          ? config.allowedHosts
          : [...config.allowedHosts, new URL(inspector).host],
      token: config.token,
      trustProxy: config.trustProxy,
      captureBase: publicBase,
    })
    serveInspector(inside, gate, getRequestListener(api.fetch), feed, web)
    capture = await listen(door, config.host, config.port, opened)
    inspector = await listen(inside, config.uiHost, config.uiPort, opened)
    inspectorPort = (inside.address() as AddressInfo).port // a TCP listener has an AddressInfo
    void runRetention({ store, now, keep: config.keep, log }, stop.signal)
    checking.run(stop.signal)
    let closing: Promise<void> | undefined
    const close = (): Promise<void> => {
      closing ??= shutDown(door, inside, feed, checking, store, stop)
      return closing
    }
    return { inspector, capture, publicBase: publicBase(), store, defaultEndpoint, pageBuilt: web.built, close }
  } catch (error) {
    stop.abort()
    for (const server of opened) server.close()
    await checking.close()
    await store.close()
    throw error
  }
}

/** Everything passes the gate; then the API, the feed, or a file of the page. */
function serveInspector(server: Server, gate: Gate, api: RequestListener, feed: Feed, web: WebFiles): void {
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (!server.listening) response.shouldKeepAlive = false // closing: the next request goes elsewhere
    const refused = gate(request, 'request')
    if (refused !== undefined) return answerWithProblem(request, response, refused)
    const [path = '/'] = (request.url ?? '/').split('?', 1)
    if (/^\/api(\/|$)/.test(path)) return void api(request, response)
    const reads = request.method === 'GET' || request.method === 'HEAD'
    const { 'accept-encoding': encoding, 'if-none-match': tag } = request.headers
    const file = reads ? web.respond(path, { acceptEncoding: encoding?.toString(), ifNoneMatch: tag }) : undefined
    // A lost webhook was told by the gate where it belongs.
    if (file === undefined)
      return answerWithProblem(request, response, new AppError('not_found', `There is nothing at ${path}.`))
    response.writeHead(file.status, file.headers)
    response.end(request.method === 'HEAD' ? undefined : file.body)
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refused = gate(request, 'upgrade')
    if (refused !== undefined) return refuseUpgrade(socket, refused)
    const url = new URL(request.url ?? '/', 'http://inspector') // the gate let only plain paths through
    if (url.pathname === '/api/feed') feed.upgrade(request, socket, head, url)
    else refuseUpgrade(socket, new AppError('not_found', 'The feed is at /api/feed.'))
  })
}

function answerWithProblem(request: IncomingMessage, response: ServerResponse, error: AppError): void {
  const body = JSON.stringify(toProblem(error))
  response.writeHead(STATUS_OF[error.code], {
    ...problemHeaders(error),
    'Content-Length': Buffer.byteLength(body),
    ...(request.complete ? {} : { Connection: 'close' }),
  })
  response.end(request.method === 'HEAD' ? undefined : body)
  request.resume()
}

function targetPolicy(config: Config, listeners: readonly Server[]): TargetPolicy {
  return {
    local: isLoopback(config.uiHost),
    allowed: config.allowTargets,
    ownPorts: listeners.flatMap((server) => {
      const address = server.address()
      return address === null || typeof address === 'string' ? [] : [{ address: address.address, port: address.port }]
    }),
  }
}

function listen(server: Server, host: string, port: number, opened: Server[]): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      opened.push(server)
      const { port: bound } = server.address() as AddressInfo // a TCP listener has an AddressInfo
      resolve(urlOf(host, bound))
    })
  })
}

const isWildcard = (host: string): boolean => host === '0.0.0.0' || host === '::'

/** A listener on all addresses is reached from this machine by loopback. */
function urlOf(host: string, port: number): string {
  const name = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}

async function shutDown(
  door: Server,
  inside: Server,
  feed: Feed,
  checking: Checking,
  store: Store,
  stop: AbortController,
): Promise<void> {
  stop.abort()
  // Both stop listening at once; the watchers' connections end with their goodbye.
  await Promise.all([closed(door), closed(inside), feed.close()])
  await checking.close() // after the requests that wait for it
  await store.close()
}

/**
 * Stops listening, and ends each connection after its answer. Not `server.close()`: that cuts idle connections at once, also those on
 * which a request is just arriving, and a sender that was cut off does not know whether it was heard.
 */
function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => server.closeAllConnections(), DRAIN_MS)
    const idle = setInterval(() => server.closeIdleConnections(), IDLE_MS)
    NetServer.prototype.close.call(server, () => {
      clearTimeout(force)
      clearInterval(idle)
      resolve()
    })
  })
}
