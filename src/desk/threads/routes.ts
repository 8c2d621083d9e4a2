import { type Refusal, Refused } from '../../contract/errors.ts'
import type { ManyDone } from '../../contract/groups.ts'
import type { Delivery } from '../../contract/threads.ts'
import { type Decision, entries, refuse } from '../decision.ts'
import { sending } from '../media/sending.ts'
import { type By, type Commit, type Routes, reading, working } from '../route.ts'
import { endElsewhere } from '../service/rules.ts'
import type { Station } from '../station/station.ts'
import { isoOrNull } from '../time.ts'
import { messageSentByHand, messageUnmasked, threadDelayTold } from './entries.ts'
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
  | 'thread.send'
  | 'thread.endElsewhere'
  | 'thread.note'
  | 'thread.snooze'
  | 'thread.wake'
  | 'thread.close'
  | 'thread.reopen'
  | 'thread.categorise'
  | 'thread.draft'
  | 'thread.draftMenu'
  | 'thread.tellDelay'
  | 'threads.reassign'
  | 'message.unmask'
  | 'message.markSentByHand'
  | 'message.retry'

const officer = (by: By): rules.Officer => ({ user: by.user, role: by.role as rules.Officer['role'] })

/**
 * Decides on a thread, and puts names and news into a refusal that the rule gave in bare facts. Nobody acts on, or is
 * told news of, a private thread they may not read (rule 11); taking hold of it is open to whoever has its alarm.
 */
export function onThread<R = void>(
  station: Station,
  by: By,
  id: string,
  decide: (thread: ThreadState) => Decision,
  { result, seen, holding }: { result?: Commit<R>['result']; seen?: number; holding?: boolean } = {},
): Commit<R> {
  const thread = station.views.threads.thread(id)
  if (thread === null) return { decision: refuse({ code: 'not_found', what: 'thread', id }) }
  const reader = station.access.reader(by)
  const may = holding ? station.access.mayHold(thread, reader) : station.access.mayRead(thread, reader)
  if (!may) return { decision: refuse({ code: 'private_thread' }) }
  const decision = decide(thread)
  if (!('refused' in decision)) return result ? { decision, result } : { decision }
  return { decision: refuse(explained(station, id, decision.refused, seen)) }
}

/** A refusal as the rule gave it, with the names and news that only the station knows. */
export function explained(
  station: Station,
  thread: string,
  refusal: Refusal,
  seen: number | undefined,
): Refusal {
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
  by: By,
  thread: string,
  seq: number,
  from: readonly Delivery[],
  then: (thread: ThreadState) => Decision,
): Commit<void> {
  return onThread(station, by, thread, (present) => {
    const message = station.views.threads.message(seq)
    if (message?.thread !== thread) return refuse({ code: 'not_found', what: 'message', id: String(seq) })
    return from.includes(message.delivery as Delivery) ? then(present) : refuse({ code: 'nothing_to_do' })
  })
}

