import { createDecipheriv, createHash, timingSafeEqual } from 'node:crypto'
import { callbacks } from '../../channels/wecom/facts.ts'

/** What WeCom and the app share for callbacks, and the corp they are meant for. */
export interface CallbackKeys {
  token: string
  /** 32 bytes. */
  aesKey: Buffer
  /** The corpid, of a corp's own app. */
  receiver: string
}

/** As they came: `encrypted` is the raw base64 text, for that is what was signed. */
export interface Signed {
  signature: string
  timestamp: string
  nonce: string
  encrypted: string
}

export type Opened = { text: string } | { wrong: 'signature' | 'unreadable' | 'receiver' }

const lengthBytes = 4
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The 43 characters of an EncodingAESKey are base64 without its last `=`. */
export function aesKeyOf(encodingAesKey: string): Buffer {
  return Buffer.from(`${encodingAesKey}=`, 'base64')
}

/**
 * The plaintext of something WeCom signed and encrypted. The cipher alone would let changed bits through, so nothing is
 * deciphered whose signature is not right.
 */
export function open(keys: CallbackKeys, signed: Signed): Opened {
  if (!sameText(signatureOf(keys.token, signed), signed.signature)) return { wrong: 'signature' }
  const plain = decipher(keys.aesKey, signed.encrypted)
  if (plain === null) return { wrong: 'unreadable' }
  const start = callbacks.randomPrefixBytes + lengthBytes
  const end = start + plain.readUInt32BE(callbacks.randomPrefixBytes)
  if (end > plain.length) return { wrong: 'unreadable' }
  if (!sameBytes(plain.subarray(end), Buffer.from(keys.receiver))) return { wrong: 'receiver' }
  try {
    return { text: utf8.decode(plain.subarray(start, end)) }
  } catch {
    return { wrong: 'unreadable' }
  }
}

function signatureOf(token: string, { timestamp, nonce, encrypted }: Signed): string {
  // Byte order: the callers let only ASCII in, so that of JavaScript's strings is the same.
  return createHash('sha1').update([token, timestamp, nonce, encrypted].sort().join('')).digest('hex')
}

/** AES-256-CBC, the key's first half is the IV. @returns null where it cannot have been enciphered with this key */
function decipher(key: Buffer, encrypted: string): Buffer | null {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encrypted) || encrypted.length % 4 !== 0) return null
  const bytes = Buffer.from(encrypted, 'base64')
  if (bytes.length % callbacks.paddingBlock !== 0) return null
  // Node pads to 16 bytes, WeCom to 32.
  const cipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  return unpadded(Buffer.concat([cipher.update(bytes), cipher.final()]))
}

function unpadded(bytes: Buffer): Buffer | null {
  const pad = bytes.at(-1) ?? 0
  const end = bytes.length - pad
  if (pad < 1 || pad > callbacks.paddingBlock) return null
  if (end < callbacks.randomPrefixBytes + lengthBytes) return null
  return bytes.subarray(end).every((byte) => byte === pad) ? bytes.subarray(0, end) : null
}

function sameText(one: string, other: string): boolean {
  return sameBytes(Buffer.from(one), Buffer.from(other))
}

/** Takes as long whether they differ in the first byte or in the last. */
export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other)
}
