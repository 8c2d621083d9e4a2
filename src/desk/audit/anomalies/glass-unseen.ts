import { hour } from '../../time.ts'
import { found, type Kind, type Span, within } from './found.ts'

/** Rule 11: glass was broken, and for a day no supervisor took note of it. */

interface Row {
  seq: number
  at: number
  actor: string
  thread: string | null
  account: string | null
  seen: number | null
  seen_at: number | null
}

const allowed = 24 * hour

export const glassUnseen: Kind = (db) => {
  const broken = db.prepare<[Span], Row>(`
    SELECT g.seq, g.at, g.actor, g.thread, g.account, s.seq AS seen, s.at AS seen_at
    FROM record g INDEXED BY record_of_type JOIN entry e ON e.seq = g.seq
    LEFT JOIN record s ON s.seq = (
      SELECT min(n.seq) FROM record n INDEXED BY record_of_thread JOIN entry ne ON ne.seq = n.seq
      WHERE n.thread = g.thread AND n.type = 'glass.seen'
        AND ne.canonical ->> '$.data.glass' = e.canonical ->> '$.data.glass'
    )
    WHERE ${within('g', 'glass.broken')} AND ifnull(s.at, @now) - g.at > ${allowed}`)
  return (span) =>
    broken.all(span).map((row) =>
      found('glassUnseen', row, {
        severity: row.seen === null ? 'high' : 'middle',
        seqs: row.seen === null ? [row.seq] : [row.seq, row.seen],
        user: row.actor,
        facts: { unseen: (row.seen_at ?? span.now) - row.at, seen: row.seen === null ? 0 : 1 },
      }),
    )
}
