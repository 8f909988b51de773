/** A directory of the test's own, gone when it is finished. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

export function tempDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'hookwell-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}
