/** The real program in a process of its own, and what it says. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface Program {
  readonly child: ChildProcessWithoutNullStreams
  stdout(): string
  stderr(): string
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | string | null>
  /** Resolves when stdout matches; rejects when the program ends first. */
  until(pattern: RegExp): Promise<RegExpMatchArray>
}

export interface Ready {
  readonly ready: true
  readonly inspector: string
  readonly capture: string
  readonly endpoint: string
  readonly pid: number
}

/** Without the environment of whoever runs the tests, but for what Node itself needs. */
export function runScript(
  script: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  nodeOptions: readonly string[] = [],
): Program {
  const child = spawn(process.execPath, [...nodeOptions, script, ...words], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...environment },
  })
  const said = { stdout: '', stderr: '' }
  const looking = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text
      for (const look of looking) look()
    })
  let over = false
  const ended = new Promise<number | string | null>((resolve) =>
    child.on('close', (code, signal) => {
      over = true
      resolve(code ?? signal)
      for (const look of looking) look()
    }),
  )
  return {
    child,
    stdout: () => said.stdout,
    stderr: () => said.stderr,
    ended,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = said.stdout.match(pattern)
          if (match === null && !over) return
          looking.delete(look)
          if (match !== null) resolve(match)
          else reject(new Error(`It ended: ${said.stdout}${said.stderr}`))
        }
        looking.add(look)
        look()
      }),
  }
}

/** `hookwell` with these words; killed when the test ends, where it still runs. */
export function hookwell(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  nodeOptions: readonly string[] = [],
): Program {
  const program = runScript('server/bin.js', words, environment, nodeOptions)
  onTestFinished(async () => {
    program.child.kill('SIGKILL')
    await program.ended
  })
  return program
}

/** The line of `--json`. */
export async function readyLine(program: Program): Promise<Ready> {
  const [line = ''] = await program.until(/^\{"ready":true.*\}$/m)
  return JSON.parse(line) as Ready // printed by the program; its shape is what the tests look at
}
