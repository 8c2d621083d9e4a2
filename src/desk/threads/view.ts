import type { Statement } from 'better-sqlite3'
import type { AlarmKind, Strength } from '../../contract/alarms.ts'
import type { Entry } from '../../ledger/entry.ts'
import { CONTENT_ERASED, erasedSeqs } from '../../ledger/erasure.ts'
import type { Content, Db, View } from '../view.ts'
import { evolve, evolving, opened, type ThreadState } from './thread.ts'
import { ThreadCounts } from './thread-counts.ts'

const columns = [
  'n',
  'id',
  'account',
  'contact',
  'kind',
  'conversation',
  'continues',
  'opened_at',
  'closed_at',
  'disposition',
  'holder',
  'held_since',
  'last_holder',
  'handed_at',
  'urgency',
  'category',
  'snoozed_until',
  'last_seq',
  'last_message',
  'last_from',
  'last_kind',
  'last_at',
  'last_recalled',
  'waiting_since',
  'clock_since',
  'told_at',
  'told_by',
  'overdue',
  'answer',
  'answer_state',
  'owed_since',
  'owed_told',
  'asked_since',
  'private',
  'desk',
  'covered_by',
  'escalation',
  'escalation_state',
  'level',
  'alarm',
  'alarm_by',
  'mark_kind',
  'mark_strength',
  'common',
  'rank',
] as const satisfies readonly (keyof ThreadState)[]
const fixed: ReadonlySet<string> = new Set([
  'n',
  'id',
  'account',
  'contact',
  'kind',
  'conversation',
  'continues',
  'opened_at',
])
const changing = columns.filter((column) => !fixed.has(column))
/** What a day's work seldom touches: left out of the write when it stayed as it was. */
const seldom = [
  'handed_at',
  'told_at',
  'told_by',
  'owed_told',
  'asked_since',
  'private',
  'desk',
  'covered_by',
  'escalation',
  'escalation_state',
  'level',
  'alarm',
  'alarm_by',
  'mark_kind',
  'mark_strength',
  'common',
] as const satisfies readonly (typeof columns)[number][]
const often = changing.filter((column) => !(seldom as readonly string[]).includes(column))
/** All that mostly changes once an answer was taken; it stands in no index. */
const uponArrival = 'answer_state' satisfies (typeof columns)[number]
const others = changing.filter((column) => column !== uponArrival)

const mostRecent = 10_000

interface MessageRow {
  seq: number
  thread: string
  recalled_at: number | null
}

/**
 * Threads and messages as tables. A thread touched in a transaction is held as an object and written once at
 * its end; the queues it left and joined are counted once the transaction is committed.
 */
export class ThreadsView implements View {
  readonly applies: Record<string, (entry: Entry, content: Content) => void>
  readonly counts = new ThreadCounts()
  readonly #held = new Map<string, { state: ThreadState; before: ThreadState | null }>()
  /** As of the last commit; never one that is being changed. */
  readonly #recent = new Map<string, ThreadState>()
  readonly #select: Statement<[string], ThreadState>
  readonly #selectNewest: Statement<[string, string], { id: string }>
  readonly #insert: Statement<ThreadState>
  readonly #update: Statement<unknown[]>
  readonly #updateAll: Statement<unknown[]>
  readonly #updateArrival: Statement<unknown[]>
  readonly #insertMessage: Statement<unknown[]>
  readonly #recall: Statement<[number, number]>
  readonly #deliver: Statement<[string, string | null, number]>
  readonly #mark: Statement<[AlarmKind, Strength, number]>
  readonly #byExternal: Statement<[string, string], MessageRow>
  readonly #message: Statement<
    [number],
    MessageRow & {
      contact: string
      said_by: string
      author: string
      delivery: string | null
      mark_kind: AlarmKind | null
      mark_strength: Strength | null
    }
  >

