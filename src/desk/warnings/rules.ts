import type { Role } from '../../contract/call.ts'
import type { WarningOutcome, WarningStep } from '../../contract/warnings.ts'
import type { Draft } from '../../ledger/entry.ts'
import { type Decision, entries, refuse } from '../decision.ts'
import { type Reach, unsendable } from '../service/rules.ts'
import { messageSent, threadClaimed, threadOpened, threadReopened } from '../threads/entries.ts'
import { type Answer, answer } from '../threads/rules.ts'
import type { ThreadState } from '../threads/thread.ts'
import { iso, minute } from '../time.ts'
import * as did from './entries.ts'
import { later, type WarningState } from './warning.ts'

/**
 * Reaching somebody who is about to be cheated, in time. Pure: facts in, entries or a refusal out.
 *
 * What was done, what came of it, and what is to be done next:
 *
 * | done            | came of it          | next                                                             |
 * |-----------------|---------------------|------------------------------------------------------------------|
 * | called          | reached             | outcome                                                          |
 * |                 | busy, noAnswer, off | message                                                          |
 * | messaged        | sent                | reply                                                            |
 * | replied         | answered            | outcome                                                          |
 * |                 | read                | call, who reads it has the phone in hand; if it fails: neighbour |
 * |                 | silent              | neighbour                                                        |
 * | neighbour asked | reached             | outcome, the neighbour is with them                              |
 * |                 | willTell            | visit, until somebody confirms that they were told               |
 * |                 | notFound            | visit                                                            |
 * | visited         | met                 | outcome                                                          |
 * |                 | notHome             | call, a second round from the beginning                          |
 *
 * Life keeps no order: any step may be done at any time. What leads nowhere then never leads back: the round goes on
 * where it had come to, and the clock of a step that goes on runs on. Only `read` (before they were reached) and
 * `notHome` lead back to the phone. Closing is possible from every step, and is the end.
 */
const leadsTo = {
  called: { reached: 'outcome', busy: 'message', noAnswer: 'message', off: 'message' },
  messaged: { sent: 'reply' },
  replied: { answered: 'outcome', read: 'call', silent: 'neighbour' },
  neighbourAsked: { reached: 'outcome', willTell: 'visit', notFound: 'visit' },
  visited: { met: 'outcome', notHome: 'call' },
} as const satisfies Record<string, Record<string, WarningStep>>

type Act = keyof typeof leadsTo
export type ResultOf<A extends Act> = keyof (typeof leadsTo)[A] & string

export type Minutes = Readonly<Record<WarningStep, number>>

export interface Facts {
  warning: WarningState
  by: { user: string; role: Role }
  /** Whether whoever holds it is on shift. */
  holderOnShift: boolean
  /** Within how many minutes each step must be done. */
  minutes: Minutes
  /** ms since 1970. */
  now: number
}

const dueAfter = (step: WarningStep, minutes: Minutes, now: number) => iso(now + minutes[step] * minute)

function onward<A extends Act>({ warning, minutes, now }: Facts, act: A, result: ResultOf<A>): did.Onward {
  const to = (leadsTo[act] as Record<string, WarningStep>)[result] as WarningStep
  const newRound = act === 'visited' && result === 'notHome'
  const rings = newRound || (act === 'replied' && result === 'read' && warning.step !== 'outcome')
  const next = rings ? 'call' : later(to, warning.onward)
  if (next === warning.step && !newRound) return { next, dueAt: iso(warning.due_at as number) }
  return { next, dueAt: dueAfter(next, minutes, now) }
}

/**
 * Whoever works a warning holds it; the first act on a free one claims it. Another's is refused with who has it,
 * except to a supervisor, and except where its holder is off shift: nobody is lost because somebody went home.
 */
function working({ warning, by, holderOnShift }: Facts): { claims: Draft[] } | Decision {
  if (warning.closed_at !== null) return refuse({ code: 'wrong_state', what: 'warning', state: 'closed' })
  if (warning.holder === by.user) return { claims: [] }
  if (warning.holder !== null) {
    if (by.role === 'supervisor') return { claims: [] }
    if (holderOnShift) return alreadyClaimed(warning, warning.holder)
  }
  return { claims: [did.warningClaimed(warning.id, by.user, warning.holder)] }
}

function alreadyClaimed(warning: WarningState, holder: string): Decision {
  const since = iso(warning.held_since ?? warning.entered_at)
  return refuse({ code: 'already_claimed', holder, holderName: holder, since })
}

function acting(facts: Facts, ...acts: Draft[]): Decision {
  const held = working(facts)
  return 'claims' in held ? entries(...held.claims, ...acts) : held
}

/** That this person may work it, and what that takes; nothing is done yet. */
export function hold(facts: Facts): Decision {
  return acting(facts)
}

