import type { Db } from '../view.ts'

/** Messages whose words were erased, so that the channel cannot bring them again: a hash of the channel's id of each. */
export function erasedMessages(db: Db): void {
  db.exec('CREATE TABLE erased_message (hash BLOB PRIMARY KEY) STRICT, WITHOUT ROWID')
}
