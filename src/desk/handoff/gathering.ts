import type { Statement } from 'better-sqlite3'
import type { AccountTrouble } from '../../contract/handoff.ts'
import type { Station } from '../station/station.ts'
import { overdueByRank } from '../threads/rank.ts'
import type { ThreadState } from '../threads/thread.ts'
import { hour, iso, isoOrNull } from '../time.ts'
import type { Db } from '../view.ts'
import type { FrozenItem, FrozenQueue } from './item.ts'
import type { AccountFacts, SheetFacts, ThreadFacts, WarningFacts } from './sheet.ts'

/** What there is to hand over, from the tables as they stand within the commit. Reads only. */

/** Of an answer that never arrived in a thread long closed nobody is told any more: the channel's own window (ms). */
const failedWithin = 48 * hour
/** Of the rest of the queue this many are named. */
const mostQueued = 200
/** A reply window that closes within this time (ms) while somebody waits closes on the next shift. */
const closesSoon = 6 * hour

interface Of {
  from: string
  /** JSON list of account ids; null: all accounts. */
  accounts: string | null
}

interface OfAll extends Of {
  /** JSON list of residents whose reply window is spent or closes soon. */
  pressing: string
}

interface QueueRow {
  id: string
  account: string
  contact: string
  waiting_since: number | null
  urgency: FrozenQueue['rows'][number]['urgency']
  category: FrozenQueue['rows'][number]['category']
}

const within = (account: string) =>
  `(@accounts IS NULL OR ${account} IN (SELECT value FROM json_each(@accounts)))`

/**
 * Threads that must be decided of, each found by an index of its own: what the officer holds, what nobody holds and
 * cannot wait, alarms looked after, return visits to come, promises made.
 */
export const threadsSql = `
  SELECT id FROM thread INDEXED BY thread_open
  WHERE closed_at IS NULL AND holder = @from AND ${within('account')}
  UNION
  SELECT id FROM thread INDEXED BY thread_open
  WHERE closed_at IS NULL AND holder IS NULL AND ${within('account')} AND (
    escalation IS NOT NULL OR ${overdueByRank} OR alarm IS NOT NULL OR mark_kind IS NOT NULL
    OR id IN (SELECT thread FROM escalation INDEXED BY escalation_visits WHERE state = 'visit' AND visit_due = 1)
    OR (waiting_since IS NOT NULL AND contact IN (SELECT value FROM json_each(@pressing))))
  UNION
  SELECT a.thread FROM alarm a INDEXED BY alarm_open
  WHERE a.state <> 'closed' AND a.state = 'followed' AND a.looks_after = @from AND ${within('a.account')}
  UNION
  SELECT t.id FROM escalation e INDEXED BY escalation_visits JOIN thread t ON t.id = e.thread
  WHERE e.state = 'visit' AND e.accepted_by = @from AND (t.closed_at IS NOT NULL OR t.holder IS NULL) AND ${within('t.account')}
  UNION
  SELECT t.id FROM promise p INDEXED BY promise_open JOIN thread t ON t.id = p.thread
  WHERE p.done_at IS NULL AND p.to_user = @from AND t.closed_at IS NULL AND (t.holder IS NULL OR t.holder = @from)
    AND ${within('t.account')}`

const queueWhere = `closed_at IS NULL AND holder IS NULL AND ${within('account')}
  AND id NOT IN (SELECT value FROM json_each(@items))`

export class Gathering {
  readonly #threads: Statement<[OfAll], string>
  readonly #warnings: Statement<[Of], string>
  readonly #failed: Statement<[Of & { since: number }], { account: string; thread: string }>
  readonly #accountPromises: Statement<[Of], string>
  readonly #queue: Statement<[Of & { items: string; limit: number }], QueueRow>
  readonly #queueSize: Statement<[Of & { items: string }], { threads: number; oldest: number | null }>
  readonly #card: Statement<[string], number>
  readonly #held: Statement<[string], string>

