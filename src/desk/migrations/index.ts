import type { Db } from '../view.ts'
import { localTables } from './0001-local-tables.ts'
import { asideThreads } from './0002-aside-threads.ts'
import { erasing } from './0003-erasing.ts'
import { consoleHeads } from './0004-console-heads.ts'
import { channelState } from './0005-channel-state.ts'
import { broadcastWork } from './0006-broadcast-work.ts'
import { wholeDrafts } from './0007-whole-drafts.ts'
import { erasedMessages } from './0008-erased-messages.ts'
import { asideConversations } from './0009-aside-conversations.ts'
import { connectionTests } from './0010-connection-tests.ts'

/**
 * Changes to what is not a projection, oldest first; each runs once, in a transaction, and none ever touches
 * an entry. Projections need no migration: they are rebuilt when their version changes.
 */
const migrations: readonly { version: number; run: (db: Db) => void }[] = [
  { version: 1, run: localTables },
  { version: 2, run: asideThreads },
  { version: 3, run: erasing },
  { version: 4, run: consoleHeads },
  { version: 5, run: channelState },
  { version: 6, run: broadcastWork },
  { version: 7, run: wholeDrafts },
  { version: 8, run: erasedMessages },
  { version: 9, run: asideConversations },
  { version: 10, run: connectionTests },
]

/** Brings the database up to date. Throws when it was written by a newer version of the desk. */
export function migrate(db: Db): void {
  const present = db.pragma('user_version', { simple: true }) as number
  const newest = migrations.at(-1)!.version
  if (present > newest)
    throw new Error(`database version ${present} is newer than this desk knows (${newest})`)
  for (const migration of migrations) {
    if (migration.version <= present) continue
    db.transaction(() => {
      migration.run(db)
      db.pragma(`user_version = ${migration.version}`)
    }).immediate()
  }
}
