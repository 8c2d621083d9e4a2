// C2SP signed-note and tlog-checkpoint, with Ed25519 (RFC 8032) from node:crypto.
import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import type { Hash } from './tree.ts'

/** A key one trusts beforehand: its name and the 32 bytes of RFC 8032. */
export interface Known {
  readonly name: string
  readonly public: Buffer
}

export interface Head {
  readonly origin: string
  readonly size: number
  readonly root: Hash
}

const ED25519 = Uint8Array.of(0x01)
/** DER of an Ed25519 SubjectPublicKeyInfo and PKCS #8 key up to the raw 32 bytes (RFC 8410). */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex')
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')

/** RFC 4648 §4, and nothing that merely decodes. */
export function fromBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}

const validName = (name: string) => name !== '' && !/[\p{White_Space}+]/u.test(name)

export const keyId = (key: Known): Buffer =>
  createHash('sha256')
    .update(key.name)
    .update('\n')
    .update(ED25519)
    .update(key.public)
    .digest()
    .subarray(0, 4)

export function verifierText(key: Known): string {
  return `${key.name}+${keyId(key).toString('hex')}+${Buffer.concat([ED25519, key.public]).toString('base64')}`
}

export function readVerifier(text: string): Known | undefined {
  const [name = '', id, encoded, ...more] = text.split(/\+(.*?)\+(.*)/s).slice(0, 3)
  const bytes = fromBase64(encoded ?? '')
  if (more.length > 0 || !validName(name) || bytes?.length !== 33 || bytes[0] !== 0x01) return undefined
  const key = { name, public: bytes.subarray(1) }
  return keyId(key).toString('hex') === id ? key : undefined
}

export function knownFromSeed(name: string, seed: Buffer): Known {
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' })
  return { name, public: createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32) }
}

export function signNote(text: string, name: string, seed: Buffer): string {
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' })
  const signed = Buffer.concat([keyId(knownFromSeed(name, seed)), sign(null, Buffer.from(text), privateKey)])
  return `${text}\n— ${name} ${signed.toString('base64')}\n`
}

const signs = (key: Known, text: string, signature: Uint8Array): boolean => {
  const publicKey = createPublicKey({ key: Buffer.concat([SPKI, key.public]), format: 'der', type: 'spki' })
  return verify(null, Buffer.from(text), publicKey, signature)
}

const controlOtherThanNewline = (note: string) => [...note].some((sign) => sign < ' ' && sign !== '\n')

/** The text of a note that this key signed; nothing for every other note. */
export function openNote(note: string, key: Known): string | undefined {
  if (!note.isWellFormed() || controlOtherThanNewline(note)) return undefined
  const gap = note.lastIndexOf('\n\n')
  if (gap < 0 || !note.endsWith('\n')) return undefined
  const text = note.slice(0, gap + 1)
  const lines = note.slice(gap + 2, -1).split('\n')
  let signed = false
  for (const line of lines) {
    const [dash, name = '', encoded = '', ...more] = line.split(' ')
    const bytes = fromBase64(encoded)
    if (dash !== '—' || !validName(name) || more.length > 0 || bytes === undefined || bytes.length < 5)
      return undefined
    if (name !== key.name || !bytes.subarray(0, 4).equals(keyId(key))) continue
    if (!signs(key, text, bytes.subarray(4))) return undefined
    signed = true
  }
  return signed ? text : undefined
}

export const headText = (head: Head): string =>
  `${head.origin}\n${head.size}\n${head.root.toString('base64')}\n`

/** The head in the text of a checkpoint. Extension lines are allowed by the format and not used by the desk. */
export function readHead(text: string): Head | undefined {
  const [origin = '', size = '', encoded = '', ...extensions] = text.slice(0, -1).split('\n')
  const root = fromBase64(encoded)
  if (!text.endsWith('\n') || origin === '' || !/^(0|[1-9][0-9]*)$/.test(size) || root?.length !== 32)
    return undefined
  if (extensions.includes('') || !Number.isSafeInteger(Number(size))) return undefined
  return { origin, size: Number(size), root }
}

export function openCheckpoint(note: string, key: Known): Head | undefined {
  const text = openNote(note, key)
  return text === undefined ? undefined : readHead(text)
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** DESIGN §5: the first 100 bits of the root, 20 signs of 5 bits, in five groups of four. */
export function shortCode(root: Hash): string {
  const bits = [...root]
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('')
    .slice(0, 100)
  const signs =
    bits
      .match(/.{5}/g)
      ?.map((five) => CROCKFORD[Number.parseInt(five, 2)])
      .join('') ?? ''
  return signs.match(/.{4}/g)?.join('-') ?? ''
}
