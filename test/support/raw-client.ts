/**
 * Bytes on a socket, and what came back. Clients of a library correct, join and lower-case what they send and hear; here each byte is the
 * test's own.
 */
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { HeaderPairs } from '../../shared/headers.ts'

export interface RawResponse {
  version: string
  status: number
  reason: string
  headers: HeaderPairs
  body: Buffer
}

export interface RawOutcome {
  raw: Buffer
  /** Each whole response, interim ones (1xx) too. */
  responses: RawResponse[]
  /** How the exchange ended: all awaited responses came, the server closed or reset the connection, or nothing came any more. */
  ended: 'answered' | 'closed' | 'reset' | 'timeout'
}

export interface RawOptions {
  /** Final responses to wait for: all but 100, 102 and 103. */
  responses?: number
  /** After the last byte: keep the connection, close our half of it (FIN), or cut it (RST). */
  afterwards?: 'wait' | 'end' | 'reset'
  /** The requests are HEAD: responses have no body, whatever their headers say. */
  head?: boolean
  /** Wait for the server to close, even when all responses came. */
  untilClosed?: boolean
  timeoutMs?: number
}

/**
 * Sends bytes as they stand (strings: one byte a character, U+0000–U+00FF) and gathers what comes back. A number among them is a pause in
 * milliseconds, which puts what follows into a packet of its own.
 */
export async function rawRequest(
  port: number,
  bytes: string | Buffer | (string | Buffer | number)[],
  options: RawOptions = {},
): Promise<RawOutcome> {
  const { responses: wanted = 1, afterwards = 'wait', head = false, untilClosed = false, timeoutMs = 5000 } = options
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  const chunks: Buffer[] = []
  const outcome = new Promise<RawOutcome['ended']>((resolve) => {
    const timer = setTimeout(() => resolve('timeout'), timeoutMs)
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      const final = parseResponses(Buffer.concat(chunks), head, false).filter(isFinal)
      if (!untilClosed && final.length >= wanted) resolve('answered')
    })
    socket.on('error', () => resolve('reset'))
    socket.on('close', () => {
      clearTimeout(timer)
      resolve('closed')
    })
  })
  for (const part of Array.isArray(bytes) ? bytes : [bytes]) {
    if (typeof part === 'number') await pause(part)
    else if (!socket.destroyed) socket.write(typeof part === 'string' ? Buffer.from(part, 'latin1') : part)
  }
  if (afterwards === 'end') socket.end()
  if (afterwards === 'reset') {
    await pause(30) // let the bytes leave first: a reset takes with it what still waits
    socket.resetAndDestroy()
  }
  const ended = await outcome
  socket.destroy()
  const raw = Buffer.concat(chunks)
  return { raw, responses: parseResponses(raw, head, ended === 'closed'), ended }
}

/** 101 ends HTTP on the connection; the other 1xx only announce a response. */
const isFinal = ({ status }: RawResponse): boolean => status === 101 || status >= 200

/** The whole responses at the start of `bytes`; with `closed`, the last one may end with the connection (RFC 9112 §6.3). */
export function parseResponses(bytes: Buffer, head: boolean, closed: boolean): RawResponse[] {
  const responses: RawResponse[] = []
  for (let at = 0; at < bytes.length; ) {
    const headEnd = bytes.indexOf('\r\n\r\n', at)
    if (headEnd < 0) break
    const [line = '', ...lines] = bytes.toString('latin1', at, headEnd).split('\r\n')
    const [, version = '', status = '', reason = ''] = /^HTTP\/(\d\.\d) (\d{3}) ?(.*)$/.exec(line) ?? []
    if (status === '') throw new Error(`Not a status line: ${JSON.stringify(line)}`)
    const headers: HeaderPairs = lines.map((text) => {
      const colon = text.indexOf(':')
      return [text.slice(0, colon), text.slice(colon + 1).trim()]
    })
    const one = (name: string) => headers.find(([key]) => key.toLowerCase() === name)?.[1]
    const start = headEnd + 4
    const bodyless = head || Number(status) < 200 || status === '204' || status === '304'
    const body = bodyless
      ? { bytes: Buffer.alloc(0), end: start }
      : one('transfer-encoding')?.toLowerCase() === 'chunked'
        ? readChunks(bytes, start)
        : readPlain(bytes, start, one('content-length'), closed)
    if (body === undefined) break
    responses.push({ version, status: Number(status), reason, headers, body: body.bytes })
    at = body.end
  }
  return responses
}

interface Read {
  bytes: Buffer
  end: number
}

function readPlain(bytes: Buffer, start: number, length: string | undefined, closed: boolean): Read | undefined {
  if (length === undefined) return closed ? { bytes: bytes.subarray(start), end: bytes.length } : undefined
  const end = start + Number(length)
  return end > bytes.length ? undefined : { bytes: bytes.subarray(start, end), end }
}

function readChunks(bytes: Buffer, start: number): Read | undefined {
  const parts: Buffer[] = []
  for (let at = start; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd < 0) return undefined
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16)
    const next = lineEnd + 2 + size + 2
    if (next > bytes.length) return undefined
    if (size === 0) return { bytes: Buffer.concat(parts), end: next }
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size))
    at = next
  }
}
