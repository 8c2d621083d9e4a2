import type { Page } from '../../contract/call.ts'
import type { Queue, QueueCounts } from '../../contract/threads.ts'
import type { Entry } from '../../ledger/entry.ts'
import { openDatabase } from '../../ledger/sqlite/open.ts'
import { byRank, standsIn } from '../threads/queues.ts'
import { previewRead, type Row } from '../threads/rows.ts'
import type { ThreadState } from '../threads/thread.ts'
import { type Count, countQueues, keyOf, placeOf } from '../threads/thread-counts.ts'
import type { Db } from '../view.ts'
import { Lookup } from './lookup.ts'
import { isDue, type Mark, pack, unpack } from './marks.ts'
import { contactsThen, peopleThen } from './named.ts'
import { type PastShift, shiftThen } from './past-shift.ts'
import { type PastThread, threadThen } from './past-thread.ts'
import { Reached } from './reach-then.ts'
import { Standing } from './standing.ts'

/** What is asked of an earlier moment: how it stood after the entry `seq`. */
export type Asked =
  | {
      what: 'inbox'
      seq: number
      queue: Queue
      account?: string | undefined
      me: string
      offset: number
      limit: number
    }
  | { what: 'thread'; seq: number; at: number; thread: string; before: number; limit: number }
  | { what: 'shift'; seq: number }

export interface PastInbox {
  page: Page<Row>
  counts: QueueCounts
}

/** By what was asked. Null: there was no such thread yet. */
export interface Answers {
  inbox: PastInbox
  thread: PastThread | null
  shift: PastShift
}

/** Entries taken in at a time, some five milliseconds: as soon may it be called off. */
const slice = 1_000
/** Standings kept: whoever looks at one moment looks at the next ones too, and there may be two who look. */
const mostKept = 2

/**
 * The station as it stood, read from the ledger on a read-only connection of its own. A moment is reached from a
 * standing looked at before, or from the mark before it, whichever is nearer.
 */
