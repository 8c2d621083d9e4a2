import type { Statement } from 'better-sqlite3'
import type { Post, ShiftKind } from '../../contract/shifts.ts'
import type { Entry } from '../../ledger/entry.ts'
import type { Db, View } from '../view.ts'
import { type DutyState, longestDuty, startingKinds } from './roster.ts'

export { shiftTables } from './tables.ts'

/** Times in ms. */
export interface WorkedRow {
  id: number
  user: string
  post: string | null
  duty: string | null
  signed_on: number
  signed_off: number | null
  /** `seq` of signing off; null while it goes on. */
  off_seq: number | null
  /** Threads still held on leaving. */
  holds: number
}

export interface WorkedFilter {
  user?: string | undefined
  post?: string | undefined
  /** Touching this time, ms. */
  from?: number | undefined
  to?: number | undefined
}

interface PostRow {
  id: string
  name: string
  accounts: string
}

interface DutyRow extends Omit<DutyState, 'people' | 'name'> {
  name: string | null
  people: string
}

const duties = `
  SELECT d.id, d.post, d.kind, d.starts AS "from", d.ends AS "to", d.people, c.body ->> '$.name' AS name
  FROM duty d LEFT JOIN content c ON c.seq = d.seq`

/** Posts, the roster, and who worked from when to when. */
export class ShiftsView implements View {
  readonly applies: Record<string, (entry: Entry) => void>
  readonly #db: Db
  readonly #posts: Statement<[], PostRow>
  readonly #post: Statement<[string], PostRow & { removed: 0 | 1 }>
  readonly #kinds
  readonly #duty: Statement<[string], DutyRow>
  readonly #touching: Statement<[{ from: number; to: number }], DutyRow>
  readonly #next: Statement<[string, number], DutyRow>
  readonly #rostered
  readonly #open: Statement<[], WorkedRow>
  readonly #worked: Statement<[number], WorkedRow>

