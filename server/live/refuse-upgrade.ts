/** How a WebSocket is refused: an ordinary HTTP answer on the bare socket, since Node hands over no response to an upgrade. */
import type { Duplex } from 'node:stream'
import type { AppError } from '../../shared/errors.ts'
import { toProblem } from '../../shared/errors.ts'
import { STATUS_CODES } from 'node:http'

/** Says why, as a problem, and closes. */
export function refuseUpgrade(socket: Duplex, error: AppError): void {
  const problem = toProblem(error)
  const body = Buffer.from(JSON.stringify(problem))
  const lines = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${body.length}`,
    'Connection: close',
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    ...(problem.code === 'unauthorized' ? ['WWW-Authenticate: Bearer'] : []),
  ]
  // The other side may be gone already; that is nobody's failure.
  socket.on('error', () => socket.destroy())
  socket.end(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]), () => socket.destroy())
}
