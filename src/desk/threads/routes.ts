import { type Refusal, Refused } from '../../contract/errors.ts'
import type { Delivery } from '../../contract/threads.ts'
import { type Decision, entries, refuse } from '../decision.ts'
import { type By, type Commit, type Routes, reading, working } from '../route.ts'
import type { Station } from '../station/station.ts'
import { messageRetried, messageSentByHand, messageUnmasked } from './entries.ts'
import * as rules from './rules.ts'
import type { ThreadState } from './thread.ts'
import { endOfTime } from './timeline.ts'

type Names =
  | 'threads.list'
  | 'threads.counts'
  | 'thread.get'
  | 'thread.timeline'
  | 'thread.claim'
  | 'thread.release'
  | 'thread.transfer'
  | 'thread.takeOver'
  | 'thread.answer'
  | 'thread.note'
  | 'thread.snooze'
  | 'thread.wake'
  | 'thread.close'
  | 'thread.reopen'
  | 'thread.categorise'
  | 'thread.draft'
  | 'message.unmask'
  | 'message.markSentByHand'
  | 'message.retry'

const officer = (by: By): rules.Officer => ({ user: by.user, role: by.role as rules.Officer['role'] })

/** Decides on a thread, and puts names and news into a refusal that the rule gave in bare facts. */
function onThread<R = void>(
  station: Station,
  id: string,
  decide: (thread: ThreadState) => Decision,
  result?: Commit<R>['result'],
  seen?: number,
): Commit<R> {
  const thread = station.views.threads.thread(id)
  if (thread === null) return { decision: refuse({ code: 'not_found', what: 'thread', id }) }
  const decision = decide(thread)
  if (!('refused' in decision)) return result ? { decision, result } : { decision }
  return { decision: refuse(explained(station, id, decision.refused, seen)) }
}

function explained(station: Station, thread: string, refusal: Refusal, seen: number | undefined): Refusal {
  if ('holderName' in refusal && refusal.holder !== null) {
    return { ...refusal, holderName: station.views.people.nameOf(refusal.holder) }
  }
  if (refusal.code === 'thread_moved_on' && seen !== undefined) {
    return { ...refusal, news: station.timeline.news(thread, seen) }
  }
  return refusal
}

function textOf(station: Station, thread: string, seq: number): string | null {
  const message = station.views.threads.message(seq)
  if (message?.thread !== thread) return null
  return (station.ledger.entry(seq)?.content?.text as string | undefined) ?? null
}

function onMessage(
  station: Station,
  thread: string,
  seq: number,
  from: readonly Delivery[],
  then: Decision,
): Commit<void> {
  const message = station.views.threads.message(seq)
  if (message?.thread !== thread)
    return { decision: refuse({ code: 'not_found', what: 'message', id: String(seq) }) }
  if (!from.includes(message.delivery as Delivery)) return { decision: refuse({ code: 'nothing_to_do' }) }
  return { decision: then }
}

