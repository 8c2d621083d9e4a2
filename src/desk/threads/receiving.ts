import type { Carried } from '../../channels/channel.ts'
import type { MessageKind } from '../../contract/values.ts'
import type { Draft } from '../../ledger/entry.ts'
import { type Decision, entries, refuse } from '../decision.ts'
import { hour, iso } from '../time.ts'
import * as did from './entries.ts'
import { returning, type ThreadFacts } from './rules.ts'
import type { OpenedData } from './thread.ts'

/** What comes in from a channel: rules 5, 7 and 9. */

export interface InboundMessage extends Carried {
  kind: MessageKind
  text: string
  title: string | null
  image: string | null
  external: string | null
  /** ms since 1970, as the channel says; what the resident's wait is counted from. */
  sentAt: number
}

export interface ReceivingFacts {
  account: string
  /** Who says it. */
  contact: string
  /** The group it is said in, as a contact of its own; the thread is then the group's. */
  group?: string | undefined
  conversation: string
  /** The newest thread of this conversation, or null. */
  newest: ThreadFacts | null
  /** Id for a new thread, should one be needed. */
  newThread: string
  /** The channel delivered it before. */
  known: boolean
}

/** A closed thread that is written to again within this time reopens (rule 5). */
export const reopensWithin = 72 * hour

export interface Received {
  decision: Decision
  thread: string
}

export function receive(facts: ReceivingFacts, message: InboundMessage): Received {
  const newest = facts.newest
  if (facts.known) {
    const thread = newest?.thread.id ?? facts.newThread
    return {
      decision: refuse({ code: 'already_there', what: 'message', id: message.external ?? '' }),
      thread,
    }
  }
  const continued = newest !== null && continues(newest, message.sentAt)
  const thread = continued ? newest.thread.id : facts.newThread
  const said = did.messageReceived(
    thread,
    { kind: message.kind, from: facts.contact, sentAt: iso(message.sentAt) },
    {
      text: message.text,
      title: message.title,
      image: message.image,
      external: message.external,
      ...did.carried(message),
    },
  )
  return { decision: entries(...before(facts, continued), said), thread }
}

function continues({ thread }: ThreadFacts, sentAt: number): boolean {
  return thread.closed_at === null || sentAt - thread.closed_at <= reopensWithin
}

/** What the arrival of a message does to its thread. */
function before(facts: ReceivingFacts, continued: boolean): Draft[] {
  const { newest } = facts
  if (newest === null || !continued) {
    return [did.threadOpened(facts.newThread, opening(facts), facts.conversation)]
  }
  const { thread, holderOnShift } = newest
  if (thread.closed_at !== null) {
    const holder = holderOnShift ? thread.last_holder : null
    return [did.threadReopened(thread.id, 'message', holder, null)]
  }
  const woken = thread.snoozed_until === null ? [] : [did.threadWoken(thread.id, 'message')]
  return [...woken, ...returning(thread, holderOnShift)]
}

/** What continues a private matter is private from its first word, with the same desk (rule 11). */
function opening({ account, contact, group, newest }: ReceivingFacts): OpenedData {
  const earlier = newest?.thread
  return {
    account,
    contact: group ?? contact,
    continues: earlier?.id ?? null,
    ...(group === undefined ? {} : { kind: 'group' }),
    ...(earlier?.private === 1 ? { private: true, desk: earlier.desk } : {}),
  }
}

/** Rule 9: the text stays; the record says when it was taken back. */
export function recall(
  message: { seq: number; thread: string; recalled: boolean; own?: boolean } | null,
  external: string,
  at: number,
): Decision {
  if (message === null) return refuse({ code: 'not_found', what: 'message', id: external })
  if (message.recalled) return refuse({ code: 'nothing_to_do' })
  return entries(did.messageRecalled(message.thread, message.seq, iso(at), message.own ? 'desk' : undefined))
}
