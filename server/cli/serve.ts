/** `hookwell serve`: both listeners, until a signal stops them. */
import { type Config, isLoopback, type RawOptions, readConfig } from '../config.ts'
import { logToStderr } from '../log.ts'
import { type Running, startServer } from '../server.ts'
import { StoreRefusal } from '../store/refusal.ts'

/** Exit code after a bug (EX_SOFTWARE of sysexits.h). */
const BUG = 70

/** Resolves with the exit code: 0 after a signal; 1 port in use; 2 another instance; 3 damaged data. */
export async function serve(raw: RawOptions): Promise<number> {
  const config = readConfig(raw, process.env)
  const stopped = untilSignal() // before anybody knows that we run, and may want us to stop
  let running: Running
  try {
    running = await startServer(config, logToStderr)
  } catch (error) {
    return refused(error, config)
  }
  announce(config, running)
  if (config.open) await openBrowser(pageUrl(config, running))
  surviveBugs(running)
  await stopped
  await running.close()
  return 0
}

/** What was acknowledged is on the disk in any case. A promise that nobody waited for harms nobody; after a throw, nothing is certain. */
function surviveBugs(running: Running): void {
  const tell = (fact: string, error: unknown): void =>
    logToStderr(fact, { error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  process.on('unhandledRejection', (error) => tell('Something failed that nobody waited for.', error))
  process.once('uncaughtException', (error) => {
    tell('Something failed that cannot be mended; Hookwell stops.', error)
    void running.close().finally(() => process.exit(BUG))
  })
}

function announce(config: Config, running: Running): void {
  const { inspector, capture, publicBase, defaultEndpoint, pageBuilt } = running
  if (config.json) {
    process.stdout.write(
      `${JSON.stringify({ ready: true, inspector, capture, endpoint: defaultEndpoint.id, pid: process.pid })}\n`,
    )
    return
  }
  const lines = [
    `Inspector    ${pageUrl(config, running)}`,
    `Capture URL  ${publicBase}/${defaultEndpoint.alias ?? defaultEndpoint.id}`,
    `Data         ${config.data}`,
  ]
  if (!isLoopback(config.host)) lines.push(`The capture listener can be reached from other machines (${config.host}).`)
  if (!pageBuilt) lines.push('The page is not built; run `npm run build` and start again.')
  process.stdout.write(`${lines.join('\n')}\n`)
}

/** The token travels in the fragment: not in requests, not in logs, not in Referer. */
const pageUrl = (config: Config, { inspector }: Running): string =>
  config.token === undefined ? inspector : `${inspector}/#t=${config.token}`

function refused(error: unknown, config: Config): number {
  if (error instanceof StoreRefusal) {
    process.stderr.write(`hookwell: ${error.message}\n`)
    return error.exitCode
  }
  const { code, port } = error as { code?: unknown; port?: unknown } // Node's listen errors carry both
  if (code === 'EADDRINUSE' || code === 'EACCES' || code === 'EADDRNOTAVAIL') {
    const option = port === config.uiPort && port !== config.port ? '--ui-port' : '--port'
    const why = {
      EADDRINUSE: 'is already in use',
      EACCES: 'may not be opened by this user',
      EADDRNOTAVAIL: 'is not on an address of this machine',
    }[code]
    process.stderr.write(
      `hookwell: Port ${String(port)} ${why}. Choose another with ${option}, or 0 for any free one.\n`,
    )
    return 1
  }
  throw error
}

/** A second signal ends the process at once: what was acknowledged is on the disk already. */
function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false
    const stop = (): void => {
      if (asked) process.exit(0)
      asked = true
      resolve()
    }
    process.on('SIGINT', stop).on('SIGTERM', stop)
  })
}

async function openBrowser(url: string): Promise<void> {
  const { default: open } = await import('open')
  await open(url).catch(() => process.stderr.write(`hookwell: No browser could be opened; go to ${url}\n`))
}
