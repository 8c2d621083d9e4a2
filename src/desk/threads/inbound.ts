import { SqliteError } from 'better-sqlite3'
import { v7 as uuid } from 'uuid'
import type {
  InboundEvent,
  InboundMessage,
  InboundOwn,
  InboundRecall,
  InboundUnreadable,
} from '../../channels/channel.ts'
import { Refused } from '../../contract/errors.ts'
import { InvalidEntry } from '../../ledger/canonical.ts'
import type { Draft } from '../../ledger/entry.ts'
import { assessing, recallAlarming } from '../alarms/assessing.ts'
import { isDiskFailure, type Outcome } from '../bus.ts'
import { type Decision, entries, refuse } from '../decision.ts'
import { contactAdded } from '../people/entries.ts'
import { namelessName } from '../people/nameless.ts'
import type { By, Commit } from '../route.ts'
import { colleagueAuthor, failing, pickingUp, serving } from '../service/inbound.ts'
import type { Station } from '../station/station.ts'
import { iso } from '../time.ts'
import { recallOfUnknown } from './early-recalls.ts'
import { carried, messageSent, threadOpened } from './entries.ts'
import { recall, receive } from './receiving.ts'
import type { ThreadFacts } from './rules.ts'
import type { ThreadState } from './thread.ts'

export interface InboundOutcome {
  received: number
  duplicates: number
  threads: string[]
}

export interface TakingIn {
  /** ms since 1970. */
  now?: number
  /** Belongs to the batch, e.g. how far the channel was read: it is as durable as the last of the events, and no sooner. */
  write?: () => void
}

/**
 * Takes what a channel delivered into the desk: one commit for the batch, in the order given, each message of
 * the channel once. What cannot be tied to a thread is kept aside with its reason. Throws when the ledger
 * cannot be written: then nothing of the batch was taken and the channel must offer it again.
 */
export function takeIn(
  station: Station,
  account: string,
  events: readonly InboundEvent[],
  { now = station.now(), write }: TakingIn = {},
): InboundOutcome {
  const by = { user: account, role: 'channel', device: 'core', now }
  const works = events.map((event) => () => taking(station, account, event, now))
  const results = allOrEach(station, by, works, {
    write,
    isPoison: () =>
      station.brokenOffers.broke(account) &&
      station.bus.could(by, () => hearing(station, account, plainWord(now), now)),
    aside: (at, problem) => keepAside(station, account, events[at]!, problem),
  })
  station.brokenOffers.wentWell(account)
  const outcome: InboundOutcome = { received: 0, duplicates: 0, threads: [] }
  const threads = new Set<string>()
  for (const result of results) {
    if ('value' in result) {
      if (result.value === null) continue
      outcome.received += 1
      threads.add(result.value)
    } else if (result.error instanceof Refused) outcome.duplicates += 1
  }
  outcome.threads = [...threads]
  return outcome
}

/** Characters kept of what breaks. */
const mostAside = 64 * 1024

interface Around {
  write: (() => void) | undefined
  /** Asked where all of it broke: whether it does so by itself, while the desk could take in others. */
  isPoison: () => boolean
  aside: (at: number, problem: string) => void
}

/**
 * One commit for all, `write` with them. Where a piece of work breaks, each goes alone, what was broken is kept aside, and
 * `write` comes last. Where all of them break nothing is taken: they are to be offered again, until it is clear that it is
 * they that break.
 */
function allOrEach(
  station: Station,
  by: By,
  works: readonly (() => Commit<string | null>)[],
  { write, isPoison, aside }: Around,
): Outcome<string | null>[] {
  const writing = write === undefined ? [] : [() => ({ decision: entries(), write, result: () => null })]
  const together = station.bus.runTogether(by, [...works, ...writing])
  if (together !== null) return together.slice(0, works.length)
  const each = station.bus.runAll(by, works)
  const sound = each.some(wentWell) || (!each.some(brokeTheTables) && isPoison())
  for (const [at, outcome] of each.entries()) {
    if (!('error' in outcome) || outcome.error instanceof Refused) continue
    // What breaks alone would be no better offered again, and would hold up all that comes after it.
    if (isDiskFailure(outcome.error) || !sound) throw outcome.error
    aside(at, outcome.error instanceof Error ? outcome.error.message : String(outcome.error))
  }
  station.bus.runAll(by, writing)
  return each
}

