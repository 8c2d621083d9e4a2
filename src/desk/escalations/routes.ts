import { v7 as uuid } from 'uuid'
import { type Decision, refuse } from '../decision.ts'
import { earlierThan } from '../privacy/routes.ts'
import type { Reader } from '../privacy/rules.ts'
import { type By, type Commit, everyone, type Routes, reading, working } from '../route.ts'
import type { Station } from '../station/station.ts'
import { explained, onThread } from '../threads/routes.ts'
import type { ThreadState } from '../threads/thread.ts'
import * as desks from './desks.ts'
import * as ending from './ending.ts'
import * as seen from './reading.ts'
import * as rules from './rules.ts'

type Names =
  | 'desks.list'
  | 'desk.save'
  | 'desk.remove'
  | 'levels.change'
  | 'thread.escalate'
  | 'escalation.accept'
  | 'escalation.decline'
  | 'escalation.reassign'
  | 'escalation.resolve'
  | 'escalation.visited'
  | 'escalations.list'
  | 'escalations.counts'
  | 'escalation.get'

const arranging = ['supervisor', 'admin'] as const

export const escalationRoutes: Pick<Routes, Names> = {
  'desks.list': {
    allow: everyone,
    run: ({ views }) => ({ desks: views.escalations.desks(), levels: views.escalations.levels() }),
  },
  'desk.save': {
    allow: arranging,
    run: (station, desk) => ({ decision: desks.saveDesk(desk, (user) => works(station, user)) }),
  },
  'desk.remove': {
    allow: arranging,
    run: ({ views }, { id }) => ({
      decision: desks.removeDesk(id, views.escalations.desk(id), views.escalations.live()),
    }),
  },
  'levels.change': {
    allow: arranging,
    run: ({ views }, { levels }) => ({ decision: desks.changeLevels(levels, views.escalations.live()) }),
  },
  'thread.escalate': {
    allow: working,
    run: (station, input, by) => {
      const escalation = uuid()
      const raise = (thread: ThreadState) =>
        rules.escalate(
          thread,
          station.access.reader(by),
          {
            escalation,
            reason: input.reason,
            private: input.private,
            ...to(station, input),
            earlier: input.private ? earlierThan(station, thread) : [],
          },
          by.now,
        )
      return onThread(station, by, input.thread, raise, { result: () => ({ escalation }) })
    },
  },
  'escalation.accept': {
    allow: working,
    run: (station, { escalation, tell }, by) =>
      onMatter(
        station,
        by,
        escalation,
        (matter, thread, reader) => {
          const delivery = station.channels.deliveryOf(thread.account)
          const telling = tell ? { ...tell, delivery, reach: station.reaching.of(thread, by.now) } : null
          const level = station.views.escalations.level(matter.level)
          return rules.accept(matter, level, thread, reader, telling, by.now)
        },
        tell?.seen,
      ),
  },
  'escalation.decline': {
    allow: working,
    run: (station, { escalation, reason }, by) =>
      onMatter(station, by, escalation, (matter, _thread, reader) =>
        rules.decline(matter, station.views.escalations.level(matter.level), reader, reason),
      ),
  },
  'escalation.reassign': {
    allow: working,
    run: (station, input, by) =>
      onMatter(station, by, input.escalation, (matter, _thread, reader) =>
        rules.reassign(matter, reader, { ...to(station, input), reason: input.reason }, by.now),
      ),
  },
  'escalation.resolve': {
    allow: working,
    run: (station, { escalation, outcome, note, returnVisitAt }, by) =>
      onMatter(station, by, escalation, (matter, thread, reader) =>
        ending.resolve(matter, thread, reader, { outcome, note, returnVisitAt: ms(returnVisitAt) }, by.now),
      ),
  },
  'escalation.visited': {
    allow: working,
    run: (station, { escalation, result, note, next }, by) =>
      onMatter(station, by, escalation, (matter, thread, reader) =>
        ending.visited(matter, thread, reader, { result, note, next: ms(next) }, by.now),
      ),
  },
  'escalations.list': {
    allow: reading,
    run: (station, { offset, limit, ...filter }, by) =>
      seen.list(station, filter, station.access.reader(by), offset, limit),
  },
  'escalations.counts': {
    allow: reading,
    run: (station, _input, by) => seen.counts(station, station.access.reader(by)),
  },
  'escalation.get': {
    allow: reading,
    run: async (station, { escalation }, by) => {
      const matter = station.views.escalations.one(escalation)
      if (matter !== null) await station.access.reading(matter.thread, by)
      return seen.get(station, escalation, station.access.reader(by))
    },
  },
}

/** Decides on a matter and its thread, whose holder or news a refusal may have to name. */
function onMatter(
  station: Station,
  by: By,
  id: string,
  decide: (matter: rules.Matter, thread: ThreadState, reader: Reader) => Decision,
  seen?: number,
): Commit<void> {
  const matter = station.views.escalations.one(id)
  if (matter === null) return { decision: refuse({ code: 'not_found', what: 'escalation', id }) }
  const thread = station.views.threads.thread(matter.thread)!
  const decision = decide(matter, thread, station.access.reader(by))
  if (!('refused' in decision)) return { decision }
  return { decision: refuse(explained(station, matter.thread, decision.refused, seen)) }
}

/** The desk and level asked for, null where there is no such. */
function to({ views }: Station, asked: { desk: string; level: string }) {
  return {
    desk: views.escalations.desk(asked.desk),
    level: views.escalations.level(asked.level),
    asked: { desk: asked.desk, level: asked.level },
  }
}

function works({ views }: Station, user: string): boolean {
  const person = views.people.person(user)
  return person?.enabled === 1 && (person.role === 'officer' || person.role === 'supervisor')
}

function ms(instant: string | null): number | null {
  return instant === null ? null : Date.parse(instant)
}
