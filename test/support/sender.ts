/** A crowd of senders on keep-alive connections that remember which captures were acknowledged to them. */
import { Agent, request } from 'node:http'

export interface Senders {
  /** Ids of the captures that were answered with 200. */
  readonly acknowledged: Set<string>
  /** Exchanges that ended in an error after the request was written, and how. */
  readonly broken: string[]
  /** Sends no more; resolves when the last exchange has ended. */
  stop(): Promise<void>
}

/** Each sends one request after the other until it is told to stop or the server is gone. */
export function senders(url: string, connections: number, body: Buffer): Senders {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const acknowledged = new Set<string>()
  const broken: string[] = []
  let stopped = false
  const all = Array.from({ length: connections }, async () => {
    while (!stopped) {
      const heard = await sendOnce(url, agent, body)
      if (heard.id !== undefined) acknowledged.add(heard.id)
      if (heard.error !== undefined) {
        broken.push(heard.error)
        return
      }
    }
  })
  return {
    acknowledged,
    broken,
    async stop() {
      stopped = true
      await Promise.all(all)
      agent.destroy()
    },
  }
}

function sendOnce(url: string, agent: Agent, body: Buffer): Promise<{ id?: string; error?: string }> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/octet-stream', 'content-length': body.length }
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      const id = response.headers['hookwell-capture']
      const whole = response.statusCode === 200 && typeof id === 'string' ? { id } : {}
      response
        .on('error', () => undefined)
        .on('close', () => resolve(whole))
        .resume()
    })
    sent.on('error', (error: NodeJS.ErrnoException) => resolve({ error: error.code ?? error.message }))
    sent.end(body)
  })
}
