/** What the inspector's listener does with a request: the gate first, then the API, the feed, or a file of the page. */
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { AppError, STATUS_OF, toProblem } from '../shared/errors.ts'
import type { Gate } from './gate.ts'
import { refuseUpgrade } from './live/refuse-upgrade.ts'
import type { Feed } from './live/socket.ts'
import { problemHeaders } from './problem.ts'
import type { WebFiles } from './web-files.ts'

export function serveInspector(gate: Gate, api: RequestListener, feed: Feed, web: WebFiles): Server {
  // Other upgrades, such as to h2c, are offers that may be passed over (RFC 9110 §7.8); some clients make them with every request.
  const server = createServer({
    requireHostHeader: false,
    keepAliveTimeout: 65_000,
    shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
  })
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
  return server
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
