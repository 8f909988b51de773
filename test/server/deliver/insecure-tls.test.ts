/** `insecureTls` of a replay reaches the connection, and only where it was said. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { aCapture } from '../../support/a-capture.ts'
import { anInspector } from '../../support/an-inspector.ts'

const file = (name: string) => readFileSync(new URL(`../../fixtures/tls/${name}`, import.meta.url))

test('a replay to a server with a certificate of its own fails, and with insecureTls it arrives', async () => {
  let heard = 0
  const server = https.createServer(
    { key: file('self-signed-key.pem'), cert: file('self-signed.pem') },
    (_, response) => {
      heard++
      response.end('ok')
    },
  )
  server.on('tlsClientError', () => undefined).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo // a TCP server that listens has one
  await using inspector = await anInspector()
  const { id } = await inspector.store.addCapture(aCapture(inspector.defaultEndpoint.id))
  const replayed = (more: object) =>
    inspector.post(`/api/captures/${id}/replay`, { target: `https://localhost:${port}/`, ...more })

  for (const more of [{}, { insecureTls: false }])
    expect(await replayed(more)).toMatchObject({ status: 200, json: { outcome: { error: { code: 'tls' } } } })
  expect(heard).toBe(0)
  expect(await replayed({ insecureTls: true })).toMatchObject({ status: 200, json: { outcome: { status: 200 } } })
  expect(heard).toBe(1)
})
