import type { Draft } from '../../ledger/entry.ts'
import { type Decision, entries, refuse } from '../decision.ts'
import { type Reach, unsendable } from '../service/rules.ts'
import {
  type FirstDelivery,
  messageSent,
  threadClaimed,
  threadOpened,
  threadReopened,
} from '../threads/entries.ts'
import { answer, type Officer, waking } from '../threads/rules.ts'
import type { ThreadState } from '../threads/thread.ts'
import { iso } from '../time.ts'
import * as did from './entries.ts'

/** Rule 13, and who is pulled into a matter. Pure. */

export interface MovingFacts {
  group: ThreadState
  /** Who wrote the message; null where it is no resident's message of this group. */
  speaker: { id: string; name: string; external: string } | null
  /** The newest one-to-one thread with them. */
  direct: { thread: ThreadState; readable: boolean } | null
  /** Id for a new thread, should one be needed. */
  newThread: string
  delivery: FirstDelivery
  /** Of the speaker. */
  reach?: Reach | null
}

export interface Moving {
  message: number
  seen: number
  line: string
  greeting: string | null
}

/** Leaves a neutral line in the group and takes its speaker into private talk; both or neither. */
export function moveToPrivate(facts: MovingFacts, by: Officer, asked: Moving, now: number): Decision {
  const { group, speaker, direct, delivery } = facts
  if (group.kind !== 'group') return refuse({ code: 'wrong_state', what: 'thread', state: group.kind })
  if (speaker === null) return refuse({ code: 'not_found', what: 'message', id: String(asked.message) })
  if (isNamedIn(asked.line, speaker.name)) {
    return refuse({ code: 'invalid', issues: [{ path: 'line', message: 'names the resident' }] })
  }
  const line = { text: asked.line, seen: asked.seen, takeOver: null, delivery, purpose: 'moved' } as const
  const told = answer(group, by, line, now)
  if ('refused' in told) return told
  const taken = direct ? taking(direct, by) : opening(facts, speaker, by)
  if ('refused' in taken) return taken
  const unsent = asked.greeting === null ? null : unsendable(facts.reach, asked.greeting)
  if (unsent) return refuse(unsent)
  const to = direct?.thread.id ?? facts.newThread
  return entries(
    ...told.entries,
    did.groupMovedToPrivate(group.id, asked.message, to),
    ...taken.entries,
    did.threadCameFromGroup(to, group.id, asked.message),
    ...greeting(to, asked.greeting, direct?.thread.last_seq ?? 0, delivery, now),
  )
}

/**
 * Whether the line tells the group whom it is about. A label like 三组 王桂兰 counts by the name in it too; a name of
 * one character (。, 我) is in too many sentences to be told.
 */
export function isNamedIn(line: string, name: string): boolean {
  const plain = (text: string) => text.normalize('NFKC').toLowerCase().replace(/\s+/gu, '')
  const whole = plain(name)
  const alone = whole.replace(/^.*[一二三四五六七八九十\d][组队栋户](?=.)/u, '')
  return [whole, alone].some((each) => each.length > 1 && plain(line).includes(each))
}

function opening(
  { group, newThread }: MovingFacts,
  speaker: { id: string; external: string },
  by: Officer,
): Decision {
  // Erased since: nobody can be written to any more.
  if (speaker.external === '') return refuse({ code: 'not_found', what: 'contact', id: speaker.id })
  const opened = { account: group.account, contact: speaker.id, continues: null }
  return entries(threadOpened(newThread, opened, speaker.external), threadClaimed(newThread, by.user))
}

/** The officer gets hold of the private thread as it stands, never out of somebody's hands. */
function taking({ thread, readable }: { thread: ThreadState; readable: boolean }, by: Officer): Decision {
  if (!readable) return refuse({ code: 'private_thread' })
  if (thread.closed_at !== null) return entries(threadReopened(thread.id, 'officer', by.user, null))
  if (thread.holder === null) return entries(...waking(thread), threadClaimed(thread.id, by.user))
  if (thread.holder === by.user) return entries(...waking(thread))
  const since = thread.held_since === null ? null : iso(thread.held_since)
  return refuse({ code: 'not_holder', holder: thread.holder, holderName: null, since })
}

/** The officer's first sight of the private side: what stands there is what was seen (rule 3). */
function greeting(
  thread: string,
  text: string | null,
  seen: number,
  delivery: FirstDelivery,
  now: number,
): Draft[] {
  if (text === null) return []
  const data = { kind: 'text', delivery, seen, sentAt: iso(now), purpose: 'greeting' } as const
  return [messageSent(thread, data, { text, title: null, image: null, external: null })]
}

/** A colleague, with what the rule asks about them; or a professional from outside. */
export type PulledIn = { user: string; works: boolean } | { name: string; profession: string }

export function pullIn(thread: ThreadState, by: Officer, who: PulledIn, reason: string): Decision {
  if (thread.closed_at !== null) return refuse({ code: 'thread_closed', at: iso(thread.closed_at) })
  if (!('user' in who)) return entries(did.outsiderPulledIn(thread.id, who, reason))
  if (!who.works) return refuse({ code: 'not_found', what: 'person', id: who.user })
  if (who.user === by.user) return refuse({ code: 'nothing_to_do' })
  return entries(did.colleaguePulledIn(thread.id, who.user, reason))
}
