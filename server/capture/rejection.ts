/** A request that never became a capture, kept with the head of what arrived: it explains "my webhook never arrives". */
import type { IncomingMessage } from 'node:http'
import type { Rejection } from '../../shared/capture.ts'
import { REJECTED_HEAD_BYTES } from '../../shared/limits.ts'
import { newId } from '../id.ts'

export interface Refused {
  readonly reason: Rejection['reason']
  /** What the sender was told; 0 where there was nobody left to tell. */
  readonly status: number
  readonly detail: string
  readonly endpoint?: string | undefined
}

export function rejectionOf(refused: Refused, remoteAddress: string, arrived: Buffer, now: number): Rejection {
  const { reason, status, detail, endpoint } = refused
  return {
    id: newId(now),
    at: now,
    remoteAddress,
    reason,
    status,
    headBase64: arrived.subarray(0, REJECTED_HEAD_BYTES).toString('base64'),
    ...(endpoint === undefined ? {} : { endpoint }),
    detail,
  }
}

/** The head of a parsed request put together again, and what had come of its body, as far as it is kept. */
export function arrivedOf(request: IncomingMessage, body: Buffer): Buffer {
  let head = `${request.method ?? ''} ${request.url ?? ''} HTTP/${request.httpVersion}\r\n`
  for (let i = 0; i + 1 < request.rawHeaders.length && head.length < REJECTED_HEAD_BYTES; i += 2) {
    head += `${request.rawHeaders[i]}: ${request.rawHeaders[i + 1]}\r\n`
  }
  return Buffer.concat([Buffer.from(`${head}\r\n`, 'latin1'), body.subarray(0, REJECTED_HEAD_BYTES)]).subarray(
    0,
    REJECTED_HEAD_BYTES,
  )
}
