import { randomBytes } from 'node:crypto'
import { ed25519Signer, type Signer } from '../../ledger/signed-note.ts'
import type { Secrets } from './secrets.ts'

export type { Signer }

/** Name under which the station's Ed25519 seed (hex) is kept; never in the database. */
const secretName = (origin: string) => `signing-key-${origin.replace(/[^a-z0-9]/gi, '-')}`

export async function newSigner(secrets: Secrets, origin: string): Promise<Signer> {
  const seed = randomBytes(32)
  await secrets.set(secretName(origin), seed.toString('hex'))
  return ed25519Signer(origin, seed)
}

/** Null when the key is not on this machine: the desk then works, but makes no checkpoints and says so. */
export async function signerOf(secrets: Secrets, origin: string): Promise<Signer | null> {
  const seed = await secrets.get(secretName(origin))
  return seed === null ? null : ed25519Signer(origin, Buffer.from(seed, 'hex'))
}
