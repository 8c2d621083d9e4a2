import { found, type Kind, type Span, within } from './found.ts'

/** Signed off with threads still in hand and no handoff done in that shift. What was kept with a reason is a handoff's. */

interface Row {
  seq: number
  at: number
  user: string
  holds: number
}

export const leftWithoutHandoff: Kind = (db) => {
  const left = db.prepare<[Span], Row>(`
    WITH leaving AS MATERIALIZED (
      SELECT f.seq, f.at, e.canonical ->> '$.subject' AS user
      FROM record f INDEXED BY record_of_type JOIN entry e ON e.seq = f.seq
      WHERE ${within('f', 'shift.signedOff')}
    )
    SELECT l.seq, l.at, l.user, (
      SELECT count(*) FROM record_hold h INDEXED BY record_hold_of_holder
      WHERE h.holder = l.user AND h.seq < l.seq AND ifnull(h.until, l.seq + 1) > l.seq
    ) AS holds
    FROM leaving l
    WHERE holds > 0 AND NOT EXISTS (
      SELECT 1 FROM record c INDEXED BY record_of_type JOIN entry ce ON ce.seq = c.seq
      WHERE c.type = 'handoff.completed' AND ce.canonical ->> '$.data.from' = l.user
        -- In the shift that ends, or by the very commit that ends it.
        AND (c.seq < l.seq OR c.at = l.at) AND c.seq > ifnull((
          SELECT max(n.seq) FROM record n INDEXED BY record_of_type JOIN entry ne ON ne.seq = n.seq
          WHERE n.type = 'shift.signedOn' AND n.seq < l.seq AND ne.canonical ->> '$.subject' = l.user
        ), 0)
    )`)
  return (span) =>
    left.all(span).map((row) =>
      found('leftWithoutHandoff', row, {
        severity: row.holds >= many ? 'high' : 'middle',
        user: row.user,
        facts: { holds: row.holds },
      }),
    )
}

const many = 10
