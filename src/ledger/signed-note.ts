/** Signed notes (c2sp.org/signed-note) with Ed25519, signature type 0x01. Keys are raw 32-byte seeds. */

import {
  createPrivateKey,
  createPublicKey,
  hash,
  type KeyObject,
  sign as signBytes,
  verify as verifyBytes,
} from 'node:crypto'

/** Text that is not a note, or a note that is not signed by the key it should be. */
export class BadNote extends Error {
  override readonly name = 'BadNote'
}

/** Signs note texts under one name. */
export interface Signer {
  name: string
  /** First four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key). */
  keyId: Buffer
  /** Verifier key to hand out: `name+hex(keyId)+base64(0x01 ‖ public key)`. */
  verifier: string
  /** 64-byte Ed25519 signature over the bytes. */
  sign(text: Uint8Array): Buffer
}

export interface Verifier {
  name: string
  keyId: Buffer
  verify(text: Uint8Array, signature: Uint8Array): boolean
}

export interface NoteSignature {
  name: string
  keyId: Buffer
  signature: Buffer
}

export interface Note {
  /** What is signed, with its last newline. */
  text: string
  signatures: NoteSignature[]
}

const ED25519 = 0x01
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')
const SPKI = Buffer.from('302a300506032b6570032100', 'hex')
/** Sixteen signatures must be accepted; far larger notes are refused unread. */
const LONGEST = 64 * 1024

/** @param seed 32 bytes, kept secret @throws BadNote where the name cannot be a key name */
export function ed25519Signer(name: string, seed: Uint8Array): Signer {
  checkName(name)
  if (seed.length !== 32) throw new BadNote('an Ed25519 seed has 32 bytes')
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' })
  const raw = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(SPKI.length)
  const encoded = Buffer.concat([Buffer.of(ED25519), raw])
  const keyId = keyIdOf(name, encoded)
  return {
    name,
    keyId,
    verifier: `${name}+${keyId.toString('hex')}+${encoded.toString('base64')}`,
    sign: (text) => signBytes(null, text, key),
  }
}

/** Reads a verifier key string. @throws BadNote where it is malformed or its key id is not that of the key */
export function ed25519Verifier(verifier: string): Verifier {
  const [, name, id, base64] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/s.exec(verifier) ?? []
  if (name === undefined || id === undefined || base64 === undefined) {
    throw new BadNote('not a verifier key (name+id+key)')
  }
  checkName(name)
  const encoded = fromBase64(base64)
  if (encoded?.length !== 33 || encoded[0] !== ED25519) throw new BadNote('not an Ed25519 verifier key')
  const keyId = keyIdOf(name, encoded)
  if (keyId.toString('hex') !== id) throw new BadNote('the key id is not that of the key')
  const key: KeyObject = createPublicKey({
    key: Buffer.concat([SPKI, encoded.subarray(1)]),
    format: 'der',
    type: 'spki',
  })
  return {
    name,
    keyId,
    verify: (text, signature) => signature.length === 64 && verifyBytes(null, text, key, signature),
  }
}

/** Signs a text that ends in a newline. @throws BadNote where the text cannot be one of a note */
export function signNote(text: string, ...signers: Signer[]): string {
  checkText(text)
  const bytes = Buffer.from(text)
  const lines = signers.map(
    (signer) => `— ${signer.name} ${Buffer.concat([signer.keyId, signer.sign(bytes)]).toString('base64')}\n`,
  )
  return `${text}\n${lines.join('')}`
}

/** Takes a note apart; checks no signature. @throws BadNote where it is malformed */
export function parseNote(note: string): Note {
  if (note.length > LONGEST) throw new BadNote('note is too long')
  const end = note.lastIndexOf('\n\n')
  if (end < 0) throw new BadNote('note has no signatures')
  const text = note.slice(0, end + 1)
  checkText(text)
  const block = note.slice(end + 2)
  if (!block.endsWith('\n')) throw new BadNote('note does not end in a newline')
  return { text, signatures: block.slice(0, -1).split('\n').map(parseSignature) }
}

/**
 * The text of a note, once a known key has signed it. Signatures of unknown keys are ignored; one bad
 * signature of a known key spoils the note.
 * @throws BadNote where no known key has signed it, or wrongly
 */
export function verifyNote(note: string, ...verifiers: Verifier[]): Note {
  const parsed = parseNote(note)
  const bytes = Buffer.from(parsed.text)
  const known: NoteSignature[] = []
  for (const signature of parsed.signatures) {
    const verifier = verifiers.find((v) => v.name === signature.name && v.keyId.equals(signature.keyId))
    if (!verifier) continue
    if (!verifier.verify(bytes, signature.signature)) {
      throw new BadNote(`signature of ${signature.name} is wrong`)
    }
    known.push(signature)
  }
  if (known.length === 0) throw new BadNote('not signed by a known key')
  return { text: parsed.text, signatures: known }
}

/**
 * Ed25519 on a known answer (RFC 8032 §7.1, test 2). Run at start: not every crypto library an Electron
 * carries has every curve.
 * @throws Error where this runtime signs or verifies wrongly
 */
export function selfTest(): void {
  const seed = Buffer.from('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb', 'hex')
  const expected =
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00'
  const signer = ed25519Signer('self-test', seed)
  const signature = signer.sign(Buffer.of(0x72))
  const verifier = ed25519Verifier(signer.verifier)
  const sound =
    signature.toString('hex') === expected &&
    verifier.verify(Buffer.of(0x72), signature) &&
    !verifier.verify(Buffer.of(0x73), signature)
  if (!sound) throw new Error('Ed25519 does not work in this runtime')
}

function parseSignature(line: string): NoteSignature {
  const [, name, base64] = /^— ([^\s+]+) (\S+)$/u.exec(line) ?? []
  const bytes = base64 === undefined ? null : fromBase64(base64)
  if (name === undefined || bytes === null || bytes.length < 5) throw new BadNote('malformed signature line')
  return { name, keyId: bytes.subarray(0, 4), signature: bytes.subarray(4) }
}

function checkName(name: string): void {
  if (!/^[^\s+\p{Cc}]+$/u.test(name) || !name.isWellFormed()) throw new BadNote('not a key name')
}

function checkText(text: string): void {
  if (!text.endsWith('\n')) throw new BadNote('text does not end in a newline')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are what a note must not hold
  if (/[\0-\x09\x0b-\x1f]/.test(text)) throw new BadNote('text has a control character')
  if (!text.isWellFormed()) throw new BadNote('text is not valid UTF-8')
}

/** Standard base64, strictly: what does not encode back to itself is refused. */
export function fromBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : null
}

function keyIdOf(name: string, encoded: Buffer): Buffer {
  return hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), encoded]), 'buffer').subarray(0, 4)
}
