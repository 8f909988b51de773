/** Puts both listeners together; the only file that knows every part. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { getRequestListener } from '@hono/node-server'
import { AppError } from '../shared/errors.ts'
import { createApi } from './api/app.ts'
import { createDoor } from './capture/door.ts'
import { type Checking, createChecking } from './checking/checking.ts'
import { type Config, isLoopback } from './config.ts'
import { createGate } from './gate.ts'
import { closed, isWildcard, listen, urlOf } from './listeners.ts'
import { createFeed, type Feed } from './live/socket.ts'
import type { Log } from './log.ts'
import { fetchDocument } from './outbound/fetch-document.ts'
import type { TargetPolicy } from './outbound/target.ts'
import { runRetention } from './retention.ts'
import { serveInspector } from './serve-inspector.ts'
import { openStore } from './store/open.ts'
import type { EndpointRecord, Store } from './store/store.ts'
import { openTestKeys } from './test-keys.ts'
import { VERSION } from './version.ts'
import { loadWebFiles } from './web-files.ts'

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
    const api = createApi({
      store,
      recheckProgress: checking.recheckProgress,
      diagnose: checking.diagnose,
      verify: checking.verify,
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
    const inside = serveInspector(gate, getRequestListener(api.fetch), feed, web)
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
