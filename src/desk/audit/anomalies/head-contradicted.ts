import { found, type Kind, type Span, within } from './found.ts'

/** A head of the ledger that was seen elsewhere and is not this ledger's: it was cut or rebuilt (DESIGN §5). */

export const headContradicted: Kind = (db) => {
  const contradicted = db.prepare<[Span], { seq: number; at: number; actor: string; size: number | null }>(`
    SELECT w.seq, w.at, w.actor, e.canonical ->> '$.data.size' AS size
    FROM record w INDEXED BY record_of_type JOIN entry e ON e.seq = w.seq
    WHERE ${within('w', 'witness.contradicted')}`)
  return (span) =>
    contradicted
      .all(span)
      .map((row) =>
        found('headContradicted', row, { severity: 'high', user: row.actor, facts: { size: row.size } }),
      )
}
