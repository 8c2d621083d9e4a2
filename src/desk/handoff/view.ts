import type { Statement } from 'better-sqlite3'
import type { HandoffDecision, Severity } from '../../contract/handoff.ts'
import type { Disposition } from '../../contract/values.ts'
import type { Entry } from '../../ledger/entry.ts'
import type { Content, Db, View } from '../view.ts'
import { Gathering } from './gathering.ts'
import type { FrozenItem, HandoffState, ItemState, LeftWhy } from './item.ts'
import { itemApplies } from './item-applies.ts'
import { Listing } from './listing.ts'

export { handoffTables } from './tables.ts'

/** A row of the table. Times in ms. */
export interface HandoffRecord {
  seq: number
  id: string
  post: string | null
  state: HandoffState['state']
  from_user: string
  to_user: string | null
  offered_to: string | null
  owner: string | null
  started_at: number
  frozen_at: number
  frozen_seq: number
  queue: string
  offered_at: number | null
  opened: 0 | 1
  overdue: 0 | 1
  sign_off: 0 | 1
  notices_seq: number | null
  ended_seq: number | null
  ended_at: number | null
  corrects: string | null
}

/** A row of the items with the texts it points to; null where there is none, or none any more. */
export interface ItemRecord {
  item: string
  frozen: string
  thread: string | null
  account: string | null
  did: HandoffDecision['do'] | null
  decided_seq: number | null
  decided_at: number | null
  decided_by: string | null
  deadline: number | null
  disposition: Disposition | null
  /** The content of the decision, as JSON. */
  words: string | null
  read_seq: number | null
  read_at: number | null
  read_by: string | null
  read_text: string | null
  accepted: 0 | 1
  left_why: LeftWhy | null
  questions: number
}

export interface QuestionRecord {
  id: string
  item: string
  asked_at: number
  asked_by: string
  asked_text: string | null
  replied_at: number | null
  replied_by: string | null
  replied_text: string | null
}

export interface SignatureRecord {
  handoff: string
  side: 'outgoing' | 'incoming'
  user: string
  role: string
  at: number
  behalf_of: string | null
  reason: string | null
}

const itemColumns = `
  i.item, i.frozen, i.thread, i.account, i.did, i.decided_seq, i.decided_at, i.decided_by, i.deadline, i.disposition,
  d.body AS words, i.read_seq, i.read_at, i.read_by, r.body ->> '$.text' AS read_text, i.accepted, i.left_why,
  (SELECT count(*) FROM handoff_question q
   WHERE q.handoff = i.handoff AND q.item = i.item AND q.replied_seq IS NULL) AS questions`
const itemJoins = `LEFT JOIN content d ON d.seq = i.decided_seq LEFT JOIN content r ON r.seq = i.read_seq`

export class HandoffsView implements View {
  readonly applies: Record<string, (entry: Entry, content: Content) => void>
  readonly listing: Listing
  readonly gathering: Gathering
  readonly #one: Statement<[string], HandoffRecord>
  readonly #openOf: Statement<[string, string | null], string>
  readonly #lastOf: Statement<[string | null], HandoffRecord>
  readonly #items: Statement<[string], ItemRecord>
  readonly #item: Statement<[string, string], ItemRecord>
  readonly #private: Statement<[string], string>
  readonly #kept: Statement<[string], string>
  readonly #questions: Statement<[string], QuestionRecord>
  readonly #question: Statement<[string, string], { id: string; item: string; replied_seq: number | null }>
  readonly #overdue: Statement<[number, number], string>
  readonly #openOfPost: Statement<[string], number>

