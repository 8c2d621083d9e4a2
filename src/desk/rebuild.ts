import type { Ledger } from '../ledger/sqlite/ledger.ts'
import { createProjectionTables, dropProjectionTables, Projections } from './projections.ts'
import type { Db } from './view.ts'

const flushEvery = 2_000

/**
 * Throws every projection away and makes it anew from the ledger, in one transaction: the screens are either
 * the old ones or the new ones, never half. `onProgress` gets entries done and entries in all.
 */
export function rebuild(db: Db, ledger: Ledger, onProgress?: (done: number, all: number) => void): void {
  const { size } = ledger.head()
  db.transaction(() => {
    dropProjectionTables(db)
    createProjectionTables(db)
    const views = new Projections(db)
    let done = 0
    for (const { entry, content } of ledger.iterate()) {
      views.apply(entry, content)
      done += 1
      if (done % flushEvery === 0) {
        views.flush()
        onProgress?.(done, size)
      }
    }
    views.flush()
    while (views.catchUp(flushEvery));
    onProgress?.(done, size)
  }).immediate()
}
