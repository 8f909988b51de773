/** The feed over real sockets and a real store. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Feed } from '../../../server/live/socket.ts'
import { createFeed } from '../../../server/live/socket.ts'
import { openStore } from '../../../server/store/open.ts'
import type { NewCapture, Store } from '../../../server/store/store.ts'
import { EVENTS_KEPT, FEED_TICK_MS } from '../../../shared/limits.ts'
import { aCapture } from '../../support/a-capture.ts'
import type { FeedClient } from '../../support/feed-client.ts'
import { isCaughtUp, watch } from '../../support/feed-client.ts'
import { rawRequest } from '../../support/raw-client.ts'

const CAPTURE = 'http://127.0.0.1:4665'

let store: Store
let endpoint: string
let feed: Feed
let port: number
let stop: () => Promise<void>

async function serve(pingMs?: number): Promise<void> {
  feed = createFeed({
    store,
    captureBase: () => CAPTURE,
    log: () => undefined,
    ...(pingMs === undefined ? {} : { pingMs }),
  })
  const server = createServer()
  server.on('upgrade', (request, socket, head) =>
    feed.upgrade(request, socket, head, new URL(request.url ?? '/', 'http://localhost')),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port // a listening TCP server has one
  stop = async () => {
    await feed.close()
    server.closeAllConnections()
    server.close()
  }
}

beforeEach(async () => {
  store = openStore({ data: ':memory:', durability: 'fast', now: Date.now, log: () => undefined })
  endpoint = (await store.addEndpoint({ alias: 'my-shop' })).id
  await serve()
})
afterEach(async () => {
  await stop()
  await store.close()
})

const add = async (target: string, more: Partial<NewCapture> = {}): Promise<number> =>
  (await store.addCapture(aCapture(endpoint, { target, ...more }))).seq

const targets = (client: FeedClient): string[] =>
  client.events().flatMap((event) => (event.type === 'capture' ? [event.capture.target] : []))

const caughtUp = (client: FeedClient): Promise<void> => client.until(isCaughtUp)

async function live(search = ''): Promise<FeedClient> {
  const client = watch(port, search)
  await client.until(isCaughtUp)
  return client
}

describe('what a watcher hears', () => {
  test('without a cursor it is caught up at once, and hears only what comes', async () => {
    await add('/before')
    const client = await live()
    expect(client.frames()).toEqual([{ type: 'caught-up' }])
    await add('/after')
    await client.until(() => targets(client).length > 0)
    expect(targets(client)).toEqual(['/after'])
  })

  test('with a cursor it hears all that came later, in order, once, then that it is caught up, then what comes', async () => {
    const first = await add('/0')
    for (let i = 1; i <= 450; i++) await add(`/${i}`)
    const client = await live(`?after=${first}`)
    expect(client.frames().at(-1)).toEqual({ type: 'caught-up' })
    await add('/451')
    await client.until(() => targets(client).at(-1) === '/451')
    expect(targets(client)).toEqual(Array.from({ length: 451 }, (_, i) => `/${i + 1}`))
    const seqs = client.events().map(({ seq }) => seq)
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b))
    expect(client.frames().filter(({ type }) => type === 'caught-up').length).toBe(1)
  })

  test('after the newest event there is nothing to catch up with', async () => {
    const client = await live(`?after=${await add('/old')}`)
    expect(client.frames()).toEqual([{ type: 'caught-up' }])
  })

  test('every kind of event arrives, and names its endpoint', async () => {
    const client = await live()
    const { id } = await store.addCapture(aCapture(endpoint))
    await store.updateCapture(id, { pinned: true })
    await store.updateEndpoint(endpoint, { signing: { scheme: 'github', secrets: ['canary-secret-value'] } })
    await store.addRejection({ id: 'r1', at: 1, remoteAddress: '::1', reason: 'parse', status: 400, headBase64: '' })
    await client.until(() => client.events().some(({ type }) => type === 'rejection'))
    await store.removeCapture(id)
    await client.until(() => client.events().some(({ type }) => type === 'deleted'))
    const heard = client.events()
    expect(heard.map(({ type }) => type)).toEqual(['capture', 'updated', 'endpoint', 'rejection', 'deleted'])
    expect(heard.map((event) => (event.type === 'endpoint' ? event.endpoint.id : event.endpoint))).toEqual([
      endpoint,
      endpoint,
      endpoint,
      null,
      endpoint,
    ])
    expect(JSON.stringify(heard)).not.toContain('canary')
    expect(heard[2]).toMatchObject({ endpoint: { url: `${CAPTURE}/my-shop` } })
  })

  test('a cursor that is newer than anything is reset, and live goes on', async () => {
    const client = await live('?after=999999')
    expect(client.frames()).toEqual([{ type: 'reset' }, { type: 'caught-up' }])
    await add('/new')
    await client.until(() => targets(client).length > 0)
    expect(targets(client)).toEqual(['/new'])
  })

  test('a cursor that is older than what is kept is reset, and live goes on', async () => {
    const rejection = { at: 1, remoteAddress: '::1', reason: 'parse', status: 400, headBase64: '' } as const
    for (let i = 0; i < EVENTS_KEPT + 1500; i += 500) {
      await Promise.all(Array.from({ length: 500 }, (_, k) => store.addRejection({ ...rejection, id: `r${i + k}` })))
    }
    const client = await live('?after=1')
    expect(client.frames()).toEqual([{ type: 'reset' }, { type: 'caught-up' }])
    await add('/new')
    await client.until(() => targets(client).length > 0)
    expect(targets(client)).toEqual(['/new'])
  })

  test.each(['id', 'alias'])('a watcher of one endpoint, by its %s, hears nothing of others', async (by) => {
    const other = (await store.addEndpoint({})).id
    await store.addCapture(aCapture(other, { target: '/other/1' }))
    await add('/mine/1')
    const client = await live(`?endpoint=${by === 'id' ? endpoint : 'my-shop'}&after=0`)
    const all = await live('?after=0')
    await store.addCapture(aCapture(other, { target: '/other/2' }))
    await store.addRejection({ id: 'r', at: 1, remoteAddress: '::1', reason: 'parse', status: 400, headBase64: '' })
    await add('/mine/2')
    await client.until(() => targets(client).includes('/mine/2'))
    await all.until(() => targets(all).includes('/mine/2'))
    expect(targets(client)).toEqual(['/mine/1', '/mine/2'])
    expect(client.events().some(({ type }) => type === 'rejection')).toBe(false)
    expect(targets(all)).toEqual(['/other/1', '/mine/1', '/other/2', '/mine/2'])
    expect(all.events().some(({ type }) => type === 'rejection')).toBe(true)
  })
})

describe('each seen once, in order', () => {
  test('2,000 captures with 50 random cuts of the connection', async () => {
    const heard: string[] = []
    let cursor = 0
    let cuts = 0
    const listen = async (until: (client: FeedClient) => Promise<void>): Promise<void> => {
      const client = watch(port, `?after=${cursor}`)
      await until(client)
      client.socket.terminate()
      cursor = client.events().at(-1)?.seq ?? cursor
      heard.push(...targets(client))
    }
    let adding = true
    const added = (async () => {
      for (let i = 0; i < 2000; i++) {
        await add(`/${i}`)
        if (i % 8 === 0) await pause(Math.random() * 12)
      }
      adding = false
    })()
    while (adding || cuts < 50) {
      await listen(() => pause(Math.random() * 50)) // some are cut before they open, some while they catch up, some live
      cuts++
    }
    await added
    await listen(caughtUp)
    expect(cuts).toBeGreaterThanOrEqual(50)
    expect(heard).toEqual(Array.from({ length: 2000 }, (_, i) => `/${i}`))
  })

  test('watchers that join under load, each from another place, miss nothing and hear nothing twice', async () => {
    const seqs: number[] = []
    for (let i = 0; i < 300; i++) seqs.push(await add(`/${i}`))
    const clients: { client: FeedClient; from: number }[] = []
    for (let i = 300; i < 1500; i++) {
      seqs.push(await add(`/${i}`))
      if (i % 5 === 0) await nextTurn()
      if (i % 60 === 0) {
        const from = Math.floor(Math.random() * seqs.length)
        clients.push({ client: watch(port, `?after=${seqs[from]}`), from })
      }
    }
    for (const { client, from } of clients) {
      await client.until(() => targets(client).includes('/1499'))
      expect(targets(client)).toEqual(Array.from({ length: 1500 - from - 1 }, (_, i) => `/${i + from + 1}`))
    }
    expect(clients.length).toBe(20)
  })

  test('a watcher that takes long over what it missed does not miss what came meanwhile', async () => {
    for (let i = 0; i < 180; i++) await add(`/${i}/${'x'.repeat(110_000)}`)
    await live() // keeps the tail moving
    const slow = watch(port, '?after=1')
    await once(slow.socket, 'open')
    slow.socket.pause()
    for (let i = 180; i < 210; i++) {
      await add(`/${i}/`)
      await pause(10)
    }
    slow.socket.resume()
    await add('/210/')
    await slow.until(() => targets(slow).at(-1) === '/210/')
    expect(targets(slow).map((target) => target.split('/')[1])).toEqual(
      Array.from({ length: 211 }, (_, i) => String(i)),
    )
  })
})

describe('pace', () => {
  test('in quiet times a capture is pushed at once', async () => {
    const client = await live()
    const waits: number[] = []
    for (let i = 0; i < 10; i++) {
      await pause(FEED_TICK_MS * 2)
      const before = performance.now()
      await add(`/${i}`)
      await client.until(() => targets(client).length > i)
      waits.push((client.messages.at(-1)?.at ?? Number.POSITIVE_INFINITY) - before)
    }
    waits.sort((a, b) => a - b)
    expect(waits[5]).toBeLessThan(FEED_TICK_MS / 2)
  })

  test('under load there is at most one message a tick', async () => {
    const client = await live()
    const start = performance.now()
    let added = 0
    while (performance.now() - start < 1000) {
      await add(`/${added++}`)
      await nextTurn()
    }
    await client.until(() => targets(client).length === added)
    const spent = performance.now() - start
    const messages = client.messages.length - 1 // but for caught-up
    expect(messages).toBeLessThanOrEqual(Math.ceil(spent / FEED_TICK_MS) + 1)
    expect(messages).toBeGreaterThan(5)
    expect(added).toBeGreaterThan(messages * 5)
  })

  test('a watcher that stops reading is cut at 1 MiB, and the others hear everything in order', async () => {
    const others = await Promise.all(Array.from({ length: 5 }, () => live()))
    const stalled = await live()
    stalled.socket.pause()
    const note = { target: `/${'x'.repeat(3000)}` }
    let added = 0
    while (feed.watchers() === 6 && added < 40_000) {
      await Promise.all(Array.from({ length: 20 }, () => add(`/${added++}${note.target}`)))
      if (added % 200 === 0) await pause(5)
    }
    expect(feed.watchers()).toBe(5)
    const total = added
    for (const other of others) {
      await other.until(() => targets(other).length === total)
      expect(targets(other).map((target) => Number.parseInt(target.slice(1), 10))).toEqual(
        Array.from({ length: total }, (_, i) => i),
      )
    }
    stalled.socket.resume()
    expect(await stalled.closed).toBe(1006)
    const last = stalled.events().at(-1)?.seq ?? 0
    const back = await live(`?after=${last}`)
    expect(targets(stalled).length + targets(back).length).toBe(total)
  })

  test('a watcher that does not read while it catches up holds one page, not the log', async () => {
    for (let i = 0; i < 3000; i += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, k) => add(`/${i + k}/${'x'.repeat(10_000)}`)))
    }
    const before = process.memoryUsage().arrayBuffers
    const socket = connect(port, '127.0.0.1') // a raw one: it answers no ping and reads nothing
    socket.write(
      'GET /api/feed?after=0 HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    )
    socket.pause()
    await pause(500)
    expect(feed.watchers()).toBe(1)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 * 1024)
    const patient = await live('?after=0')
    expect(targets(patient).length).toBe(3000)
    socket.destroy()
  })
})

describe('the connection', () => {
  test('each watcher is pinged, and one that never answers is let go', async () => {
    await stop()
    await serve(100)
    const client = await live()
    const dead = connect(port, '127.0.0.1')
    dead.write(
      'GET /api/feed HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    )
    dead.resume()
    await once(dead, 'close')
    await client.until(() => client.frames().filter(({ type }) => type === 'ping').length >= 3)
    expect(feed.watchers()).toBe(1)
    expect(client.socket.readyState).toBe(client.socket.OPEN)
  })

  test('when the server stops, each watcher is told that it goes away', async () => {
    const clients = [await live(), await live('?after=0')]
    await feed.close()
    expect(await Promise.all(clients.map(({ closed }) => closed))).toEqual([1001, 1001])
    expect(feed.watchers()).toBe(0)
  })

  test('a watcher that does not answer the goodbye holds up the stop for a second, not for ever', async () => {
    const client = await live()
    client.socket.pause()
    const before = performance.now()
    await feed.close()
    expect(performance.now() - before).toBeLessThan(3000)
  })

  test('the 65th watcher is told to try again later', async () => {
    const clients = await Promise.all(Array.from({ length: 64 }, () => live()))
    expect(await watch(port).closed).toBe(1013)
    await clients[0]?.close()
    await pause(20)
    await live()
  })

  test('what a watcher says is ignored, and too much of it ends the connection', async () => {
    const client = await live()
    client.socket.send('hello')
    client.socket.send(Buffer.alloc(60 * 1024))
    await add('/still')
    await client.until(() => targets(client).includes('/still'))
    client.socket.send(Buffer.alloc(65 * 1024))
    expect(await client.closed).toBe(1009)
  })

  test('the subprotocol is selected where it is offered, and never the token beside it', async () => {
    const client = watch(port, '', ['t.secret', 'hookwell.v1'])
    await client.until(isCaughtUp)
    expect(client.socket.protocol).toBe('hookwell.v1')
  })

  test.each([
    ['?endpoint=nobody', 404, 'not_found'],
    ['?endpoint=3f0c1b2a-0000-4000-8000-000000000000', 404, 'not_found'],
    ['?query=type:x', 422, 'invalid_query'],
    ['?after=x', 422, 'invalid_input'],
    ['?after=-1', 422, 'invalid_input'],
    ['?after=1.5', 422, 'invalid_input'],
    ['?after=99999999999999999999', 422, 'invalid_input'],
  ])('%s is refused before the socket opens: %i %s', async (search, status, code) => {
    const { responses } = await rawRequest(
      port,
      `GET /api/feed${search} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
    )
    expect(responses[0]?.status).toBe(status)
    expect(JSON.parse(responses[0]?.body.toString() ?? '')).toMatchObject({ code, status })
  })

  test.each(['Upgrade: h2c', 'Upgrade: websocket'])(
    'a broken handshake (%s, no key) gets an answer',
    async (upgrade) => {
      const { responses } = await rawRequest(
        port,
        `GET /api/feed HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n${upgrade}\r\n\r\n`,
      )
      expect(responses[0]?.status).toBe(400)
    },
  )
})
