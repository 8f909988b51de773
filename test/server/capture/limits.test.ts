/** Limits: what is too large, cut off or too much at once is refused so that the sender hears it, and never counted. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createRoom, type ReadBody, readBody } from '../../../server/capture/read-body.ts'
import { aCapture } from '../../support/a-capture.ts'
import { anInspector, type TestInspector } from '../../support/an-inspector.ts'
import { rawRequest } from '../../support/raw-client.ts'
import { tempDirectory } from '../../support/temp-directory.ts'

const LIMIT = 1024 * 1024
let inspector: TestInspector
let endpoint: string
beforeAll(async () => {
  inspector = await anInspector({ maxBody: '1mb' })
  endpoint = inspector.defaultEndpoint.id
})
afterAll(() => inspector.close())

const head = (more: string) => `POST /${endpoint} HTTP/1.1\r\nHost: x\r\n${more}\r\n\r\n`
const chunked = (body: Buffer, size = 60_000): Buffer => {
  const parts: Buffer[] = []
  for (let at = 0; at < body.length; at += size) {
    const part = body.subarray(at, at + size)
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n'))
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')])
}
const counted = () => inspector.store.counters(endpoint).captures

test.each([
  ['declared', (body: Buffer) => [head(`Content-Length: ${body.length}`), body]],
  ['chunked', (body: Buffer) => [head('Transfer-Encoding: chunked'), chunked(body)]],
])('a body that is %s is kept up to the limit to the byte, and refused one byte beyond', async (_, request) => {
  for (const [size, status] of [
    [LIMIT - 1, 200],
    [LIMIT, 200],
    [LIMIT + 1, 413],
  ] as const) {
    const before = counted()
    const body = Buffer.alloc(size, 'x')
    const { responses } = await rawRequest(inspector.capturePort, request(body))
    expect(responses.at(-1)?.status, String(size)).toBe(status)
    expect(counted() - before).toBe(status === 200 ? 1 : 0)
  }
  expect((await inspector.store.rejections(1))[0]).toMatchObject({ reason: 'too_large', status: 413, endpoint })
})

test.each([2, 10, 50])('a sender of %i MB hears the 413 while it still sends', async (megabytes) => {
  for (const how of [`Content-Length: ${megabytes * LIMIT}`, 'Transfer-Encoding: chunked']) {
    const socket = connect({ port: inspector.capturePort, host: '127.0.0.1' })
    const heard: Buffer[] = []
    let error: unknown
    socket
      .on('data', (chunk: Buffer) => heard.push(chunk))
      .on('error', (it) => {
        error = it
      })
    socket.write(head(how))
    const piece = Buffer.alloc(64 * 1024, 'x')
    const isChunked = how.startsWith('T')
    const startedAt = performance.now()
    for (let sent = 0; sent < megabytes * LIMIT && heard.length === 0 && error === undefined; sent += piece.length) {
      const more = socket.write(
        isChunked ? Buffer.concat([Buffer.from('10000\r\n'), piece, Buffer.from('\r\n')]) : piece,
      )
      if (!more) await Promise.race([once(socket, 'drain'), once(socket, 'close')])
    }
    while (heard.length === 0 && performance.now() - startedAt < 3_000) await pause(5)
    expect(Buffer.concat(heard).toString('latin1')).toMatch(/^HTTP\/1\.1 413 [\s\S]*body_too_large/)
    socket.destroy()
  }
})

test('Expect: 100-continue with a body that is too large is refused unsent', async () => {
  const { responses } = await rawRequest(
    inspector.capturePort,
    head(`Expect: 100-continue\r\nContent-Length: ${LIMIT + 1}`),
  )
  expect(responses.map(({ status }) => status)).toEqual([413])
})

test('a body that is cut off is recorded with what came, and never counts', async () => {
  const before = counted()
  await rawRequest(inspector.capturePort, [head('Content-Length: 100'), 'only this'], { afterwards: 'reset' })
  await expect.poll(async () => (await inspector.store.rejections(1))[0]?.reason).toBe('aborted')
  const [rejection] = await inspector.store.rejections(1)
  expect(rejection).toMatchObject({ endpoint, status: 0, detail: expect.stringMatching(/9 bytes.* of 100/) })
  expect(Buffer.from(rejection?.headBase64 ?? '', 'base64').toString()).toMatch(/^POST [\s\S]*\r\n\r\nonly this$/)
  expect(counted()).toBe(before)
})

test('of what is refused at most 4 KiB are kept', async () => {
  await rawRequest(inspector.capturePort, [head('Transfer-Encoding: chunked'), chunked(Buffer.alloc(LIMIT + 1, 'z'))])
  const [rejection] = await inspector.store.rejections(1)
  expect(Buffer.from(rejection?.headBase64 ?? '', 'base64')).toHaveLength(4096)
})

/** A server that reads bodies into a shared room and says how each ended. */
async function reader(limit: number, room: number) {
  const shared = createRoom(room)
  const read: ReadBody[] = []
  const server = createServer(async (request, response) => {
    const body = await readBody(request, limit, shared)
    read.push(body)
    if (body.state === 'whole') await pause(100) // it is being kept
    shared.giveBack(body.bytes.length)
    response.end(body.state)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo // a listening TCP server has one
  return {
    read,
    post: async (size: number) =>
      (await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: Buffer.alloc(size, 'b') })).text(),
  }
}

