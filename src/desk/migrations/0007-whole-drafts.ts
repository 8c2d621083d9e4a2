import type { Db } from '../view.ts'

/** What is being written is more than text: files put in for an answer, and a menu (as JSON). */
export function wholeDrafts(db: Db): void {
  db.exec(`
    ALTER TABLE draft ADD COLUMN menu TEXT;
    -- Part of the draft its owner has in this thread; null for any other use.
    ALTER TABLE upload ADD COLUMN thread TEXT;
    CREATE INDEX upload_of_draft ON upload (thread, user) WHERE thread IS NOT NULL;
  `)
}
