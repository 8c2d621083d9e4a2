import type { Draft } from '../../ledger/entry.ts'
import { draft } from '../decision.ts'

/**
 * What became of the file a message carries. The subject is the thread's id. Its SHA-256 is content, so that the ledger is
 * bound to the very bytes and yet does not tell who else has sent the same.
 */

/**
 * Why it is not here. `damaged` and `lost`: it was, and what lies on this machine is no longer what came, or nothing does.
 */
export type WhyMissed = 'expired' | 'refused' | 'too_large' | 'empty' | 'damaged' | 'lost'

export interface StoredFile {
  sha256: string
  bytes: number
  /** By its first bytes. */
  type: string
  /** As whoever sent it calls it. */
  name: string | null
}

export const mediaStored = (thread: string, message: number, file: StoredFile): Draft =>
  draft('media.stored', thread, { message }, { ...file })

export const mediaMissed = (thread: string, message: number, reason: WhyMissed): Draft =>
  draft('media.missed', thread, { message, reason })

/** An officer has it fetched once more. */
export const mediaRetried = (thread: string, message: number): Draft =>
  draft('media.retried', thread, { message })
