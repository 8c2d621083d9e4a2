/** How every connection to the desk's database is opened. Durability is written down here, nowhere else. */

import Database from 'better-sqlite3'
import { setWalPolicy } from './wal.ts'

export type Db = Database.Database

/** KiB of pages kept in memory by the one writing connection. */
const CACHE_KIB = 64 * 1024

/**
 * Opens the database; the writing connection makes it where it is missing.
 * A read-only connection needs the file to exist, and its folder to be writable while it is in WAL mode.
 */
export function openDatabase(file: string, options: { readonly?: boolean } = {}): Db {
  const readonly = options.readonly === true
  const db = new Database(file, { readonly, fileMustExist: readonly })
  try {
    if (!readonly) {
      db.pragma('journal_mode = WAL')
      // After journal_mode, and again by name: better-sqlite3 is built to fall to NORMAL in WAL mode at the
      // first write, which would lose acknowledged commits in a power cut.
      db.pragma('synchronous = FULL')
      // Erased text must not stay in free pages.
      db.pragma('secure_delete = ON')
      // REPLACE would otherwise delete rows behind the backs of the triggers that refuse it.
      db.pragma('recursive_triggers = ON')
      setWalPolicy(db)
    }
    db.pragma('foreign_keys = ON')
    // The WAL-reset corruption was reported together with mmap; the page cache does as well.
    db.pragma('mmap_size = 0')
    db.pragma(`cache_size = -${CACHE_KIB}`)
    // Sorting must not leave residents' text in temporary files.
    db.pragma('temp_store = MEMORY')
    db.pragma('busy_timeout = 5000')
  } catch (error) {
    db.close()
    throw error
  }
  return db
}

/**
 * To call after the first write of a connection, when a silent fall to NORMAL would show.
 * @throws Error where a commit would not survive a power cut
 */
export function assertDurable(db: Db): void {
  const synchronous = db.pragma('synchronous', { simple: true })
  const journal = db.pragma('journal_mode', { simple: true })
  if (synchronous !== 2 || journal !== 'wal') {
    throw new Error(`database is not durable: synchronous=${synchronous}, journal_mode=${journal}`)
  }
}
