import { found, type Kind, type Span, within } from './found.ts'

/** Rule 17: a supervisor signed in the place of somebody who did not come. Allowed, and to be looked at. */

interface Row {
  seq: number
  at: number
  actor: string
  handoff: string
  side: 'outgoing' | 'incoming'
  behalf: string
  lacks: number
}

export const handoffOnBehalf: Kind = (db) => {
  const signed = db.prepare<[Span], Row>(`
    SELECT s.seq, s.at, s.actor, s.handoff, e.canonical ->> '$.data.side' AS side,
      e.canonical ->> '$.data.onBehalfOf' AS behalf,
      ifnull(json_array_length(e.canonical, '$.data.lacks.readBack'), 0) AS lacks
    FROM record s INDEXED BY record_of_type JOIN entry e ON e.seq = s.seq
    WHERE ${within('s', 'handoff.signed')} AND e.canonical ->> '$.data.onBehalfOf' IS NOT NULL`)
  return (span) =>
    signed.all(span).map((row) =>
      found('handoffOnBehalf', row, {
        // Severe items that nobody has read back.
        severity: row.lacks > 0 ? 'middle' : 'low',
        handoff: row.handoff,
        user: row.behalf,
        facts: { side: row.side, by: row.actor, notReadBack: row.lacks },
      }),
    )
}
