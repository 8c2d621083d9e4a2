import type { Entry } from '../../ledger/entry.ts'
import type { Db } from '../view.ts'

/**
 * Residents a broadcast was addressed to, as rows: written after the commit that approved it, a part (one entry) at a time,
 * since twenty thousand rows would keep everybody waiting. Until then they stand in the entries alone.
 */
export class Parts {
  readonly #add
  readonly #first
  readonly #ofTask
  readonly #fill
  readonly #done

  constructor(db: Db) {
    this.#add = db.prepare('INSERT INTO broadcast_part (seq, task, broadcast) VALUES (?, ?, ?)')
    this.#first = db.prepare<[], number>('SELECT seq FROM broadcast_part ORDER BY seq LIMIT 1').pluck()
    this.#ofTask = db.prepare<[unknown], number>('SELECT seq FROM broadcast_part WHERE task = ?').pluck()
    this.#fill = db.prepare<[number]>(
      `INSERT INTO broadcast_recipient (task, n, broadcast, contact, state)
       SELECT p.task, (e.canonical ->> '$.data.from') + j.key, p.broadcast, j.value, 'waiting'
       FROM broadcast_part p JOIN entry e ON e.seq = p.seq JOIN json_each(e.canonical, '$.data.contacts') j
       WHERE p.seq = ?`,
    )
    this.#done = db.prepare<[number]>('DELETE FROM broadcast_part WHERE seq = ?')
  }

  add({ seq, subject, data }: Entry): void {
    this.#add.run(seq, data.task, subject)
  }

  /** Before anything becomes of its residents. */
  fillTask(task: unknown): void {
    for (const seq of this.#ofTask.all(task)) this.#write(seq)
  }

  /** One part; false where there is none left. Call inside a transaction. */
  fillNext(): boolean {
    const seq = this.#first.get()
    if (seq === undefined) return false
    this.#write(seq)
    return true
  }

  /** Whether there is any. */
  isLeft(): boolean {
    return this.#first.get() !== undefined
  }

  #write(seq: number): void {
    this.#fill.run(seq)
    this.#done.run(seq)
  }
}
