import type { ErasureScope } from '../../contract/retention.ts'
import type { Db } from '../view.ts'
import type { Period } from './classes.ts'
import { type Standing, standing, standingAsked } from './rules.ts'

/** Lines kept aside (`desk/aside.ts`): no entries of the ledger, and yet somebody's words. */

interface Line {
  id: number
  at: number
  /** Of one that came before its resident had any: the first that came of the conversation. */
  thread: string | null
  held_by: string | null
  open: 0 | 1
  /** Of this resident: of a thread of theirs, or their name or number stands in it. */
  theirs: 0 | 1
}

export class LinesAside {
  readonly #select

  constructor(db: Db) {
    this.#select = db.prepare<[{ contact: string | null }], Line>(
      `SELECT a.id, a.at, t.id AS thread, ifnull(t.closed_at IS NULL AND t.id IS NOT NULL, FALSE) AS open,
         coalesce(
           (SELECT id FROM hold WHERE lifted IS NULL AND kind = 'everything' LIMIT 1),
           (SELECT id FROM hold WHERE lifted IS NULL AND thread = t.id LIMIT 1),
           (SELECT id FROM hold WHERE lifted IS NULL AND contact = t.contact LIMIT 1)
         ) AS held_by,
         c.id IS NOT NULL AND (
           ifnull(t.contact = c.id, FALSE)
           OR (a.account = c.account AND EXISTS (SELECT 1 FROM json_each(a.conversations) j WHERE j.value = c.external))
           OR (a.account = c.account AND length(c.name) >= 2 AND instr(a.text, c.name) > 0)
           OR (a.account = c.account AND length(c.external) >= 2 AND instr(a.text, c.external) > 0)
         ) AS theirs
       FROM aside a LEFT JOIN thread t ON t.id = coalesce(a.thread, (
         SELECT o.id FROM json_each(a.conversations) j CROSS JOIN thread o INDEXED BY thread_of_conversation
           ON o.account = a.account AND o.conversation = j.value
         ORDER BY o.n LIMIT 1
       )) LEFT JOIN contact c ON c.id = @contact
       ORDER BY a.id`,
    )
  }

  of(scope: ErasureScope): Line[] {
    const rows = this.#select.all({ contact: scope.kind === 'contact' ? scope.contact : null })
    if (scope.kind === 'due') return rows
    if (scope.kind === 'thread') return rows.filter(({ thread }) => thread === scope.thread)
    return rows.filter(({ theirs }) => theirs === 1)
  }

  standing(scope: ErasureScope, line: Line, period: Period, now: number): Standing {
    const facts = {
      at: line.at,
      closedAt: null,
      open: line.open === 1,
      held: line.held_by !== null,
      inUse: false,
      ofGroup: false,
    }
    return scope.kind === 'due' ? standing(facts, period, now) : standingAsked(facts, period, now)
  }
}
