import type { Statement } from 'better-sqlite3'
import type { AlarmKind } from '../../contract/alarms.ts'
import type { Page } from '../../contract/call.ts'
import type { Queue, QueueCounts, Thread, ThreadRow } from '../../contract/threads.ts'
import type { Category, Disposition, MessageKind, Urgency } from '../../contract/values.ts'
import { maskText } from '../people/masking.ts'
import type { Access } from '../privacy/access.ts'
import type { Reader } from '../privacy/rules.ts'
import { iso, isoOrNull } from '../time.ts'
import type { Db } from '../view.ts'
import { overdueByRank, rankOfResting, type ThreadState } from './thread.ts'
import type { ThreadCounts } from './thread-counts.ts'

/** The inbox: pages of threads by queue, their counts, one thread for its header. Reads only. */

interface Filter {
  queue: Queue
  account?: string | undefined
  category?: Category | undefined
  /** Empty for free threads. */
  holder?: string | undefined
}

interface Row extends ThreadState {
  /** 村组+姓名. */
  contact_name: string
  tags: string
  holder_name: string | null
  preview: string | null
}

/** A preview is the first line or two; more never leaves the core for a list. */
const previewLength = 80
/** Read a little more than is shown, so that a number cut at the edge is still known as one and masked. */
const previewRead = previewLength + 40

const rowColumns = `
  t.*, trim(ifnull(c.village_group, '') || ' ' || ifnull(c.name, '—')) AS contact_name, c.tags, p.name AS holder_name,
  substr(m.body ->> '$.text', 1, ${previewRead}) AS preview`
const rowJoins = `
  JOIN contact c ON c.id = t.contact
  LEFT JOIN person p ON p.user = t.holder
  LEFT JOIN content m ON m.seq = t.last_message`

const queueConditions: Record<Exclude<Queue, 'closed'>, string> = {
  unclaimed: 'holder IS NULL AND snoozed_until IS NULL',
  mine: 'holder = @me AND snoozed_until IS NULL',
  waiting: `rank < ${rankOfResting} AND snoozed_until IS NULL`,
  escalated: 'escalation IS NOT NULL AND snoozed_until IS NULL',
  overdue: `${overdueByRank} AND snoozed_until IS NULL`,
  snoozed: 'snoozed_until IS NOT NULL',
  all: 'TRUE',
}

export class Inbox {
  readonly #db: Db
  readonly #counts: ThreadCounts
  readonly #access: Access
  readonly #statements = new Map<string, Statement<unknown[]>>()

  constructor(db: Db, counts: ThreadCounts, access: Access) {
    this.#db = db
    this.#counts = counts
    this.#access = access
  }

