/** Checkpoints (c2sp.org/tlog-checkpoint): a signed statement of how long the ledger is and what its root is. */

import {
  BadNote,
  fromBase64,
  parseNote,
  type Signer,
  signNote,
  type Verifier,
  verifyNote,
} from './signed-note.ts'

export interface Checkpoint {
  /** Which ledger; the first line of the note. */
  origin: string
  /** Number of entries. */
  size: number
  /** 32 bytes. */
  root: Buffer
}

/** The signed note of a head. No extension lines: nobody could audit them. */
export function makeCheckpoint(head: Checkpoint, signer: Signer): string {
  if (head.origin === '' || head.origin.includes('\n')) throw new BadNote('an origin is one line of text')
  if (!Number.isSafeInteger(head.size) || head.size < 0) throw new BadNote('a size is a whole number')
  if (head.root.length !== 32) throw new BadNote('a root has 32 bytes')
  return signNote(`${head.origin}\n${head.size}\n${head.root.toString('base64')}\n`, signer)
}

/** What a note says, whoever signed it. @throws BadNote where it is not a checkpoint */
export function parseCheckpoint(note: string): Checkpoint {
  return readText(parseNote(note).text)
}

/**
 * What a checkpoint says, once it is known to be signed by this key and about this ledger.
 * @throws BadNote where it is not
 */
export function verifyCheckpoint(note: string, verifier: Verifier, origin: string): Checkpoint {
  const head = readText(verifyNote(note, verifier).text)
  if (head.origin !== origin) throw new BadNote(`a checkpoint of another ledger (${head.origin})`)
  return head
}

function readText(text: string): Checkpoint {
  const [origin, size, base64, ...rest] = text.slice(0, -1).split('\n')
  if (!origin || size === undefined || base64 === undefined) throw new BadNote('not a checkpoint')
  if (rest.includes('')) throw new BadNote('checkpoint has an empty line')
  if (!/^(0|[1-9]\d*)$/.test(size) || !Number.isSafeInteger(Number(size))) {
    throw new BadNote('checkpoint has no size')
  }
  const root = fromBase64(base64)
  if (root?.length !== 32) throw new BadNote('checkpoint has no root')
  return { origin, size: Number(size), root }
}