/** What the database says no to may be anybody's fault, and at times it says so at the very end of a commit. */
const brokeTheTables = (outcome: Outcome<unknown>) =>
  'error' in outcome && outcome.error instanceof SqliteError

const wentWell = (outcome: Outcome<unknown>) =>
  'value' in outcome || outcome.error instanceof Refused || outcome.error instanceof InvalidEntry

/** What anybody might say. */
function plainWord(now: number): InboundMessage {
  const contact = { external: uuid(), name: '' }
  const said = { kind: 'text', text: '在吗', title: null, image: null, external: null, sentAt: now } as const
  return { event: 'message', contact, conversation: contact.external, ...said }
}

function keepAside(station: Station, account: string, event: InboundEvent, reason: string): void {
  const conversation = 'conversation' in event ? event.conversation : null
  const text = JSON.stringify(event, withoutCode).slice(0, mostAside).toWellFormed()
  keepLine(station, account, { text, reason, conversation })
}

/** A token is kept nowhere. */
const withoutCode = (field: string, value: unknown) => (field === 'code' ? undefined : value)

/** What one event from outside does; answers the thread it is about, null where it is about none. */
export function taking(
  station: Station,
  account: string,
  event: InboundEvent,
  now: number = station.now(),
): Commit<string | null> {
  switch (event.event) {
    case 'message':
      return hearing(station, account, event, now)
    case 'own':
      return ownWords(station, account, event, now)
    case 'recall':
      return takingBack(station, account, event, now)
    case 'sendFailed':
      return failing(station, account, event)
    case 'unreadable':
      return once(station, account, event.external, {
        decision: entries(),
        write: () => keepRaw(station, account, event),
        result: () => null,
      })
    default:
      return once(station, account, event.external, serving(station, account, event, now))
  }
}

/** What is no message has no row of its own by which it would be known when it comes again. */
function once<R>(station: Station, account: string, external: string | null, commit: Commit<R>): Commit<R> {
  if (external === null || 'refused' in commit.decision) return commit
  if (station.eventsSeen.has(account, external))
    return { decision: refuse({ code: 'already_there', what: 'event', id: external }) }
  return {
    ...commit,
    write: () => {
      station.eventsSeen.remember(account, external)
      commit.write?.()
    },
  }
}

function keepRaw(station: Station, account: string, event: InboundUnreadable): void {
  const { raw, reason, conversation } = event
  keepLine(station, account, { text: raw, reason, conversation })
}

function keepLine(
  station: Station,
  account: string,
  line: { text: string; reason: string; conversation: string | null },
): void {
  const { text, reason, conversation } = line
  const thread = conversation === null ? null : station.views.threads.newestOf(account, conversation)
  const of = { thread: thread?.id ?? null, conversations: conversation === null ? [] : [conversation] }
  station.aside.keep({ account, source: 'channel', line: 0, text, reason, ...of })
}

function hearing(station: Station, account: string, event: InboundMessage, now: number): Commit<string> {
  const contact = contactOf(station, account, event.contact)
  const group = event.group ? contactOf(station, account, event.group) : null
  const facts = {
    account,
    contact: contact.id,
    group: group?.id,
    conversation: event.conversation,
    newest: factsOf(station, station.views.threads.newestOf(account, event.conversation)),
    newThread: uuid(),
    known: isKnown(station, account, event.external),
  }
  const { decision, thread } = receive(facts, event)
  const said = { speaker: event.contact.external, text: event.text, at: event.sentAt }
  return {
    decision: after([...contact.added, ...(group?.added ?? [])], decision),
    result: () => thread,
    steps: [assessing(station, thread, said, { now }), ...takenBackBefore(station, account, event, now)],
  }
}

/** Of a message that was recalled before it came. */
function takenBackBefore(
  station: Station,
  account: string,
  { external }: { external: string | null },
  now: number,
): (() => Commit<string | null>)[] {
  const at = station.earlyRecalls.of(account, external)
  if (external === null || at === null) return []
  return [() => takingBack(station, account, { event: 'recall', external, at }, now)]
}

