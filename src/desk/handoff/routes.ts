import { v7 as uuid } from 'uuid'
import { Refused } from '../../contract/errors.ts'
import { refuse } from '../decision.ts'
import { type By, type Commit, type Routes, reading, working } from '../route.ts'
import type { Station } from '../station/station.ts'
import { hour } from '../time.ts'
import * as act from './acting.ts'
import * as deciding from './deciding.ts'
import { outcomes } from './outcomes.ts'
import { done } from './promises.ts'
import * as seen from './reading.ts'
import * as rules from './rules.ts'
import { textsOf } from './sheet-reading.ts'
import type { HandoffRecord } from './view.ts'

type Names =
  | 'handoff.start'
  | 'handoff.refreeze'
  | 'handoff.decide'
  | 'handoff.undecide'
  | 'handoff.setNotices'
  | 'handoff.sign'
  | 'handoff.withdraw'
  | 'handoff.cancel'
  | 'handoff.readBack'
  | 'handoff.accept'
  | 'handoff.question'
  | 'handoff.reply'
  | 'handoff.correct'
  | 'promise.done'
  | 'handoffs.list'
  | 'handoffs.counts'
  | 'handoff.get'
  | 'handoff.outcomes'
  | 'promises.list'

/** A promise counts as due this long (ms) before its deadline. */
const promiseSoon = hour / 2

/** Before the commit: hashing takes its time, and a wrong one is an entry of its own. */
const ownPassword = (station: Station, { password }: { password: string }, by: By) =>
  station.sessions.checkPassword(by.user, password, by.device)

