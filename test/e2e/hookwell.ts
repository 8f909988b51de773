/** What every journey has: a real Hookwell process of its own on free ports with a fresh data directory, and a page that looks at it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, expect, type Page } from '@playwright/test'
import type { Capture, CaptureSummary } from '../../shared/capture.ts'
import type { Endpoint } from '../../shared/endpoint.ts'

const MAIN = new URL('../../server/main.ts', import.meta.url).pathname

export interface Ready {
  readonly inspector: string
  readonly capture: string
  readonly endpoint: string
}

export class Hookwell {
  ready: Ready = { inspector: '', capture: '', endpoint: '' }
  readonly #data: string
  #child: ChildProcess | undefined

  constructor(data: string) {
    this.#data = data
  }

  /** A second start takes the ports of the first, as a restart by hand would. */
  async start(...more: string[]): Promise<void> {
    const port = (url: string) => (url === '' ? '0' : new URL(url).port)
    const ports = ['--port', port(this.ready.capture), '--ui-port', port(this.ready.inspector)]
    const child = spawn(process.execPath, [MAIN, 'serve', ...ports, '--data', this.#data, '--json', ...more], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    let heard = ''
    let complaint = ''
    child.stderr.on('data', (text) => {
      complaint += text
    })
    for await (const text of child.stdout) {
      heard += text
      if (heard.includes('\n')) break
    }
    if (!heard.includes('"ready":true')) throw new Error(`Hookwell did not start: ${heard}${complaint}`)
    this.ready = JSON.parse(heard) as Ready // our own start line
  }

  async kill(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  async api<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.ready.inspector}/api/${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return (response.status === 204 ? undefined : await response.json()) as T // the contract says which
  }

  endpoint(settings: object): Promise<Endpoint> {
    return this.api('PATCH', `endpoints/${this.ready.endpoint}`, settings)
  }

  /** Sends a webhook to an endpoint; `below` is what stands behind it in the path. */
  async send(body: string | object, headers: Record<string, string> = {}, below = '', endpoint = this.ready.endpoint) {
    const response = await fetch(`${this.ready.capture}/${endpoint}${below}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    const id = response.headers.get('hookwell-capture')
    if (!response.ok || id === null) throw new Error(`Not captured: ${response.status}`)
    return id
  }

  /** Many small webhooks over a few connections, typed `n.0`, `n.1`, …; much faster than one by one. */
  async sendMany(count: number): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 48 })
    let next = 0
    const post = () =>
      new Promise<void>((done, failed) => {
        const url = `${this.ready.capture}/${this.ready.endpoint}`
        const call = request(
          url,
          { agent, method: 'POST', headers: { 'content-type': 'application/json' } },
          (response) => {
            response.resume().on('end', done)
            if (response.statusCode !== 200) failed(new Error(`Not captured: ${response.statusCode}`))
          },
        )
        call.on('error', failed).end(`{"type":"n.${next++}"}`)
      })
    await Promise.all(
      Array.from({ length: 48 }, async () => {
        while (next < count) await post()
      }),
    )
    agent.destroy()
  }

  async captures(endpoint = this.ready.endpoint): Promise<CaptureSummary[]> {
    return (await this.api<{ captures: CaptureSummary[] }>('GET', `endpoints/${endpoint}/captures?limit=500`)).captures
  }

  capture(id: string): Promise<Capture> {
    return this.api('GET', `captures/${id}`)
  }
}

/** A real target that keeps what it was sent. */
export async function aTarget(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const requests: { method: string; url: string; headers: string[]; body: string }[] = []
  const server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece) => pieces.push(piece))
    request.on('end', () => {
      const { method = '', url = '', rawHeaders } = request
      requests.push({ method, url, headers: rawHeaders, body: Buffer.concat(pieces).toString() })
      answer(request, response)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // a port was asked for, so it is no pipe
  return { url: `http://localhost:${port}`, requests, close: () => server.close() }
}

/** Chooses in a picker by typing, as people do: the first that fits. */
export async function pick(page: Page, label: string, typed: string): Promise<void> {
  const picker = page.getByRole('combobox', { name: label, exact: true })
  await picker.fill(typed)
  await expect(page.getByRole('listbox', { name: label, exact: true })).toBeVisible()
  await picker.press('Enter')
}

/** `hookwell`: a running one. Whatever the page throws or the browser's policy refuses fails the journey. */
export const test = base.extend<{ hookwell: Hookwell; complaints: string[] }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is needed from this pattern
  hookwell: async ({}, use) => {
    const data = await mkdtemp(join(tmpdir(), 'hookwell-e2e-'))
    const hookwell = new Hookwell(data)
    await hookwell.start()
    await use(hookwell)
    await hookwell.kill()
    await rm(data, { recursive: true, force: true })
  },
  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = []
      page.on('pageerror', (error) => complaints.push(String(error.stack)))
      page.on('console', (message) => {
        if (/Content Security Policy|TrustedScript|TrustedHTML/.test(message.text())) complaints.push(message.text())
      })
      await use(complaints)
      expect(complaints).toEqual([])
    },
    { auto: true },
  ],
})

export { expect }
