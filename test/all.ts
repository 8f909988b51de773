/**
 * Every check in one command, and one line at the end. `npm test` runs every test, the browser's too; with `--check` types, lint and
 * format go first. Chromium is installed where that is possible without asking (Debian, as root); elsewhere a sentence says what to do.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { findChromium } from './e2e/chromium.ts'

const root = new URL('..', import.meta.url).pathname
const results = join(root, 'build', 'results')
rmSync(results, { recursive: true, force: true })
mkdirSync(results, { recursive: true })

const steps: { name: string; command: string[] }[] = []
if (process.argv.includes('--check')) {
  steps.push(
    { name: 'types', command: ['tsc', '-b'] },
    { name: 'lint', command: ['biome', 'lint', '--error-on-warnings', '.'] },
    { name: 'format', command: ['biome', 'format', '.'] },
  )
}
const unitReport = join(results, 'unit.json')
const browserReport = join(results, 'browser.json')
steps.push(
  { name: 'build', command: ['vite', 'build', 'web', '--logLevel', 'warn'] },
  {
    name: 'unit tests',
    command: [
      'vitest',
      'run',
      '--config',
      'test/vitest.config.ts',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${unitReport}`,
    ],
  },
  {
    name: 'browser tests',
    command: ['playwright', 'test', '--config', 'test/e2e/playwright.config.ts', '--reporter=list,json'],
  },
)

provideChromium()
let failedSteps = 0
for (const { name, command } of steps) {
  const [program = '', ...words] = command
  const startedAt = performance.now()
  const { status } = spawnSync(join(root, 'node_modules', '.bin', program), words, {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      PATH: `${join(root, 'node_modules', '.bin')}:${process.env['PATH']}`,
      PLAYWRIGHT_JSON_OUTPUT_NAME: browserReport,
    },
  })
  if (status !== 0) failedSteps++
  process.stdout.write(
    `${status === 0 ? 'ok' : 'FAILED'}: ${name} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)\n`,
  )
}

const { passed, failed } = count()
// A step that fails without a failed test (types, or a runner that did not start) counts as one, so that the line never looks well.
const failures = Math.max(failed, failedSteps)
process.stdout.write(`${passed} passed, ${failures} failed\n`)
process.exitCode = failures === 0 ? 0 : 1

function count(): { passed: number; failed: number } {
  let passed = 0
  let failed = 0
  if (existsSync(unitReport)) {
    const unit = JSON.parse(readFileSync(unitReport, 'utf8')) as { numPassedTests: number; numFailedTests: number }
    passed += unit.numPassedTests
    failed += unit.numFailedTests
  }
  if (existsSync(browserReport)) {
    const { stats } = JSON.parse(readFileSync(browserReport, 'utf8')) as {
      stats: { expected: number; flaky: number; unexpected: number }
    }
    passed += stats.expected + stats.flaky
    failed += stats.unexpected
  }
  return { passed, failed }
}

function provideChromium(): void {
  if (findChromium() !== undefined) return
  const canInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
  if (!canInstall) {
    process.stderr.write(
      'The browser tests need Chromium. Install it (Debian: apt-get install chromium), or set CHROMIUM_PATH to one that is there.\n',
    )
    process.exit(1)
  }
  for (const words of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', 'chromium'],
  ]) {
    const { status } = spawnSync('apt-get', words, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
    if (status !== 0) {
      process.stderr.write(`apt-get ${words[0]} failed; install Chromium by hand and try again.\n`)
      process.exit(1)
    }
  }
}
