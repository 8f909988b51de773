/**
 * The private halves of the test keys. Made when first needed and kept beside the captures, so that the public half which somebody put
 * into an app yesterday still fits; they sign nothing but replays and never leave this process.
 */
import { createPrivateKey, type KeyObject } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from './log.ts'
import { KEY_KINDS, type KeyKind, newPrivateKey } from './signatures/test-key.ts'

const FILE = 'test-keys.json'

export type TestKeys = (kind: KeyKind) => Promise<KeyObject>

/** @param data the data directory, or `:memory:` for keys that end with the process */
export function openTestKeys(data: string, log: Log): TestKeys {
  const path = data === ':memory:' ? undefined : join(data, FILE)
  let kept: Map<KeyKind, KeyObject> | undefined
  const asked = new Map<KeyKind, Promise<KeyObject>>() // two who ask at the same time get the same key

  const keyOf = async (kind: KeyKind): Promise<KeyObject> => {
    kept ??= path === undefined ? new Map() : readKeys(path, log)
    const known = kept.get(kind)
    if (known !== undefined) return known
    const made = await newPrivateKey(kind)
    kept.set(kind, made)
    if (path !== undefined) writeKeys(path, kept, log)
    return made
  }
  return (kind) => {
    const key = asked.get(kind) ?? keyOf(kind)
    asked.set(kind, key)
    return key
  }
}

/** Those that can be read. A damaged file costs the keys in it, which is said; new ones are as good. */
function readKeys(path: string, log: Log): Map<KeyKind, KeyObject> {
  const keys = new Map<KeyKind, KeyObject>()
  try {
    const stored: unknown = JSON.parse(readFileSync(path, 'utf8'))
    const entries = new Map(Object.entries(typeof stored === 'object' && stored !== null ? stored : {}))
    for (const kind of KEY_KINDS) {
      const pem: unknown = entries.get(kind)
      if (typeof pem === 'string') keys.set(kind, createPrivateKey(pem))
    }
  } catch (error) {
    if (!isMissing(error)) log('The test keys could not be read; new ones are made.', { file: path })
  }
  return keys
}

/** Written beside and moved over, so that a cut in between leaves the old file whole. A key that cannot be kept still serves until the end of the process. */
function writeKeys(path: string, keys: ReadonlyMap<KeyKind, KeyObject>, log: Log): void {
  const pems = [...keys].map(([kind, key]) => [kind, key.export({ type: 'pkcs8', format: 'pem' })])
  const beside = `${path}.new`
  try {
    mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 })
    writeFileSync(beside, `${JSON.stringify(Object.fromEntries(pems), undefined, 2)}\n`, { mode: 0o600 })
    renameSync(beside, path)
  } catch (error) {
    log('The test keys could not be kept and end with this process.', { file: path, error: String(error) })
  }
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT'
