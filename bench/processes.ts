/** Starting what is measured, each in a process of its own and, where the system can, on a processor of its own. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const here = (name: string): string => new URL(name, import.meta.url).pathname
const canPin = spawnSync('taskset', ['-V']).status === 0

export interface Started {
  readonly child: ChildProcess
  /** The next line it prints, as JSON. */
  line(): Promise<Record<string, unknown>>
  stop(signal?: NodeJS.Signals): Promise<void>
}

export function start(script: string, words: readonly string[], processor: 0 | 1): Started {
  const command = canPin ? ['taskset', '-c', String(processor), process.execPath] : [process.execPath]
  const [program = '', ...rest] = [...command, here(script), ...words]
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    child,
    async line() {
      const { value, done } = await lines.next()
      if (done === true) throw new Error(`${script} ended without a word.`)
      return JSON.parse(String(value)) as Record<string, unknown>
    },
    async stop(signal = 'SIGTERM') {
      child.kill(signal)
      await ended
    },
  }
}

export interface Hookwell extends Started {
  readonly inspector: string
  readonly capturePort: number
  readonly endpoint: string
  /** From the spawn to the line that says it is ready, in ms. */
  readonly readyMs: number
  readonly data: string
}

export async function startHookwell(
  words: readonly string[],
  data = mkdtempSync(join(tmpdir(), 'hookwell-bench-')),
): Promise<Hookwell> {
  const at = performance.now()
  const started = start(
    '../server/bin.js',
    ['serve', '--port', '0', '--ui-port', '0', '--json', '--data', data, ...words],
    0,
  )
  const ready = (await started.line()) as { inspector: string; capture: string; endpoint: string }
  const readyMs = performance.now() - at
  return {
    ...started,
    inspector: ready.inspector,
    capturePort: Number(new URL(ready.capture).port),
    endpoint: ready.endpoint,
    readyMs,
    data,
  }
}

export const discard = (hookwell: Hookwell): void => rmSync(hookwell.data, { recursive: true, force: true })

/** CPU seconds and resident memory of a process, from /proc; zeros where there is none. */
export function usageOf(child: ChildProcess): { cpuSeconds: number; rssMb: number } {
  try {
    const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
    return {
      cpuSeconds: (Number(stat[11]) + Number(stat[12])) / 100,
      rssMb: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024,
    }
  } catch {
    return { cpuSeconds: 0, rssMb: 0 }
  }
}
