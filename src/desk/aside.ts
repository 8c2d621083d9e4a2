import { maskText } from './people/masking.ts'
import { iso } from './time.ts'
import type { Db } from './view.ts'

export interface AsideLine {
  account: string | null
  source: string
  line: number
  text: string
  reason: string
  /** The thread it would have been part of, so that it is as private as that (rule 11). */
  thread?: string | null
  /** Whose it may be, by the channel's own ids: as private as any thread of theirs, also of later ones. */
  conversations?: readonly string[]
}

interface Row {
  id: number
  at: number
  account: string | null
  source: string
  line: number
  text: string
  reason: string
  thread: string | null
  /** JSON: every thread of its conversations. */
  threads: string
}

/** Input that could not be used, kept with its reason where a person can see it. Bad input never vanishes. */
export class Aside {
  readonly #insert
  readonly #list
  readonly #now

  constructor(db: Db, now: () => number) {
    this.#insert = db.prepare(
      `INSERT INTO aside (at, account, source, line, text, reason, thread, conversations)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#list = db.prepare<[number], Row>(
      `SELECT a.id, a.at, a.account, a.source, a.line, a.text, a.reason, a.thread,
         (SELECT json_group_array(t.id) FROM json_each(${conversationsOf('a')}) j
          CROSS JOIN thread t INDEXED BY thread_of_conversation
            ON t.account = a.account AND t.conversation = j.value) AS threads
       FROM aside a ORDER BY a.id DESC LIMIT ?`,
    )
    this.#now = now
  }

  keep({ account, source, line, text, reason, thread, conversations = [] }: AsideLine): void {
    const whose = conversations.length === 0 ? null : JSON.stringify(conversations)
    this.#insert.run(this.#now(), account, source, line, text, reason, thread ?? null, whose)
  }

  /** Newest first; lines of threads this reader may not read are left out. */
  list(limit: number, mayRead: (thread: string) => boolean) {
    return this.#list
      .all(limit)
      .filter(({ thread, threads }) => {
        const all = JSON.parse(threads) as string[]
        return (thread === null || mayRead(thread)) && all.every(mayRead)
      })
      .map(({ thread: _thread, threads: _threads, ...row }) => ({
        ...row,
        text: maskText(row.text).text,
        at: iso(row.at),
      }))
  }
}

/** Of a line kept before these were written down: that of its thread. */
function conversationsOf(line: string): string {
  return `coalesce(${line}.conversations, (SELECT json_array(conversation) FROM thread WHERE id = ${line}.thread))`
}