  list(filter: Filter, reader: Reader, offset: number, limit: number): Page<ThreadRow> {
    const me = reader.user
    const where = condition(filter)
    const order = filter.queue === 'closed' ? 'closed_at DESC' : 'rank'
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
         SELECT n FROM thread INDEXED BY ${index(filter)} WHERE ${where} ORDER BY ${order} LIMIT @limit OFFSET @offset
       )
       SELECT ${rowColumns} FROM page JOIN thread t ON t.n = page.n ${rowJoins} ORDER BY t.${order}`,
    ).all(parameters) as Row[]
    return {
      rows: rows.map((row) => this.#shown(row, reader)),
      total: this.#total(filter, me, where, parameters),
    }
  }

  counts(me: string, account?: string): QueueCounts {
    const queues = { unclaimed: 0, mine: 0, waiting: 0, escalated: 0, overdue: 0, snoozed: 0, all: 0 }
    const accounts: QueueCounts['accounts'] = {}
    for (const row of this.#counts.all()) {
      if (row.n === 0) continue
      const snoozed = row.place === 'snoozed'
      const overdue = row.place === 'overdue'
      const waiting = overdue || row.place === 'waiting'
      const free = row.holder === '' && !snoozed
      accounts[row.account] ??= { open: 0, waiting: 0, unclaimed: 0, overdue: 0 }
      const of = accounts[row.account]!
      of.open += row.n
      if (waiting) of.waiting += row.n
      if (overdue) of.overdue += row.n
      if (free) of.unclaimed += row.n
      if (account !== undefined && row.account !== account) continue
      queues.all += row.n
      if (snoozed) queues.snoozed += row.n
      if (waiting) queues.waiting += row.n
      if (overdue) queues.overdue += row.n
      if (row.escalated && !snoozed) queues.escalated += row.n
      if (free) queues.unclaimed += row.n
      if (row.holder === me && !snoozed) queues.mine += row.n
    }
    return { queues, accounts }
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
      `SELECT ${rowColumns}, d.text AS draft, first.body ->> '$.title' AS title
       FROM thread t ${rowJoins}
       LEFT JOIN draft d ON d.thread = t.id AND d.user = @me
       LEFT JOIN message fm ON fm.seq = t.n + 1
       LEFT JOIN content first ON first.seq = fm.seq
       WHERE t.id = @id`,
    ).get({ id, me: reader.user }) as (Row & { draft: string | null; title: string | null }) | undefined
    if (!row) return null
    const shown = this.#shown(row, reader)
    return {
      ...shown,
      title: row.title === null || !shown.readable ? null : maskText(row.title).text,
      openedAt: iso(row.opened_at),
      lastSeq: row.last_seq,
      continues: row.continues,
      draft: shown.readable ? row.draft : null,
      glassUntil: null,
    }
  }

  /** Rule 11: of a private thread others see the category and the times, nothing of who or what. */
  #shown(row: Row, reader: Reader): ThreadRow {
    const shown = threadRow(row)
    if (this.#access.mayRead(row, reader)) return shown
    return {
      ...shown,
      readable: false,
      contact: '',
      contactName: '🔒',
      preview: null,
      tags: [],
      common: null,
    }
  }

  #total(filter: Filter, me: string, where: string, parameters: object): number {
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

function index(filter: Filter): string {
  return filter.queue === 'closed' ? 'thread_closed' : 'thread_open'
}

function condition(filter: Filter): string {
  const parts =
    filter.queue === 'closed'
      ? ['closed_at IS NOT NULL']
      : ['closed_at IS NULL', queueConditions[filter.queue]]
  if (filter.account !== undefined) parts.push('account = @account')
  if (filter.category !== undefined) parts.push('category = @category')
  if (filter.holder !== undefined) parts.push(`ifnull(holder, '') = @holder`)
  return parts.join(' AND ')
}

/** Never in the middle of an emoji. */
function cut(text: string): string {
  return text.slice(0, previewLength).replace(/[\ud800-\udbff]$/, '')
}

function threadRow(row: Row): ThreadRow {
  return {
    id: row.id,
    account: row.account,
    kind: row.kind,
    private: row.private === 1,
    readable: true,
    contact: row.contact,
    contactName: row.contact_name,
    preview: row.preview === null ? null : cut(maskText(row.preview).text),
    previewKind: row.last_kind as MessageKind,
    lastFrom: row.last_from,
    lastRecalled: row.last_recalled === 1,
    lastAt: iso(row.last_at),
    waitingSince: isoOrNull(row.waiting_since),
    overdue: row.overdue === 1,
    toldOfDelayAt: isoOrNull(row.told_at),
    mark:
      row.mark_kind === null
        ? null
        : { kind: row.mark_kind as AlarmKind, strength: row.mark_strength ?? 'watch' },
    escalation:
      row.escalation === null
        ? null
        : {
            id: row.escalation,
            desk: row.desk ?? '',
            level: row.level ?? '',
            state: row.escalation_state ?? 'offered',
          },
    common: row.common,
    urgency: row.urgency as Urgency,
    category: row.category as Category | null,
    holder: row.holder,
    holderName: row.holder_name,
    heldSince: isoOrNull(row.held_since),
    handedOverAt: isoOrNull(row.handed_at),
    snoozedUntil: isoOrNull(row.snoozed_until),
    closedAt: isoOrNull(row.closed_at),
    disposition: row.disposition as Disposition | null,
    tags: JSON.parse(row.tags) as string[],
  }
}