export const threadRoutes: Pick<Routes, Names> = {
  'threads.list': {
    allow: reading,
    run: (station, input, by) =>
      station.inbox.list(input, station.access.reader(by), input.offset, input.limit),
  },
  'threads.counts': {
    allow: reading,
    run: (station, input, by) => station.inbox.counts(by.user, input.account),
  },
  'thread.get': {
    allow: reading,
    run: (station, { thread }, by) => {
      const found = station.inbox.thread(thread, station.access.reader(by))
      if (!found) throw new Refused({ code: 'not_found', what: 'thread', id: thread })
      const until =
        by.role === 'auditor' ? station.views.privacy.live(by.user, by.now).get(thread) : undefined
      const reach = found.readable ? station.reaching.shown(found, by.now) : {}
      const draftFiles = found.readable ? station.media.uploads.draftFiles(thread, by.user) : []
      return { ...found, ...reach, draftFiles, glassUntil: isoOrNull(until ?? null) }
    },
  },
  'thread.timeline': {
    allow: reading,
    run: async (station, { thread, before, limit }, by) => {
      const readable = await station.access.reading(thread, by)
      const reader = station.access.reader(by)
      return station.timeline.read(thread, before ?? endOfTime, limit, (id) =>
        id === thread ? readable : station.access.mayReadThread(id, reader),
      )
    },
  },
  'thread.claim': {
    allow: working,
    run: (station, { thread }, by) =>
      onThread(station, by, thread, (t) => rules.claim(t, officer(by)), {
        result: () => ({ holder: by.user }),
        holding: true,
      }),
  },
  'thread.release': {
    allow: working,
    run: (station, { thread, reason }, by) =>
      onThread(station, by, thread, (t) => rules.release(t, officer(by), reason ?? null)),
  },
  'thread.transfer': {
    allow: working,
    run: (station, { thread, to, reason }, by) =>
      onThread(station, by, thread, (t) =>
        rules.transfer(t, officer(by), recipient(station, to), reason ?? null, to),
      ),
  },
  'threads.reassign': {
    allow: ['supervisor'],
    run: (station, { threads, to, reason }, by) =>
      reassigning(station, by, threads, to === null ? null : recipient(station, to), to, reason),
  },
  'thread.takeOver': {
    allow: working,
    run: (station, { thread, reason }, by) =>
      onThread(station, by, thread, (t) => rules.takeOver(t, officer(by), reason), { holding: true }),
  },
  'thread.answer': {
    allow: working,
    run: (station, input, by) => {
      const commit = onThread(
        station,
        by,
        input.thread,
        (thread) => {
          const answer = {
            text: input.text,
            seen: input.seen,
            takeOver: input.takeOver ?? null,
            delivery: station.channels.deliveryOf(thread.account),
            reach: station.reaching.of(thread, by.now),
          }
          return rules.answer(thread, officer(by), answer, by.now)
        },
        {
          result: (appended) => {
            const sent = appended.at(-1)!.entry
            return { seq: sent.seq, delivery: sent.data.delivery as Delivery }
          },
          seen: input.seen,
        },
      )
      return { ...commit, write: () => station.drafts.forget(input.thread, by.user) }
    },
  },
  'thread.tellDelay': {
    allow: working,
    run: (station, { thread, text, seen }, by) => {
      const commit = onThread<{ seq: number }>(
        station,
        by,
        thread,
        (t) =>
          rules.tellDelay(
            t,
            officer(by),
            {
              text,
              seen,
              delivery: station.channels.deliveryOf(t.account),
              reach: station.reaching.of(t, by.now),
            },
            by.now,
          ),
        { result: (appended) => ({ seq: appended.at(-1)!.entry.seq }), seen },
      )
      return {
        ...commit,
        steps: [() => ({ decision: entries(threadDelayTold(thread, lastSaid(station, thread))) })],
      }
    },
  },
  'thread.send': { allow: working, run: (station, input, by) => sending(station, input, by) },
  'thread.endElsewhere': {
    allow: working,
    run: (station, { thread, reason }, by) =>
      onThread(station, by, thread, (t) => {
        const service = station.views.service.service(t.contact)
        const served = station.reaching.of(t, by.now)?.served != null
        return endElsewhere(t, officer(by), { service, served }, reason)
      }),
  },
  'thread.note': {
    allow: working,
    run: (station, { thread, text }, by) =>
      onThread(station, by, thread, (t) => rules.note(t, text), {
        result: (appended) => ({ seq: appended.at(-1)!.entry.seq }),
      }),
  },
  'thread.snooze': {
    allow: working,
    run: (station, { thread, until }, by) =>
      onThread(station, by, thread, (t) => rules.snooze(t, officer(by), Date.parse(until), by.now)),
  },
  'thread.wake': {
    allow: working,
    run: (station, { thread }, by) => onThread(station, by, thread, rules.wake),
  },
  'thread.close': {
    allow: working,
    run: (station, { thread, disposition, seen, note }, by) =>
      onThread(
        station,
        by,
        thread,
        (t) => rules.close(t, officer(by), { disposition, seen, note: note || null }, by.now),
        { seen },
      ),
  },
  'thread.reopen': {
    allow: working,
    run: (station, { thread, reason }, by) =>
      onThread(station, by, thread, (t) => rules.reopen(t, officer(by), reason ?? null), { holding: true }),
  },
  'thread.categorise': {
    allow: working,
    run: (station, { thread, category, urgency }, by) =>
      onThread(station, by, thread, (t) => rules.categorise(t, category, urgency)),
  },
  'thread.draft': {
    allow: working,
    run: (station, { thread, text }, by) => ({
      ...onThread(station, by, thread, () => entries()),
      write: () => station.drafts.keep(thread, by.user, text),
    }),
  },
  'thread.draftMenu': {
    allow: working,
    run: (station, { thread, menu }, by) => ({
      ...onThread(station, by, thread, () => entries()),
      write: () => station.drafts.keepMenu(thread, by.user, menu),
    }),
  },
  'message.unmask': {
    allow: reading,
    secret: true,
    run: (station, { thread, seq }, by) => {
      const text = textOf(station, thread, seq)
      return onThread<{ text: string }>(
        station,
        by,
        thread,
        () =>
          text === null
            ? refuse({ code: 'not_found', what: 'message', id: String(seq) })
            : entries(messageUnmasked(thread, seq)),
        { result: () => ({ text: text as string }) },
      )
    },
  },
  'message.markSentByHand': {
    allow: working,
    run: (station, { thread, seq }, by) =>
      onMessage(station, by, thread, seq, ['copyByHand'], () => entries(messageSentByHand(thread, seq))),
  },
  'message.retry': {
    allow: working,
    run: (station, { thread, seq }, by) =>
      onMessage(station, by, thread, seq, ['failed'], (present) =>
        rules.sendAgain(present, by as rules.Officer, seq, station.reaching.of(present, by.now)),
      ),
  },
}

function lastSaid(station: Station, thread: string): number {
  return station.views.threads.thread(thread)!.last_message
}

/** Each thread is decided for itself; those that stay where they are say why. */
function reassigning(
  station: Station,
  by: By,
  threads: readonly string[],
  to: rules.Recipient | null,
  toUser: string | null,
  reason: string,
): Commit<ManyDone> {
  const done: string[] = []
  const left: ManyDone['left'] = []
  const steps = [...new Set(threads)].map((id) => (): Commit<void> => {
    const commit = onThread(station, by, id, (t) => rules.reassign(t, to, toUser, reason))
    if ('refused' in commit.decision) left.push({ thread: id, refusal: commit.decision.refused })
    else done.push(id)
    return commit
  })
  return { decision: entries(), steps, result: () => ({ done, left }) }
}

function recipient(station: Station, user: string): rules.Recipient | null {
  const person = station.views.people.person(user)
  if (person === null) return null
  const works = person.enabled === 1 && (person.role === 'officer' || person.role === 'supervisor')
  return { user, name: person.name, works, onShift: person.on_shift_since !== null }
}
