/** Plays the hosts on which providers keep their keys: real TLS on loopback, with an authority of its own, reached by their real names. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { fetchDocument, type Road } from '../../server/outbound/fetch-document.ts'
import { parseAllowedTarget } from '../../server/outbound/target.ts'
import type { ProviderKeySettings } from '../../server/checking/provider-keys.ts'

export const tlsFile = (name: string): string =>
  readFileSync(new URL(`../fixtures/tls/provider/${name}`, import.meta.url), 'utf8')

export interface Answer {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body: string
}

export interface KeyProvider extends AsyncDisposable {
  /** `GET sns.us-east-1.amazonaws.com/a.pem` and what was sent along, in order. */
  readonly asked: string[]
  readonly fetchDocument: ProviderKeySettings['fetchDocument']
  readonly road: Required<Road>
}

/** @param answer by host and path; nothing gives 404 */
export async function keyProvider(answer: (place: string) => Answer | undefined): Promise<KeyProvider> {
  const asked: string[] = []
  const server = https.createServer(
    { key: tlsFile('host-key.pem'), cert: tlsFile('host.pem') },
    (request, response) => {
      let body = ''
      request.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk
      })
      request.on('end', () => {
        const place = `${request.headers.host}${request.url}`
        asked.push([request.method, place, body].join(' ').trim())
        const { status = 200, headers = {}, body: text } = answer(place) ?? { status: 404, body: '' }
        response.writeHead(status, headers).end(text)
      })
    },
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // a TCP server that listens has one
  const road = {
    policy: {
      local: false,
      allowed: [parseAllowedTarget(`127.0.0.1:${port}`)],
      ownPorts: [],
      resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    },
    ca: [tlsFile('ca.pem')],
    port,
  }
  return {
    asked,
    road,
    fetchDocument: (place) => fetchDocument(place, undefined, road),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
