/** The whole of Hookwell inside a test: both listeners on free ports, a store that ends with it. */
import { type RawOptions, readConfig } from '../../server/config.ts'
import { type Running, startServer } from '../../server/server.ts'

export interface TestInspector extends Running, AsyncDisposable {
  readonly capturePort: number
  readonly inspectorPort: number
  /** POSTs JSON to the API; the answer's status and JSON. */
  post(path: string, input: unknown): Promise<{ status: number; json: unknown }>
}

export async function anInspector(options: RawOptions = {}, now: () => number = Date.now): Promise<TestInspector> {
  const config = readConfig({ port: '0', uiPort: '0', data: ':memory:', ...options }, {})
  const running = await startServer(config, () => undefined, now)
  return {
    ...running,
    capturePort: Number(new URL(running.capture).port),
    inspectorPort: Number(new URL(running.inspector).port),
    async post(path, input) {
      const response = await fetch(running.inspector + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(input),
      })
      return { status: response.status, json: await response.json() }
    },
    [Symbol.asyncDispose]: () => running.close(),
  }
}