/** It is here, or was here and has been erased since: a channel that is read anew brings it again. */
function isKnown({ views, erasedMessages }: Station, account: string, external: string | null): boolean {
  if (external === null) return false
  return views.threads.messageByExternal(account, external) !== null || erasedMessages.has(account, external)
}

/** What was said from the account's phone or in the channel's own client: the desk's own words. */
function ownWords(station: Station, account: string, event: InboundOwn, now: number): Commit<string> {
  const newest = station.views.threads.newestOf(account, event.conversation)
  const thread = newest?.id ?? uuid()
  if (isKnown(station, account, event.external))
    return { decision: refuse({ code: 'already_there', what: 'message', id: event.external ?? '' }) }
  const group = event.group ? contactOf(station, account, event.group) : null
  const contact = group ?? contactOf(station, account, event.contact)
  const opened = {
    account,
    contact: contact.id,
    continues: null,
    ...(group ? { kind: 'group' as const } : {}),
  }
  const opening = newest ? [] : [threadOpened(thread, opened, event.conversation)]
  const { colleague } = event
  const author = colleague === undefined ? account : colleagueAuthor(station, account, colleague)
  const said = messageSent(
    thread,
    {
      kind: event.kind,
      delivery: 'sentByHand',
      seen: null,
      sentAt: iso(event.sentAt),
      author,
      ...(colleague === undefined ? {} : { colleague }),
    },
    {
      text: event.text,
      title: event.title ?? null,
      image: null,
      external: event.external,
      ...carried(event),
    },
  )
  return {
    decision: entries(...contact.added, ...opening, said),
    result: () => thread,
    steps: [
      ...(colleague === undefined ? [] : [() => typingPicksUp(station, thread, colleague)]),
      ...takenBackBefore(station, account, event, now),
    ],
  }
}

/** Who answers a free thread in the channel's own client has picked it up there. */
function typingPicksUp(station: Station, id: string, colleague: string): Commit<void> {
  const claimed = pickingUp(station, station.views.threads.thread(id) as ThreadState, colleague)
  return { decision: entries(...claimed) }
}

/** A message is taken back; one that is not here is taken back when it comes. */
function takingBack(
  station: Station,
  account: string,
  event: InboundRecall,
  now: number,
): Commit<string | null> {
  const row = station.views.threads.messageByExternal(account, event.external)
  if (row === null && station.erasedMessages.has(account, event.external))
    return { decision: refuse({ code: 'already_there', what: 'event', id: event.external }) }
  if (row === null)
    return { decision: entries(), write: () => keepRecall(station, account, event), result: () => null }
  const own = station.views.threads.message(row.seq)?.said_by === 'desk'
  const message = { seq: row.seq, thread: row.thread, recalled: row.recalled_at !== null, own }
  return {
    decision: recall(message, event.external, event.at),
    // Only what a resident takes back is a cry unsaid.
    steps: own ? [] : [recallAlarming(station, message, { now })],
    result: () => message.thread,
  }
}

function keepRecall(station: Station, account: string, { external, at }: InboundRecall): void {
  if (station.earlyRecalls.isWritten(account, external)) return
  station.earlyRecalls.keep(account, external, at)
  station.aside.keep({ account, source: 'channel', line: 0, text: external, reason: recallOfUnknown })
}

export interface KnownContact {
  id: string
  added: Draft[]
}

/** The contact of this id of the channel's; the entry that adds it where it is new. */
export function contactOf(station: Station, account: string, card: InboundMessage['contact']): KnownContact {
  const { external, name, villageGroup = null, tags = [] } = card
  const id = station.views.people.contactByExternal(account, external)
  if (id !== null) return { id, added: [] }
  const fresh = uuid()
  const added = contactAdded(fresh, account, {
    name: name === '' ? namelessName(external) : name,
    external,
    villageGroup,
    household: null,
    phone: null,
    tags,
  })
  return { id: fresh, added: [added] }
}

function after(first: Draft[], decision: Decision): Decision {
  return 'refused' in decision ? decision : { entries: [...first, ...decision.entries] }
}

/** A thread with what the rules ask about whoever holds it, or held it last. */
export function factsOf(station: Station, thread: ThreadState | null): ThreadFacts | null {
  if (!thread) return null
  return { thread, holderOnShift: station.views.people.isOnShift(thread.holder ?? thread.last_holder) }
}
