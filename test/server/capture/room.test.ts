/** The memory that bodies may take together is lent, not spent: whatever becomes of a request, others get its room back. */
import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { createDoor } from '../../../server/capture/door.ts'
import { openStore } from '../../../server/store/open.ts'
import type { Store } from '../../../server/store/store.ts'

const LARGEST = 100_000
const ROOM = 2 * LARGEST
const SMALL = 20_000
const UNKNOWN = 10_000
/** So many of the largest bodies would fill the room several times over. */
const TIMES = 12

let store: Store
let port: number
let url: string

beforeEach(async () => {
  store = openStore({ data: ':memory:', durability: 'fast', now: Date.now, log: () => undefined })
  const endpoint = await store.addEndpoint({})
  const door = createDoor({
    store,
    now: Date.now,
    maxBodyBytes: LARGEST,
    publicBase: undefined,
    log: () => undefined,
    inspectorUrl: () => 'http://127.0.0.1:1',
    rooms: { bodies: ROOM, small: SMALL, unknown: UNKNOWN },
  })
  door.listen(0, '127.0.0.1')
  await once(door, 'listening')
  port = (door.address() as AddressInfo).port // a TCP server that listens has one
  url = `http://127.0.0.1:${port}/${endpoint.id}`
  onTestFinished(async () => {
    door.closeAllConnections()
    door.close()
    await store.close()
  })
})

const post = (to: string, size: number) => fetch(to, { method: 'POST', body: Buffer.alloc(size, 'x') })

/** Opens a request for a body of the largest size, and sends so much of it. */
async function begun(bytes: number) {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.on('error', () => undefined)
  socket.write(`POST ${new URL(url).pathname} HTTP/1.1\r\nHost: x\r\nContent-Length: ${LARGEST}\r\n\r\n`)
  socket.write(Buffer.alloc(bytes, 'y'))
  return socket
}

test('bodies that are kept give their room back', async () => {
  for (let i = 0; i < TIMES; i++) expect((await post(url, LARGEST)).status).toBe(200)
})

test('bodies for an unknown endpoint give their room back, so that the beginning of each later one is kept', async () => {
  for (let i = 0; i < TIMES; i++) expect((await post(`http://127.0.0.1:${port}/nobody`, 60_000)).status).toBe(404)
  const kept = async () => (await store.rejections(TIMES)).map(({ headBase64 }) => atob(headBase64).endsWith('xxx'))
  await expect.poll(kept).toEqual(Array.from({ length: TIMES }, () => true))
  expect((await post(url, LARGEST)).status).toBe(200)
})

test('bodies that turn out too large give their room back', async () => {
  for (let i = 0; i < TIMES; i++) {
    const chunks = new ReadableStream({
      start(controller) {
        controller.enqueue(Buffer.alloc(LARGEST + 1, 'x')) // undeclared: it is taken in until it passes the limit
        controller.close()
      },
    })
    const init = { method: 'POST', body: chunks, duplex: 'half' } as RequestInit // DOM's types lack `duplex`
    const response = await fetch(url, init)
    expect(response.status).toBe(413)
  }
  expect((await post(url, LARGEST)).status).toBe(200)
})

test('bodies whose senders go away give their room back', async () => {
  for (let i = 0; i < TIMES; i++) {
    const socket = await begun(LARGEST - 1)
    await expect.poll(() => socket.writableLength).toBe(0)
    socket.destroy()
    await expect.poll(async () => (await store.rejections(500)).length).toBe(i + 1)
  }
  expect((await post(url, LARGEST)).status).toBe(200)
})

test('while the room is full others are told to come back, and after it they may', async () => {
  const holders = [await begun(LARGEST - 1), await begun(LARGEST - 1)]
  for (const socket of holders) await expect.poll(() => socket.writableLength).toBe(0)
  await pause(100) // until the door has taken it in: whoever came in between would take the room from them
  const statusNow = async () => (await post(url, 70_000)).status
  expect(await statusNow()).toBe(503)
  const refused = await post(url, 70_000)
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5'])
  for (const socket of holders) socket.destroy()
  await expect.poll(statusNow).toBe(200)
})
