import type { NewInThread, TimelineItem } from '../../contract/threads.ts'
import type { Ledger } from '../../ledger/sqlite/ledger.ts'
import { maskText } from '../people/masking.ts'
import { plainName } from '../service/colleagues.ts'
import type { Db } from '../view.ts'
import {
  type Known,
  type Line,
  type MessageState,
  shownOnMessage,
  timelineItem,
  withoutLink,
  withoutWords,
} from './timeline-items.ts'
import { authorOf } from './view.ts'

/** One thread as it is read: words, notes and acts in the order of the ledger. Reads only. */

/** Entries that an officer about to answer must have seen (rule 3). */
const words: ReadonlySet<string> = new Set(['message.received', 'message.sent', 'message.recalled'])
const mostNews = 20

export class Timeline {
  readonly #ledger: Ledger
  readonly #state
  readonly #names
  readonly #known: Known

  constructor(db: Db, ledger: Ledger) {
    this.#ledger = ledger
    this.#state = db.prepare<[number], MessageState>(
      `SELECT c.name AS contact_name, m.recalled_at, m.delivery, m.delivery_error, m.mark_kind, m.mark_strength,
         f.state AS media_state, f.name AS media_name, f.type AS media_type, f.bytes AS media_bytes,
         f.reason AS media_reason
       FROM message m JOIN contact c ON c.id = m.contact LEFT JOIN media f ON f.seq = m.seq WHERE m.seq = ?`,
    )
    this.#names = db.prepare<[{ user: string }], { name: string }>(
      'SELECT name FROM person WHERE user = @user UNION ALL SELECT name FROM account WHERE id = @user LIMIT 1',
    )
    this.#known = { message: (seq) => this.#state.get(seq), name: (user) => this.#name(user) }
  }

  /**
   * Up to `limit` items before entry `before`, oldest first. Of a thread this reader may not read, times and acts only;
   * and nothing that would say whose another such thread is (rule 11).
   */
  read(
    thread: string,
    before: number,
    limit: number,
    mayRead: (thread: string) => boolean,
  ): { items: TimelineItem[]; more: boolean } {
    const readable = mayRead(thread)
    const lines: Line[] = []
    for (const line of this.#backwards(thread, before)) {
      if (shownOnMessage.has(line.entry.type)) continue
      lines.push(line)
      if (lines.length > limit) break
    }
    const more = lines.length > limit
    return {
      items: lines
        .slice(0, limit)
        .reverse()
        .map((line) => timelineItem(readable ? withoutLink(line, mayRead) : withoutWords(line), this.#known)),
      more,
    }
  }

  /** Words and recalls after `seen`: what an officer about to answer has not read. Oldest first. */
  news(thread: string, seen: number): NewInThread[] {
    const lines: Line[] = []
    for (const line of this.#backwards(thread, endOfTime)) {
      if (line.entry.seq <= seen || lines.length === mostNews) break
      if (words.has(line.entry.type)) lines.push(line)
    }
    return lines.reverse().map(({ entry, content }) => {
      const recalled = entry.type === 'message.recalled'
      const fromResident = entry.type !== 'message.sent'
      const state = this.#state.get(recalled ? (entry.data.message as number) : entry.seq)
      const text = typeof content?.text === 'string' ? maskText(content.text).text : null
      return {
        seq: entry.seq,
        from: fromResident ? 'resident' : 'desk',
        authorName: fromResident ? (state?.contact_name ?? '—') : this.#name(authorOf(entry)),
        text,
        at: entry.at,
        recalled,
      }
    })
  }

  *#backwards(thread: string, before: number): Generator<Line> {
    for (let from = before; ; ) {
      const lines = this.#ledger.bySubject(thread, 100, from)
      yield* lines
      if (lines.length < 100) return
      from = lines.at(-1)!.entry.seq
    }
  }

  #name(user: string): string {
    return this.#names.get({ user })?.name ?? plainName(user)
  }
}

export const endOfTime = Number.MAX_SAFE_INTEGER
