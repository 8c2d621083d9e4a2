import { type WhyUnreachable, whyUnreachable } from '../../contract/broadcasts.ts'

/** Who of an audience is reached, and by whom. Pure. */

/** A resident of the audience, with what decides whether they can be reached. */
export interface Meant {
  contact: string
  account: string
  /** Null where it was erased. */
  external: string | null
  connection: string | null
  /** 0: may not; null: nobody knows yet. */
  able: 0 | 1 | null
  /** Whether WeCom was asked about them. */
  asked: 0 | 1
  /** The member whose friend they are, the one preferred where there are several. */
  userid: string | null
  /** Broadcasts of this desk they had this month. */
  had: number
}

export interface Reached extends Meant {
  why: WhyUnreachable | null
}

export interface Reach {
  rows: Reached[]
  reachable: number
  unreachable: Record<WhyUnreachable, number>
  members: { connection: string; userid: string; residents: number }[]
  most: number
  least: number
}

/** The same person may be a resident of several accounts, and is written to once. `of`: most of a resident in a month. */
export function reach(audience: readonly Meant[], of: number): Reach {
  const people = new Set<string>()
  const rows = audience.map((meant) => {
    const person = `${meant.connection}\n${meant.external}`
    const why = whyNot(meant, of) ?? (people.has(person) ? 'twice' : null)
    if (why === null) people.add(person)
    return { ...meant, why }
  })
  const unreachable = Object.fromEntries(whyUnreachable.map((why) => [why, 0])) as Record<
    WhyUnreachable,
    number
  >
  const members = new Map<string, Reach['members'][number]>()
  let [reachable, most, least] = [0, 0, of]
  for (const { why, connection, userid, had } of rows) {
    if (why !== null) {
      unreachable[why] += 1
      continue
    }
    reachable += 1
    most = Math.max(most, had)
    least = Math.min(least, had)
    const key = `${connection}\n${userid}`
    const member = members.get(key) ?? { connection: connection!, userid: userid!, residents: 0 }
    member.residents += 1
    members.set(key, member)
  }
  return {
    rows,
    reachable,
    unreachable,
    members: [...members.values()].sort(
      (a, b) => b.residents - a.residents || (a.userid < b.userid ? -1 : 1),
    ),
    most,
    least: reachable === 0 ? 0 : least,
  }
}

function whyNot(
  { external, connection, able, asked, userid, had }: Meant,
  of: number,
): WhyUnreachable | null {
  if (connection === null) return 'noConnection'
  if (external === null) return 'erased'
  if (able === 0) return 'notPermitted'
  if (userid === null) return asked === 1 ? 'notFriend' : 'notAsked'
  return had >= of ? 'quota' : null
}

const shanghai = 8 * 3_600_000

/** The month in Shanghai that `now` (ms) is in: when it began, and how many days it has. */
export function monthOf(now: number): { from: number; days: number } {
  const local = new Date(now + shanghai)
  const [year, month] = [local.getUTCFullYear(), local.getUTCMonth()]
  return {
    from: Date.UTC(year, month, 1) - shanghai,
    days: new Date(Date.UTC(year, month + 1, 0)).getUTCDate(),
  }
}
