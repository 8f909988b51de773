import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { type WebSocket as Peer, WebSocketServer } from 'ws'
import type { FeedEvent, FeedFrame } from '../../shared/feed.ts'
import { Feed } from '../../web/feed.ts'
import { aSummary } from './a-summary.ts'

const open: WebSocketServer[] = []
afterEach(() => {
  for (const server of open.splice(0)) {
    for (const peer of server.clients) peer.terminate()
    server.close()
  }
})

const frame = (seq: number): FeedFrame => ({ type: 'capture', seq, endpoint: 'e1', capture: aSummary({ seq }) })

/** A real socket server whose answer to each connection is said by the test, and a feed that follows it. */
async function following(
  greet: (peer: Peer, after: string | null, connection: number) => void,
  { known, silenceMs, onReset }: { known?: number; silenceMs?: number; onReset?: (feed: Feed) => void } = {},
) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  open.push(server)
  await new Promise((listening) => server.on('listening', listening))
  const { port } = server.address() as AddressInfo // a port was asked for, so it is no pipe
  let connections = 0
  server.on('connection', (peer, request) => {
    connections += 1
    greet(peer, new URL(request.url ?? '/', 'http://localhost').searchParams.get('after'), connections)
  })
  const heard: FeedEvent[] = []
  const said: string[] = []
  const feed: Feed = new Feed(
    (after) => new WebSocket(`ws://127.0.0.1:${port}/?${after === undefined ? '' : `after=${after}`}`),
    {
      take: (events) => heard.push(...events),
      caughtUp: (missed) => said.push(missed === undefined ? 'back, all read anew' : `caught up, ${missed} missed`),
      reset: () => {
        said.push('reset')
        onReset?.(feed)
      },
    },
    silenceMs,
  )
  if (known !== undefined) feed.know(known)
  feed.connect()
  return { feed, heard, said }
}

const send = (peer: Peer, frames: FeedFrame[]) => peer.send(JSON.stringify(frames))

test('after a cut the feed resumes behind the last event it heard, and says how many captures it missed', async () => {
  const cursors: (string | null)[] = []
  const { feed, heard, said } = await following(
    (peer, after, connection) => {
      cursors.push(after)
      if (connection === 1) {
        send(peer, [{ type: 'caught-up' }])
        send(peer, [frame(4), frame(7)])
        setTimeout(() => peer.terminate(), 30)
      } else {
        send(peer, [frame(8), frame(9)])
        send(peer, [{ type: 'caught-up' }, frame(10)])
      }
    },
    { known: 2 },
  )
  await expect.poll(() => heard.map((event) => event.seq)).toEqual([4, 7, 8, 9, 10])
  expect(cursors).toEqual(['2', '7'])
  expect(said).toEqual(['caught up, 2 missed'])
  expect(feed.state.value).toEqual({ kind: 'live' })
})

test('what is known from a list is not asked for again', async () => {
  const cursors: (string | null)[] = []
  const server = await following((peer, after, connection) => {
    cursors.push(after)
    if (connection === 1) peer.terminate()
    else send(peer, [{ type: 'caught-up' }])
  })
  server.feed.know(12)
  server.feed.know(3)
  await expect.poll(() => cursors).toEqual([null, '12'])
})

test('while the server is away the state says since when, and when the next try is', async () => {
  const { feed } = await following((peer) => peer.terminate())
  await expect.poll(() => feed.state.value.kind).toBe('down')
  const state = feed.state.value
  expect(state.kind === 'down' && state.retryAt).toBeGreaterThanOrEqual(state.kind === 'down' ? state.since : Infinity)
})

test('a cursor that is of no use any more makes everything be read again, once, and live goes on', async () => {
  const { heard, said } = await following((peer) => send(peer, [{ type: 'reset' }, { type: 'caught-up' }, frame(3)]), {
    known: 9,
  })
  await expect.poll(() => heard.length).toBe(1)
  expect(said).toEqual(['reset'])
})

test('what was read anew after a reset is the new ground: the next cut resumes from it and its gap is told', async () => {
  const cursors: (string | null)[] = []
  const { said } = await following(
    (peer, after, connection) => {
      cursors.push(after)
      if (connection === 1) {
        send(peer, [{ type: 'reset' }, { type: 'caught-up' }])
        setTimeout(() => peer.terminate(), 50)
      } else send(peer, [frame(41), { type: 'caught-up' }])
    },
    { known: 900, onReset: (feed) => setTimeout(() => feed.know(40), 10) },
  )
  await expect.poll(() => said).toEqual(['reset', 'caught up, 1 missed'])
  expect(cursors).toEqual(['900', '40'])
})

test('a cut before anything was read anew never claims that nothing was missed: it is read again', async () => {
  const cursors: (string | null)[] = []
  const { said } = await following(
    (peer, after, connection) => {
      cursors.push(after)
      if (connection > 1) return send(peer, [{ type: 'caught-up' }])
      send(peer, [{ type: 'reset' }, { type: 'caught-up' }, frame(3)])
      setTimeout(() => peer.terminate(), 30)
    },
    { known: 900 },
  )
  await expect.poll(() => said).toEqual(['reset', 'reset', 'back, all read anew'])
  expect(cursors).toEqual(['900', null])
})

test('a connection that went silent without being closed is given up, and a new one resumes', async () => {
  const cursors: (string | null)[] = []
  const { feed, heard, said } = await following(
    (peer, after, connection) => {
      cursors.push(after)
      // The first says where it stands and then never another word, though its socket stays open.
      if (connection === 1) send(peer, [{ type: 'caught-up' }, frame(5)])
      else send(peer, [frame(6), { type: 'caught-up' }])
    },
    { known: 4, silenceMs: 150 },
  )
  await expect.poll(() => heard.map((event) => event.seq)).toEqual([5, 6])
  expect(cursors).toEqual(['4', '5'])
  expect(said).toEqual(['caught up, 1 missed'])
  expect(feed.state.value).toEqual({ kind: 'live' })
})

test('pings keep a quiet connection', async () => {
  let connections = 0
  const { feed } = await following(
    (peer, _, connection) => {
      connections = connection
      send(peer, [{ type: 'caught-up' }])
      setInterval(() => peer.readyState === peer.OPEN && send(peer, [{ type: 'ping' }]), 50).unref()
    },
    { known: 1, silenceMs: 400 },
  )
  await new Promise((done) => setTimeout(done, 1000))
  expect(connections).toBe(1)
  expect(feed.state.value).toEqual({ kind: 'live' })
})
