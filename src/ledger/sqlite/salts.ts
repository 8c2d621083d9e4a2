/** Fresh random salts, drawn from the system a batch at a time: one call per salt costs more than the insert. */

import { randomFillSync } from 'node:crypto'
import { SALT_BYTES } from '../hash.ts'

const pool = Buffer.alloc(256 * SALT_BYTES)
let used = pool.length

/** 32 random bytes, valid until the pool is filled again: bind or copy them at once. */
export function nextSalt(): Buffer {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const salt = pool.subarray(used, used + SALT_BYTES)
  used += SALT_BYTES
  return salt
}
