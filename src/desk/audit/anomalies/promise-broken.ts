import { found, type Kind, type Span, within } from './found.ts'

/** What a handoff promised and nobody had done by its deadline: the desk says so itself when the time is over. */

interface Row {
  seq: number
  at: number
  thread: string | null
  account: string | null
  handoff: string
  promise: string
  /** The decision that made the promise, and by when it was to be done. */
  decided: number | null
  due: string | null
  /** Who took it over. */
  user: string | null
  done_at: number | null
}

export const promiseBroken: Kind = (db) => {
  const broken = ['thread', 'handoff'].map((area) =>
    db.prepare<[Span], Row>(`
      SELECT d.seq, d.at, d.thread, d.account, d.handoff, e.canonical ->> '$.data.promise' AS promise,
        p.seq AS decided, p.canonical ->> '$.data.dueAt' AS due,
        (SELECT ce.canonical ->> '$.data.to' FROM record c INDEXED BY record_of_handoff JOIN entry ce ON ce.seq = c.seq
         WHERE c.handoff = d.handoff AND c.type = 'handoff.completed' LIMIT 1) AS user,
        (SELECT min(k.at) FROM record k INDEXED BY record_of_handoff JOIN entry ke ON ke.seq = k.seq
         WHERE k.handoff = d.handoff AND k.seq > d.seq AND k.type = '${area}.promiseDone'
           AND ke.canonical ->> '$.data.promise' = e.canonical ->> '$.data.promise') AS done_at
      FROM record d INDEXED BY record_of_type
      JOIN entry e ON e.seq = d.seq
      -- A promise is named by the entry that decided it: p1234.
      LEFT JOIN entry p ON p.seq = CAST(substr(e.canonical ->> '$.data.promise', 2) AS INTEGER)
      WHERE ${within('d', `${area}.promiseDue`)}`),
  )
  return (span) =>
    broken
      .flatMap((statement) => statement.all(span))
      .map((row) =>
        found('promiseBroken', row, {
          severity: row.done_at === null ? 'high' : 'middle',
          seqs: row.decided === null ? [row.seq] : [row.decided, row.seq],
          handoff: row.handoff,
          user: row.user,
          facts: {
            due: row.due,
            late: row.done_at === null || row.due === null ? null : row.done_at - Date.parse(row.due),
          },
        }),
      )
}
