/**
 * `npm run bench`: what capturing costs, as a share of a bare `node:http` server in the same run. Rounds are interleaved and medians are
 * shown, because machines are noisy and shared; Hookwell is stopped (SIGSTOP) while the yardstick runs, or work it deferred would slow
 * the yardstick and flatter us. Writes build/bench.json and build/bench.md. `--quick` takes fewer and shorter rounds.
 */
import { createHmac } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { bodyOf, type LoadOptions, type LoadResult } from './load.ts'
import { checkFigures, diagnosisFigures, type Figure } from './signatures.ts'
import { discard, type Hookwell, start, startHookwell, usageOf } from './processes.ts'

const quick = process.argv.includes('--quick')
const ROUNDS = quick ? 3 : 5
const SECONDS = quick ? 1.5 : 2
const BYTES = 1024
const SECRET = 'a secret for the benchmark only'

interface Cell {
  readonly durability: string
  readonly setting: string
  readonly connections: number
  readonly share: Spread
  readonly perSecond: Spread
  readonly barePerSecond: Spread
  readonly cpuMicroseconds: Spread
  readonly bareCpuMicroseconds: Spread
}
interface Spread {
  readonly min: number
  readonly median: number
  readonly max: number
}

/** Deleting what is beyond the limits costs as much as keeping what comes; measured apart, in the last setting. */
const KEEP_ALL = ['--keep-captures', '100000000', '--max-size', '1000gb']

const SETTINGS = [
  { name: 'no scheme, no viewers', watchers: 0, scheme: false, words: KEEP_ALL, connections: [1, 32, 256] },
  { name: 'GitHub scheme, 5 viewers', watchers: 5, scheme: true, words: KEEP_ALL, connections: [1, 32, 256] },
  { name: 'no scheme, 50 viewers', watchers: 50, scheme: false, words: KEEP_ALL, connections: [1, 32, 256] },
  { name: 'no scheme, no viewers, 10,000 kept', watchers: 0, scheme: false, words: [], connections: [32] },
] as const

const cells: Cell[] = []
const figures: Figure[] = []

await startUp()
for (const durability of ['full', 'fast'] as const) {
  for (const setting of SETTINGS) await throughput(durability, setting)
}
await latencies()
await idleConnections()
figures.push(...checkFigures(), ...diagnosisFigures())
write()

async function startUp(): Promise<void> {
  const times: number[] = []
  let rss = 0
  for (let i = 0; i < ROUNDS; i++) {
    const hookwell = await startHookwell([])
    times.push(hookwell.readyMs)
    rss = usageOf(hookwell.child).rssMb
    await hookwell.stop()
    discard(hookwell)
  }
  figures.push(
    ['start to ready, new data', `${spread(times).median.toFixed(0)} ms`, '≤ 400 ms'],
    ['RSS after start', `${rss.toFixed(0)} MB`, ''],
  )
}

async function throughput(durability: string, setting: (typeof SETTINGS)[number]): Promise<void> {
  const bare = start('bare.ts', [], 0)
  const barePort = Number((await bare.line())['port'])
  const hookwell = await startHookwell(['--durability', durability, ...setting.words])
  const headers = setting.scheme ? await useGithub(hookwell) : []
  const watchers = setting.watchers === 0 ? undefined : await watch(hookwell, setting.watchers)
  const path = `/${hookwell.endpoint}`
  for (const connections of setting.connections) {
    const rounds: { bare: Measured; ours: Measured }[] = []
    for (let round = 0; round < ROUNDS; round++) {
      hookwell.child.kill('SIGSTOP')
      const yardstick = await measure(bare.child, {
        port: barePort,
        path,
        connections,
        seconds: SECONDS,
        bytes: BYTES,
        headers,
      })
      hookwell.child.kill('SIGCONT')
      const ours = await measure(hookwell.child, {
        port: hookwell.capturePort,
        path,
        connections,
        seconds: SECONDS,
        bytes: BYTES,
        headers,
      })
      rounds.push({ bare: yardstick, ours })
      await sleep(300)
    }
    const cell: Cell = {
      durability,
      setting: setting.name,
      connections,
      share: spread(rounds.map((r) => r.ours.perSecond / r.bare.perSecond)),
      perSecond: spread(rounds.map((r) => r.ours.perSecond)),
      barePerSecond: spread(rounds.map((r) => r.bare.perSecond)),
      cpuMicroseconds: spread(rounds.map((r) => r.ours.cpuMicroseconds)),
      bareCpuMicroseconds: spread(rounds.map((r) => r.bare.cpuMicroseconds)),
    }
    cells.push(cell)
    process.stdout.write(
      `${durability}, ${setting.name}, ${connections}: ${cell.share.median.toFixed(2)} of bare node:http\n`,
    )
  }
  const { rssMb } = usageOf(hookwell.child)
  if (setting.name === SETTINGS[0].name)
    figures.push([`RSS after the load (${durability})`, `${rssMb.toFixed(0)} MB`, '≤ 200 MB'])
  await watchers?.stop()
  await hookwell.stop()
  await bare.stop('SIGKILL')
  discard(hookwell)
}

