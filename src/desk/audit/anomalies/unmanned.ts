import { iso } from '../../time.ts'
import { found, type Kind, type Severity } from './found.ts'

/** A time nobody was signed on while residents wrote. */

export interface Signing {
  seq: number
  at: number
  user: string
  on: 0 | 1
}

interface Gap {
  /** The last one left with this entry, and the next one came with that; null while nobody has come. */
  left: Signing
  came: Signing | null
}

export const unmanned: Kind = (db) => {
  const signings = db.prepare<[{ last: number }], Signing>(`
    SELECT r.seq, r.at, e.canonical ->> '$.subject' AS user, r.type = 'shift.signedOn' AS "on"
    FROM record r INDEXED BY record_of_type JOIN entry e ON e.seq = r.seq
    WHERE r.type IN ('shift.signedOn', 'shift.signedOff') AND r.seq <= @last ORDER BY r.seq`)
  const messages = db
    .prepare<[{ from: number; to: number }], number>(
      `SELECT count(*) FROM record INDEXED BY record_of_type
       WHERE type = 'message.received' AND seq > @from AND seq < @to`,
    )
    .pluck()
  const alarms = db
    .prepare<[{ from: number; to: number }], number>(
      `SELECT count(*) FROM record INDEXED BY record_of_type
       WHERE type = 'alarm.raised' AND seq > @from AND seq < @to`,
    )
    .pluck()
  return ({ from, to, last, now }) =>
    gaps(signings.all({ last }))
      .filter(({ left }) => left.at >= from && left.at <= to)
      .flatMap(({ left, came }) => {
        const between = { from: left.seq, to: came?.seq ?? Number.MAX_SAFE_INTEGER }
        const n = messages.get(between)!
        if (n === 0) return []
        const rung = alarms.get(between)!
        const severity: Severity = rung > 0 ? 'high' : n >= 10 ? 'middle' : 'low'
        return found('unmanned', left, {
          severity,
          seqs: came ? [left.seq, came.seq] : [left.seq],
          user: left.user,
          facts: {
            lasted: (came?.at ?? now) - left.at,
            until: came ? iso(came.at) : null,
            messages: n,
            alarms: rung,
          },
        })
      })
}

/** Before the first person ever signed on there was no shift to be missing. */
export function gaps(signings: readonly Signing[]): Gap[] {
  const on = new Set<string>()
  const empty: Gap[] = []
  for (const signing of signings) {
    if (signing.on === 1) {
      const open = empty.at(-1)
      if (on.size === 0 && open?.came === null) open.came = signing
      on.add(signing.user)
    } else if (on.delete(signing.user) && on.size === 0) empty.push({ left: signing, came: null })
  }
  return empty
}