test('bodies share one room, counted as they arrive and given back when they are kept', async () => {
  const { post } = await reader(1_000_000, 250_000)
  expect(await Promise.all([post(100_000), post(100_000)])).toEqual(['whole', 'whole'])
  expect((await Promise.all([post(100_000), post(100_000), post(100_000)])).sort()).toEqual([
    'no_room',
    'whole',
    'whole',
  ])
  expect(await post(250_000)).toBe('whole')
  expect(await post(250_001)).toBe('no_room')
  expect(await post(250_000)).toBe('whole')
})

test('a body that is only declared takes no room from others', async () => {
  const sleepers = await Promise.all(
    Array.from({ length: 40 }, async () => {
      const socket = connect({ port: inspector.capturePort, host: '127.0.0.1' })
      await once(socket, 'connect')
      socket.on('error', () => undefined).write(head(`Content-Length: ${LIMIT}`))
      return socket
    }),
  )
  const response = await fetch(`${inspector.capture}/${endpoint}`, { method: 'POST', body: Buffer.alloc(LIMIT) })
  expect(response.status).toBe(200)
  for (const socket of sleepers) socket.destroy()
})

test('where more waits than the store can take, senders are told at once to come back, and later they may', async () => {
  const data = tempDirectory()
  const busy = await anInspector({ data })
  onTestFinished(() => busy.close())
  const url = `${busy.capture}/${busy.defaultEndpoint.id}`
  const other = new Database(join(data, 'hookwell.sqlite'))
  other.exec('BEGIN IMMEDIATE') // so that nothing is written, and all waits
  const waiting = Array.from({ length: 2_000 }, () => busy.store.addCapture(aCapture(busy.defaultEndpoint.id)))
  const startedAt = performance.now()
  const refused = await fetch(url, { method: 'POST', body: 'x' })
  expect(performance.now() - startedAt).toBeLessThan(1_000)
  expect(refused.status).toBe(503)
  expect(refused.headers.get('retry-after')).toBe('5')
  expect(await refused.json()).toMatchObject({ code: 'storage_unavailable' })
  other.exec('COMMIT')
  other.close()
  await Promise.all(waiting)
  expect((await fetch(url, { method: 'POST', body: 'x' })).status).toBe(200)
  expect(busy.store.counters(busy.defaultEndpoint.id).captures).toBe(2_001)
})

test('bodies of 20 MB hardly delay small captures, and come through whole', async () => {
  const roomy = await anInspector()
  const url = `${roomy.capture}/${roomy.defaultEndpoint.id}`
  const large = Buffer.alloc(20 * 1024 * 1024, 'L')
  const took: number[] = []
  let sending = true
  const small = async () => {
    while (sending) {
      const startedAt = performance.now()
      await (await fetch(url, { method: 'POST', body: 'small' })).arrayBuffer()
      took.push(performance.now() - startedAt)
    }
  }
  const smalls = [small(), small()]
  const ids: string[] = []
  for (let i = 0; i < 3; i++)
    ids.push((await fetch(url, { method: 'POST', body: large })).headers.get('hookwell-capture') ?? '')
  sending = false
  await Promise.all(smalls)
  const sha256 = createHash('sha256').update(large).digest('hex')
  for (const id of ids) expect((await roomy.store.capture(id))?.bodySha256).toBe(sha256)
  took.sort((a, b) => a - b)
  expect(took.length).toBeGreaterThan(20)
  expect(took[Math.floor(took.length * 0.99)]).toBeLessThan(500)
  await roomy.close()
})

test('a body that comes byte by byte takes a few times its size, not hundreds', async () => {
  const size = 300_000
  const piece = Buffer.from('1\r\nx\r\n'.repeat(1_000))
  const before = process.memoryUsage().rss
  let most = 0
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss)
  }, 5)
  const large = await anInspector()
  onTestFinished(() => large.close())
  const { id } = await large.store.addEndpoint({})
  await rawRequest(large.capturePort, [
    Buffer.from(`POST /${id} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`),
    ...Array.from({ length: size / 1_000 }, () => piece),
    Buffer.from('0\r\n\r\n'),
  ])
  clearInterval(timer)
  const [capture] = (await large.store.captures({ endpoint: id, limit: 1 })).captures
  expect(capture?.bodySize).toBe(size)
  expect(most - before).toBeLessThan(100 * 1024 * 1024) // one object a byte took 450 bytes each: 135 MB
})

test('a few large bodies that dawdle leave room for the small ones', () => {
  const room = createRoom(100_000, 20_000)
  expect(room.take(70_000, 0)).toBe(true)
  expect(room.take(20_000, 70_000)).toBe(false)
  expect(room.take(20_000, 0)).toBe(true)
  expect(room.take(10_000, 0)).toBe(true)
  expect(room.take(1, 0)).toBe(false)
  room.giveBack(70_000)
  expect(room.take(1, 0)).toBe(true)
})
