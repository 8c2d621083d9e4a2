import type { Statement } from 'better-sqlite3'
import type { Page } from '../../contract/call.ts'
import type { MenuDraft, Queue, QueueCounts, Thread, ThreadRow } from '../../contract/threads.ts'
import type { Access } from '../privacy/access.ts'
import type { Reader } from '../privacy/rules.ts'
import type { Db } from '../view.ts'
import { condition, index, order, type QueueFilter } from './queues.ts'
import { previewRead, type Row, threadHeader, threadRow, withheld } from './rows.ts'
import type { ThreadState } from './thread.ts'
import { countQueues, type ThreadCounts } from './thread-counts.ts'

/** The inbox: pages of threads by queue, their counts, one thread for its header. Reads only. */

const rowColumns = `
  t.*, trim(ifnull(c.village_group, '') || ' ' || ifnull(c.name, '—')) AS contact_name, c.tags, p.name AS holder_name,
  substr(m.body ->> '$.text', 1, ${previewRead}) AS preview`
const rowJoins = `
  JOIN contact c ON c.id = t.contact
  LEFT JOIN person p ON p.user = t.holder
  LEFT JOIN content m ON m.seq = t.last_message`

interface HeaderRow extends Row {
  draft: string | null
  draft_menu: string | null
  title: string | null
}

export class Inbox {
  readonly #db: Db
  readonly #counts: ThreadCounts
  readonly #access: Access
  readonly #isElsewhere: (thread: ThreadState) => boolean
  readonly #statements = new Map<string, Statement<unknown[]>>()

  constructor(db: Db, counts: ThreadCounts, access: Access, isElsewhere: (thread: ThreadState) => boolean) {
    this.#db = db
    this.#counts = counts
    this.#access = access
    this.#isElsewhere = isElsewhere
  }

  list(filter: QueueFilter, reader: Reader, offset: number, limit: number): Page<ThreadRow> {
    const me = reader.user
    const where = condition(filter)
    const parameters = {
      me,
      account: filter.account,
      category: filter.category,
      holder: filter.holder,
      offset,
      limit,
    }
    // The page is chosen in the covering index alone; only its rows are then read in full.
    const rows = this.#prepare(
      `WITH page AS MATERIALIZED (
         SELECT n FROM thread INDEXED BY ${index(filter)} WHERE ${where} ORDER BY ${order(filter)} LIMIT @limit OFFSET @offset
       )
       SELECT ${rowColumns} FROM page JOIN thread t ON t.n = page.n ${rowJoins} ORDER BY ${order(filter, 't.')}`,
    ).all(parameters) as Row[]
    return {
      rows: rows.map((row) => this.#shown(row, reader)),
      total: this.#total(filter, me, where, parameters),
    }
  }

  counts(me: string, account?: string): QueueCounts {
    return countQueues(this.#counts.all(), me, account)
  }

  /** Several threads by their ids, in the order given; those that are not there are left out. */
  rows(ids: readonly string[], reader: Reader): ThreadRow[] {
    const select = this.#prepare(`SELECT ${rowColumns} FROM thread t ${rowJoins} WHERE t.id = ?`)
    return ids
      .map((id) => select.get(id) as Row | undefined)
      .filter((row) => row !== undefined)
      .map((row) => this.#shown(row, reader))
  }

  thread(id: string, reader: Reader): Thread | null {
    const row = this.#prepare(
      `SELECT ${rowColumns}, nullif(d.text, '') AS draft, d.menu AS draft_menu, first.body ->> '$.title' AS title
       FROM thread t ${rowJoins}
       LEFT JOIN draft d ON d.thread = t.id AND d.user = @me
       LEFT JOIN message fm ON fm.seq = t.n + 1
       LEFT JOIN content first ON first.seq = fm.seq
       WHERE t.id = @id`,
    ).get({ id, me: reader.user }) as HeaderRow | undefined
    if (!row) return null
    const menu = row.draft_menu === null ? null : (JSON.parse(row.draft_menu) as MenuDraft)
    return threadHeader(row, this.#shown(row, reader), { ...row, menu, glassUntil: null })
  }

  #shown(row: Row, reader: Reader): ThreadRow {
    const shown = { ...threadRow(row), servedElsewhere: this.#isElsewhere(row) }
    return this.#access.mayRead(row, reader) ? shown : withheld(shown)
  }

  #total(filter: QueueFilter, me: string, where: string, parameters: object): number {
    const counted = filter.queue !== 'closed' && filter.category === undefined && filter.holder === undefined
    if (counted) return this.counts(me, filter.account).queues[filter.queue as Exclude<Queue, 'closed'>]
    return this.#prepare(`SELECT count(*) FROM thread INDEXED BY ${index(filter)} WHERE ${where}`)
      .pluck()
      .get(parameters) as number
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
