import type { Db } from '../view.ts'

/** A line kept aside is as private as the thread it would have been part of. */
export function asideThreads(db: Db): void {
  db.exec('ALTER TABLE aside ADD COLUMN thread TEXT')
}
