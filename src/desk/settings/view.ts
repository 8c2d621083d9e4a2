import type { Checklist, QuickReply, StationSettings, StationTexts } from '../../contract/station.ts'
import type { Entry } from '../../ledger/entry.ts'
import type { Content, Db, View, ViewTables } from '../view.ts'

export const settingsTables: ViewTables = {
  names: ['settings', 'station_texts', 'quick_reply', 'checklist'],
  create: `
    CREATE TABLE settings (one INTEGER PRIMARY KEY CHECK (one = 1), body TEXT NOT NULL) STRICT;
    CREATE TABLE station_texts (one INTEGER PRIMARY KEY CHECK (one = 1), body TEXT NOT NULL) STRICT;
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
  warningMinutes: { call: 5, message: 5, reply: 10, neighbour: 15, visit: 60, outcome: 120 },
}

/** What the desk says of itself until the station has words of its own. */
export const defaultTexts: StationTexts = {
  delay:
    '您好，您的消息我们已经看到。目前值班民警正在处理其他警情，会稍晚一些答复您，请您稍候。如有危险请立即拨打110。',
  taken: '您好，您反映的事情已由{desk}的{officer}受理，后续由{officer}与您联系。',
  moved: '这件事我们会单独沟通处理，请大家先不要在群里继续讨论，谢谢。',
  greeting: '您好，我是{station}的{officer}。群里说的事情，我们在这里单独谈，内容不会在群里公开。',
  warning:
    '{name}您好，我是{station}的{officer}。您可能正在遭遇{type}诈骗：请立即停止转账，不要提供验证码，不要共享屏幕，挂断对方电话。看到后请马上回复或拨打110，我们会尽快与您联系。',
}

/** The same text whether it comes from the command or, in canonical order, from the ledger. */
function inOrder({ waitMinutes, lockMinutes, warningMinutes }: StationSettings): string {
  const { urgent, priority, routine } = waitMinutes
  // Settings saved by a desk that knew no scam warnings have no times for them.
  const { call, message, reply, neighbour, visit, outcome } = warningMinutes ?? defaultSettings.warningMinutes
  return JSON.stringify({
    waitMinutes: { urgent, priority, routine },
    lockMinutes,
    warningMinutes: { call, message, reply, neighbour, visit, outcome },
  })
}

function textsInOrder({ delay, taken, moved, greeting, warning }: StationTexts): string {
  return JSON.stringify({ delay, taken, moved, greeting, warning })
}

export class SettingsView implements View {
  readonly applies: Record<string, (entry: Entry, content: Content) => void>
  readonly #settings
  readonly #texts
  readonly #replies
  readonly #checklists

  constructor(db: Db) {
    this.#settings = db.prepare<[], string>('SELECT body FROM settings').pluck()
    this.#texts = db.prepare<[], string>('SELECT body FROM station_texts').pluck()
    this.#replies = db.prepare<[], QuickReply>(
      'SELECT id, title, text, category, shortcut FROM quick_reply ORDER BY title',
    )
    this.#checklists = db.prepare<[], Omit<Checklist, 'papers'> & { papers: string }>(
      'SELECT id, title, papers, note FROM checklist ORDER BY title',
    )
    const settings = db.prepare(
      'INSERT INTO settings (one, body) VALUES (1, ?) ON CONFLICT DO UPDATE SET body = excluded.body',
    )
    const texts = db.prepare(
      'INSERT INTO station_texts (one, body) VALUES (1, ?) ON CONFLICT DO UPDATE SET body = excluded.body',
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
      'texts.changed': (e) => texts.run(textsInOrder(e.data as unknown as StationTexts)),
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

  texts(): StationTexts {
    const body = this.#texts.get()
    return body === undefined ? defaultTexts : (JSON.parse(body) as StationTexts)
  }

  quickReplies(): QuickReply[] {
    return this.#replies.all()
  }

  checklists(): Checklist[] {
    return this.#checklists.all().map((row) => ({ ...row, papers: JSON.parse(row.papers) as string[] }))
  }
}
