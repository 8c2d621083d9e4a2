import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import Database, { SqliteError } from 'better-sqlite3'

/** Kept in reach for as long as they hold: a connection that nobody refers to is closed, and its lock with it. */
const held = new Set<Database.Database>()

/**
 * One core per data folder: it owns the only write connection. The lock is SQLite's own on a file
 * that holds nothing, so the system lets go of it when the process ends, however it ends.
 * @throws Error where another core is working on the folder
 */
export function holdDataDir(dir: string): { release(): void } {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const lock = new Database(join(dir, 'core.lock'), { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    if (error instanceof SqliteError && error.code.startsWith('SQLITE_BUSY')) {
      throw new Error(`another Duty Desk is working on ${dir}`)
    }
    throw error
  }
  held.add(lock)
  return {
    release: () => {
      held.delete(lock)
      lock.close()
    },
  }
}
