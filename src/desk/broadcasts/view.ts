import type { Statement } from 'better-sqlite3'
import type { BroadcastState, RecipientState } from '../../contract/broadcasts.ts'
import type { Entry } from '../../ledger/entry.ts'
import type { Content, Db, View } from '../view.ts'
import { broadcastApplies } from './applies.ts'
import type { Written } from './entries.ts'
import { Parts } from './parts.ts'
import type { Broadcast, Task } from './rules.ts'

export { broadcastTables } from './tables.ts'

/** Times in ms. */
export interface BroadcastRecord extends Omit<Broadcast, 'writers'> {
  n: number
  writers: string[]
  attachments: number
  drafted_by: string
  drafted_at: number
  declined: number | null
  approved_by: string | null
  approved_at: number | null
  ended_at: number | null
  /** Null where it was erased. */
  written: Written | null
}

type Stored = Omit<BroadcastRecord, 'writers' | 'written'> & { writers: string; body: string | null }

export type TaskRow = Task & { reminded_at: number | null; place: number }

export interface RecipientRecord {
  task: string
  n: number
  contact: string
  userid: string
  connection: string
  state: RecipientState
  sent_at: number | null
}

export interface Waiting {
  n: number
  external: string | null
}

/** Of whom a reader may not know. */
export interface HiddenCount {
  broadcast: string
  task: string
  state: RecipientState
  n: number
}

const records = 'SELECT b.*, c.body FROM broadcast b LEFT JOIN content c ON c.seq = b.version'
const pages = {
  open: `${records} WHERE b.ended_at IS NULL ORDER BY b.n DESC LIMIT ? OFFSET ?`,
  ended: `${records} WHERE b.ended_at IS NOT NULL ORDER BY b.n DESC LIMIT ? OFFSET ?`,
  all: `${records} ORDER BY b.n DESC LIMIT ? OFFSET ?`,
} as const
const totals = {
  open: 'SELECT count(*) FROM broadcast WHERE ended_at IS NULL',
  ended: 'SELECT count(*) FROM broadcast WHERE ended_at IS NOT NULL',
  all: 'SELECT count(*) FROM broadcast',
} as const
export type Which = keyof typeof pages

const named = `
  SELECT r.task, r.n, r.contact, t.userid, t.connection, r.state, r.sent_at
  FROM broadcast_recipient r JOIN broadcast_task t ON t.id = r.task`
const asked = `
  r.broadcast = @broadcast AND r.state = coalesce(@state, r.state) AND r.task = coalesce(@task, r.task)
  AND r.contact NOT IN (SELECT value FROM json_each(@hidden))`

export class BroadcastsView implements View {
  readonly applies: Record<string, (entry: Entry, content: Content) => void>
  readonly parts: Parts
  readonly #db: Db
  readonly #one: Statement<[string], Stored>
  readonly #tasks: Statement<[string], TaskRow>
  readonly #task: Statement<[string], TaskRow>
  readonly #unsettled: Statement<[], string>
  readonly #isKnown: Statement<[string], number>
  readonly #waiting: Statement<[string], Waiting>
  readonly #places: Statement<[string, string], { n: number; external: string; state: RecipientState }>
  readonly #recipients: Statement<[object], RecipientRecord>
  readonly #recipientsTotal: Statement<[object], number>
  readonly #hidden: Statement<[{ hidden: string; broadcasts: string }], HiddenCount>
  readonly #hasImage: Statement<[string], number>
  readonly #toApprove: Statement<[], number>