export const threadRoutes: Pick<Routes, Names> = {
  'threads.list': {
    allow: reading,
    run: (station, input, by) => station.inbox.list(input, by.user, input.offset, input.limit),
  },
  'threads.counts': {
    allow: reading,
    run: (station, input, by) => station.inbox.counts(by.user, input.account),
  },
  'thread.get': {
    allow: reading,
    run: (station, { thread }, by) => {
      const found = station.inbox.thread(thread, by.user)
      if (!found) throw new Refused({ code: 'not_found', what: 'thread', id: thread })
      return found
    },
  },
  'thread.timeline': {
    allow: reading,
    run: (station, { thread, before, limit }) => station.timeline.read(thread, before ?? endOfTime, limit),
  },
  'thread.claim': {
    allow: working,
    run: (station, { thread }, by) =>
      onThread(
        station,
        thread,
        (t) => rules.claim(t, officer(by)),
        () => ({ holder: by.user }),
      ),
  },
  'thread.release': {
    allow: working,
    run: (station, { thread, reason }, by) =>
      onThread(station, thread, (t) => rules.release(t, officer(by), reason ?? null)),
  },
  'thread.transfer': {
    allow: working,
    run: (station, { thread, to, reason }, by) =>
      onThread(station, thread, (t) =>
        rules.transfer(t, officer(by), recipient(station, to), reason ?? null, to),
      ),
  },
  'thread.takeOver': {
    allow: working,
    run: (station, { thread, reason }, by) =>
      onThread(station, thread, (t) => rules.takeOver(t, officer(by), reason)),
  },
  'thread.answer': {
    allow: working,
    run: (station, input, by) => {
      const delivery = (thread: ThreadState) => station.channels.deliveryOf(thread.account)
      const commit = onThread(
        station,
        input.thread,
        (thread) => {
          const answer = {
            text: input.text,
            seen: input.seen,
            takeOver: input.takeOver ?? null,
            delivery: delivery(thread),
          }
          return rules.answer(thread, officer(by), answer, by.now)
        },
        (appended) => {
          const sent = appended.at(-1)!.entry
          return { seq: sent.seq, delivery: sent.data.delivery as Delivery }
        },
        input.seen,
      )
      return { ...commit, write: () => station.drafts.forget(input.thread, by.user) }
    },
  },
  'thread.note': {
    allow: working,
    run: (station, { thread, text }) =>
      onThread(
        station,
        thread,
        (t) => rules.note(t, text),
        (appended) => ({ seq: appended.at(-1)!.entry.seq }),
      ),
  },
  'thread.snooze': {
    allow: working,
    run: (station, { thread, until }, by) =>
      onThread(station, thread, (t) => rules.snooze(t, officer(by), Date.parse(until), by.now)),
  },
  'thread.wake': {
    allow: working,
    run: (station, { thread }) => onThread(station, thread, rules.wake),
  },
  'thread.close': {
    allow: working,
    run: (station, { thread, disposition, seen, note }, by) =>
      onThread(
        station,
        thread,
        (t) => rules.close(t, officer(by), { disposition, seen, note: note || null }),
        undefined,
        seen,
      ),
  },
  'thread.reopen': {
    allow: working,
    run: (station, { thread, reason }, by) =>
      onThread(station, thread, (t) => rules.reopen(t, officer(by), reason ?? null)),
  },
  'thread.categorise': {
    allow: working,
    run: (station, { thread, category, urgency }) =>
      onThread(station, thread, (t) => rules.categorise(t, category, urgency)),
  },
  'thread.draft': {
    allow: working,
    run: (station, { thread, text }, by) =>
      station.views.threads.thread(thread) === null
        ? { decision: refuse({ code: 'not_found', what: 'thread', id: thread }) }
        : { decision: entries(), write: () => station.drafts.keep(thread, by.user, text) },
  },
  'message.unmask': {
    allow: reading,
    run: (station, { thread, seq }) => {
      const text = textOf(station, thread, seq)
      return text === null
        ? { decision: refuse({ code: 'not_found', what: 'message', id: String(seq) }) }
        : { decision: entries(messageUnmasked(thread, seq)), result: () => ({ text }) }
    },
  },
  'message.markSentByHand': {
    allow: working,
    run: (station, { thread, seq }) =>
      onMessage(station, thread, seq, ['copyByHand'], entries(messageSentByHand(thread, seq))),
  },
  'message.retry': {
    allow: working,
    run: (station, { thread, seq }) =>
      onMessage(station, thread, seq, ['failed'], entries(messageRetried(thread, seq))),
  },
}

function recipient(station: Station, user: string): rules.Recipient | null {
  const person = station.views.people.person(user)
  if (person === null) return null
  const works = person.enabled === 1 && (person.role === 'officer' || person.role === 'supervisor')
  return { user, name: person.name, works, onShift: person.on_shift_since !== null }
}
