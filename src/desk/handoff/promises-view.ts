import type { Statement } from 'better-sqlite3'
import type { Entry } from '../../ledger/entry.ts'
import { isAnswer } from '../threads/waiting.ts'
import type { Content, Db, View } from '../view.ts'
import type { PromiseState } from './promises.ts'

/** A row of the table. Times in ms. */
export interface PromiseRecord extends PromiseState {
  n: number
  /** Of the decision that has the next action as its content. */
  seq: number
  to_user: string
}

export interface PromisePage {
  of: 'open' | 'broken' | 'all'
  user?: string | undefined
  now: number
  offset: number
  limit: number
}

/** Deadlines never fall beyond this; what has none comes last. */
const never = 9e15

/** Each list reads one index: those not done by deadline, all of them newest first. */
const lists: Record<PromisePage['of'], { index: string; where: string; order: string }> = {
  open: {
    index: 'promise_open',
    where: `done_at IS NULL AND ifnull(deadline, 9e15) > @now`,
    order: 'ifnull(deadline, 9e15), n',
  },
  broken: {
    index: 'promise_open',
    where: `done_at IS NULL AND ifnull(deadline, 9e15) <= @now`,
    order: 'ifnull(deadline, 9e15) DESC, n DESC',
  },
  all: { index: '', where: 'TRUE', order: 'n DESC' },
}

export function promisesSql({ of, user }: Pick<PromisePage, 'of' | 'user'>, select: string): string {
  const { index, where } = lists[of]
  const by = of === 'all' && user !== undefined ? 'promise_of_user' : index
  return `SELECT ${select} FROM promise ${by === '' ? '' : `INDEXED BY ${by}`}
    WHERE ${where}${user === undefined ? '' : ' AND to_user = @user'}`
}

const pageSql = (page: PromisePage) =>
  `${promisesSql(page, '*')} ORDER BY ${lists[page.of].order} LIMIT @limit OFFSET @offset`

/**
 * What was handed over with a next action. Done is what the ledger says was done: the resident answered, the thread
 * closed, somebody spoke with them, a step made in a scam warning, or said to be done.
 */
export class PromisesView implements View {
  readonly applies: Record<string, (entry: Entry, content: Content) => void>
  readonly #db: Db
  readonly #statements = new Map<string, Statement<unknown[]>>()
  readonly #one: Statement<[string], PromiseRecord>
  readonly #ofThread: Statement<[string], PromiseRecord>
  readonly #ofItem: Statement<[string], PromiseRecord>
  readonly #ofHandoff: Statement<[string], PromiseRecord>
  readonly #ripe: Statement<[number, number], string>

