/** How a listener is opened, what it is called, and how it is closed without cutting anybody off. */
import type { Server } from 'node:http'
import { type AddressInfo, Server as NetServer } from 'node:net'

/** How long requests in flight may go on after the stop, in ms. */
const DRAIN_MS = 10_000

/** After how long, in ms, connections without a request are ended during the stop: what is on its way has arrived by then. */
const IDLE_MS = 150

/**
 * Resolves with its base URL once it accepts connections.
 * @param opened takes in the listener as soon as it does
 * @throws an error with code EADDRINUSE where the port is taken
 */
export function listen(server: Server, host: string, port: number, opened: Server[]): Promise<string> {
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

export const isWildcard = (host: string): boolean => host === '0.0.0.0' || host === '::'

/** A listener on all addresses is reached from this machine by loopback. */
export function urlOf(host: string, port: number): string {
  const name = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}

/**
 * Stops listening, and ends each connection after its answer. Not `server.close()`: that cuts idle connections at once, also those on
 * which a request is just arriving, and a sender that was cut off does not know whether it was heard.
 */
export function closed(server: Server): Promise<void> {
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