export class Past {
  readonly #db: Db
  readonly #lookup: Lookup
  readonly #reached: Reached
  readonly #entries
  readonly #mark
  readonly #size
  readonly #closed
  readonly #previews
  /** Latest used last. */
  #kept: Standing[] = []
  /** Questions are answered one after the other: they move the same standings. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(file: string) {
    const db = openDatabase(file, { readonly: true })
    this.#db = db
    this.#lookup = new Lookup(db)
    this.#reached = new Reached(db, this.#lookup)
    this.#entries = db
      .prepare<[number, number], string>(
        'SELECT canonical FROM entry WHERE seq > ? AND seq <= ? ORDER BY seq',
      )
      .pluck()
    this.#mark = db.prepare<[number, number], Mark>(
      'SELECT seq, open, body FROM past_mark WHERE seq <= ? AND seq > ? ORDER BY seq DESC LIMIT 1',
    )
    this.#size = db.prepare<[], number>('SELECT ifnull(max(seq), 0) FROM entry').pluck()
    this.#closed = db
      .prepare<[{ seq: number; account: string | null; offset: number; limit: number }], string>(
        `SELECT t.id FROM past_closing c INDEXED BY past_closing_by_time JOIN thread t ON t.n = c.n
         WHERE c.seq <= @seq AND (c.until IS NULL OR c.until > @seq) AND (@account IS NULL OR c.account = @account)
         ORDER BY c.at DESC, c.n DESC LIMIT @limit OFFSET @offset`,
      )
      .pluck()
    this.#previews = db.prepare<[string], { seq: number; preview: string | null }>(
      `SELECT seq, substr(body ->> '$.text', 1, ${previewRead}) AS preview FROM content
       WHERE seq IN (SELECT value FROM json_each(?))`,
    )
  }

  close(): void {
    this.#db.close()
  }

  /** @throws the signal's reason where it was called off */
  answer(asked: Asked, signal: AbortSignal): Promise<Answers[Asked['what']]> {
    const answered = this.#turn.then(() => {
      signal.throwIfAborted()
      return this.#answer(asked, signal)
    })
    this.#turn = answered.catch(() => undefined)
    return answered
  }

  /** Goes through what has happened since the newest mark, gives the marks that are due, and yields to questions. */
  async follow(give: (mark: Mark) => void, signal: AbortSignal): Promise<void> {
    const size = this.#size.get() as number
    const standing = this.#fromMark(size, 0) ?? new Standing()
    for (let last = standing.seq; standing.seq < size; ) {
      await this.#turn
      await this.#take(standing, Math.min(size, standing.seq + slice), signal)
      if (!isDue(standing.seq - last, standing)) continue
      give(pack(standing))
      last = standing.seq
    }
  }

  async #answer(asked: Asked, signal: AbortSignal): Promise<Answers[Asked['what']]> {
    if (asked.what === 'thread') return threadThen(this.#lookup, this.#reached, asked)
    const standing = await this.#at(asked.seq, signal)
    return asked.what === 'inbox' ? this.#inbox(standing, asked) : shiftThen(this.#lookup, standing)
  }

  async #at(seq: number, signal: AbortSignal): Promise<Standing> {
    const near = this.#kept
      .filter((kept) => kept.seq <= seq)
      .sort((a, b) => a.seq - b.seq)
      .at(-1)
    const standing = this.#fromMark(seq, near?.seq ?? 0) ?? near ?? new Standing()
    this.#kept = [...this.#kept.filter((kept) => kept !== standing), standing].slice(-mostKept)
    await this.#take(standing, seq, signal)
    return standing
  }

  /** Null where there is no mark up to `seq` and after `later`. */
  #fromMark(seq: number, later: number): Standing | null {
    const mark = this.#mark.get(seq, later)
    return mark ? unpack(mark) : null
  }

  async #take(standing: Standing, to: number, signal: AbortSignal): Promise<void> {
    while (standing.seq < to) {
      const from = standing.seq
      for (const canonical of this.#entries.all(from, Math.min(to, from + slice)))
        standing.take(JSON.parse(canonical) as Entry)
      if (standing.seq === from) throw new RangeError(`the ledger ends before entry ${to}`)
      await breathe(signal)
    }
    for (const id of [...standing.unknown]) {
      const thread = this.#lookup.threads([id], to).get(id)
      if (thread) standing.threads.set(id, thread)
      standing.unknown.delete(id)
    }
  }

  #inbox(standing: Standing, asked: Asked & { what: 'inbox' }): PastInbox {
    const { queue, account, me, offset, limit, seq } = asked
    const all = [...standing.threads.values()]
    const counts = countQueues(counted(all), me, account)
    if (queue === 'closed') {
      const ids = this.#closed.all({ seq, account: account ?? null, offset, limit })
      const states = this.#lookup.threads(ids, seq)
      const rows = this.#rows(
        ids.map((id) => states.get(id) as ThreadState),
        seq,
      )
      return { page: { rows, total: closedOf(standing, counts, account) }, counts }
    }
    const inQueue = all.filter(
      (thread) => (account === undefined || thread.account === account) && standsIn(queue, thread, me),
    )
    const rows = this.#rows(inQueue.sort(byRank).slice(offset, offset + limit), seq)
    return { page: { rows, total: inQueue.length }, counts }
  }

  #rows(threads: readonly ThreadState[], seq: number): Row[] {
    const contacts = contactsThen(
      this.#lookup,
      threads.map(({ contact }) => contact),
      seq,
    )
    const people = peopleThen(this.#lookup, seq)
    const words = this.#previews.all(JSON.stringify(threads.map((thread) => thread.last_message)))
    const previews = new Map(words.map(({ seq: message, preview }) => [message, preview]))
    return threads.map((thread) => ({
      ...thread,
      contact_name: contacts.get(thread.contact)?.label ?? '—',
      tags: JSON.stringify(contacts.get(thread.contact)?.tags ?? []),
      holder_name: thread.holder === null ? null : (people.get(thread.holder)?.name ?? null),
      preview: previews.get(thread.last_message) ?? null,
    }))
  }
}

function counted(threads: readonly ThreadState[]): Iterable<Count> {
  const counts = new Map<string, Count>()
  for (const thread of threads) {
    const place = placeOf(thread)
    if (place === null) continue
    const present = counts.get(keyOf(place))
    if (present) present.n += 1
    else counts.set(keyOf(place), { ...place, n: 1 })
  }
  return counts.values()
}

/** All there have been but those that are open. */
function closedOf({ opened }: Standing, { accounts }: QueueCounts, account: string | undefined): number {
  const names = account === undefined ? [...opened.keys()] : [account]
  return names.reduce((sum, name) => sum + (opened.get(name) ?? 0) - (accounts[name]?.open ?? 0), 0)
}

/** Lets others have the thread for a moment, and ends what was called off. */
async function breathe(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
  signal.throwIfAborted()
}