  constructor(db: Db) {
    this.listing = new Listing(db)
    this.gathering = new Gathering(db)
    this.#one = db.prepare('SELECT * FROM handoff WHERE id = ?')
    this.#openOf = db
      .prepare<[string, string | null], string>(
        `SELECT id FROM handoff INDEXED BY handoff_open WHERE ended_seq IS NULL AND from_user = ? AND post IS ?`,
      )
      .pluck() as Statement<[string, string | null], string>
    this.#lastOf = db.prepare(
      `SELECT * FROM handoff INDEXED BY handoff_of_post
       WHERE state = 'done' AND corrects IS NULL AND post IS ? ORDER BY ended_seq DESC LIMIT 1`,
    )
    this.#items = db.prepare(
      `SELECT ${itemColumns} FROM handoff_item i ${itemJoins} WHERE i.handoff = ? ORDER BY i.place, i.item`,
    )
    this.#item = db.prepare(
      `SELECT ${itemColumns} FROM handoff_item i ${itemJoins} WHERE i.handoff = ? AND i.item = ?`,
    )
    this.#private = db
      .prepare<[string], string>(
        'SELECT i.thread FROM handoff_item i JOIN thread t ON t.id = i.thread WHERE i.handoff = ? AND t.private = 1',
      )
      .pluck() as Statement<[string], string>
    this.#kept = db
      .prepare<[string], string>(
        `SELECT thread FROM handoff_item WHERE handoff = ? AND did = 'keep' AND thread IS NOT NULL`,
      )
      .pluck() as Statement<[string], string>
    this.#questions = db.prepare(
      `SELECT q.id, q.item, q.asked_at, q.asked_by, a.body ->> '$.text' AS asked_text, q.replied_at, q.replied_by,
         r.body ->> '$.text' AS replied_text
       FROM handoff_question q LEFT JOIN content a ON a.seq = q.asked_seq LEFT JOIN content r ON r.seq = q.replied_seq
       WHERE q.handoff = ? ORDER BY q.item, q.asked_seq`,
    )
    this.#question = db.prepare(
      'SELECT id, item, replied_seq FROM handoff_question WHERE handoff = ? AND id = ?',
    )
    this.#overdue = db
      .prepare<[number, number], string>(
        `SELECT id FROM handoff INDEXED BY handoff_offered
         WHERE state = 'offered' AND overdue = 0 AND offered_at <= ? ORDER BY offered_at LIMIT ?`,
      )
      .pluck() as Statement<[number, number], string>
    this.#openOfPost = db
      .prepare<[string], number>(
        'SELECT 1 FROM handoff INDEXED BY handoff_open WHERE ended_seq IS NULL AND post = ? LIMIT 1',
      )
      .pluck() as Statement<[string], number>
    this.applies = { ...handoffApplies(db), ...itemApplies(db) }
  }

  one(id: string): HandoffRecord | null {
    return this.#one.get(id) ?? null
  }

  /** Of this officer and post. */
  openOf(from: string, post: string | null): string | null {
    return this.#openOf.get(from, post) ?? null
  }

  /** Whether anybody has one of this post open. */
  isOpenAt(post: string): boolean {
    return this.#openOfPost.get(post) === 1
  }

  /** The last one of a post that both have signed. */
  lastOf(post: string | null): HandoffRecord | null {
    return this.#lastOf.get(post) ?? null
  }

  /** In the order of the sheet. */
  items(handoff: string): ItemRecord[] {
    return this.#items.all(handoff)
  }

  item(handoff: string, item: string): ItemRecord | null {
    return this.#item.get(handoff, item) ?? null
  }

  /** Threads of its items that are private by now. */
  privateThreads(handoff: string): string[] {
    return this.#private.all(handoff)
  }

  /** Threads the outgoing officer goes on with. */
  kept(handoff: string): string[] {
    return this.#kept.all(handoff)
  }

  /** Oldest first within each item. */
  questions(handoff: string): QuestionRecord[] {
    return this.#questions.all(handoff)
  }

  question(handoff: string, id: string) {
    return this.#question.get(handoff, id) ?? null
  }

  /** Offered at `before` (ms) or earlier, and not said to be overdue. */
  overdue(before: number, limit: number): string[] {
    return this.#overdue.all(before, limit)
  }
}

const time = (value: unknown) => (typeof value === 'string' ? Date.parse(value) : null)
const emptyQueue = '{"threads":0,"oldestWaitingSince":null,"rows":[]}'

