import type { ErasureScope } from '../../contract/retention.ts'
import { blockSize } from '../audit/records.ts'
import type { Db } from '../view.ts'
import { classOf, type Period } from './classes.ts'
import { type Facts, type Standing, standing, standingAsked } from './rules.ts'

/** Contents with all that decides whether they may go: as SQL, and as the rules see it. */

interface Row {
  seq: number
  type: string
  at: number
  thread: string | null
  category: string | null
  closed_at: number | null
  open: 0 | 1
  of_group: 0 | 1
  private: 0 | 1
  /** The resident it is about: of a word in a group who said it, of a card whose it is. */
  contact: string | null
  /** Another resident it names, beside the one it is about. */
  named: string | null
  held_by: string | null
  /** Of a card: a hold on a thread of its resident. */
  words_held_by: string | null
  in_use: 0 | 1
  /** It is, or tells of, a picture, voice, film or file that is kept here. */
  media: 0 | 1
  bytes: number
}

export interface Stored extends Row {
  class: string
  facts: Facts
}

const subject = `e.canonical ->> '$.subject'`
/** About a resident, with the resident as subject. */
const ofCard = `(r.type GLOB 'contact.*' OR r.type GLOB 'friend.*')`

/** `source` gives the seqs. Everything is looked up by a key: see the query plan in the tests. */
const select = (source: string) => `
  SELECT r.*,
    coalesce(
      (SELECT id FROM hold WHERE lifted IS NULL AND kind = 'everything' LIMIT 1),
      (SELECT id FROM hold WHERE lifted IS NULL AND thread = r.thread LIMIT 1),
      (SELECT id FROM hold WHERE lifted IS NULL AND thread = r.warned LIMIT 1),
      (SELECT id FROM hold WHERE lifted IS NULL AND contact = r.contact LIMIT 1),
      (SELECT id FROM hold WHERE lifted IS NULL AND contact = r.named LIMIT 1)
    ) AS held_by,
    -- Words under a hold are not to lose their name.
    CASE WHEN r.card THEN (
      SELECT h.id FROM thread t JOIN hold h ON h.thread = t.id AND h.lifted IS NULL WHERE t.contact = r.contact LIMIT 1
    ) END AS words_held_by
  FROM (
    SELECT c.seq, r.type, coalesce(q.at, r.at) AS at, r.thread, t.category, coalesce(t.closed_at, w.closed_at) AS closed_at,
      CASE
        WHEN w.id IS NOT NULL THEN w.closed_at IS NULL
        WHEN ${ofCard} THEN EXISTS (
          SELECT 1 FROM thread o WHERE o.contact = ${subject} AND (${live('o')})
        )
        WHEN r.type GLOB 'broadcast.*' THEN (SELECT ended_at IS NULL FROM broadcast WHERE id = ${subject})
        WHEN r.type GLOB 'common.*' THEN EXISTS (SELECT 1 FROM thread o WHERE o.common = ${subject})
        WHEN t.id IS NOT NULL THEN ${live('t')}
        ELSE FALSE
      END AS open,
      ifnull(t.kind = 'group' AND r.type <> 'thread.opened', FALSE) AS of_group,
      ifnull(t.private, 0) AS private,
      CASE WHEN ${ofCard} THEN ${subject} ELSE coalesce(m.contact, t.contact, w.contact) END AS contact,
      CASE WHEN r.type = 'warning.neighbourAsked' THEN e.canonical ->> '$.data.contact' END AS named,
      w.thread AS warned,
      ${ofCard} AS card,
      CASE
        WHEN r.type GLOB 'person.*' THEN NOT EXISTS (
          SELECT 1 FROM record l WHERE l.type IN ('person.added', 'person.changed') AND l.seq > c.seq
            AND (SELECT canonical ->> '$.subject' FROM entry WHERE seq = l.seq) = ${subject}
        )
        -- The certificate it trusts stands in its newest entry.
        WHEN r.type GLOB 'connection.*' THEN NOT EXISTS (
          SELECT 1 FROM record l WHERE l.type = 'connection.changed' AND l.seq > c.seq
            AND (SELECT canonical ->> '$.subject' FROM entry WHERE seq = l.seq) = ${subject}
        )
        -- And the words residents are welcomed with.
        WHEN r.type = 'welcome.changed' THEN NOT EXISTS (
          SELECT 1 FROM record l WHERE l.type = 'welcome.changed' AND l.seq > c.seq
            AND (SELECT canonical ->> '$.subject' FROM entry WHERE seq = l.seq) = ${subject}
        )
        WHEN r.type GLOB 'hold.*' THEN (SELECT lifted IS NULL FROM hold WHERE id = ${subject})
        ELSE FALSE
      END AS in_use,
      r.type = 'media.stored' OR (r.type GLOB 'message.*' AND (
        c.body ->> '$.image' IS NOT NULL OR c.body ->> '$.media.sha256' IS NOT NULL
      )) AS media,
      octet_length(c.body) AS bytes
    FROM ${source} JOIN record r ON r.seq = c.seq JOIN entry e ON e.seq = c.seq
    LEFT JOIN thread t ON t.id = r.thread
    -- What tells of the file of a message is as old as the message, and whose it is.
    LEFT JOIN media_stored s ON s.seq = c.seq LEFT JOIN record q ON q.seq = s.message
    LEFT JOIN message m ON m.seq = coalesce(s.message, c.seq)
    LEFT JOIN warning w ON w.id = CASE WHEN r.type GLOB 'warning.*' THEN ${subject} END
  ) r`

