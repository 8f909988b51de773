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
  /** False where it does not fit; then nothing was taken. */
  take(bytes: number): boolean
  giveBack(bytes: number): void
}

export function createRoom(max: number): Room {
  let used = 0
  return {
    take(bytes) {
      if (used + bytes > max) return false
      used += bytes
      return true
    },
    giveBack(bytes) {
      used -= bytes
    },
  }
}

const EMPTY = Buffer.alloc(0)

/** Never rejects. Counts what arrives, since a sender may declare less, or nothing. The bytes are the caller's to give back to the room. */
export function readBody(request: IncomingMessage, limit: number, room: Room): Promise<ReadBody> {
  return new Promise((resolve) => {
    let chunks: Buffer[] = []
    let size = 0
    const finish = (state: ReadBody['state']): void => {
      request.off('data', take).off('end', end).off('close', cut).off('error', cut)
      const bytes =
        chunks.length === 0 ? EMPTY : chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size)
      chunks = []
      resolve({ state, bytes })
    }
    const take = (chunk: Buffer): void => {
      if (!room.take(chunk.length)) {
        request.pause()
        finish('no_room')
        return
      }
      chunks.push(chunk)
      size += chunk.length
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
