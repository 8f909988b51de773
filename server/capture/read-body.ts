/** The bytes of a request's body as they came, up to a limit. */
import type { IncomingMessage } from 'node:http'

/** `too_large`: reading stopped at the limit. `aborted`: the sender went away; `bytes` is what had come. */
export interface ReadBody {
  readonly state: 'whole' | 'too_large' | 'aborted'
  readonly bytes: Buffer
}

const EMPTY = Buffer.alloc(0)

/** Never rejects. Counts what arrives, since a sender may declare less, or nothing. */
export function readBody(request: IncomingMessage, limit: number): Promise<ReadBody> {
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
