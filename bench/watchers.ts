/**
 * Feed clients, in a process of their own. Prints a line when all are caught up; on SIGTERM what they saw: how many captures each, and
 * how long each took from the request's head to the frame (both clocks are this machine's).
 */
import { WebSocket } from 'ws'

const [url = '', count = '1'] = process.argv.slice(2)
const delays: number[] = []
let seen = 0
let ready = 0

for (let i = 0; i < Number(count); i++) {
  const socket = new WebSocket(url, { perMessageDeflate: false })
  socket.on('message', (bytes: Buffer) => {
    const now = Date.now()
    for (const frame of JSON.parse(bytes.toString()) as { type: string; capture?: { receivedAt: number } }[]) {
      if (frame.type === 'caught-up' && ++ready === Number(count)) process.stdout.write('{"ready":true}\n')
      if (frame.type !== 'capture' || frame.capture === undefined) continue
      seen++
      if (i === 0) delays.push(now - frame.capture.receivedAt)
    }
  })
  socket.on('error', (error) => process.stderr.write(`${error.message}\n`))
}

process.on('SIGTERM', () => {
  delays.sort((a, b) => a - b)
  const at = (q: number): number => delays[Math.min(delays.length - 1, Math.floor(delays.length * q))] ?? 0
  process.stdout.write(`${JSON.stringify({ seen, p50: at(0.5), p95: at(0.95), max: delays.at(-1) ?? 0 })}\n`, () =>
    process.exit(0),
  )
})
