#!/usr/bin/env node
/**
 * The bin. Plain JavaScript that imports nothing of ours before it has looked at the version, because an older Node can neither read
 * the program nor load the database driver (which takes it down without a word); here it is refused in a sentence.
 */
import * as module from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'

const [major, minor] = process.versions.node.split('.').map(Number)

if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `hookwell needs Node.js 22.18 or newer; this is v${process.versions.node} (${process.execPath}).\n`,
  )
  process.exitCode = 2
} else {
  // Compiled code is remembered in the user's own cache: the second start takes half the time. Without a home it just is not.
  module.enableCompileCache(join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'hookwell'))
  await import('./main.ts')
}
