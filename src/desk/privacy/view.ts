import type { Entry } from '../../ledger/entry.ts'
import type { Content, Db, View, ViewTables } from '../view.ts'

export const privacyTables: ViewTables = {
  names: ['glass', 'glass_seen'],
  create: `
    CREATE TABLE glass (
      id TEXT PRIMARY KEY,
      seq INTEGER NOT NULL,
      thread TEXT NOT NULL,
      auditor TEXT NOT NULL,
      at INTEGER NOT NULL,
      until INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX glass_of_auditor ON glass (auditor, until);
    CREATE INDEX glass_by_time ON glass (at);
    CREATE TABLE glass_seen (glass TEXT NOT NULL, user TEXT NOT NULL, PRIMARY KEY (glass, user)) STRICT, WITHOUT ROWID;
  `,
}

export interface GlassRow {
  id: string
  thread: string
  auditor: string
  at: number
  until: number
  reason: string | null
}

export class PrivacyView implements View {
  readonly applies: Record<string, (entry: Entry, content: Content) => void>
  readonly #live
  readonly #since
  readonly #one
  readonly #seenBy

  constructor(db: Db) {
    this.#live = db.prepare<[string, number], { thread: string; until: number }>(
      'SELECT thread, max(until) AS until FROM glass WHERE auditor = ? AND until > ? GROUP BY thread',
    )
    const columns = `g.id, g.thread, g.auditor, g.at, g.until, c.body ->> '$.reason' AS reason`
    this.#since = db.prepare<[number], GlassRow>(
      `SELECT ${columns} FROM glass g LEFT JOIN content c ON c.seq = g.seq WHERE g.at >= ? ORDER BY g.at DESC LIMIT 500`,
    )
    this.#one = db.prepare<[string], GlassRow>(
      `SELECT ${columns} FROM glass g LEFT JOIN content c ON c.seq = g.seq WHERE g.id = ?`,
    )
    this.#seenBy = db.prepare<[string], string>('SELECT user FROM glass_seen WHERE glass = ?').pluck()
    const broken = db.prepare(
      'INSERT INTO glass (id, seq, thread, auditor, at, until) VALUES (?, ?, ?, ?, ?, ?)',
    )
    const seen = db.prepare('INSERT OR IGNORE INTO glass_seen (glass, user) VALUES (?, ?)')
    this.applies = {
      'glass.broken': (e) =>
        broken.run(
          e.data.glass,
          e.seq,
          e.subject,
          e.actor.user,
          Date.parse(e.at),
          Date.parse(e.data.until as string),
        ),
      'glass.seen': (e) => seen.run(e.data.glass, e.actor.user),
    }
  }

  /** Threads of this auditor with broken glass, and until when (ms). */
  live(auditor: string, now: number): Map<string, number> {
    return new Map(this.#live.all(auditor, now).map(({ thread, until }) => [thread, until]))
  }

  since(at: number): GlassRow[] {
    return this.#since.all(at)
  }

  one(id: string): GlassRow | null {
    return this.#one.get(id) ?? null
  }

  seenBy(glass: string): string[] {
    return this.#seenBy.all(glass)
  }
}
