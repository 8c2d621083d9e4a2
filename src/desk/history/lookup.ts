import type { Entry } from '../../ledger/entry.ts'
import { evolve, opened, type ThreadState } from '../threads/thread.ts'
import type { Content, Db } from '../view.ts'

/** Subjects looked up in one statement: some milliseconds. */
const atOnce = 200

/**
 * Entries up to a certain one, by what they are about or by their type. What lags behind the ledger is asked first,
 * and then the entries that it has not taken in yet.
 */
export class Lookup {
  readonly #bySubject
  readonly #ofType
  readonly #contents

  constructor(db: Db) {
    this.#bySubject = db
      .prepare<[{ subjects: string; seq: number }], string>(
        `SELECT e.canonical
         FROM json_each(@subjects) j CROSS JOIN subject_index s ON s.subject = j.value CROSS JOIN entry e ON e.seq = s.seq
         WHERE s.seq <= min(@seq, (SELECT upto FROM subject_indexed))
         UNION ALL
         SELECT canonical FROM entry
         WHERE seq > (SELECT upto FROM subject_indexed) AND seq <= @seq
           AND canonical ->> '$.subject' IN (SELECT value FROM json_each(@subjects))`,
      )
      .pluck()
    this.#ofType = db.prepare<[{ types: string; seq: number }], { canonical: string; body: string | null }>(
      `WITH found (seq) AS MATERIALIZED (
         SELECT r.seq FROM json_each(@types) j CROSS JOIN record r INDEXED BY record_of_type ON r.type = j.value
         WHERE r.seq <= min(@seq, (SELECT seq FROM record_watermark))
         UNION ALL
         SELECT seq FROM entry
         WHERE seq > (SELECT seq FROM record_watermark) AND seq <= @seq
           AND canonical ->> '$.type' IN (SELECT value FROM json_each(@types))
       )
       SELECT e.canonical, c.body FROM found f JOIN entry e ON e.seq = f.seq LEFT JOIN content c ON c.seq = f.seq
       ORDER BY f.seq`,
    )
    this.#contents = db.prepare<[string], { seq: number; body: string }>(
      'SELECT seq, body FROM content WHERE seq IN (SELECT value FROM json_each(?))',
    )
  }

  /** All entries about each of these up to `seq`, in order. */
  about(subjects: readonly string[], seq: number): Map<string, Entry[]> {
    const found = new Map<string, Entry[]>()
    for (let at = 0; at < subjects.length; at += atOnce) {
      const some = JSON.stringify(subjects.slice(at, at + atOnce))
      for (const canonical of this.#bySubject.all({ subjects: some, seq })) {
        const entry = JSON.parse(canonical) as Entry
        const there = found.get(entry.subject)
        if (there) there.push(entry)
        else found.set(entry.subject, [entry])
      }
    }
    for (const entries of found.values()) entries.sort((a, b) => a.seq - b.seq)
    return found
  }

  /** Threads as they stood, open or closed. */
  threads(ids: readonly string[], seq: number): Map<string, ThreadState> {
    const states = new Map<string, ThreadState>()
    for (const [id, entries] of this.about(ids, seq)) {
      const state = threadOf(entries)
      if (state) states.set(id, state)
    }
    return states
  }

  /** All entries of these types up to `seq`, in order. Only for types of which there are few. */
  ofTypes(types: readonly string[], seq: number): { entry: Entry; content: Content }[] {
    return this.#ofType.all({ types: JSON.stringify(types), seq }).map(({ canonical, body }) => ({
      entry: JSON.parse(canonical) as Entry,
      content: body === null ? null : (JSON.parse(body) as Content),
    }))
  }

  /** What still stands of the contents of these entries. */
  contents(seqs: readonly number[]): Map<number, Content> {
    const rows = this.#contents.all(JSON.stringify(seqs))
    return new Map(rows.map(({ seq, body }) => [seq, JSON.parse(body) as Content]))
  }
}

/** The thread that these entries about it have made; null where it was not opened yet. */
export function threadOf(entries: readonly Entry[]): ThreadState | null {
  let state: ThreadState | null = null
  for (const entry of entries) {
    if (entry.type === 'thread.opened') state = opened(entry, null)
    else if (state) evolve(state, entry)
  }
  return state
}
