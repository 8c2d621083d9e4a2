import type { AlarmKind, AlarmOutcome, StationEdits } from '../../contract/alarms.ts'
import type { Entry } from '../../ledger/entry.ts'
import type { Content, Db, View, ViewTables } from '../view.ts'
import { type AlarmState, callEverySql, nextCall } from './rules.ts'

export const alarmTables: ViewTables = {
  names: ['alarm', 'lexicon_edits'],
  create: `
    CREATE TABLE alarm (
      id TEXT PRIMARY KEY,
      thread TEXT NOT NULL,
      account TEXT NOT NULL,
      kind TEXT NOT NULL,
      cause TEXT NOT NULL,
      recalled INTEGER NOT NULL,
      causes INTEGER NOT NULL,
      -- The contacts whose words it rings for.
      speakers TEXT NOT NULL,
      state TEXT NOT NULL,
      raised_at INTEGER NOT NULL,
      rang_at INTEGER NOT NULL,
      next_call_at INTEGER,
      called_at INTEGER,
      calls INTEGER NOT NULL,
      acknowledged_at INTEGER,
      acknowledged_by TEXT,
      acknowledged_seq INTEGER NOT NULL,
      looks_after TEXT,
      next_contact_at INTEGER,
      contact_due INTEGER NOT NULL,
      closed_at INTEGER,
      closed_by TEXT,
      second TEXT,
      outcome TEXT
    ) STRICT;
    CREATE INDEX alarm_open ON alarm (state, rang_at) WHERE state <> 'closed';
    CREATE INDEX alarm_call ON alarm (next_call_at) WHERE state = 'ringing';
    CREATE INDEX alarm_contact ON alarm (next_contact_at) WHERE state = 'followed' AND contact_due = 0;
    CREATE INDEX alarm_closed ON alarm (closed_at) WHERE state = 'closed';
    CREATE TABLE lexicon_edits (one INTEGER PRIMARY KEY CHECK (one = 1), edition INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
  `,
}

/** A row of the table. Times in ms since 1970. */
export interface AlarmRecord extends AlarmState {
  account: string
  cause: 'message' | 'recall'
  recalled: 0 | 1
  causes: number
  speakers: string
  raised_at: number
  acknowledged_by: string | null
  closed_at: number | null
  closed_by: string | null
  second: string | null
  outcome: AlarmOutcome | null
}

export class AlarmsView implements View {
  readonly applies: Record<string, (entry: Entry, content: Content) => void>
  readonly #one
  readonly #open
  readonly #closed
  readonly #closedCount
  readonly #toCall
  readonly #toContact
  readonly #edits

  constructor(db: Db) {
    this.#one = db.prepare<[string], AlarmRecord>('SELECT * FROM alarm WHERE id = ?')
    this.#open = db.prepare<[], AlarmRecord>(
      `SELECT * FROM alarm WHERE state <> 'closed'
       ORDER BY state = 'ringing' DESC, CASE state WHEN 'ringing' THEN rang_at ELSE next_contact_at END`,
    )
    this.#closed = db.prepare<[number, number], AlarmRecord>(
      `SELECT * FROM alarm WHERE state = 'closed' ORDER BY closed_at DESC LIMIT ? OFFSET ?`,
    )
    this.#closedCount = db.prepare<[], number>(`SELECT count(*) FROM alarm WHERE state = 'closed'`).pluck()
    this.#toCall = db
      .prepare<[{ now: number; limit: number }], string>(
        `SELECT id FROM alarm
         WHERE state = 'ringing' AND (next_call_at <= @now OR next_call_at > @now + ${callEverySql}) LIMIT @limit`,
      )
      .pluck()
    this.#toContact = db
      .prepare<[number, number], string>(
        `SELECT id FROM alarm WHERE state = 'followed' AND contact_due = 0 AND next_contact_at <= ? LIMIT ?`,
      )
      .pluck()
    this.#edits = db.prepare<[], { edition: number; body: string }>('SELECT edition, body FROM lexicon_edits')
    this.applies = appliers(db)
  }

  alarm(id: string): AlarmRecord | null {
    return this.#one.get(id) ?? null
  }

  /** Ringing ones first, oldest first; then those followed, next contact first. */
  open(): AlarmRecord[] {
    return this.#open.all()
  }

  closed(limit: number, offset: number): { rows: AlarmRecord[]; total: number } {
    return { rows: this.#closed.all(limit, offset), total: this.#closedCount.get() ?? 0 }
  }

  toCall(now: number, limit: number): string[] {
    return this.#toCall.all({ now, limit })
  }

  toContact(now: number, limit: number): string[] {
    return this.#toContact.all(now, limit)
  }

  /** What the station has changed in the lexicon, as text, and how often it has. */
  changes(): { edition: number; body: string } {
    return this.#edits.get() ?? { edition: 0, body: unchanged }
  }

  edits(): StationEdits {
    return JSON.parse(this.changes().body) as StationEdits
  }
}