  constructor(db: Db) {
    this.#db = db
    this.#one = db.prepare('SELECT * FROM promise WHERE id = ?')
    this.#ofThread = db.prepare(
      `SELECT * FROM promise INDEXED BY promise_of_thread
       WHERE thread = ? AND done_at IS NULL AND thread IS NOT NULL ORDER BY n DESC LIMIT 1`,
    )
    this.#ofItem = db.prepare(
      `SELECT * FROM promise INDEXED BY promise_of_item
       WHERE item = ? AND done_at IS NULL AND thread IS NULL ORDER BY n DESC LIMIT 1`,
    )
    this.#ofHandoff = db.prepare('SELECT * FROM promise WHERE handoff = ?')
    this.#ripe = db
      .prepare<[number, number], string>(
        `SELECT id FROM promise INDEXED BY promise_due
         WHERE done_at IS NULL AND fell_due = 0 AND deadline <= ? ORDER BY deadline LIMIT ?`,
      )
      .pluck() as Statement<[number, number], string>
    this.applies = promiseApplies(db)
  }

  one(id: string): PromiseRecord | null {
    return this.#one.get(id) ?? null
  }

  /** The newest that is not done. */
  openOf(item: { id: string; thread: string | null }): PromiseRecord | null {
    return (item.thread === null ? this.#ofItem.get(item.id) : this.#ofThread.get(item.thread)) ?? null
  }

  ofHandoff(handoff: string): PromiseRecord[] {
    return this.#ofHandoff.all(handoff)
  }

  /** Their deadline has passed with nothing done, and that is not on record yet. */
  ripe(now: number, limit: number): string[] {
    return this.#ripe.all(now, limit)
  }

  page(page: PromisePage): { rows: PromiseRecord[]; total: number } {
    return {
      rows: this.#prepare(pageSql(page)).all(page) as PromiseRecord[],
      total: this.#prepare(promisesSql(page, 'count(*)')).pluck().get(page) as number,
    }
  }

  /** How many are not done whose deadline falls before this (ms). */
  due(before: number, user?: string): number {
    const page = { of: 'broken', user, now: Math.min(before, never - 1) } as const
    return this.#prepare(promisesSql(page, 'count(*)')).pluck().get(page) as number
  }

  #prepare(sql: string): Statement<unknown[]> {
    let statement = this.#statements.get(sql)
    if (!statement) {
      statement = this.#db.prepare<unknown[]>(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }
}

/** Whoever does one of these has done something about the warning. */
const warningSteps = ['called', 'messaged', 'replied', 'neighbourAsked', 'visited', 'closed']

function promiseApplies(db: Db): Record<string, (entry: Entry) => void> {
  const make = db.prepare(
    `INSERT INTO promise (id, seq, handoff, item, thread, to_user, deadline, fell_due)
     SELECT 'p' || decided_seq, decided_seq, handoff, item, thread, ?, deadline, 0 FROM handoff_item
     WHERE handoff = ? AND did = 'handOver' AND left_why IS NULL ORDER BY place, item`,
  )
  // What whoever gives an item away promised of it before is the new owner's to keep, unless it is broken already.
  const handOnThreads = db.prepare(
    `UPDATE promise SET to_user = @to WHERE n IN (
       SELECT p.n FROM handoff_item i CROSS JOIN promise p INDEXED BY promise_of_thread
       WHERE i.handoff = @handoff AND i.did = 'handOver' AND i.left_why IS NULL AND p.thread = i.thread
         AND p.done_at IS NULL AND p.thread IS NOT NULL AND p.to_user = @from AND ifnull(p.deadline, 9e15) > @at)`,
  )
  const handOnOthers = db.prepare(
    `UPDATE promise SET to_user = @to WHERE n IN (
       SELECT p.n FROM handoff_item i CROSS JOIN promise p INDEXED BY promise_of_item
       WHERE i.handoff = @handoff AND i.did = 'handOver' AND i.left_why IS NULL AND i.thread IS NULL
         AND p.item = i.item AND p.done_at IS NULL AND p.thread IS NULL AND p.to_user = @from AND ifnull(p.deadline, 9e15) > @at)`,
  )
  const doneOfThread = db.prepare(
    `UPDATE promise INDEXED BY promise_of_thread SET done_at = ?
     WHERE thread = ? AND done_at IS NULL AND thread IS NOT NULL`,
  )
  const doneOfItem = db.prepare(
    `UPDATE promise INDEXED BY promise_of_item SET done_at = ?
     WHERE item = ? AND done_at IS NULL AND thread IS NULL`,
  )
  const doneOne = db.prepare('UPDATE promise SET done_at = ? WHERE id = ? AND done_at IS NULL')
  const fallDue = db.prepare('UPDATE promise SET fell_due = 1 WHERE id = ?')
  const thread = (e: Entry) => doneOfThread.run(Date.parse(e.at), e.subject)
  const warning = (e: Entry) => doneOfItem.run(Date.parse(e.at), `warning:${e.subject}`)
  const one = (e: Entry) => doneOne.run(Date.parse(e.at), e.data.promise)
  const due = (e: Entry) => fallDue.run(e.data.promise)
  return {
    'handoff.completed': (e) => {
      const { from, to } = e.data
      const given = { handoff: e.subject, from, to, at: Date.parse(e.at) }
      handOnThreads.run(given)
      handOnOthers.run(given)
      make.run(to, e.subject)
    },
    'message.sent': (e) => {
      if (isAnswer(e.data.purpose)) thread(e)
    },
    'thread.closed': thread,
    'escalation.visited': thread,
    'alarm.contacted': thread,
    ...Object.fromEntries(warningSteps.map((step) => [`warning.${step}`, warning])),
    'thread.promiseDone': one,
    'handoff.promiseDone': one,
    'thread.promiseDue': due,
    'handoff.promiseDue': due,
  }
}
