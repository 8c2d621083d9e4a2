/**
 * When the write-ahead log is folded into the database file.
 *
 * A commit should rarely pay for it: the automatic threshold is high, and the desk folds when idle. After an
 * erasure it must happen at once and completely, since the erased text still stands in the log.
 */

import { statSync } from 'node:fs'
import type { Db } from './open.ts'

/** Pages of 4 KiB; about 32 MB of log before a commit has to pay. */
const AUTOCHECKPOINT_PAGES = 8000

export interface WalState {
  /** True if a reader kept the log from being folded completely. */
  busy: boolean
  /** Pages in the log, and how many of them are in the database file by now; -1 outside WAL mode. */
  pages: number
  folded: number
}

export function setWalPolicy(db: Db): void {
  db.pragma(`wal_autocheckpoint = ${AUTOCHECKPOINT_PAGES}`)
}

/** Folds what can be folded without waiting for anyone; for idle moments. */
export function checkpointIdle(db: Db): WalState {
  return fold(db, 'PASSIVE')
}

/**
 * Folds everything and cuts the log to zero bytes; after an erasure. Waits for readers up to the busy
 * timeout; where `busy` comes back true the caller must try again, the erased text is still in the log.
 */
export function truncateWal(db: Db): WalState {
  return fold(db, 'TRUNCATE')
}

/** The same without waiting for anyone; for a desk at work, which tries again a moment later. */
export function truncateWalAtOnce(db: Db): WalState {
  const patience = db.pragma('busy_timeout', { simple: true }) as number
  db.pragma('busy_timeout = 0')
  try {
    return fold(db, 'TRUNCATE')
  } finally {
    db.pragma(`busy_timeout = ${patience}`)
  }
}

/** Bytes of the log on disk; an alarm is due where it keeps growing (a reader that never ends). */
export function walBytes(db: Db): number {
  return statSync(`${db.name}-wal`, { throwIfNoEntry: false })?.size ?? 0
}

function fold(db: Db, mode: 'PASSIVE' | 'TRUNCATE'): WalState {
  const rows = db.pragma(`wal_checkpoint(${mode})`) as { busy: number; log: number; checkpointed: number }[]
  const row = rows[0]!
  return { busy: row.busy !== 0, pages: row.log, folded: row.checkpointed }
}