export const handoffRoutes: Pick<Routes, Names> = {
  'handoff.start': {
    allow: working,
    run: (station, { post, of, reason }, by) => {
      const { handoffs, shifts } = station.views
      if (post !== null && shifts.post(post) === null)
        return { decision: refuse({ code: 'not_found', what: 'post', id: post }) }
      const handoff = uuid()
      const from = of ?? by.user
      const decision = rules.start(
        {
          handoff,
          post,
          of: from,
          from: act.colleague(station, from),
          reason: reason ?? null,
          open: handoffs.openOf(from, post),
          notices: handoffs.lastOf(post)?.notices_seq ?? null,
          ...act.freeze(station, from, post, by.now),
        },
        act.actor(by),
      )
      return { decision, result: () => ({ handoff }) }
    },
  },
  'handoff.refreeze': {
    allow: working,
    run: (station, { handoff: id }, by) =>
      act.onHandoff(station, id, (handoff) =>
        rules.refreeze(handoff, act.actor(by), act.freeze(station, handoff.from, handoff.post, by.now)),
      ),
  },
  'handoff.decide': {
    allow: working,
    run: (station, { handoff, items, decision }, by) => act.deciding(station, by, handoff, items, decision),
  },
  'handoff.undecide': {
    allow: working,
    run: (station, { handoff: id, items }, by) =>
      act.onHandoff(station, id, (handoff) => {
        const asked = [...new Set(items)].map((item) => ({
          id: item,
          item: act.itemOf(station, id, item),
          left: false,
          free: false,
        }))
        return deciding.undecide(handoff, act.actor(by), asked)
      }),
  },
  'handoff.setNotices': {
    allow: working,
    run: (station, { handoff: id, notices }, by) =>
      act.onHandoff(station, id, (handoff, row) =>
        rules.setNotices(handoff, act.actor(by), standingNotices(station, row), notices),
      ),
  },
  'handoff.sign': {
    allow: working,
    before: ownPassword,
    run: (station, asked, by) => act.signing(station, by, asked),
  },
  'handoff.withdraw': {
    allow: working,
    run: (station, { handoff: id }, by) =>
      act.onHandoff(station, id, (handoff) => rules.withdraw(handoff, act.actor(by))),
  },
  'handoff.cancel': {
    allow: working,
    run: (station, { handoff: id, reason }, by) =>
      act.onHandoff(station, id, (handoff) => rules.cancel(handoff, act.actor(by), reason)),
  },
  'handoff.readBack': {
    allow: working,
    run: (station, { handoff: id, item, text }, by) =>
      act.onHandoff(station, id, (handoff) =>
        rules.readBack(handoff, act.actor(by), act.itemOf(station, id, item), text),
      ),
  },
  'handoff.accept': {
    allow: working,
    run: (station, { handoff: id, items }, by) =>
      act.onHandoff(station, id, (handoff) => {
        const asked = [...new Set(items)].map((item) => act.itemOf(station, id, item))
        return rules.accept(handoff, act.actor(by), asked)
      }),
  },
  'handoff.question': {
    allow: working,
    run: (station, { handoff: id, item, text }, by) => {
      const question = uuid()
      return act.onHandoff(
        station,
        id,
        (handoff) =>
          rules.question(handoff, act.actor(by), act.itemOf(station, id, item), { question, text }),
        () => ({ question }),
      )
    },
  },
  'handoff.reply': {
    allow: working,
    run: (station, { handoff: id, question, text }, by) =>
      act.onHandoff(station, id, (handoff) => {
        const asked = station.views.handoffs.question(id, question)
        const of = asked && {
          id: asked.id,
          item: asked.item,
          thread: station.views.handoffs.item(id, asked.item)?.thread ?? null,
          replied: asked.replied_seq !== null,
        }
        return rules.reply(handoff, act.actor(by), of, question, text)
      }),
  },
  'handoff.correct': {
    allow: working,
    before: ownPassword,
    run: (station, { handoff: id, text }, by) => {
      const record = uuid()
      const commit: Commit<{ handoff: string; code: string | null }> = act.onHandoff(
        station,
        id,
        (handoff) => rules.correct(handoff, act.actor(by), record, text),
        () => ({ handoff: record, code: act.codeNow(station) }),
      )
      return { ...commit, write: () => void station.checkpoints.make('handoff') }
    },
  },
  'promise.done': {
    allow: working,
    run: (station, { promise: id, note }, by) => {
      const promise = station.views.promises.one(id)
      if (promise === null) return { decision: refuse({ code: 'not_found', what: 'promise', id }) }
      const reader = station.access.reader(by)
      if (promise.thread !== null && !station.access.mayReadThread(promise.thread, reader))
        return { decision: refuse({ code: 'private_thread' }) }
      return { decision: done(promise, note) }
    },
  },
  'handoffs.list': {
    allow: reading,
    run: (station, { offset, limit, from, to, ...filter }) =>
      seen.list(station, { ...filter, from: ms(from), to: ms(to) }, offset, limit),
  },
  'handoffs.counts': {
    allow: reading,
    run: (station, _input, by) => seen.counts(station, by, by.now + promiseSoon),
  },
  'handoff.get': {
    allow: reading,
    run: async (station, { handoff }, by) => {
      await noteReading(station, handoff, by)
      return seen.get(station, handoff, station.access.reader(by))
    },
  },
  'handoff.outcomes': {
    allow: reading,
    run: (station, { handoff }, by) => outcomes(station, handoff, station.access.reader(by), by.now),
  },
  'promises.list': {
    allow: reading,
    run: (station, asked, by) => seen.promises(station, asked, station.access.reader(by), by.now),
  },
}

const ms = (instant: string | undefined) => (instant === undefined ? undefined : Date.parse(instant))

function standingNotices(station: Station, { notices_seq }: HandoffRecord): string[] {
  if (notices_seq === null) return []
  return (textsOf(station, [notices_seq]).get(notices_seq)?.notices ?? []) as string[]
}

/** That the incoming side has the sheet before its eyes is on record, and whose private threads are read in it. */
async function noteReading(station: Station, id: string, by: By): Promise<void> {
  const row = station.views.handoffs.one(id)
  if (row === null) throw new Refused({ code: 'not_found', what: 'handoff', id })
  if (station.readOnly) return
  if (row.state === 'offered' && row.to_user === by.user && row.opened === 0) {
    const opening = () =>
      act.onHandoff(station, id, (handoff, now) => rules.open(handoff, act.actor(by), now.opened === 1))
    // Two windows of one officer ask at once, and one of them is first.
    await station.bus.run(by, null, opening).catch((error: unknown) => {
      if (!(error instanceof Refused)) throw error
    })
  }
  for (const thread of station.views.handoffs.privateThreads(id)) await station.access.reading(thread, by)
}
