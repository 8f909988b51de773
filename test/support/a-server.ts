/** A whole Hookwell on free ports, with a store that ends with it. */
import type { RawOptions } from '../../server/config.ts'
import { readConfig } from '../../server/config.ts'
import type { Log } from '../../server/log.ts'
import type { Running } from '../../server/server.ts'
import { startServer } from '../../server/server.ts'

export interface TestServer extends Running {
  readonly capturePort: number
  readonly inspectorPort: number
}

/** @param options as on the command line, in camel case: `{ maxBody: '1kb' }` */
export async function aServer(options: RawOptions = {}, log: Log = () => undefined): Promise<TestServer> {
  const config = readConfig({ port: '0', uiPort: '0', data: ':memory:', durability: 'fast', ...options }, {})
  const running = await startServer(config, log)
  return {
    ...running,
    capturePort: Number(new URL(running.capture).port),
    inspectorPort: Number(new URL(running.inspector).port),
  }
}
