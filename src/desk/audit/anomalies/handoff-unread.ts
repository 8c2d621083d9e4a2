import { type Found, found, type Kind, type Span, within } from './found.ts'

/** A handoff signed by its incoming officer without having read it: the sheet never opened, or all taken in no time. */

export interface Completed {
  seq: number
  at: number
  handoff: string
  to: string
  /** When the incoming officer signed, and had it first before the eyes after it was offered; ms. */
  signed: number
  signed_at: number
  opened_at: number | null
  offered_at: number
  items: number
}

/** Nobody reads an item faster (ms), nor a whole sheet. */
const anItem = 300
const aSheet = 5_000

export const handoffUnread: Kind = (db) => {
  const completed = db.prepare<[Span], Completed>(`
    SELECT c.seq, c.at, c.handoff, s.seq AS signed, s.at AS signed_at,
      se.canonical ->> '$.data.to' AS "to",
      (SELECT o.at FROM record o WHERE o.handoff = c.handoff AND o.type = 'handoff.opened' AND o.seq < s.seq
       ORDER BY o.seq LIMIT 1) AS opened_at,
      (SELECT f.at FROM record f JOIN entry fe ON fe.seq = f.seq
       WHERE f.handoff = c.handoff AND f.type = 'handoff.signed' AND f.seq < s.seq
         AND fe.canonical ->> '$.data.side' = 'outgoing' ORDER BY f.seq DESC LIMIT 1) AS offered_at,
      (SELECT count(*) FROM record a WHERE a.handoff = c.handoff AND a.type = 'handoff.itemAccepted') AS items
    FROM record c INDEXED BY record_of_type
    JOIN record s INDEXED BY record_of_handoff
      ON s.handoff = c.handoff AND s.type = 'handoff.signed' AND s.seq < c.seq
    JOIN entry se ON se.seq = s.seq AND se.canonical ->> '$.data.side' = 'incoming'
      AND se.canonical ->> '$.data.onBehalfOf' IS NULL
    WHERE ${within('c', 'handoff.completed')}`)
  return (span) => completed.all(span).flatMap(unread)
}

export function unread(row: Completed): Found[] {
  const read = row.opened_at === null ? null : row.signed_at - Math.max(row.opened_at, row.offered_at)
  if (read !== null && read >= Math.max(aSheet, row.items * anItem)) return []
  return [
    found('handoffUnread', row, {
      severity: read === null ? 'high' : 'middle',
      seqs: [row.signed, row.seq],
      handoff: row.handoff,
      user: row.to,
      facts: { why: read === null ? 'neverOpened' : 'tooFast', read, items: row.items },
    }),
  ]
}