  constructor(db: Db) {
    this.#db = db
    this.#one = db.prepare(`${records} WHERE b.id = ?`)
    this.#tasks = db.prepare('SELECT * FROM broadcast_task WHERE broadcast = ? ORDER BY place')
    this.#task = db.prepare('SELECT * FROM broadcast_task WHERE id = ?')
    this.#unsettled = db
      .prepare<[], string>(
        `SELECT id FROM broadcast b INDEXED BY broadcast_open
         WHERE ended_at IS NULL AND state IN ('approved', 'sending') AND NOT EXISTS (
           SELECT 1 FROM broadcast_task t INDEXED BY broadcast_task_of
           WHERE t.broadcast = b.id AND t.state IN ('planned', 'created', 'confirmed', 'cancelling')
         )`,
      )
      .pluck() as Statement<[], string>
    this.#isKnown = db
      .prepare<[string], number>('SELECT 1 FROM broadcast_task WHERE msgid = ?')
      .pluck() as Statement<[string], number>
    this.#waiting = db.prepare(
      `SELECT r.n, c.external FROM broadcast_recipient r JOIN contact c ON c.id = r.contact
       WHERE r.task = ? AND r.state = 'waiting' ORDER BY r.n`,
    )
    this.#places = db.prepare(
      `SELECT r.n, c.external, r.state FROM broadcast_recipient r JOIN contact c ON c.id = r.contact
       WHERE r.task = ? AND c.external IN (SELECT value FROM json_each(?))`,
    )
    this.#recipients = db.prepare(`${named} WHERE ${asked} ORDER BY t.place, r.n LIMIT @limit OFFSET @offset`)
    this.#recipientsTotal = db
      .prepare<[object], number>(`SELECT count(*) FROM broadcast_recipient r WHERE ${asked}`)
      .pluck() as Statement<[object], number>
    this.#hidden = db.prepare(hiddenSql)
    this.#hasImage = db
      .prepare<[string], number>('SELECT 1 FROM broadcast_image WHERE sha256 = ? LIMIT 1')
      .pluck() as Statement<[string], number>
    this.#toApprove = db
      .prepare<[], number>(
        `SELECT count(*) FROM broadcast INDEXED BY broadcast_open WHERE ended_at IS NULL AND state = 'drafted'`,
      )
      .pluck() as Statement<[], number>
    this.parts = new Parts(db)
    this.applies = broadcastApplies(db, this.parts)
  }

  one(id: string): BroadcastRecord | null {
    const row = this.#one.get(id)
    return row === undefined ? null : record(row)
  }

  /** Newest first. */
  page(of: Which, limit: number, offset: number): { rows: BroadcastRecord[]; total: number } {
    const rows = this.#db.prepare<[number, number], Stored>(pages[of]).all(limit, offset).map(record)
    return { rows, total: this.#db.prepare<[], number>(totals[of]).pluck().get() as number }
  }

  counts(): { toApprove: number; open: number } {
    return {
      toApprove: this.#toApprove.get() ?? 0,
      open: this.#db.prepare<[], number>(totals.open).pluck().get() as number,
    }
  }

  tasks(broadcast: string): TaskRow[] {
    return this.#tasks.all(broadcast)
  }

  task(id: string): TaskRow | null {
    return this.#task.get(id) ?? null
  }

  /** All of their tasks are over, and nobody has said so yet. */
  unsettled(): string[] {
    return this.#unsettled.all()
  }

  /** Whether a task of the desk is known to be this one of WeCom's. */
  isKnown(msgid: string): boolean {
    return this.#isKnown.get(msgid) !== undefined
  }

  /** Of whom nothing is known yet, by their place; `external` is null where it was erased. */
  waiting(task: string): Waiting[] {
    return this.#waiting.all(task)
  }

  /** Which places of a task these ids of WeCom have. */
  places(
    task: string,
    externals: readonly string[],
  ): { n: number; external: string; state: RecipientState }[] {
    return this.#places.all(task, JSON.stringify(externals))
  }

  recipients(
    of: { broadcast: string; state: RecipientState | null; task: string | null; hidden: ReadonlySet<string> },
    limit: number,
    offset: number,
  ): { rows: RecipientRecord[]; total: number } {
    const filter = { ...of, hidden: JSON.stringify([...of.hidden]) }
    return {
      rows: this.#recipients.all({ ...filter, limit, offset }),
      total: this.#recipientsTotal.get(filter) ?? 0,
    }
  }

  /** How many of these broadcasts' residents are hidden from a reader. */
  hiddenCounts(broadcasts: readonly string[], hidden: ReadonlySet<string>): HiddenCount[] {
    if (hidden.size === 0 || broadcasts.length === 0) return []
    return this.#hidden.all({ hidden: JSON.stringify([...hidden]), broadcasts: JSON.stringify(broadcasts) })
  }

  /** Whether a broadcast has this picture. */
  hasImage(sha256: string): boolean {
    return this.#hasImage.get(sha256) !== undefined
  }
}

/** Found by the few residents that are hidden, not by going through all; but for those that are no rows yet. */
export const hiddenSql = `
  SELECT r.broadcast, r.task, r.state, count(*) AS n
  FROM json_each(@hidden) h CROSS JOIN broadcast_recipient r INDEXED BY broadcast_recipient_contact ON r.contact = h.value
  WHERE r.broadcast IN (SELECT value FROM json_each(@broadcasts))
  GROUP BY r.broadcast, r.task, r.state
  UNION ALL
  SELECT p.broadcast, p.task, 'waiting', count(*)
  FROM broadcast_part p JOIN entry e ON e.seq = p.seq JOIN json_each(e.canonical, '$.data.contacts') j
  WHERE p.broadcast IN (SELECT value FROM json_each(@broadcasts)) AND j.value IN (SELECT value FROM json_each(@hidden))
  GROUP BY p.broadcast, p.task`

function record({ writers, body, ...row }: Stored): BroadcastRecord {
  return {
    ...row,
    state: row.state as BroadcastState,
    writers: JSON.parse(writers) as string[],
    written: body === null ? null : (JSON.parse(body) as Written),
  }
}
