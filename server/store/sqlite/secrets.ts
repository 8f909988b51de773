/** Secrets at rest: sealed with AES-256-GCM under a key file beside the database, so that a copied database alone gives none away. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { StoreRefusal } from '../refusal.ts'

const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

export interface Seal {
  close(text: string): Buffer
  /** Undefined where the bytes were not sealed with this key. */
  open(sealed: Buffer): string | undefined
}

/** Reads the key, or makes it (mode 0600). Without a path the key lives as long as the process. */
export function openSeal(path: string | undefined): Seal {
  const key = path === undefined ? randomBytes(KEY_BYTES) : readOrMakeKey(path)
  return {
    close(text) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed])
    },
    open(sealed) {
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES))
      decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
      try {
        return decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
      } catch {
        return undefined // the tag does not fit: another key sealed it
      }
    },
  }
}

function readOrMakeKey(path: string): Buffer {
  if (!existsSync(path)) {
    const key = randomBytes(KEY_BYTES)
    // Whole before it has its name: a process killed meanwhile must not leave half a key.
    rmSync(`${path}.new`, { force: true })
    writeFileSync(`${path}.new`, key, { mode: 0o600, flag: 'wx', flush: true })
    renameSync(`${path}.new`, path)
    return key
  }
  const key = readFileSync(path)
  if (key.length !== KEY_BYTES)
    throw new StoreRefusal(
      3,
      `The key file ${path} is damaged: it must hold ${KEY_BYTES} bytes and holds ${key.length}. Restore it from a copy, or delete it and enter the signing secrets again.`,
    )
  return key
}