export function enter(
  warning: string,
  about: { type: WarningState['type']; contact: string | null } & did.EnteredContent,
  minutes: Minutes,
  now: number,
): Decision {
  const { type, contact, name, phone, source, note } = about
  return entries(
    did.warningEntered(
      warning,
      { type, dueAt: dueAfter('call', minutes, now) },
      { name, phone, source, note },
    ),
    ...(contact === null ? [] : [did.warningLinked(warning, contact)]),
  )
}

/** A supervisor's claim takes it over, as does anybody's where its holder is off shift. */
export function claim(facts: Facts): Decision {
  const { warning, by } = facts
  const held = working(facts)
  if (!('claims' in held)) return held
  if (warning.holder === by.user) return alreadyClaimed(warning, by.user)
  return entries(did.warningClaimed(warning.id, by.user, warning.holder))
}

export function link(facts: Facts, contact: string | null): Decision {
  const held = working(facts)
  if (!('claims' in held)) return held
  if (facts.warning.contact === contact) return refuse({ code: 'nothing_to_do' })
  return entries(...held.claims, did.warningLinked(facts.warning.id, contact))
}

export function called(facts: Facts, result: ResultOf<'called'>): Decision {
  return acting(facts, did.warningCalled(facts.warning.id, result, onward(facts, 'called', result)))
}

export function messaged(facts: Facts, sent: Parameters<typeof did.warningMessaged>[1]): Decision {
  return acting(facts, did.warningMessaged(facts.warning.id, sent, onward(facts, 'messaged', 'sent')))
}

/** To no message there is no reply. */
export function replied(facts: Facts, result: ResultOf<'replied'>): Decision {
  const held = working(facts)
  if (!('claims' in held)) return held
  if (facts.warning.messages === 0) return refuse({ code: 'nothing_to_do' })
  const done = did.warningReplied(facts.warning.id, result, onward(facts, 'replied', result))
  return entries(...held.claims, done)
}

/** Who was asked is on record, unless nobody was found. */
export function neighbourAsked(
  facts: Facts,
  asked: { contact: string | null; name: string | null },
  result: ResultOf<'neighbourAsked'>,
): Decision {
  if (result !== 'notFound' && asked.contact === null && asked.name === null) {
    return refuse({ code: 'invalid', issues: [{ path: 'name', message: 'who was asked' }] })
  }
  const on = onward(facts, 'neighbourAsked', result)
  return acting(facts, did.warningNeighbourAsked(facts.warning.id, asked, result, on))
}

export function visited(facts: Facts, result: ResultOf<'visited'>): Decision {
  return acting(facts, did.warningVisited(facts.warning.id, result, onward(facts, 'visited', result)))
}

/** From any step, with an outcome and a note. */
export function close(facts: Facts, outcome: WarningOutcome, note: string): Decision {
  return acting(facts, did.warningClosed(facts.warning.id, outcome, note))
}

/** By the clock: what was to be done by now is not. Once for each step. */
export function overdue(warning: WarningState, now: number): Decision {
  const ripe = warning.overdue === 0 && warning.due_at !== null && warning.due_at <= now
  return ripe ? entries(did.warningOverdue(warning.id, warning.step)) : refuse({ code: 'nothing_to_do' })
}

/** Reading a number is no work on the warning: it needs no hold, and a closed one can be looked into. */
export function unmaskPhone(warning: WarningState, phone: string | null): Decision {
  if (phone === null) return refuse({ code: 'not_found', what: 'phone', id: warning.id })
  return entries(did.warningPhoneUnmasked(warning.id))
}

export interface Words {
  text: string
  seen: number
  delivery: Answer['delivery']
  reach?: Reach | null
}

/** The message in the thread there is: rules 2 and 3 of every answer hold; a closed thread is reopened for it. */
export function writeInThread(thread: ThreadState, by: Facts['by'], words: Words, now: number): Decision {
  const said: Answer = { ...words, takeOver: null, purpose: 'warning' }
  if (thread.closed_at === null) return answer(thread, by, said, now)
  const reopened = answer({ ...thread, closed_at: null, holder: by.user }, by, said, now)
  if ('refused' in reopened) return reopened
  return entries(threadReopened(thread.id, 'officer', by.user, null), ...reopened.entries)
}

/** The message as the first word of a new thread. */
export function writeFirst(
  thread: string,
  to: { account: string; contact: string; external: string },
  by: Facts['by'],
  words: Omit<Words, 'seen'>,
  now: number,
): Decision {
  const unsent = unsendable(words.reach, words.text)
  if (unsent) return refuse(unsent)
  return entries(
    threadOpened(thread, { account: to.account, contact: to.contact, continues: null }, to.external),
    threadClaimed(thread, by.user),
    messageSent(
      thread,
      { kind: 'text', delivery: words.delivery, seen: null, sentAt: iso(now), purpose: 'warning' },
      { text: words.text, title: null, image: null, external: null },
    ),
  )
}
