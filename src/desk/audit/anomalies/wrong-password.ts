import { minute } from '../../time.ts'
import { type Found, found, type Kind, type Severity } from './found.ts'

/** A password tried again and again. The desk slows whoever does it down; who it was is for the auditor to ask. */

export interface Try {
  seq: number
  at: number
  /** Whose password; `unknown` where there is no such person. */
  user: string
  device: string
}

export const wrongPassword: Kind = (db) => {
  const tries = db.prepare<[{ last: number }], Try>(`
    SELECT r.seq, r.at, e.canonical ->> '$.subject' AS user, e.canonical ->> '$.actor.device' AS device
    FROM record r INDEXED BY record_of_type JOIN entry e ON e.seq = r.seq
    WHERE r.type = 'session.refused' AND r.seq <= @last AND e.canonical ->> '$.data.why' = 'password'
    ORDER BY user, r.seq`)
  return ({ from, to, last }) => guessing(tries.all({ last })).filter(({ at }) => at >= from && at <= to)
}

const withinTime = 10 * minute

/** Runs in which any three that follow each other lie within ten minutes. `tries` by person, then in order. */
export function guessing(tries: readonly Try[]): Found[] {
  const runs: Try[][] = []
  for (const [at, one] of tries.entries()) {
    const run = runs.at(-1)
    if (run && run.at(-1) === tries[at - 1] && isThird(run.at(-2), one)) {
      run.push(one)
      continue
    }
    const [first, second] = [tries[at - 2], tries[at - 1]]
    if (second?.user === one.user && isThird(first, one)) runs.push([first!, second, one])
  }
  return runs.map((run) => {
    const severity: Severity = run.length >= 10 ? 'high' : 'middle'
    const devices = new Set(run.map(({ device }) => device))
    return found('wrongPassword', run[0]!, {
      severity,
      seqs: run.map(({ seq }) => seq),
      user: run[0]!.user === 'unknown' ? null : run[0]!.user,
      facts: { times: run.length, lasted: run.at(-1)!.at - run[0]!.at, device: [...devices].join(', ') },
    })
  })
}

function isThird(first: Try | undefined, one: Try): boolean {
  return first?.user === one.user && one.at - first.at <= withinTime
}
