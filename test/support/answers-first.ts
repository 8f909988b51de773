/**
 * The wrong way round, to show that the test of durability can fail: a server over the same store that answers first and commits a few
 * milliseconds later. Its arguments are the data directory and the milliseconds.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { newId } from '../../server/id.ts'
import { openStore } from '../../server/store/open.ts'
import { aCapture } from './a-capture.ts'

const [data = '', delayMs = '5'] = process.argv.slice(2)
const store = openStore({ data, durability: 'full', now: Date.now, log: () => undefined })
const { id: endpoint } = (await store.endpoints())[0] ?? (await store.addEndpoint({}))
const server = createServer((request, response) => {
  request.resume().on('end', () => {
    const id = newId(Date.now())
    response.writeHead(200, { 'hookwell-capture': id }).end()
    setTimeout(() => void store.addCapture(aCapture(endpoint, { id })), Number(delayMs))
  })
})
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo // a listening TCP server has one
  process.stdout.write(
    `${JSON.stringify({ ready: true, inspector: '', capture: `http://127.0.0.1:${port}`, endpoint, pid: process.pid })}\n`,
  )
})
