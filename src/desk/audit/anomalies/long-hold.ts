import { hour } from '../../time.ts'
import { type Found, found, type Kind, noAnswer, type Severity, type Span, within } from './found.ts'

/**
 * Held for hours by one person while the resident waited. Looked for where a wait became overdue (rule 8), which every
 * long one does; a transfer begins a hold of its own.
 */

export const longHoldAfter = 4 * hour
const graveAfter = 12 * hour

export interface HeldWait {
  /** The entry by which the wait became overdue. */
  seq: number
  at: number
  thread: string
  account: string | null
  since: string
  ended_at: number | null
  hold: number
  holder: string
  hold_from: number
  hold_until: number | null
}

export const longHold: Kind = (db) => {
  const waits = db.prepare<[Span], HeldWait>(`
    WITH wait AS MATERIALIZED (
      SELECT o.seq, o.at, o.thread, o.account, e.canonical ->> '$.data.waitingSince' AS since, (
        SELECT min(a.seq) FROM record a INDEXED BY record_of_thread
        WHERE a.thread = o.thread AND a.seq > o.seq AND (a.type = 'thread.closed' OR a.type = 'message.sent' AND ifnull(
          (SELECT m.canonical ->> '$.data.purpose' FROM entry m WHERE m.seq = a.seq), '') NOT IN ${noAnswer}
          AND NOT EXISTS (SELECT 1 FROM message g WHERE g.seq = a.seq AND g.delivery = 'failed'))
      ) AS ended
      FROM record o INDEXED BY record_of_type JOIN entry e ON e.seq = o.seq
      WHERE ${within('o', 'thread.overdue')}
    )
    SELECT w.seq, w.at, w.thread, w.account, w.since, ended.at AS ended_at,
      h.seq AS hold, h.holder, begun.at AS hold_from, over.at AS hold_until
    FROM wait w
    JOIN record_hold h INDEXED BY record_hold_of_thread ON h.thread = w.thread AND h.seq < ifnull(w.ended, 9e15)
    JOIN record begun ON begun.seq = h.seq
    LEFT JOIN record over ON over.seq = h.until
    LEFT JOIN record ended ON ended.seq = w.ended`)
  return (span) => longest(waits.all(span), span.now)
}

/** Of each wait each hold that went on too long in it, once although the desk may have said twice that it is overdue. */
export function longest(rows: readonly HeldWait[], now: number): Found[] {
  const told = new Map<string, Found>()
  for (const row of rows) {
    const since = Date.parse(row.since)
    const from = Math.max(row.hold_from, since)
    const held = Math.min(row.hold_until ?? now, row.ended_at ?? now) - from
    const id = `longHold:${row.hold}:${since}`
    if (held <= longHoldAfter || told.has(id)) continue
    const severity: Severity = held > graveAfter ? 'high' : 'middle'
    told.set(
      id,
      found('longHold', row, {
        id,
        severity,
        seqs: [row.hold, row.seq],
        user: row.holder,
        facts: { held, waited: (row.ended_at ?? now) - since, answered: row.ended_at === null ? 0 : 1 },
      }),
    )
  }
  return [...told.values()]
}
