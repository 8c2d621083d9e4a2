import type { ShiftStatistics } from '../../contract/shifts.ts'
import type { Station } from '../station/station.ts'
import { iso, isoOrNull } from '../time.ts'
import { durationsOf } from './durations.ts'
import type { Own, Span } from './figures.ts'
import { Sums } from './sums.ts'

/** What a shift was like. Numbers only: nothing of what was said, nor in which thread (rule 11). */

export interface Asked {
  from: number
  /** Null while it goes on. */
  to: number | null
  accounts: readonly string[]
  /** Who was to be there: shown even where they did nothing. */
  people: readonly string[]
  /** One officer's shift: what was answered and closed is theirs, at whatever account. */
  own: Own | null
}

export async function statistics(station: Station, asked: Asked, now: number): Promise<ShiftStatistics> {
  const { own, accounts, from } = asked
  const { figures } = station.views.tally
  const span: Span = { from, to: asked.to ?? now + 1, accounts, head: station.views.tally.watermark() }
  const [all, done] = [new Sums(), new Sums()]
  const waits: number[][] = []
  for await (const day of figures.days(span)) {
    all.add(day.counts)
    if (own) done.add(day.counts.filter(({ what }) => what === 'message.received'))
    else waits.push(day.waits)
  }
  if (own) {
    done.add(figures.own(own))
    waits.push(figures.ownWaits(own))
  }
  const did = own ? done : all
  const alarms = figures.alarms(span)
  const acknowledged = durationsOf(Float64Array.from(alarms.filter((waited) => waited !== null)))
  return {
    from: iso(from),
    to: isoOrNull(asked.to),
    arrived: all.of('message.received'),
    answers: did.of('message.sent'),
    opened: all.of('thread.opened'),
    closed: did.of('thread.closed'),
    reopened: all.of('thread.reopened'),
    firstAnswer: durationsOf(Float64Array.from(waits.flat())),
    overdue: all.of('thread.overdue'),
    alarms: {
      raised: alarms.length,
      acknowledgedWithin: { median: acknowledged.median, worst: acknowledged.worst },
    },
    escalations: {
      raised: all.of('thread.escalated'),
      accepted: all.of('escalation.accepted'),
      lapsed: all.of('escalation.lapsed'),
      resolved: all.of('escalation.resolved'),
    },
    warnings: figures.warnings(span),
    // An officer's last act and signing off may fall on the same ms.
    hours: did.hours(from, Math.min(own ? span.to + 1 : span.to, now + 1)),
    categories: categoriesOf(did),
    people: peopleOf(station, did, own ? [own.user] : asked.people),
  }
}

function categoriesOf(sums: Sums): ShiftStatistics['categories'] {
  return [...sums.whose('closedAs')]
    .map(([category, closed]) => ({ category: category || null, closed }))
    .toSorted((a, b) => b.closed - a.closed || (a.category ?? '').localeCompare(b.category ?? ''))
}

/** Of whoever did something or was to be there, most answers first. Channels and the clock are nobody. */
function peopleOf(
  { views: { people } }: Station,
  sums: Sums,
  expected: readonly string[],
): ShiftStatistics['people'] {
  const [answers, closed, claimed] = [
    sums.whose('message.sent'),
    sums.whose('thread.closed'),
    sums.whose('thread.claimed'),
  ]
  const users = new Set([...expected, ...answers.keys(), ...closed.keys(), ...claimed.keys()])
  return [...users]
    .filter((user) => people.person(user) !== null)
    .map((user) => ({
      user,
      name: people.nameOf(user),
      answers: answers.get(user) ?? 0,
      closed: closed.get(user) ?? 0,
      claimed: claimed.get(user) ?? 0,
    }))
    .toSorted((a, b) => b.answers - a.answers || b.closed - a.closed || a.user.localeCompare(b.user))
}
