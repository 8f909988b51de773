/**
 * The load, in a process of its own: so many connections, each sending its next request when the last is answered (or at a given rate).
 * Raw sockets and prepared bytes, so that the generator costs less than the servers it measures.
 * Arguments: one JSON object of `LoadOptions`. Prints one JSON line of `LoadResult`.
 */
import { connect, type Socket } from 'node:net'

export interface LoadOptions {
  readonly port: number
  readonly path: string
  readonly connections: number
  readonly seconds: number
  readonly bytes: number
  /** Headers besides Host, Content-Type and Content-Length. */
  readonly headers: readonly string[]
  /** Requests a second over all connections; closed loop where left out. */
  readonly rate?: number
}

export interface LoadResult {
  readonly answered: number
  readonly refused: number
  readonly perSecond: number
  /** Of answers, in ms. */
  readonly p50: number
  readonly p99: number
  readonly max: number
}

export function requestBytes(options: Pick<LoadOptions, 'path' | 'bytes' | 'headers'>): Buffer {
  const body = bodyOf(options.bytes)
  const head = [
    `POST ${options.path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...options.headers,
    '',
    '',
  ].join('\r\n')
  return Buffer.from(head + body)
}

export function bodyOf(bytes: number): string {
  const frame = '{"id":"evt_1","type":"order.created","data":""}'
  return `${frame.slice(0, -2)}${'x'.repeat(Math.max(0, bytes - frame.length))}"}`
}

async function run(options: LoadOptions): Promise<LoadResult> {
  const request = requestBytes(options)
  const latencies: number[] = []
  let refused = 0
  const sockets = await Promise.all(Array.from({ length: options.connections }, () => opened(options.port)))
  const startedAt = performance.now()
  const endsAt = startedAt + options.seconds * 1000
  const waits: { socket: Socket; idle: boolean; send: () => void }[] = []
  await Promise.all(
    sockets
      .map(
        (socket) =>
          new Promise<void>((resolve) => {
            let sentAt = 0
            let pending = ''
            const lane = { socket, idle: true, send: (): void => undefined }
            lane.send = () => {
              lane.idle = false
              sentAt = performance.now()
              socket.write(request)
            }
            const finish = (): void => {
              socket.destroy()
              resolve()
            }
            socket.on('data', (chunk) => {
              pending += chunk.toString('latin1')
              const end = answerEnd(pending)
              if (end < 0) return
              const ok = pending.startsWith('HTTP/1.1 200')
              pending = pending.slice(end)
              if (ok) latencies.push(performance.now() - sentAt)
              else refused++
              lane.idle = true
              if (performance.now() >= endsAt) finish()
              else if (options.rate === undefined) lane.send()
            })
            socket.on('error', finish).on('close', finish)
            waits.push(lane)
            if (options.rate === undefined) lane.send()
            else setTimeout(finish, options.seconds * 1000 + 2_000)
          }),
      )
      .concat(options.rate === undefined ? [] : [pace(waits, options.rate, endsAt)]),
  )
  const seconds = (performance.now() - startedAt) / 1000
  latencies.sort((a, b) => a - b)
  const at = (q: number): number => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * q))] ?? 0
  const measured = options.rate === undefined ? seconds : options.seconds
  return {
    answered: latencies.length,
    refused,
    perSecond: latencies.length / measured,
    p50: at(0.5),
    p99: at(0.99),
    max: latencies.at(-1) ?? 0,
  }
}

/** Sends at a rate on whatever lane is idle; a lane that is late is not waited for. */
async function pace(
  lanes: { idle: boolean; send: () => void; socket: Socket }[],
  rate: number,
  endsAt: number,
): Promise<void> {
  const startedAt = performance.now()
  let sent = 0
  while (performance.now() < endsAt) {
    const due = Math.floor(((performance.now() - startedAt) / 1000) * rate)
    for (; sent < due; sent++) {
      const lane = lanes.find((one) => one.idle)
      if (lane === undefined) break
      lane.send()
    }
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await new Promise((resolve) => setTimeout(resolve, 500))
  for (const { socket } of lanes) socket.destroy()
}

function answerEnd(text: string): number {
  const head = text.indexOf('\r\n\r\n')
  if (head < 0) return -1
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, head + 2))
  const end = head + 4 + Number(length?.[1] ?? 0)
  return text.length >= end ? end : -1
}

function opened(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket)).setNoDelay(true)
    socket.once('error', reject)
  })
}

if (import.meta.main)
  process.stdout.write(`${JSON.stringify(await run(JSON.parse(process.argv[2] ?? '{}') as LoadOptions))}\n`)
