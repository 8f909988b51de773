/** A watcher of the feed that remembers all it hears, and when. */
import { performance } from 'node:perf_hooks'
import { WebSocket } from 'ws'
import type { FeedEvent, FeedFrame } from '../../shared/feed.ts'

export interface FeedClient {
  readonly socket: WebSocket
  readonly messages: { at: number; frames: FeedFrame[] }[]
  frames(): FeedFrame[]
  /** Those of the log: all that have a seq. */
  events(): FeedEvent[]
  /** Resolves when what was heard so far satisfies; rejects when the socket closes first. */
  until(satisfied: (client: FeedClient) => boolean, timeoutMs?: number): Promise<void>
  /** Code and time of the close. */
  readonly closed: Promise<number>
  close(): Promise<number>
}

/** @param search such as `?after=0` */
export function watch(port: number, search = '', protocols: string[] = []): FeedClient {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/feed${search}`, protocols)
  const messages: FeedClient['messages'] = []
  const waiting = new Set<() => void>()
  let over = false
  socket.on('message', (data: Buffer) => {
    messages.push({ at: performance.now(), frames: JSON.parse(data.toString()) as FeedFrame[] }) // our own JSON
    for (const look of waiting) look()
  })
  socket.on('error', () => undefined)
  const closed = new Promise<number>((resolve) =>
    socket.on('close', (code) => {
      over = true
      resolve(code)
      for (const look of waiting) look()
    }),
  )
  const client: FeedClient = {
    socket,
    messages,
    closed,
    frames: () => messages.flatMap(({ frames }) => frames),
    events: () => client.frames().filter((frame): frame is FeedEvent => 'seq' in frame),
    until: (satisfied, timeoutMs = 10_000) =>
      new Promise((resolve, reject) => {
        const finish = (act: () => void): void => {
          waiting.delete(look)
          clearTimeout(timer)
          act()
        }
        const look = (): void => {
          if (satisfied(client)) finish(resolve)
          else if (over) finish(() => reject(new Error('The feed was closed.')))
        }
        const timer = setTimeout(
          () => finish(() => reject(new Error(`Heard only ${JSON.stringify(client.frames()).slice(0, 500)}`))),
          timeoutMs,
        )
        waiting.add(look)
        look()
      }),
    close() {
      socket.close()
      return closed
    },
  }
  return client
}

export const isCaughtUp = (client: FeedClient): boolean => client.frames().some(({ type }) => type === 'caught-up')