const unchanged = JSON.stringify({ words: [], silenced: [], ordinary: [] } satisfies StationEdits)

type Applier = (entry: Entry) => void

function appliers(db: Db): Record<string, Applier> {
  const raise = db.prepare(
    `INSERT INTO alarm (id, thread, account, kind, cause, recalled, causes, speakers, state, raised_at, rang_at,
       next_call_at, calls, acknowledged_seq, contact_due)
     SELECT @alarm, @thread, account, @kind, @cause, @recalled, 1,
       json_array((SELECT contact FROM message WHERE seq = @message)), 'ringing', @at, @at, @nextCall, 0, 0, 0
     FROM thread WHERE id = @thread`,
  )
  const add = db.prepare(
    `UPDATE alarm SET causes = causes + 1, recalled = max(recalled, @recalled), kind = ifnull(@kind, kind),
       speakers = CASE WHEN EXISTS (SELECT 1 FROM json_each(speakers) s JOIN message m ON m.contact = s.value WHERE m.seq = @message)
         THEN speakers ELSE json_insert(speakers, '$[#]', (SELECT contact FROM message WHERE seq = @message)) END
     WHERE id = @alarm`,
  )
  const ringAnew = db.prepare(
    `UPDATE alarm SET state = 'ringing', rang_at = ?, calls = 0, called_at = NULL, next_call_at = ? WHERE id = ?`,
  )
  const call = db.prepare('UPDATE alarm SET calls = ?, called_at = ?, next_call_at = ? WHERE id = ?')
  const rangAt = db.prepare<[string], number>('SELECT rang_at FROM alarm WHERE id = ?').pluck()
  const acknowledge = db.prepare(
    `UPDATE alarm SET state = 'followed', acknowledged_at = @at, acknowledged_by = @by, acknowledged_seq = @seen,
       looks_after = @by, next_contact_at = @next, contact_due = 0 WHERE id = @alarm`,
  )
  const follow = db.prepare(
    'UPDATE alarm SET looks_after = ?, next_contact_at = ?, contact_due = 0 WHERE id = ?',
  )
  const contacted = db.prepare('UPDATE alarm SET next_contact_at = ?, contact_due = 0 WHERE id = ?')
  const contactDue = db.prepare('UPDATE alarm SET contact_due = 1 WHERE id = ?')
  const close = db.prepare(
    `UPDATE alarm SET state = 'closed', closed_at = ?, closed_by = ?, second = ?, outcome = ? WHERE id = ?`,
  )
  const edit = db.prepare(
    `INSERT INTO lexicon_edits (one, edition, body) VALUES (1, 1, ?)
     ON CONFLICT DO UPDATE SET edition = edition + 1, body = excluded.body`,
  )
  const time = (value: unknown) => Date.parse(value as string)
  return {
    'alarm.raised': (e) => {
      const { alarm, kind, cause } = e.data as { alarm: string; kind: AlarmKind; cause: string }
      const at = time(e.at)
      const recalled = cause === 'recall' ? 1 : 0
      const { message } = e.data
      raise.run({
        alarm,
        thread: e.subject,
        kind,
        cause,
        recalled,
        message,
        at,
        nextCall: nextCall(at, 0, null),
      })
    },
    'alarm.causeAdded': (e) => {
      const { alarm, cause, message, kind = null } = e.data
      add.run({ alarm, message, kind, recalled: cause === 'recall' ? 1 : 0 })
      if (e.data.rings) ringAnew.run(time(e.at), nextCall(time(e.at), 0, null), e.data.alarm)
    },
    'alarm.called': (e) => {
      const calls = e.data.call as number
      const rang = rangAt.get(e.data.alarm as string) ?? time(e.at)
      call.run(calls, time(e.at), nextCall(rang, calls, time(e.at)), e.data.alarm)
    },
    'alarm.acknowledged': (e) => {
      const { alarm, seen, nextContactAt } = e.data
      acknowledge.run({ alarm, seen, at: time(e.at), by: e.actor.user, next: time(nextContactAt) })
    },
    'alarm.followed': (e) => follow.run(e.data.looksAfter, time(e.data.nextContactAt), e.data.alarm),
    'alarm.contacted': (e) => contacted.run(time(e.data.nextContactAt), e.data.alarm),
    'alarm.contactDue': (e) => contactDue.run(e.data.alarm),
    'alarm.closed': (e) => close.run(time(e.at), e.actor.user, e.data.second, e.data.outcome, e.data.alarm),
    'lexicon.changed': (e) => {
      const { words, silenced, ordinary } = e.data
      edit.run(JSON.stringify({ words, silenced, ordinary }))
    },
  }
}