  constructor(db: Db) {
    this.#threads = db.prepare<[OfAll], string>(threadsSql).pluck() as Statement<[OfAll], string>
    this.#warnings = db
      .prepare<[Of], string>(
        `SELECT w.id FROM warning w INDEXED BY warning_open LEFT JOIN contact c ON c.id = w.contact
         WHERE w.closed_at IS NULL AND w.holder = @from AND (c.id IS NULL OR ${within('c.account')})`,
      )
      .pluck() as Statement<[Of], string>
    this.#failed = db.prepare(
      `SELECT DISTINCT m.account, m.thread FROM message m INDEXED BY message_failed JOIN thread t ON t.id = m.thread
       WHERE m.delivery = 'failed' AND ${within('m.account')} AND (t.holder IS NULL OR t.holder = @from)
         AND (t.closed_at IS NULL OR m.sent_at > @since)`,
    )
    this.#accountPromises = db
      .prepare<[Of], string>(
        `SELECT substr(item, 9) FROM promise INDEXED BY promise_open
         WHERE done_at IS NULL AND to_user = @from AND thread IS NULL AND item LIKE 'account:%'`,
      )
      .pluck() as Statement<[Of], string>
    this.#queue = db.prepare(
      `SELECT id, account, contact, waiting_since, urgency, category FROM thread INDEXED BY thread_open
       WHERE ${queueWhere} ORDER BY rank LIMIT @limit`,
    )
    this.#queueSize = db.prepare(
      `SELECT count(*) AS threads, min(waiting_since) AS oldest FROM thread INDEXED BY thread_open WHERE ${queueWhere}`,
    )
    this.#held = db
      .prepare<[string], string>(
        'SELECT id FROM thread INDEXED BY thread_open WHERE closed_at IS NULL AND holder = ?',
      )
      .pluck() as Statement<[string], string>
    this.#card = db.prepare<[string], number>('SELECT seq FROM contact WHERE id = ?').pluck() as Statement<
      [string],
      number
    >
  }

  /** Open threads in this person's hands, inside a transaction too. */
  heldBy({ threads }: Station['views'], user: string): ThreadState[] {
    threads.flush()
    return this.#held.all(user).map((id) => threads.thread(id)!)
  }

  /** `accounts`: those of the post, empty for all. */
  facts(station: Station, from: string, accounts: readonly string[], now: number): SheetFacts {
    const { views } = station
    // What was changed in this transaction a moment ago is looked for as well.
    views.threads.flush()
    const of = { from, accounts: listOf(accounts) }
    // The window opened by a word said between these times closes within six hours.
    const pressing = new Set(station.reaching.pressing(now, closesSoon))
    const ids = this.#threads.all({ ...of, pressing: JSON.stringify([...pressing]) })
    const failed = this.#failed.all({ ...of, since: now - failedWithin })
    const undelivered = new Set(failed.map(({ thread }) => thread))
    const named = new Set(ids)
    const stray = new Set(failed.filter(({ thread }) => !named.has(thread)).map(({ account }) => account))
    return {
      threads: ids.map((id) => this.#threadFacts(station, id, undelivered.has(id), pressing)),
      warnings: this.#warnings.all(of).map((id): WarningFacts => {
        const warning = views.warnings.warning(id)!
        return { warning, promise: views.promises.openOf({ id: `warning:${id}`, thread: null }) }
      }),
      accounts: this.#accountFacts(station, of, accounts, stray, shiftBegan(station, from, now)),
    }
  }

  #threadFacts(
    { views }: Station,
    id: string,
    undelivered: boolean,
    pressing: ReadonlySet<string>,
  ): ThreadFacts {
    const thread = views.threads.thread(id)!
    const matter = views.escalations.ofThread(id).find(({ state }) => state !== 'ended') ?? null
    const promise = views.promises.openOf({ id, thread: id })
    return {
      thread,
      card: this.#card.get(thread.contact) as number,
      alarm: thread.alarm === null ? null : views.alarms.alarm(thread.alarm),
      matter,
      promise,
      undelivered,
      pressing: pressing.has(thread.contact),
    }
  }

  /** Those with something to say about them. */
  #accountFacts(
    { views, outbox }: Station,
    of: Of,
    accounts: readonly string[],
    stray: ReadonlySet<string>,
    since: number,
  ): AccountFacts[] {
    const promised = new Set(this.#accountPromises.all(of))
    return views.accounts
      .accounts()
      .filter(({ id }) => accounts.length === 0 || accounts.includes(id))
      .map(({ id, enabled }) => {
        const trouble = troubleOf(views, id, since)
        return {
          account: id,
          fault: enabled && ((trouble?.fault ?? null) !== null || outbox.troubleOf(id) !== null),
          off: !enabled,
          trouble,
          undelivered: stray.has(id),
          promise: promised.has(id) ? views.promises.openOf({ id: `account:${id}`, thread: null }) : null,
        }
      })
      .filter(
        ({ fault, off, trouble, undelivered, promise }) =>
          fault || off || trouble !== null || undelivered || promise !== null,
      )
  }

  /** What nobody holds and is no item of the sheet, as the inbox orders it. */
  queue(from: string, accounts: readonly string[], items: readonly FrozenItem[]): FrozenQueue {
    const of = { from, accounts: listOf(accounts), items: JSON.stringify(items.map(({ id }) => id)) }
    const { threads, oldest } = this.#queueSize.get(of)!
    return {
      threads,
      oldestWaitingSince: isoOrNull(oldest),
      rows: this.#queue.all({ ...of, limit: mostQueued }).map((row) => ({
        thread: row.id,
        account: row.account,
        card: this.#card.get(row.contact) as number,
        waitingSince: isoOrNull(row.waiting_since),
        urgency: row.urgency,
        category: row.category,
      })),
    }
  }
}

/** Of somebody who never signed on, the shift is taken to have begun a day ago. */
function shiftBegan({ views }: Station, user: string, now: number): number {
  return views.people.person(user)?.on_shift_since ?? now - 24 * hour
}

/** What stands on record: an account that is lastingly at fault now, and gaps found since the shift began. */
function troubleOf({ connections }: Station['views'], account: string, since: number): AccountTrouble | null {
  const fault = connections.faultOf('account', account)
  const gaps = connections.gapsOf(account, since)
  if (fault === null && gaps.length === 0) return null
  return {
    fault: fault && {
      what: fault.what,
      code: fault.code,
      since: iso(fault.since),
      ...(fault.seconds == null ? {} : { seconds: fault.seconds }),
    },
    gaps: gaps.map(({ from, to }) => ({ from: iso(from), to: iso(to) })),
  }
}

const listOf = (accounts: readonly string[]) => (accounts.length === 0 ? null : JSON.stringify(accounts))