function handoffApplies(db: Db): Record<string, (entry: Entry) => void> {
  const start = db.prepare(
    `INSERT INTO handoff (seq, id, post, state, from_user, started_at, frozen_at, frozen_seq, queue, opened, overdue,
       sign_off, notices_seq) VALUES (?, ?, ?, 'preparing', ?, ?, ?, ?, ?, 0, 0, 0, ?)`,
  )
  const notices = db.prepare('UPDATE handoff SET notices_seq = ? WHERE id = ?')
  const sign = db.prepare(
    `INSERT INTO handoff_signature (handoff, side, seq, user, role, at, behalf_of) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  )
  // What another one read back and accepted is not this one's.
  const anew = db.prepare(
    `UPDATE handoff_item SET read_seq = NULL, read_at = NULL, read_by = NULL, accepted = 0
     WHERE handoff = @handoff AND EXISTS (SELECT 1 FROM handoff WHERE id = @handoff AND offered_to <> @to)`,
  )
  const offer = db.prepare(
    `UPDATE handoff SET state = 'offered', to_user = @to, offered_to = @to, offered_at = @at, sign_off = @signOff
     WHERE id = @handoff`,
  )
  const unsign = db.prepare('DELETE FROM handoff_signature WHERE handoff = ?')
  const withdraw = db.prepare(
    `UPDATE handoff SET state = 'preparing', to_user = NULL, offered_at = NULL, opened = 0, overdue = 0, sign_off = 0
     WHERE id = ?`,
  )
  const opened = db.prepare('UPDATE handoff SET opened = 1 WHERE id = ?')
  const overdue = db.prepare('UPDATE handoff SET overdue = 1 WHERE id = ?')
  const end = db.prepare(
    'UPDATE handoff SET state = ?, owner = ?, overdue = 0, ended_seq = ?, ended_at = ? WHERE id = ?',
  )
  const correct = db.prepare(
    `INSERT INTO handoff (seq, id, post, state, from_user, started_at, frozen_at, frozen_seq, queue, opened, overdue,
       sign_off, ended_seq, ended_at, corrects)
     SELECT @seq, @id, post, 'done', @by, @at, @at, @seq - 1, '${emptyQueue}', 0, 0, 0, @seq, @at, @corrects
     FROM handoff WHERE id = @corrects`,
  )
  const signed = (entry: Entry, handoff: string, side: unknown, behalfOf: unknown) =>
    sign.run(handoff, side, entry.seq, entry.actor.user, entry.actor.role, time(entry.at), behalfOf)
  return {
    'handoff.started': (e) => {
      const { post, from, frozenSeq, notices: standing } = e.data
      start.run(e.seq, e.subject, post, from, time(e.at), time(e.at), frozenSeq, emptyQueue, standing)
    },
    'handoff.noticesSet': (e) => notices.run(e.seq, e.subject),
    'handoff.signed': (e) => {
      const { side, to, onBehalfOf, signOff } = e.data
      signed(e, e.subject, side, onBehalfOf)
      if (side !== 'outgoing') return
      const handoff = e.subject
      anew.run({ handoff, to })
      offer.run({ handoff, to, at: time(e.at), signOff: signOff ? 1 : 0 })
    },
    'handoff.withdrawn': (e) => {
      unsign.run(e.subject)
      withdraw.run(e.subject)
    },
    'handoff.opened': (e) => opened.run(e.subject),
    'handoff.overdue': (e) => overdue.run(e.subject),
    'handoff.cancelled': (e) => end.run('cancelled', null, e.seq, time(e.at), e.subject),
    'handoff.completed': (e) => end.run('done', e.data.to, e.seq, time(e.at), e.subject),
    'handoff.corrected': (e) => {
      const { corrects } = e.data
      correct.run({ seq: e.seq, id: e.subject, by: e.actor.user, at: time(e.at), corrects })
      signed(e, e.subject, 'outgoing', null)
    },
  }
}

export function stateOf(row: HandoffRecord, signedBy: string | null): HandoffState {
  return {
    id: row.id,
    post: row.post,
    state: row.state,
    from: row.from_user,
    to: row.to_user,
    signedBy,
    signOff: row.sign_off === 1,
    offeredAt: row.offered_at,
    overdue: row.overdue === 1,
    corrects: row.corrects,
  }
}

export function frozenOf(row: Pick<ItemRecord, 'frozen'>): FrozenItem {
  return JSON.parse(row.frozen) as FrozenItem
}

/** What of an item the rules decide by. */
export function itemStateOf(row: ItemRecord, frozen = frozenOf(row)): ItemState {
  const decision = decisionOf(row)
  return {
    id: row.item,
    kind: frozen.kind,
    severity: frozen.severity satisfies Severity,
    thread: row.thread,
    lastSeq: frozen.lastSeq,
    closed: frozen.closed,
    holder: frozen.holder,
    decision: decision === null ? null : { ...decision, seq: row.decided_seq as number },
    readBack: row.read_seq !== null,
    accepted: row.accepted === 1,
    questions: row.questions,
  }
}

/** Words that were erased leave nothing. */
export function decisionOf(row: ItemRecord): HandoffDecision | null {
  if (row.did === null) return null
  const words = (row.words === null ? {} : JSON.parse(row.words)) as Record<string, string | null | undefined>
  switch (row.did) {
    case 'handOver': {
      const deadline = row.deadline === null ? null : new Date(row.deadline).toISOString()
      return { do: 'handOver', nextAction: words.nextAction ?? '', deadline, ifThen: words.ifThen ?? null }
    }
    case 'keep':
      return { do: 'keep', reason: words.reason ?? '' }
    case 'close':
      return { do: 'close', disposition: row.disposition ?? 'answered', note: words.note ?? null }
  }
}
