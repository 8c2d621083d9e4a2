import { minute } from '../../time.ts'
import { found, type Kind, type Severity, type Span, within } from './found.ts'

/** Rule 10: an alarm that rang for more than a minute before anybody acknowledged it. */

interface Row {
  seq: number
  at: number
  thread: string
  account: string | null
  alarm: string
  kind: string | null
  taken: number | null
  taken_at: number | null
  actor: string | null
}

const allowed = minute

export const alarmLate: Kind = (db) => {
  // It rings when raised, and anew with a cause that rings; until it is acknowledged, or closed.
  const rings = ['alarm.raised', 'alarm.causeAdded'].map((type) =>
    db.prepare<[Span], Row>(`
      SELECT r.seq, r.at, r.thread, r.account, e.canonical ->> '$.data.alarm' AS alarm,
        e.canonical ->> '$.data.kind' AS kind, t.seq AS taken, t.at AS taken_at, t.actor
      FROM record r INDEXED BY record_of_type JOIN entry e ON e.seq = r.seq
      LEFT JOIN record t ON t.seq = (
        SELECT min(a.seq) FROM record a INDEXED BY record_of_thread
        WHERE a.thread = r.thread AND a.seq > r.seq AND a.type IN ('alarm.acknowledged', 'alarm.closed')
      )
      WHERE ${within('r', type)} ${type === 'alarm.raised' ? '' : `AND e.canonical ->> '$.data.rings' = 1`}
        AND ifnull(t.at, @now) - r.at > ${allowed}`),
  )
  return (span) =>
    rings
      .flatMap((statement) => statement.all(span))
      .map((row) => {
        const rang = (row.taken_at ?? span.now) - row.at
        const severity: Severity = row.taken_at === null || rang > 5 * minute ? 'high' : 'middle'
        return found('alarmLate', row, {
          severity,
          seqs: row.taken === null ? [row.seq] : [row.seq, row.taken],
          user: row.actor,
          facts: { alarm: row.alarm, alarmKind: row.kind, rang, acknowledged: row.taken === null ? 0 : 1 },
        })
      })
}