async function latencies(): Promise<void> {
  const hookwell = await startHookwell([])
  const path = `/${hookwell.endpoint}`
  const quiet = await watch(hookwell, 1)
  await load({
    port: hookwell.capturePort,
    path,
    connections: 1,
    seconds: quick ? 3 : 6,
    bytes: BYTES,
    headers: [],
    rate: 10,
  })
  const quietly = await said(quiet)
  figures.push(['capture to frame, 10 a second: p50 / p95', `${quietly.p50} / ${quietly.p95} ms`, 'p50 ≤ 5 ms'])
  const busy = await watch(hookwell, 5)
  const result = await load({
    port: hookwell.capturePort,
    path,
    connections: 32,
    seconds: quick ? 4 : 10,
    bytes: 2048,
    headers: [],
    rate: 500,
  })
  const busily = await said(busy)
  figures.push(
    ['capture to frame, 500 a second, 5 viewers: p50 / p95', `${busily.p50} / ${busily.p95} ms`, 'p95 ≤ 100 ms'],
    [
      'answer at 500 a second of 2 KB, full, 5 viewers: p50 / p99 / max',
      `${result.p50.toFixed(1)} / ${result.p99.toFixed(1)} / ${result.max.toFixed(1)} ms`,
      'p99 ≤ 25 ms',
    ],
  )
  await hookwell.stop()
  discard(hookwell)
}

async function idleConnections(): Promise<void> {
  const count = 10_000
  const hookwell = await startHookwell([])
  const sockets: ReturnType<typeof connect>[] = []
  const request = `GET /${hookwell.endpoint} HTTP/1.1\r\nHost: x\r\n\r\n`
  let open = 0
  for (let i = 0; i < count; i += 200) {
    await Promise.all(
      Array.from(
        { length: 200 },
        () =>
          new Promise<void>((resolve) => {
            const socket = connect(hookwell.capturePort, '127.0.0.1', () => socket.write(request))
            socket.once('data', () => {
              open++
              resolve()
            })
            socket.once('error', () => resolve())
            sockets.push(socket)
          }),
      ),
    )
  }
  const { rssMb } = usageOf(hookwell.child)
  const result = await load({
    port: hookwell.capturePort,
    path: `/${hookwell.endpoint}`,
    connections: 4,
    seconds: 3,
    bytes: BYTES,
    headers: [],
    rate: 50,
  })
  figures.push(
    [`RSS with ${open} idle connections`, `${rssMb.toFixed(0)} MB`, '≤ 300 MB'],
    ['new POST among them: p99', `${result.p99.toFixed(1)} ms`, '≤ 50 ms'],
  )
  for (const socket of sockets) socket.destroy()
  await hookwell.stop()
  discard(hookwell)
}

async function useGithub(hookwell: Hookwell): Promise<string[]> {
  await fetch(`${hookwell.inspector}/api/endpoints/${hookwell.endpoint}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ signing: { scheme: 'github', secrets: [SECRET] } }),
  })
  return [
    'X-GitHub-Event: push',
    `X-Hub-Signature-256: sha256=${createHmac('sha256', SECRET).update(bodyOf(BYTES)).digest('hex')}`,
  ]
}

interface Measured {
  readonly perSecond: number
  readonly cpuMicroseconds: number
}

async function measure(server: Hookwell['child'], options: LoadOptions): Promise<Measured> {
  const before = usageOf(server).cpuSeconds
  const result = await load(options)
  if (result.refused > 0) process.stderr.write(`${result.refused} requests were refused\n`)
  return {
    perSecond: result.perSecond,
    cpuMicroseconds: ((usageOf(server).cpuSeconds - before) * 1e6) / result.answered,
  }
}

async function load(options: LoadOptions): Promise<LoadResult> {
  const started = start('load.ts', [JSON.stringify(options)], 1)
  const result = (await started.line()) as unknown as LoadResult // printed by load.ts
  await started.stop()
  return result
}

async function watch(hookwell: Hookwell, count: number): Promise<ReturnType<typeof start>> {
  const started = start('watchers.ts', [`${hookwell.inspector.replace('http', 'ws')}/api/feed`, String(count)], 1)
  await started.line()
  return started
}

async function said(watchers: ReturnType<typeof start>): Promise<{ p50: number; p95: number }> {
  await sleep(300)
  watchers.child.kill('SIGTERM')
  return (await watchers.line()) as { p50: number; p95: number } // printed by watchers.ts
}

function spread(values: number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  return { min: sorted[0] ?? 0, median: sorted[Math.floor(sorted.length / 2)] ?? 0, max: sorted.at(-1) ?? 0 }
}

function write(): void {
  const machine = `${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} processors, ${(totalmem() / 1024 ** 3).toFixed(0)} GiB, Node ${process.version}`
  const of = (s: Spread, digits: number): string =>
    `${s.median.toFixed(digits)} (${s.min.toFixed(digits)}–${s.max.toFixed(digits)})`
  const markdown = [
    `Measured ${new Date().toISOString().slice(0, 10)} on ${machine}; ${ROUNDS} interleaved rounds of ${SECONDS} s, ${BYTES}-byte JSON POSTs; median (min–max).`,
    '',
    '| durability | setting | connections | share of bare node:http | requests/s | bare | CPU µs a request | bare |',
    '|---|---|---|---|---|---|---|---|',
    ...cells.map(
      (c) =>
        `| ${c.durability} | ${c.setting} | ${c.connections} | ${of(c.share, 2)} | ${of(c.perSecond, 0)} | ${c.barePerSecond.median.toFixed(0)} | ${of(c.cpuMicroseconds, 0)} | ${c.bareCpuMicroseconds.median.toFixed(0)} |`,
    ),
    '',
    '| figure | measured | goal |',
    '|---|---|---|',
    ...figures.map((row) => `| ${row.join(' | ')} |`),
    '',
  ].join('\n')
  mkdirSync('build', { recursive: true })
  writeFileSync(
    'build/bench.json',
    `${JSON.stringify({ machine, date: new Date().toISOString(), cells, figures }, null, 2)}\n`,
  )
  writeFileSync('build/bench.md', markdown)
  process.stdout.write(`\n${markdown}`)
}
