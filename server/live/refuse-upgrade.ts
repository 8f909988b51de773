/** How a WebSocket is refused: an ordinary HTTP answer on the bare socket, since Node hands over no response to an upgrade. */
import type { Duplex } from 'node:stream'
import type { AppError } from '../../shared/errors.ts'
import { rawProblem } from '../problem.ts'

/** Says why, as a problem, and closes. */
export function refuseUpgrade(socket: Duplex, error: AppError): void {
  // The other side may be gone already; that is nobody's failure.
  socket.on('error', () => socket.destroy())
  socket.end(rawProblem(error), () => socket.destroy())
}
