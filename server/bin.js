#!/usr/bin/env node
/**
 * The bin. Plain JavaScript without static imports, because an older Node can neither read the program nor load the database driver
 * (which takes it down without a word); here it is refused in a sentence.
 */
const [major, minor] = process.versions.node.split('.').map(Number)

if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `hookwell needs Node.js 22.18 or newer; this is v${process.versions.node} (${process.execPath}).\n`,
  )
  process.exitCode = 2
} else {
  await import('./main.ts')
}
