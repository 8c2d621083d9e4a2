import type { Statement } from 'better-sqlite3'
import type { EscalationDesk, EscalationLevel, EscalationOutcome } from '../../contract/escalations.ts'
import type { Entry } from '../../ledger/entry.ts'
import type { Content, Db, View } from '../view.ts'
import { DesksKept } from './desks-kept.ts'
import { Listing } from './listing.ts'
import type { Matter } from './rules.ts'

export { escalationTables } from './tables.ts'

/** A row of the table. Times in ms. */
export interface MatterRow extends Matter {
  /** Of its `thread.escalated`. */
  seq: number
  returned_why: 'declined' | 'lapsed' | null
  raised_at: number
  raised_by: string
  accepted_at: number | null
  outcome: EscalationOutcome | null
  resolved_at: number | null
  visits: number
  ended_at: number | null
}

/** Matters given to desks, and the desks themselves. */
export class EscalationsView implements View {
  readonly applies: Record<string, (entry: Entry, content: Content) => void>
  readonly listing: Listing
  readonly #kept: DesksKept
  readonly #one: Statement<[string], MatterRow>
  readonly #ofThread: Statement<[string], MatterRow>
  readonly #steps: Statement<[string], number>
  readonly #live: Statement<[], { desk: string; level: string; n: number }>
  readonly #lapsing: Statement<[number, number], string>
  readonly #visiting: Statement<[number, number], string>

  constructor(db: Db) {
    this.#kept = new DesksKept(db)
    this.listing = new Listing(db)
    this.#one = db.prepare('SELECT * FROM escalation WHERE id = ?')
    this.#ofThread = db.prepare('SELECT * FROM escalation WHERE thread = ? ORDER BY seq DESC')
    this.#steps = db
      .prepare<[string], number>('SELECT seq FROM escalation_step WHERE escalation = ? ORDER BY seq')
      .pluck() as Statement<[string], number>
    this.#live = db.prepare(
      `SELECT desk, level, count(*) AS n FROM escalation INDEXED BY escalation_open
       WHERE state <> 'ended' AND state <> 'visit' GROUP BY desk, level`,
    )
    this.#lapsing = db
      .prepare(
        `SELECT id FROM escalation INDEXED BY escalation_lapsing
         WHERE state = 'offered' AND due_at <= ? ORDER BY due_at LIMIT ?`,
      )
      .pluck() as Statement<[number, number], string>
    this.#visiting = db
      .prepare(
        `SELECT id FROM escalation INDEXED BY escalation_visiting
         WHERE state = 'visit' AND visit_due = 0 AND return_visit_at <= ? ORDER BY return_visit_at LIMIT ?`,
      )
      .pluck() as Statement<[number, number], string>
    this.applies = { ...this.#kept.applies, ...matters(db) }
  }

  /** Those this user is a member of. */
  desksOf(user: string): ReadonlySet<string> {
    return this.#kept.desksOf(user)
  }

  desks(): EscalationDesk[] {
    return [...this.#kept.desks()]
  }

  desk(id: string): EscalationDesk | null {
    return this.#kept.desks().find((desk) => desk.id === id) ?? null
  }

  /** Also of one that was removed; the id where there never was such a desk. */
  nameOfDesk(id: string): string {
    return this.#kept.nameOfDesk(id)
  }

  /** Most severe first. */
  levels(): EscalationLevel[] {
    return [...this.#kept.levels()]
  }

  level(id: string): EscalationLevel | null {
    return this.#kept.levels().find((level) => level.id === id) ?? null
  }

  one(id: string): MatterRow | null {
    return this.#one.get(id) ?? null
  }

  /** Newest first. */
  ofThread(thread: string): MatterRow[] {
    return this.#ofThread.all(thread)
  }

  /** `seq` of each entry about it, oldest first. */
  steps(id: string): number[] {
    return this.#steps.all(id)
  }

  /** How many live ones stand at each desk and level. */
  live(): { desk: string; level: string; n: number }[] {
    return this.#live.all()
  }

  /** Offered, and their time to be accepted is over. */
  lapsing(now: number, limit: number): string[] {
    return this.#lapsing.all(now, limit)
  }

  /** The day of their return visit has come and nobody was told yet. */
  visiting(now: number, limit: number): string[] {
    return this.#visiting.all(now, limit)
  }

  discard(): void {
    this.#kept.forget()
  }
}

const time = (value: unknown) => (typeof value === 'string' ? Date.parse(value) : null)

/** Each entry about a matter changes its row and is one of its steps. */
function matters(db: Db): Record<string, (entry: Entry) => void> {
  const step = db.prepare('INSERT INTO escalation_step (escalation, seq) VALUES (?, ?)')
  const raise = db.prepare(
    `INSERT INTO escalation (seq, id, thread, desk, level, state, raised_at, raised_by, due_at, visit_due, visits)
     VALUES (?, ?, ?, ?, ?, 'offered', ?, ?, ?, 0, 0)`,
  )
  const accept = db.prepare(
    `UPDATE escalation SET state = 'accepted', accepted_at = ?, accepted_by = ? WHERE id = ?`,
  )
  const comeBack = db.prepare(
    `UPDATE escalation SET state = 'returned', returned_why = ?, desk = ? WHERE id = ?`,
  )
  const offer = db.prepare(
    `UPDATE escalation SET state = 'offered', returned_why = NULL, desk = ?, level = ?, due_at = ?,
       accepted_at = NULL, accepted_by = NULL WHERE id = ?`,
  )
  const resolve = db.prepare(
    `UPDATE escalation SET outcome = ?, resolved_at = ?, return_visit_at = ?, state = ?, ended_at = ? WHERE id = ?`,
  )
  const handOver = db.prepare('UPDATE escalation SET accepted_by = ? WHERE id = ?')
  const fallDue = db.prepare('UPDATE escalation SET visit_due = 1 WHERE id = ?')
  const visit = db.prepare(
    `UPDATE escalation SET visits = visits + 1, visit_due = 0, return_visit_at = ?, state = ?, ended_at = ?
     WHERE id = ?`,
  )
  /** Until a visit is to come, or for good. */
  const until = (entry: Entry, next: number | null) =>
    next === null ? (['ended', Date.parse(entry.at)] as const) : (['visit', null] as const)
  const changes: Record<string, (id: unknown, entry: Entry) => void> = {
    'thread.escalated': (id, { seq, subject, at, actor, data }) =>
      raise.run(seq, id, subject, data.desk, data.level, time(at), actor.user, time(data.dueAt)),
    'escalation.accepted': (id, { at, actor }) => accept.run(time(at), actor.user, id),
    'escalation.declined': (id, { data }) => comeBack.run('declined', data.desk, id),
    'escalation.lapsed': (id, { data }) => comeBack.run('lapsed', data.desk, id),
    'escalation.reassigned': (id, { data }) => offer.run(data.desk, data.level, time(data.dueAt), id),
    'escalation.resolved': (id, entry) => {
      const next = time(entry.data.returnVisitAt)
      resolve.run(entry.data.outcome, time(entry.at), next, ...until(entry, next), id)
    },
    'escalation.handedOver': (id, { data }) => handOver.run(data.to, id),
    'escalation.visitDue': (id) => fallDue.run(id),
    'escalation.visited': (id, entry) => {
      const next = time(entry.data.next)
      visit.run(next, ...until(entry, next), id)
    },
  }
  return Object.fromEntries(
    Object.entries(changes).map(([type, change]) => [
      type,
      (entry: Entry) => {
        change(entry.data.escalation, entry)
        step.run(entry.data.escalation, entry.seq)
      },
    ]),
  )
}