/** A thread that still wants something: open, with a desk or an alarm, a visit to come, or something promised. */
function live(t: string): string {
  return `${t}.closed_at IS NULL OR ${t}.escalation IS NOT NULL OR ${t}.alarm IS NOT NULL OR EXISTS (
    SELECT 1 FROM escalation x WHERE x.thread = ${t}.id AND x.state <> 'ended'
  ) OR EXISTS (SELECT 1 FROM promise x WHERE x.thread = ${t}.id AND x.done_at IS NULL)`
}

export const inRangeSql = select('(SELECT seq, body FROM content WHERE seq > ? AND seq <= ?) c')
/** Across, so that the few asked for are looked up and not all contents gone through. */
export const namedSql = select(
  '(SELECT c.seq, c.body FROM json_each(?) j CROSS JOIN content c ON c.seq = j.value) c',
)

/** Of what is too new to go only how much there is, which costs a quarter. */
export const tallySql = `
  SELECT r.type, t.category, count(*) AS contents, min(r.at) AS oldest, max(r.at) AS newest
  FROM (SELECT seq FROM content WHERE seq > ? AND seq <= ?) c JOIN record r ON r.seq = c.seq
  LEFT JOIN thread t ON t.id = r.thread
  GROUP BY r.type, t.category`

export interface Counted {
  class: string
  contents: number
  oldest: number
  newest: number
}

export class Contents {
  readonly #range
  readonly #tally
  readonly #speakers
  readonly #lastBefore
  readonly #named
  readonly #ofThread
  readonly #last

  constructor(db: Db) {
    this.#range = db.prepare<[number, number], Row>(inRangeSql)
    this.#named = db.prepare<[string], Row>(namedSql)
    this.#tally = db.prepare<
      [number, number],
      Omit<Counted, 'class'> & { type: string; category: string | null }
    >(tallySql)
    this.#speakers = db
      .prepare<[number, number], string>('SELECT DISTINCT contact FROM message WHERE seq > ? AND seq <= ?')
      .pluck()
    this.#lastBefore = db
      .prepare<[number], number>(
        `SELECT ifnull(max(block) + 1, 0) * ${blockSize} FROM record_block WHERE earliest < ?`,
      )
      .pluck()
    this.#ofThread = db
      .prepare<[string], number>('SELECT seq FROM record WHERE thread = ? ORDER BY seq')
      .pluck()
    this.#last = db.prepare<[], number>('SELECT ifnull(max(seq), 0) FROM content').pluck()
  }

  last(): number {
    return this.#last.get() ?? 0
  }

  /** No entry after this one was made before `at` (ms). */
  lastBefore(at: number): number {
    return this.#lastBefore.get(at) as number
  }

  tally(after: number, upto: number): Counted[] {
    return this.#tally.all(after, upto).map(({ type, category, ...counted }) => ({
      ...counted,
      class: classWith(type, category),
    }))
  }

  /** Contacts with messages in between. */
  speakers(after: number, upto: number): string[] {
    return this.#speakers.all(after, upto)
  }

  inRange(after: number, upto: number): Stored[] {
    return this.#range.all(after, upto).map(stored)
  }

  named(seqs: readonly number[]): Stored[] {
    return this.#named.all(JSON.stringify(seqs)).map(stored)
  }

  /** All entries about it, with content or without. */
  ofThread(thread: string): number[] {
    return this.#ofThread.all(thread)
  }
}

function classWith(type: string, category: string | null): string {
  const kind = classOf(type)
  return kind === 'thread' ? `thread.${category ?? 'none'}` : kind
}

function stored(row: Row): Stored {
  return {
    ...row,
    class: classWith(row.type, row.category),
    facts: {
      at: row.at,
      closedAt: row.closed_at,
      open: row.open === 1,
      held: row.held_by !== null || row.words_held_by !== null,
      inUse: row.in_use === 1,
      ofGroup: row.of_group === 1,
    },
  }
}

/** Whether it is asked for at all. */
export function isAsked(scope: ErasureScope, { thread, contact, named }: Stored): boolean {
  if (scope.kind === 'due') return true
  if (scope.kind === 'thread') return thread === scope.thread
  return contact === scope.contact || named === scope.contact
}

export function standingOf(
  scope: ErasureScope,
  content: Stored,
  periods: ReadonlyMap<string, Period>,
  now: number,
): Standing {
  const period = periods.get(content.class)!
  return scope.kind === 'due'
    ? standing(content.facts, period, now)
    : standingAsked(content.facts, period, now)
}