  constructor(db: Db) {
    this.#db = db
    this.#posts = db.prepare('SELECT id, name, accounts FROM post WHERE removed = 0 ORDER BY seq')
    this.#post = db.prepare('SELECT id, name, accounts, removed FROM post WHERE id = ?')
    this.#kinds = db.prepare<[], string>('SELECT body FROM shift_kinds').pluck()
    this.#duty = db.prepare(`${duties} WHERE d.id = ?`)
    // None is longer than two days, so those that began earlier need not be looked at.
    this.#touching = db.prepare(
      `${duties} WHERE d.starts < @to AND d.starts > @from - ${longestDuty} AND d.ends > @from
       ORDER BY d.starts, d.seq`,
    )
    this.#next = db.prepare(`${duties} WHERE d.post = ? AND d.starts > ? ORDER BY d.starts, d.seq LIMIT 1`)
    this.#rostered = db
      .prepare<[string, number, number], number>(
        `SELECT 1 FROM duty WHERE post = ? AND starts > ? - ${longestDuty} AND ends > ? LIMIT 1`,
      )
      .pluck()
    this.#open = db.prepare('SELECT * FROM worked_shift WHERE off_seq IS NULL ORDER BY id')
    this.#worked = db.prepare('SELECT * FROM worked_shift WHERE id = ?')
    this.applies = appliers(db)
  }

  posts(): Post[] {
    return this.#posts.all().map(shownPost)
  }

  /** Null where there is none, or it was removed. */
  post(id: string): Post | null {
    const row = this.#post.get(id)
    return row && row.removed === 0 ? shownPost(row) : null
  }

  /** Accounts of a post, also of one that was removed; none is all of them. */
  accountsOf(post: string | null): string[] {
    const row = post === null ? undefined : this.#post.get(post)
    return row ? shownPost(row).accounts : []
  }

  nameOfPost(id: string): string {
    return this.#post.get(id)?.name ?? id
  }

  kinds(): ShiftKind[] {
    const body = this.#kinds.get()
    return body === undefined ? [...startingKinds] : (JSON.parse(body) as ShiftKind[])
  }

  duty(id: string): DutyState | null {
    const row = this.#duty.get(id)
    return row ? this.#shownDuty(row) : null
  }

  /** Duties that touch the time from `from` up to `to` (ms), by start. */
  duties(from: number, to: number): DutyState[] {
    return this.#touching.all({ from, to }).map((row) => this.#shownDuty(row))
  }

  /** The first duty of a post that begins after `now`. */
  nextOf(post: string, now: number): DutyState | null {
    const row = this.#next.get(post, now)
    return row ? this.#shownDuty(row) : null
  }

  /** Somebody should be at this post now or later. */
  isRostered(post: string, now: number): boolean {
    return this.#rostered.get(post, now, now) === 1
  }

  /** Shifts that go on, oldest first. */
  open(): WorkedRow[] {
    return this.#open.all()
  }

  worked(id: number): WorkedRow | null {
    return this.#worked.get(id) ?? null
  }

  /** Newest first. */
  workedPage(filter: WorkedFilter, offset: number, limit: number): { rows: WorkedRow[]; total: number } {
    const conditions = [
      filter.user !== undefined && 'user = @user',
      filter.post !== undefined && 'post = @post',
      filter.from !== undefined && '(signed_off IS NULL OR signed_off > @from)',
      filter.to !== undefined && 'signed_on < @to',
    ].filter((condition) => condition !== false)
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`
    const total = this.#db.prepare(`SELECT count(*) FROM worked_shift ${where}`).pluck().get(filter)
    const rows = this.#db
      .prepare(`SELECT * FROM worked_shift ${where} ORDER BY id DESC LIMIT @limit OFFSET @offset`)
      .all({ ...filter, offset, limit })
    return { rows: rows as WorkedRow[], total: total as number }
  }

  #shownDuty(row: DutyRow): DutyState {
    const kind = this.kinds().find(({ id }) => id === row.kind)
    // An erased name leaves that of the kind.
    return { ...row, name: row.name ?? kind?.name ?? '', people: JSON.parse(row.people) as string[] }
  }
}

function shownPost({ id, name, accounts }: PostRow): Post {
  return { id, name, accounts: JSON.parse(accounts) as string[] }
}

/** The same text whether it comes from the command or, in canonical order, from the ledger. */
function inOrder({ id, name, from, to }: ShiftKind): ShiftKind {
  return { id, name, from, to }
}

function appliers(db: Db): Record<string, (entry: Entry) => void> {
  const savePost = db.prepare(
    `INSERT INTO post (id, seq, name, accounts, removed) VALUES (?, ?, ?, ?, 0)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, accounts = excluded.accounts, removed = 0`,
  )
  const removePost = db.prepare('UPDATE post SET removed = 1 WHERE id = ?')
  const kinds = db.prepare(
    'INSERT INTO shift_kinds (one, body) VALUES (1, ?) ON CONFLICT DO UPDATE SET body = excluded.body',
  )
  const saveDuty = db.prepare(
    `INSERT INTO duty (id, seq, post, kind, starts, ends, people) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, post = excluded.post, kind = excluded.kind,
       starts = excluded.starts, ends = excluded.ends, people = excluded.people`,
  )
  const removeDuty = db.prepare('DELETE FROM duty WHERE id = ?')
  const begin = db.prepare(
    'INSERT INTO worked_shift (id, user, post, duty, signed_on, holds) VALUES (?, ?, ?, ?, ?, 0)',
  )
  const end = db.prepare(
    'UPDATE worked_shift SET signed_off = ?, off_seq = ?, holds = ? WHERE user = ? AND off_seq IS NULL',
  )
  const time = (value: unknown) => Date.parse(value as string)
  return {
    'post.saved': (e) => savePost.run(e.subject, e.seq, e.data.name, JSON.stringify(e.data.accounts)),
    'post.removed': (e) => removePost.run(e.subject),
    'shiftKinds.changed': (e) =>
      kinds.run(JSON.stringify((e.data.kinds as unknown as ShiftKind[]).map(inOrder))),
    'duty.saved': ({ subject, seq, data }) =>
      saveDuty.run(
        subject,
        seq,
        data.post,
        data.kind,
        time(data.from),
        time(data.to),
        JSON.stringify(data.people),
      ),
    'duty.removed': (e) => removeDuty.run(e.subject),
    'shift.signedOn': (e) =>
      begin.run(e.seq, e.subject, e.data.post ?? null, e.data.duty ?? null, time(e.at)),
    'shift.signedOff': (e) => end.run(time(e.at), e.seq, e.data.holds ?? 0, e.subject),
  }
}
