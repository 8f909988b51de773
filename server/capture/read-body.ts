/** The bytes of a request's body as they came, up to a limit. */
import type { IncomingMessage } from 'node:http'

/**
 * `too_large`: reading stopped at the limit. `no_room`: it stopped because other bodies fill the memory that all may use together.
 * `aborted`: the sender went away; `bytes` is what had come.
 */
export interface ReadBody {
  readonly state: 'whole' | 'too_large' | 'no_room' | 'aborted'
  readonly bytes: Buffer
}

/** Memory for the bodies of all requests that are being received. Counted as it arrives: what is only declared takes none. */
export interface Room {
  /**
   * False where it does not fit; then nothing was taken.
   * @param before what this body has taken already
   */
  take(bytes: number, before: number): boolean
  giveBack(bytes: number): void
}

/** Bytes up to which a body may use the last part of the room, so that a few large ones that dawdle never shut out the many small. */
const SMALL_BODY = 64 * 1024

/** @param reserved bytes of it that only small bodies may use */
export function createRoom(max: number, reserved = 0): Room {
  let used = 0
  return {
    take(bytes, before) {
      if (used + bytes > (before + bytes > SMALL_BODY ? max - reserved : max)) return false
      used += bytes
      return true
    },
    giveBack(bytes) {
      used -= bytes
    },
  }
}

const EMPTY = Buffer.alloc(0)

/** Chunks below this many bytes are copied together, into blocks of so many. */
const SMALL = 8 * 1024
const BLOCK = 64 * 1024

/**
 * Never rejects. Counts what arrives, since a sender may declare less, or nothing. The bytes are the caller's to give back to the room.
 * @param keep bytes that are kept of it; what comes beyond, up to the limit, is read and dropped
 */
export function readBody(request: IncomingMessage, limit: number, room: Room, keep = limit): Promise<ReadBody> {
  return new Promise((resolve) => {
    const kept = createCollector(Number(request.headers['content-length'] ?? -1))
    let size = 0
    const finish = (state: ReadBody['state']): void => {
      request.off('data', take).off('end', end).off('close', cut).off('error', cut)
      resolve({ state, bytes: kept.bytes() })
    }
    const take = (chunk: Buffer): void => {
      const wanted = size + chunk.length > keep ? chunk.subarray(0, Math.max(0, keep - size)) : chunk
      size += chunk.length
      if (!room.take(wanted.length, size - chunk.length)) {
        request.pause()
        finish('no_room')
        return
      }
      kept.add(wanted)
      if (size > limit) {
        request.pause()
        finish('too_large')
      }
    }
    const end = (): void => finish(request.complete ? 'whole' : 'aborted')
    const cut = (): void => finish('aborted')
    request.on('data', take).on('end', end).on('close', cut).on('error', cut)
  })
}

/**
 * Puts chunks together. Each chunk of Node's is an object of its own that holds on to the 64 KiB it was read into, so a body sent byte
 * by byte would cost hundreds of times its size; small chunks are copied. One chunk that is the whole body is taken as it is.
 */
function createCollector(declared: number): { add(chunk: Buffer): void; bytes(): Buffer } {
  const chunks: Buffer[] = []
  let size = 0
  let block = EMPTY
  let filled = 0
  const closeBlock = (): void => {
    if (filled > 0) chunks.push(block.subarray(0, filled))
    block = EMPTY
    filled = 0
  }
  return {
    add(chunk) {
      if (chunk.length === 0) return
      size += chunk.length
      if (chunk.length >= SMALL || chunk.length === declared) {
        closeBlock()
        chunks.push(chunk)
        return
      }
      if (filled + chunk.length > block.length) {
        closeBlock()
        block = Buffer.allocUnsafeSlow(Math.min(BLOCK, Math.max(1024, size * 2)))
      }
      filled += chunk.copy(block, filled)
    },
    bytes() {
      closeBlock()
      return chunks.length === 0 ? EMPTY : chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size)
    },
  }
}
