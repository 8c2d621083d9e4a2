import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'

/** Tencent's side of the callback's encryption: AES-256-CBC, PKCS#7 to 32 bytes, SHA-1 over the sorted parts. */
const block = 32

function keyOf(aesKey: string): Buffer {
  return Buffer.from(`${aesKey}=`, 'base64')
}

export function signature(token: string, timestamp: string, nonce: string, encrypted: string): string {
  const parts = [token, timestamp, nonce, encrypted].sort((a, b) =>
    Buffer.compare(Buffer.from(a), Buffer.from(b)),
  )
  return createHash('sha1').update(parts.join('')).digest('hex')
}

/** `prefix`: 16 bytes, random in life. */
export function encrypt(aesKey: string, receiveid: string, message: string, prefix: Buffer): string {
  const text = Buffer.from(message)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(text.length)
  const plain = Buffer.concat([prefix, length, text, Buffer.from(receiveid)])
  const pad = block - (plain.length % block)
  const key = keyOf(aesKey)
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  return Buffer.concat([
    cipher.update(plain),
    cipher.update(Buffer.alloc(pad, pad)),
    cipher.final(),
  ]).toString('base64')
}

export function decrypt(aesKey: string, encrypted: string): { message: string; receiveid: string } {
  const key = keyOf(aesKey)
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  const padded = Buffer.concat([decipher.update(Buffer.from(encrypted, 'base64')), decipher.final()])
  const plain = padded.subarray(0, padded.length - (padded.at(-1) as number))
  const end = 20 + plain.readUInt32BE(16)
  return { message: plain.subarray(20, end).toString(), receiveid: plain.subarray(end).toString() }
}
