import type { Checklist, QuickReply, StationSettings } from '../../contract/station.ts'
import type { Entry } from '../../ledger/entry.ts'
import type { Content, Db, View, ViewTables } from '../view.ts'

export const settingsTables: ViewTables = {
  names: ['settings', 'quick_reply', 'checklist'],
  create: `
    CREATE TABLE settings (one INTEGER PRIMARY KEY CHECK (one = 1), body TEXT NOT NULL) STRICT;
    CREATE TABLE quick_reply (
      id TEXT PRIMARY KEY, title TEXT NOT NULL, text TEXT NOT NULL, category TEXT, shortcut TEXT
    ) STRICT;
    CREATE TABLE checklist (id TEXT PRIMARY KEY, title TEXT NOT NULL, papers TEXT NOT NULL, note TEXT) STRICT;
  `,
}

/** DESIGN rule 8 (10 / 20 / 60 minutes) and rule 20 (5 minutes). */
export const defaultSettings: StationSettings = {
  waitMinutes: { urgent: 10, priority: 20, routine: 60 },
  lockMinutes: 5,
}

/** The same text whether it comes from the command or, in canonical order, from the ledger. */
function inOrder({ waitMinutes: { urgent, priority, routine }, lockMinutes }: StationSettings): string {
  return JSON.stringify({ waitMinutes: { urgent, priority, routine }, lockMinutes })
}

export class SettingsView implements View {
  readonly applies: Record<string, (entry: Entry, content: Content) => void>
  readonly #settings
  readonly #replies
  readonly #checklists

  constructor(db: Db) {
    this.#settings = db.prepare<[], string>('SELECT body FROM settings').pluck()
    this.#replies = db.prepare<[], QuickReply>(
      'SELECT id, title, text, category, shortcut FROM quick_reply ORDER BY title',
    )
    this.#checklists = db.prepare<[], Omit<Checklist, 'papers'> & { papers: string }>(
      'SELECT id, title, papers, note FROM checklist ORDER BY title',
    )
    const settings = db.prepare(
      'INSERT INTO settings (one, body) VALUES (1, ?) ON CONFLICT DO UPDATE SET body = excluded.body',
    )
    const reply = db.prepare(
      'INSERT OR REPLACE INTO quick_reply (id, title, text, category, shortcut) VALUES (?, ?, ?, ?, ?)',
    )
    const noReply = db.prepare('DELETE FROM quick_reply WHERE id = ?')
    const checklist = db.prepare(
      'INSERT OR REPLACE INTO checklist (id, title, papers, note) VALUES (?, ?, ?, ?)',
    )
    const noChecklist = db.prepare('DELETE FROM checklist WHERE id = ?')
    this.applies = {
      'settings.changed': (e) => settings.run(inOrder(e.data as unknown as StationSettings)),
      'quickReply.saved': (e) =>
        reply.run(e.subject, e.data.title, e.data.text, e.data.category, e.data.shortcut),
      'quickReply.removed': (e) => noReply.run(e.subject),
      'checklist.saved': (e) =>
        checklist.run(e.subject, e.data.title, JSON.stringify(e.data.papers), e.data.note),
      'checklist.removed': (e) => noChecklist.run(e.subject),
    }
  }

  settings(): StationSettings {
    const body = this.#settings.get() as string | undefined
    return body === undefined ? defaultSettings : (JSON.parse(body) as StationSettings)
  }

  quickReplies(): QuickReply[] {
    return this.#replies.all()
  }

  checklists(): Checklist[] {
    return this.#checklists.all().map((row) => ({ ...row, papers: JSON.parse(row.papers) as string[] }))
  }
}
