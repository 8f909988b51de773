/**
 * The private halves of the test keys. Made when first needed and kept beside the captures, so that the public half which somebody put
 * into an app yesterday still fits; they sign nothing but replays and never leave this process.
 */
import type { KeyObject } from 'node:crypto'
import { chmodSync, constants, copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from './log.ts'
import { KEY_KINDS, type KeyKind, newPrivateKey, readPrivateKey } from './signatures/test-key.ts'

const FILE = 'test-keys.json'

export type TestKeys = (kind: KeyKind) => Promise<KeyObject>

/** @param data the data directory, or `:memory:` for keys that end with the process */
export function openTestKeys(data: string, log: Log): TestKeys {
  const path = data === ':memory:' ? undefined : join(data, FILE)
  let kept: Kept | undefined
  const asked = new Map<KeyKind, Promise<KeyObject>>() // two who ask at the same time get the same key

  const keyOf = async (kind: KeyKind): Promise<KeyObject> => {
    kept ??= path === undefined ? nothingKept() : readKeys(path, log)
    const known = kept.keys.get(kind)
    if (known !== undefined) return known
    const made = await newPrivateKey(kind)
    kept.keys.set(kind, made)
    if (path !== undefined) writeKeys(path, kept, log)
    return made
  }
  return (kind) => {
    const key = asked.get(kind) ?? keyOf(kind)
    asked.set(kind, key)
    return key
  }
}

interface Kept {
  readonly keys: Map<KeyKind, KeyObject>
  /** What else the file holds, such as keys of a later version: written back as it was. */
  readonly others: readonly (readonly [name: string, value: unknown])[]
  /** Something in the file could not be read. Somebody may mend it by hand, so it is put aside before it is written over. */
  damaged: boolean
}

const nothingKept = (): Kept => ({ keys: new Map(), others: [], damaged: false })

/** Those that can be read. What is damaged costs itself only, which is said. */
function readKeys(path: string, log: Log): Kept {
  let stored: unknown
  try {
    stored = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof stored !== 'object' || stored === null || Array.isArray(stored)) throw new TypeError('no object')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return nothingKept()
    log('The test keys could not be read; new ones are made.', { file: path })
    return { ...nothingKept(), damaged: true }
  }
  const kept = nothingKept()
  const entries = Object.entries(stored)
  for (const kind of KEY_KINDS) {
    const entry = entries.find(([name]) => name === kind)
    if (entry === undefined) continue
    const key = readPrivateKey(kind, entry[1])
    if (key !== undefined) kept.keys.set(kind, key)
    else {
      log('A test key could not be read; a new one is made when it is needed.', { file: path, key: kind })
      kept.damaged = true
    }
  }
  return { ...kept, others: entries.filter(([name]) => !kept.keys.has(name as KeyKind)) } // only compared with known names
}

/**
 * Written beside and moved over, so that a cut in between leaves the old file whole. A key that cannot be kept still serves until the end
 * of the process, and so it is where a damaged file cannot be put aside.
 */
function writeKeys(path: string, kept: Kept, log: Log): void {
  const pems = [...kept.keys].map(([kind, key]) => [kind, key.export({ type: 'pkcs8', format: 'pem' })])
  const beside = `${path}.new`
  try {
    mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 })
    if (kept.damaged) {
      log('What could not be read of the test keys is kept aside.', { file: putAside(path) })
      kept.damaged = false
    }
    const all = Object.fromEntries([...kept.others, ...pems])
    // A new file: what lies there from a cut, or as somebody's link to another file, is not written into.
    rmSync(beside, { force: true })
    writeFileSync(beside, `${JSON.stringify(all, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' })
    renameSync(beside, path)
  } catch (error) {
    log('The test keys could not be kept and end with this process.', { file: path, error: String(error) })
  }
}

/** Names that are tried for a copy. Each damage takes one, and damage is rare. */
const ASIDE_MAX = 1_000

/** A copy under a name that was free; its path. @throws what the file system says */
function putAside(path: string): string {
  for (let i = 1; ; i++) {
    const aside = `${path}.damaged-${i}`
    try {
      copyFileSync(path, aside, constants.COPYFILE_EXCL)
      chmodSync(aside, 0o600)
      return aside
    } catch (error) {
      if (!hasCode(error, 'EEXIST') || i === ASIDE_MAX) throw error
    }
  }
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code
