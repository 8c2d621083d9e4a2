import type { Db } from '../view.ts'

/** What the desk remembers of a task besides the ledger. Times in ms. */
export interface Work {
  task: string
  due: number
  tries: number
  /** Error code of the last try. */
  code: number | null
  /** WeCom was asked to make it, and what came of it is not known. */
  made_at: number | null
}

/** When each task is looked after next: in a table, so that a restart neither forgets nor repeats anything. */
export class TaskWork {
  readonly #due
  readonly #one
  readonly #keep
  readonly #forget
  readonly #soon
  readonly #next

  constructor(db: Db) {
    this.#due = db
      .prepare<[number, number], string>(
        `SELECT t.id FROM broadcast_task t INDEXED BY broadcast_task_live LEFT JOIN broadcast_work w ON w.task = t.id
         WHERE t.state IN ('planned', 'created', 'confirmed', 'cancelling') AND ifnull(w.due, 0) <= ?
         ORDER BY ifnull(w.due, 0), t.id LIMIT ?`,
      )
      .pluck()
    this.#one = db.prepare<[string], Work>('SELECT * FROM broadcast_work WHERE task = ?')
    this.#keep = db.prepare<[Work]>(
      `INSERT OR REPLACE INTO broadcast_work (task, due, tries, code, made_at)
       VALUES (@task, @due, @tries, @code, @made_at)`,
    )
    this.#forget = db.prepare<[string]>('DELETE FROM broadcast_work WHERE task = ?')
    this.#soon = db.prepare<[string]>(
      `UPDATE broadcast_work SET due = 0
       WHERE task IN (SELECT id FROM broadcast_task WHERE broadcast = ?)`,
    )
    this.#next = db.prepare<[string], Work>(
      'SELECT w.* FROM broadcast_task t JOIN broadcast_work w ON w.task = t.id WHERE t.broadcast = ?',
    )
  }

  /** Tasks to be looked after now. */
  due(now: number, limit: number): string[] {
    return this.#due.all(now, limit)
  }

  of(task: string): Work {
    return this.#one.get(task) ?? { task, due: 0, tries: 0, code: null, made_at: null }
  }

  ofBroadcast(broadcast: string): ReadonlyMap<string, Work> {
    return new Map(this.#next.all(broadcast).map((work) => [work.task, work]))
  }

  keep(work: Work): void {
    this.#keep.run(work)
  }

  forget(task: string): void {
    this.#forget.run(task)
  }

  /** All tasks of a broadcast. */
  soon(broadcast: string): void {
    this.#soon.run(broadcast)
  }
}
