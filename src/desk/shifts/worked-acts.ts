import type { Statement } from 'better-sqlite3'
import type { Db } from '../view.ts'
import type { WorkedRow } from './view.ts'

/** What one officer did from signing on to signing off. */
export interface Acts {
  answers: number
  closed: number
  handedOver: number
  tookOver: number
}

const within = 'r.seq > @id AND r.seq <= @end'

/** A handoff is signed by the other side when whoever gives it may have left already: until the next signing on it is theirs. */
export const workedActsSql = `
  SELECT
    (SELECT count(*) FROM record r INDEXED BY record_of_actor JOIN answer a ON a.seq = r.seq AND a.user = r.actor
     WHERE r.actor = @user AND r.type = 'message.sent' AND ${within}) AS answers,
    (SELECT count(*) FROM record r INDEXED BY record_of_actor
     WHERE r.actor = @user AND r.type = 'thread.closed' AND ${within}) AS closed,
    (SELECT count(*) FROM record r INDEXED BY record_of_type JOIN entry e ON e.seq = r.seq
     WHERE r.type = 'handoff.completed' AND r.seq > @id
       AND r.seq < ifnull((SELECT min(id) FROM worked_shift WHERE user = @user AND id > @id), ${Number.MAX_SAFE_INTEGER})
       AND e.canonical ->> '$.data.from' = @user) AS handedOver,
    (SELECT count(*) FROM record r INDEXED BY record_of_type JOIN entry e ON e.seq = r.seq
     WHERE r.type = 'handoff.completed' AND ${within} AND e.canonical ->> '$.data.to' = @user) AS tookOver`

export class WorkedActs {
  readonly #acts: Statement<[{ id: number; end: number; user: string }], Acts>

  constructor(db: Db) {
    this.#acts = db.prepare(workedActsSql)
  }

  of({ id, user, off_seq }: WorkedRow): Acts {
    return this.#acts.get({ id, user, end: off_seq ?? Number.MAX_SAFE_INTEGER })!
  }
}
