import type { Db } from '../view.ts'

/** A line kept aside before its resident has a thread is as private as the threads that come of the conversation. JSON: ids. */
export function asideConversations(db: Db): void {
  db.exec('ALTER TABLE aside ADD COLUMN conversations TEXT')
}
