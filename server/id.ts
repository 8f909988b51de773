/** Ids that sort by the time they were made, so that newest-first needs no second column, and that nobody can guess. */
import { randomBytes } from 'node:crypto'

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const POOL_BYTES = 8192
let pool = Buffer.alloc(0)
let used = 0

/** 10 characters of milliseconds and 12 random ones (60 bits), of Crockford's base32 in lower case. */
export function newId(now: number): string {
  let time = ''
  for (let rest = now, i = 0; i < 10; i++) {
    time = ALPHABET.charAt(rest % 32) + time
    rest = Math.floor(rest / 32)
  }
  if (used + 12 > pool.length) {
    pool = randomBytes(POOL_BYTES) // one call for hundreds of ids: a call of its own costs more than all the rest of an id
    used = 0
  }
  let random = ''
  for (let i = 0; i < 12; i++) random += ALPHABET.charAt((pool[used++] as number) & 31)
  return time + random
}
