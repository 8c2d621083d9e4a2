import { minute } from '../../time.ts'
import { episodes } from './episodes.ts'
import { found, type Kind } from './found.ts'

/** Calls that somebody's role does not allow; one after the other are one attempt. */

interface Row {
  seq: number
  at: number
  actor: string
  call: string
}

const together = 10 * minute
const many = 5

export const denied: Kind = (db) => {
  // All there are, so that a run is the same whatever part of it was asked for.
  const refusals = db.prepare<[{ last: number }], Row>(`
    SELECT r.seq, r.at, r.actor, e.canonical ->> '$.data.call' AS call
    FROM record r INDEXED BY record_of_type JOIN entry e ON e.seq = r.seq
    WHERE r.type = 'access.denied' AND r.seq <= @last ORDER BY r.actor, r.seq`)
  return ({ from, to, last }) =>
    episodes(refusals.all({ last }), (one, next) => one.actor === next.actor && next.at - one.at <= together)
      .filter(([first]) => first!.at >= from && first!.at <= to)
      .map((those) =>
        found('denied', those[0]!, {
          severity: those.length >= many ? 'middle' : 'low',
          seqs: those.map(({ seq }) => seq),
          user: those[0]!.actor,
          facts: { times: those.length, call: those[0]!.call },
        }),
      )
}
