/**
 * The hashes of the ledger (RFC 6962 §2.1, RFC 8785 for the bytes).
 *
 * In memory a hash is a string of 64 lower-case hex digits: that is what `prev` holds, and one-shot
 * hashing into hex is measured four times as fast as hashing into a Buffer. Buffers appear only at the
 * rim: database columns, checkpoints, short codes.
 */

import { hash } from 'node:crypto'

/** SHA-256 as 64 lower-case hex digits. */
export type Hash = string

/** `prev` of the first entry. */
export const NO_PREV: Hash = '0'.repeat(64)

/** Root of the empty tree: SHA-256 of nothing. */
export const EMPTY_ROOT: Hash = hash('sha256', '', 'hex')

/** SHA-256(0x00 ‖ UTF-8 bytes of the canonical entry). U+0000 is the byte 0x00 in UTF-8. */
export function leafHash(canonical: string): Hash {
  return hash('sha256', `\0${canonical}`, 'hex')
}

/** Leaf hash of bytes that need not be text, as in test vectors and exports read raw. */
export function leafHashOfBytes(bytes: Uint8Array): Hash {
  return hash('sha256', Buffer.concat([Buffer.of(0), bytes]), 'hex')
}

/**
 * The bytes of a canonical text and their leaf hash, encoded once for both. They live in a buffer that the
 * next call overwrites: store or copy them at once.
 */
export function leafAndBytes(canonical: string): { leaf: Hash; bytes: Buffer } {
  const room = 1 + canonical.length * UTF8_MOST
  const buffer = room <= leafBytes.length ? leafBytes : Buffer.alloc(room)
  const text = buffer === leafBytes ? leafText : buffer.subarray(1)
  const end = 1 + utf8.encodeInto(canonical, text).written
  return { leaf: hash('sha256', buffer.subarray(0, end), 'hex'), bytes: buffer.subarray(1, end) }
}

/** Writes into place, and for Chinese text in a third of the time of Buffer.write. */
const utf8 = new TextEncoder()
/** Bytes that one UTF-16 unit can need. */
const UTF8_MOST = 3

/** First byte 0x00, for ever. */
const leafBytes = Buffer.alloc(64 * 1024)
const leafText = leafBytes.subarray(1)

const pair = Buffer.alloc(65)
pair[0] = 1

/** SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Hash, right: Hash): Hash {
  pair.write(left, 1, 32, 'hex')
  pair.write(right, 33, 32, 'hex')
  return hash('sha256', pair, 'hex')
}

/** Bytes of salt in front of a content before it is hashed: enough that short content cannot be guessed. */
export const SALT_BYTES = 32

const saltedBytes = Buffer.alloc(64 * 1024)
const saltedText = saltedBytes.subarray(SALT_BYTES)

/**
 * SHA-256(salt ‖ JCS(content)): what an entry says about text it does not hold.
 * @param salt 32 bytes @param content the canonical JSON text of the content
 */
export function contentCommitment(salt: Uint8Array, content: string): Hash {
  if (salt.length !== SALT_BYTES) throw new RangeError('a salt has 32 bytes')
  const room = SALT_BYTES + content.length * UTF8_MOST
  const bytes = room <= saltedBytes.length ? saltedBytes : Buffer.alloc(room)
  bytes.set(salt)
  const text = bytes === saltedBytes ? saltedText : bytes.subarray(SALT_BYTES)
  return hash('sha256', bytes.subarray(0, SALT_BYTES + utf8.encodeInto(content, text).written), 'hex')
}
