/** Every statement the ledger runs, prepared once per connection. Hashes come out as lower-case hex. */

import type { Statement } from 'better-sqlite3'
import type { Db } from './open.ts'

export interface LedgerMeta {
  station: string
  /** Origin line of the checkpoints. */
  origin: string
  /** Verifier key (c2sp.org/signed-note) that signs them. */
  verifier: string
}

export interface CheckpointRow {
  size: number
  at: string
  reason: string
  note: string
}

interface SubjectQuery {
  subject: string
  beforeSeq: number
  limit: number
}

export type Statements = ReturnType<typeof prepare>

export function prepare(db: Db) {
  const one = <P extends unknown[], R = unknown>(sql: string) => db.prepare(sql) as unknown as Statement<P, R>
  return {
    insertMeta: one<[string, string, string]>(
      'INSERT INTO ledger_meta (id, station, origin, verifier) VALUES (1, ?, ?, ?)',
    ),
    meta: one<[], LedgerMeta>('SELECT station, origin, verifier FROM ledger_meta'),

    // The bytes that were hashed are bound as they are: encoding the text a second time cost a tenth more.
    insertEntry: one<[number, Buffer, Buffer]>(
      'INSERT INTO entry (seq, canonical, leaf) VALUES (?, CAST(? AS TEXT), ?)',
    ),
    insertContent: one<[number, Buffer, string]>('INSERT INTO content (seq, salt, body) VALUES (?, ?, ?)'),
    size: one<[], { size: number }>('SELECT coalesce(max(seq), 0) AS size FROM entry'),
    entryRange: one<[number, number], { canonical: string; body: string | null }>(`
      SELECT canonical, body FROM entry LEFT JOIN content USING (seq)
      WHERE seq BETWEEN ? AND ? ORDER BY seq
    `),
    rawRange: one<[number, number], { seq: number; canonical: string; leaf: Hex }>(`
      SELECT seq, canonical, lower(hex(leaf)) AS leaf FROM entry WHERE seq BETWEEN ? AND ? ORDER BY seq
    `),
    leaves: one<[number, number], { leaf: Hex }>(`
      SELECT lower(hex(leaf)) AS leaf FROM entry WHERE seq BETWEEN ? AND ? ORDER BY seq
    `),

    insertNode: one<[number, number, Buffer]>('INSERT INTO tree_node (level, idx, hash) VALUES (?, ?, ?)'),
    node: one<[number, number], { hash: Hex }>(
      'SELECT lower(hex(hash)) AS hash FROM tree_node WHERE level = ? AND idx = ?',
    ),
    countNodes: one<[number], { count: number }>('SELECT count(*) AS count FROM tree_node WHERE level = ?'),

    insertCheckpoint: one<[CheckpointRow]>(`
      INSERT INTO checkpoint (id, size, at, reason, note)
      SELECT coalesce(max(id), 0) + 1, @size, @at, @reason, @note FROM checkpoint
    `),
    newestCheckpoint: one<[], CheckpointRow>(
      'SELECT size, at, reason, note FROM checkpoint ORDER BY id DESC LIMIT 1',
    ),
    checkpoints: one<[], CheckpointRow>('SELECT size, at, reason, note FROM checkpoint ORDER BY id'),

    insertErasure: one<[number]>('INSERT INTO erasure (seq) VALUES (?) ON CONFLICT DO NOTHING'),
    deleteContent: one<[number]>('DELETE FROM content WHERE seq = ?'),

    indexedUpto: one<[], { upto: number }>('SELECT upto FROM subject_indexed'),
    setIndexedUpto: one<[number]>('UPDATE subject_indexed SET upto = ?'),
    // Sorted first, so that the index is written page by page.
    indexSubjects: one<[number, number]>(`
      INSERT INTO subject_index (subject, seq)
      SELECT canonical ->> '$.subject' AS subject, seq FROM entry WHERE seq > ? AND seq <= ? ORDER BY subject, seq
    `),
    subjectIndexed: one<[SubjectQuery], { seq: number }>(`
      SELECT seq FROM subject_index WHERE subject = @subject AND seq < @beforeSeq
        AND seq <= (SELECT upto FROM subject_indexed)
      ORDER BY seq DESC LIMIT @limit
    `),
    // The few entries the index has not taken in yet.
    subjectTail: one<[SubjectQuery], { seq: number }>(`
      SELECT seq FROM entry
      WHERE seq > (SELECT upto FROM subject_indexed) AND seq < @beforeSeq AND canonical ->> '$.subject' = @subject
      ORDER BY seq DESC LIMIT @limit
    `),
  }
}

type Hex = string
