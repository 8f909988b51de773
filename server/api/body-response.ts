/** The bytes of a body as a download: whole or one range, read in windows so that a large one never lies in memory twice. */
import type { Capture } from '../../shared/capture.ts'
import { AppError } from '../../shared/errors.ts'
import type { Store } from '../store/store.ts'
import { problemResponse } from './failures.ts'

/** Bytes read at a time. */
const WINDOW = 1024 * 1024

/** @param range the `Range` header; several ranges, or units other than bytes, are answered with the whole (RFC 9110 §14.2) */
export function bodyResponse(store: Store, capture: Capture, range: string | undefined): Response {
  const size = capture.bodySize
  const asked = range === undefined ? undefined : readRange(range, size)
  if (asked === 'outside')
    return problemResponse(new AppError('range_not_satisfiable', `The body has ${size} bytes.`), {
      'content-range': `bytes */${size}`, // RFC 9110 §15.5.17
    })
  const { start, end } = asked ?? { start: 0, end: size }
  const headers = new Headers({
    'content-type': 'application/octet-stream',
    'content-length': String(end - start),
    'content-disposition': `attachment; filename="capture-${capture.seq}.bin"`,
    'content-security-policy': 'sandbox',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'accept-ranges': 'bytes',
  })
  if (asked !== undefined) headers.set('content-range', `bytes ${start}-${end - 1}/${size}`)
  return new Response(windows(store, capture.id, start, end), { status: asked === undefined ? 200 : 206, headers })
}

function windows(store: Store, id: string, start: number, end: number): ReadableStream<Uint8Array> {
  let at = start
  return new ReadableStream({
    async pull(controller) {
      if (at < end) {
        const part = await store.body(id, { start: at, end: Math.min(at + WINDOW, end) })
        if (part === undefined || part.bytes.length === 0)
          return controller.error(new Error('The capture was deleted while it was read.'))
        controller.enqueue(new Uint8Array(part.bytes))
        at += part.bytes.length
      }
      if (at >= end) controller.close()
    },
  })
}

/** Undefined where the header asks for nothing that we serve in part. */
function readRange(header: string, size: number): { start: number; end: number } | 'outside' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header.trim())
  const [, first = '', last = ''] = match ?? []
  if (match === null || (first === '' && last === '')) return undefined
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size : Math.min(Number(last) + 1, size)
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined // no valid range, so it is ignored
  if (start >= size || (first === '' && last === '0')) return 'outside'
  if (end <= start) return undefined // "bytes=5-2" is no valid range and is ignored
  return { start, end }
}
