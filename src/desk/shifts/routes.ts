import { v7 as uuid } from 'uuid'
import { everyone, type Routes, reading, working } from '../route.ts'
import type { Station } from '../station/station.ts'
import { hour, iso } from '../time.ts'
import { askedOf, spanOf } from './asking.ts'
import { shiftNow, shownDuty, workedShifts } from './reading.ts'
import * as roster from './roster.ts'
import { signingOff, signingOn } from './signing.ts'
import { statistics } from './statistics.ts'

type Names =
  | 'posts.list'
  | 'post.save'
  | 'post.remove'
  | 'shiftKinds.list'
  | 'shiftKinds.change'
  | 'roster.list'
  | 'duty.save'
  | 'duty.remove'
  | 'roster.copy'
  | 'shift.now'
  | 'shift.signOn'
  | 'shift.signOff'
  | 'shifts.list'
  | 'shift.statistics'

const arranging = ['supervisor', 'admin'] as const
const aDay = 24 * hour

export const shiftRoutes: Pick<Routes, Names> = {
  'posts.list': { allow: everyone, run: ({ views }) => views.shifts.posts() },
  'post.save': {
    allow: arranging,
    run: ({ views }, post) => ({
      decision: roster.savePost(post, (account) => views.accounts.account(account) !== null),
    }),
  },
  'post.remove': {
    allow: arranging,
    run: (station, { post }, by) => ({
      decision: roster.removePost(post, station.views.shifts.post(post), isUsed(station, post, by.now)),
    }),
  },
  'shiftKinds.list': { allow: everyone, run: ({ views }) => views.shifts.kinds() },
  'shiftKinds.change': {
    allow: arranging,
    run: (_station, { kinds }) => ({ decision: roster.changeKinds(kinds) }),
  },
  'roster.list': {
    allow: everyone,
    run: (station, asked) => {
      const { from, to } = spanOf(asked.from, asked.to)
      return station.views.shifts.duties(from, to).map((duty) => shownDuty(station, duty))
    },
  },
  'duty.save': {
    allow: arranging,
    run: (station, asked) => {
      const duty = { ...asked, from: Date.parse(asked.from), to: Date.parse(asked.to) }
      return { decision: roster.saveDuty(duty, facts(station, duty.from, duty.to, duty.id)) }
    },
  },
  'duty.remove': {
    allow: arranging,
    run: ({ views }, { duty }) => ({ decision: roster.removeDuty(duty, views.shifts.duty(duty)) }),
  },
  'roster.copy': {
    allow: arranging,
    run: (station, asked) => {
      const [from, to] = [Date.parse(asked.from), Date.parse(asked.to)]
      const { shifts, people } = station.views
      const until = from + asked.days * aDay
      const source = shifts.duties(from, until).filter((duty) => duty.from >= from)
      const copied = roster.copyRoster(
        source,
        to - from,
        source.map(() => uuid()),
        facts(station, to, to + asked.days * aDay + roster.longestDuty),
      )
      const { decision, made, already } = copied
      const leftOut = copied.leftOut.map((one) => ({
        ...one,
        name: people.nameOf(one.user),
        from: iso(one.from),
      }))
      return { decision, result: () => ({ made, already, leftOut }) }
    },
  },
  'shift.now': { allow: everyone, run: (station, _input, by) => shiftNow(station, by.now) },
  'shift.signOn': {
    allow: working,
    run: (station, { post }, by) => ({ decision: signingOn(station, by.user, post, by.now) }),
  },
  'shift.signOff': {
    allow: working,
    run: (station, { reason }, by) => ({ decision: signingOff(station, by.user, reason) }),
  },
  'shifts.list': {
    allow: reading,
    run: (station, { offset, limit, from, to, ...filter }) => {
      settle(station)
      const ms = (instant: string | undefined) => (instant === undefined ? undefined : Date.parse(instant))
      return workedShifts(station, { ...filter, from: ms(from), to: ms(to) }, offset, limit)
    },
  },
  'shift.statistics': {
    allow: reading,
    run: (station, { of }, by) => {
      settle(station)
      return statistics(station, askedOf(station, of, by.now), by.now)
    },
  },
}

/** `known`: a duty whose present state is asked for as well, wherever it stands. */
function facts({ views }: Station, from: number, to: number, known?: string): roster.RosterFacts {
  const { people, shifts } = views
  const before = known === undefined ? null : shifts.duty(known)
  const duties = from < to ? shifts.duties(from, to) : []
  return {
    isPost: (post) => shifts.post(post) !== null,
    isKind: (kind) => shifts.kinds().some(({ id }) => id === kind),
    works: (user) => people.works(user),
    nameOf: (user) => people.nameOf(user),
    nameOfPost: (post) => shifts.nameOfPost(post),
    duties: before === null ? duties : [...duties.filter(({ id }) => id !== known), before],
  }
}

function isUsed({ views: { handoffs, shifts } }: Station, post: string, now: number): boolean {
  const manned = shifts.open().some((shift) => shift.post === post)
  return manned || shifts.isRostered(post, now) || handoffs.isOpenAt(post)
}

/** Where the ledger cannot be written (rule 21), what is read stays a little behind. */
function settle({ views, readOnly }: Station): void {
  if (readOnly) return
  views.records.settle()
  views.tally.settle()
}
