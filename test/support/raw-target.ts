/** A target that is only a TCP socket: it keeps the bytes exactly as they arrived and answers with bytes it was given. */
import { once } from 'node:events'
import net, { type AddressInfo, type Socket } from 'node:net'

export interface RawTarget extends AsyncDisposable {
  readonly port: number
  /** What each connection sent, in the order they were opened. */
  readonly received: Buffer[]
  /** What the newest connection sent; forgets it and all before it. */
  takeLast(): Buffer
  close(): Promise<void>
}

export const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

/** What a target does when a whole request is here: writes these bytes and ends, or whatever the function does with the socket. */
export type Reply = string | Buffer | ((socket: Socket, request: Buffer) => void)

export async function rawTarget(reply: Reply = OK, host = '127.0.0.1'): Promise<RawTarget> {
  const chunks: Buffer[][] = []
  const sockets = new Set<Socket>()
  const server = net.createServer((socket) => {
    const mine: Buffer[] = []
    let wanted: number | 'last chunk' | undefined
    let size = 0
    let answered = false
    chunks.push(mine)
    sockets.add(socket)
    socket.on('error', () => undefined) // the other side may cut whenever it likes
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', (chunk: Buffer) => {
      mine.push(chunk)
      size += chunk.length
      wanted ??= wholeSize(Buffer.concat(mine))
      if (answered || wanted === undefined) return
      if (wanted === 'last chunk' ? !endsChunked(Buffer.concat(mine)) : size < wanted) return
      answered = true
      if (typeof reply === 'function') reply(socket, Buffer.concat(mine))
      else socket.end(reply)
    })
  })
  server.listen(0, host)
  await once(server, 'listening')
  const close = async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  }
  const { port } = server.address() as AddressInfo // a TCP server that listens has one
  return {
    port,
    get received() {
      return chunks.map((each) => Buffer.concat(each))
    },
    takeLast: () => Buffer.concat(chunks.splice(0).at(-1) ?? []),
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** A request taken apart without any HTTP library, every byte as one character. */
export interface RawMessage {
  readonly start: string
  readonly headers: [string, string][]
  readonly body: Buffer
  readonly trailers: [string, string][]
}

export function takeApart(bytes: Buffer): RawMessage {
  const end = bytes.indexOf('\r\n\r\n')
  const [start = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const headers = lines.map(pair)
  const rest = bytes.subarray(end + 4)
  if (!isChunked(headers)) return { start, headers, body: rest, trailers: [] }
  const { body, trailers } = unchunk(rest) ?? { body: rest, trailers: [] }
  return { start, headers, body, trailers }
}

function pair(line: string): [string, string] {
  const colon = line.indexOf(':')
  return [line.slice(0, colon), line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '')]
}

const isChunked = (headers: [string, string][]) =>
  headers.some(([name, value]) => name.toLowerCase() === 'transfer-encoding' && /chunked\s*$/i.test(value))

/** How many bytes the request has, as soon as its head is here. */
function wholeSize(bytes: Buffer): number | 'last chunk' | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [, ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const headers = lines.map(pair)
  if (isChunked(headers)) return 'last chunk'
  return end + 4 + Number(headers.find(([name]) => name.toLowerCase() === 'content-length')?.[1] ?? 0)
}

const endsChunked = (bytes: Buffer): boolean => unchunk(bytes.subarray(bytes.indexOf('\r\n\r\n') + 4)) !== undefined

/** Undefined while the last line is not here. */
function unchunk(bytes: Buffer): { body: Buffer; trailers: [string, string][] } | undefined {
  const chunks: Buffer[] = []
  for (let at = 0; ; ) {
    const line = bytes.indexOf('\r\n', at)
    if (line < 0) return undefined
    const size = Number.parseInt(bytes.subarray(at, line).toString('latin1'), 16)
    at = line + 2
    if (size > 0) {
      chunks.push(bytes.subarray(at, at + size))
      at += size + 2
      continue
    }
    const tail = bytes.subarray(at).toString('latin1')
    if (tail.startsWith('\r\n')) return { body: Buffer.concat(chunks), trailers: [] }
    const end = tail.indexOf('\r\n\r\n')
    return end < 0 ? undefined : { body: Buffer.concat(chunks), trailers: tail.slice(0, end).split('\r\n').map(pair) }
  }
}