  constructor(db: Db) {
    this.#select = db.prepare(`SELECT ${columns.join(', ')} FROM thread WHERE id = ?`)
    this.#selectNewest = db.prepare(
      'SELECT id FROM thread WHERE account = ? AND conversation = ? ORDER BY n DESC LIMIT 1',
    )
    this.#insert = db.prepare(
      `INSERT INTO thread (${columns.join(', ')}) VALUES (${columns.map((c) => `@${c}`).join(', ')})`,
    )
    const setting = (names: readonly string[]) =>
      db.prepare<unknown[]>(`UPDATE thread SET ${names.map((c) => `${c} = ?`).join(', ')} WHERE n = ?`)
    this.#update = setting(often)
    this.#updateAll = setting(changing)
    this.#updateArrival = setting([uponArrival])
    this.#insertMessage = db.prepare(
      `INSERT INTO message (seq, thread, account, contact, said_by, author, sent_at, external, delivery)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#recall = db.prepare('UPDATE message SET recalled_at = ? WHERE seq = ?')
    this.#deliver = db.prepare('UPDATE message SET delivery = ?, delivery_error = ? WHERE seq = ?')
    this.#mark = db.prepare('UPDATE message SET mark_kind = ?, mark_strength = ? WHERE seq = ?')
    this.#byExternal = db.prepare(
      'SELECT seq, thread, recalled_at FROM message WHERE account = ? AND external = ?',
    )
    this.#message = db.prepare(
      `SELECT seq, thread, contact, recalled_at, said_by, author, delivery, mark_kind, mark_strength
       FROM message WHERE seq = ?`,
    )
    this.applies = { ...this.#appliers(), ...this.#erasing(db) }
    this.counts.load(db)
  }

  /** The thread as of now, inside a transaction too; null when there is none. A copy: change it by entries. */
  thread(id: string): ThreadState | null {
    const state = this.#held.get(id)?.state ?? this.#read(id)
    return state ? { ...state } : null
  }

  /** Threads that were worked on a moment ago are worked on again: they are kept as objects. */
  #read(id: string): ThreadState | undefined {
    const known = this.#recent.get(id)
    if (known) return known
    const state = this.#select.get(id)
    if (state) this.#remember(state)
    return state
  }

  #remember(state: ThreadState): void {
    if (this.#recent.size >= mostRecent) this.#recent.clear()
    this.#recent.set(state.id, state)
  }

  /** How many open threads are in this person's hands, inside a transaction too. */
  heldBy(user: string): number {
    let n = 0
    for (const count of this.counts.all()) if (count.holder === user) n += count.n
    for (const { state, before } of this.#held.values())
      n += Number(state.holder === user) - Number(before?.holder === user)
    return n
  }

  newestOf(account: string, conversation: string): ThreadState | null {
    const found = this.#selectNewest.get(account, conversation)
    return found ? this.thread(found.id) : null
  }

  messageByExternal(account: string, external: string): MessageRow | null {
    return this.#byExternal.get(account, external) ?? null
  }

  message(seq: number) {
    return this.#message.get(seq) ?? null
  }

  flush(): void {
    for (const { state, before } of this.#held.values()) {
      const same = (column: (typeof columns)[number]) => before !== null && state[column] === before[column]
      if (others.every(same)) this.#updateArrival.run(state[uponArrival], state.n)
      else if (seldom.every(same)) this.#update.run(...often.map((column) => state[column]), state.n)
      else this.#updateAll.run(...changing.map((column) => state[column]), state.n)
      this.#remember(state)
      this.counts.moved(before, state)
    }
    this.#held.clear()
  }

  adopt(): void {
    this.counts.adopt()
  }

  discard(): void {
    this.counts.discard()
    this.#held.clear()
    this.#recent.clear()
  }

  #hold(id: string): ThreadState {
    const held = this.#held.get(id)
    if (held) return held.state
    const before = this.#read(id)
    if (!before) throw new Error(`entry about an unknown thread ${id}`)
    const state = { ...before }
    this.#held.set(id, { state, before })
    return state
  }

  #appliers(): Record<string, (entry: Entry, content: Content) => void> {
    const applies: Record<string, (entry: Entry, content: Content) => void> = {}
    for (const type of evolving) applies[type] = (entry) => evolve(this.#hold(entry.subject), entry)
    applies['thread.opened'] = (entry, content) => {
      const state = opened(entry, (content?.conversation as string | undefined) ?? null)
      this.#insert.run(state)
      this.#held.set(state.id, { state, before: null })
    }
    const evolveThen = (
      type: string,
      then: (entry: Entry, content: Content, thread: ThreadState) => void,
    ) => {
      applies[type] = (entry, content) => {
        const thread = this.#hold(entry.subject)
        evolve(thread, entry)
        then(entry, content, thread)
      }
    }
    evolveThen('message.received', (entry, content, thread) =>
      this.#say(entry, content, thread, 'resident', entry.data.from as string, null),
    )
    evolveThen('message.sent', (entry, content, thread) =>
      this.#say(entry, content, thread, 'desk', authorOf(entry), entry.data.delivery as string),
    )
    evolveThen('note.added', (entry, content, thread) =>
      this.#say(entry, content, thread, 'note', entry.actor.user, null),
    )
    evolveThen('message.recalled', (entry) => {
      this.#recall.run(Date.parse(entry.data.at as string), entry.data.message as number)
    })
    evolveThen('message.assessed', (entry) => {
      const [strongest] = entry.data.kinds as unknown as { kind: AlarmKind; strength: Strength }[]
      this.#mark.run(strongest!.kind, strongest!.strength, entry.data.message as number)
    })
    evolveThen('message.accepted', (entry) => this.#delivered(entry, 'accepted'))
    evolveThen('message.failed', (entry) => this.#delivered(entry, 'failed', entry.data.reason as string))
    evolveThen('message.retried', (entry) => this.#delivered(entry, 'queued'))
    applies['message.sentByHand'] = (entry) => this.#delivered(entry, 'sentByHand')
    return applies
  }

  /** The channel's own ids of conversations and messages are content as well. */
  #erasing(db: Db): Record<string, (entry: Entry) => void> {
    const opened = db
      .prepare<[string], string>(
        `SELECT e.canonical ->> '$.subject' FROM json_each(?) j JOIN entry e ON e.seq = j.value
         WHERE e.canonical ->> '$.type' = 'thread.opened'`,
      )
      .pluck()
    const thread = db.prepare('UPDATE thread SET conversation = NULL WHERE id = ?')
    const messages = db.prepare(
      'UPDATE message SET external = NULL WHERE seq IN (SELECT value FROM json_each(?))',
    )
    return {
      [CONTENT_ERASED]: ({ data }) => {
        const seqs = JSON.stringify(erasedSeqs(data))
        messages.run(seqs)
        for (const id of opened.all(seqs)) {
          thread.run(id)
          this.#recent.delete(id)
          const held = this.#held.get(id)
          if (held) held.state.conversation = null
        }
      },
    }
  }

  #say(
    entry: Entry,
    content: Content,
    thread: ThreadState,
    saidBy: 'resident' | 'desk' | 'note',
    author: string,
    delivery: string | null,
  ): void {
    const sentAt = typeof entry.data.sentAt === 'string' ? entry.data.sentAt : entry.at
    const external = (content?.external as string | undefined) ?? null
    this.#insertMessage.run(
      entry.seq,
      thread.id,
      thread.account,
      saidBy === 'resident' ? author : thread.contact,
      saidBy,
      author,
      Date.parse(sentAt),
      external,
      delivery,
    )
  }

  #delivered(entry: Entry, delivery: string, error: string | null = null): void {
    this.#deliver.run(delivery, error, entry.data.message as number)
  }
}

/** An officer; or the account itself, where it was sent from a phone. */
export function authorOf(sent: Entry): string {
  return typeof sent.data.author === 'string' ? sent.data.author : sent.actor.user
}
