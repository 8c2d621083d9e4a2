import { v7 as uuid } from 'uuid'
import type { InboundEvent, InboundMessage, InboundOwn, InboundRecall } from '../../channels/channel.ts'
import { Refused } from '../../contract/errors.ts'
import { InvalidEntry } from '../../ledger/canonical.ts'
import type { Draft } from '../../ledger/entry.ts'
import { assessing, recallAlarming } from '../alarms/assessing.ts'
import { type Decision, entries } from '../decision.ts'
import { contactAdded } from '../people/entries.ts'
import type { Commit } from '../route.ts'
import type { Station } from '../station/station.ts'
import { iso } from '../time.ts'
import { recallOfUnknown } from './early-recalls.ts'
import { messageSent, threadOpened } from './entries.ts'
import { recall, receive } from './receiving.ts'
import type { ThreadFacts } from './rules.ts'
import type { ThreadState } from './thread.ts'

export interface InboundOutcome {
  received: number
  duplicates: number
  threads: string[]
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
  now: number = station.now(),
): InboundOutcome {
  const by = { user: account, role: 'channel', device: 'core', now }
  const results = station.bus.runAll(
    by,
    events.map((event) => () => taking(station, account, event, now)),
  )
  const outcome: InboundOutcome = { received: 0, duplicates: 0, threads: [] }
  const threads = new Set<string>()
  for (const [at, result] of results.entries()) {
    if ('value' in result) {
      outcome.received += 1
      threads.add(result.value)
    } else if (result.error instanceof Refused && result.error.refusal.code !== 'not_found') {
      outcome.duplicates += 1
    } else if (result.error instanceof Refused) {
      const recalled = events[at] as InboundRecall
      station.earlyRecalls.keep(account, recalled.external, recalled.at)
      station.aside.keep({
        account,
        source: 'channel',
        line: 0,
        text: recalled.external,
        reason: recallOfUnknown,
      })
    } else if (result.error instanceof InvalidEntry) {
      // Offered again it would be no better, and would hold up all that comes after it.
      const text = JSON.stringify(events[at]).slice(0, 2_000)
      const event = events[at]!
      const thread =
        event.event === 'recall'
          ? null
          : (station.views.threads.newestOf(account, event.conversation)?.id ?? null)
      const reason = result.error.message
      station.aside.keep({ account, source: 'channel', line: 0, text, reason, thread })
    } else throw result.error
  }
  outcome.threads = [...threads]
  return outcome
}

/** What one event from outside does to its thread; answers the thread's id. */
export function taking(
  station: Station,
  account: string,
  event: InboundEvent,
  now: number = station.now(),
): Commit<string> {
  if (event.event === 'recall') return takingBack(station, account, event, now)
  const known =
    event.external !== null && station.views.threads.messageByExternal(account, event.external) !== null
  const group = event.group ? contactOf(station, account, event.group) : null
  const newest = factsOf(station, station.views.threads.newestOf(account, event.conversation))
  if (event.event === 'own')
    return ownWords(account, event, group ?? contactOf(station, account, event.contact), group, newest, known)
  const heard = hearing(account, event, contactOf(station, account, event.contact), group, newest, known)
  const said = { speaker: event.contact.external, text: event.text }
  const recalledAt = station.earlyRecalls.of(account, event.external)
  const taken = { event: 'recall', external: event.external ?? '', at: recalledAt ?? now } as const
  return {
    ...heard.commit,
    steps: [
      assessing(station, heard.thread, said, { now }),
      ...(recalledAt === null ? [] : [() => takingBack(station, account, taken, now)]),
    ],
  }
}

function hearing(
  account: string,
  event: InboundMessage,
  contact: KnownContact,
  group: KnownContact | null,
  newest: ThreadFacts | null,
  known: boolean,
): { commit: Commit<string>; thread: string } {
  const facts = {
    account,
    contact: contact.id,
    group: group?.id,
    conversation: event.conversation,
    newest,
    newThread: uuid(),
    known,
  }
  const { decision, thread } = receive(facts, event)
  const added = [...contact.added, ...(group?.added ?? [])]
  return { commit: { decision: after(added, decision), result: () => thread }, thread }
}

/** What the account said from its phone: the desk's own words, by nobody the console knows. */
function ownWords(
  account: string,
  event: InboundOwn,
  contact: KnownContact,
  group: KnownContact | null,
  newest: ThreadFacts | null,
  known: boolean,
): Commit<string> {
  const thread = newest?.thread.id ?? uuid()
  if (known)
    return { decision: { refused: { code: 'already_there', what: 'message', id: event.external ?? '' } } }
  const opened = {
    account,
    contact: contact.id,
    continues: null,
    ...(group ? { kind: 'group' as const } : {}),
  }
  const opening = newest ? [] : [threadOpened(thread, opened, event.conversation)]
  const said = messageSent(
    thread,
    { kind: event.kind, delivery: 'sentByHand', seen: null, sentAt: iso(event.sentAt), author: account },
    { text: event.text, title: null, image: null, external: event.external },
  )
  return { decision: after(contact.added, entries(...opening, said)), result: () => thread }
}

function takingBack(station: Station, account: string, event: InboundRecall, now: number): Commit<string> {
  const row = station.views.threads.messageByExternal(account, event.external)
  const message = row && { seq: row.seq, thread: row.thread, recalled: row.recalled_at !== null }
  return {
    decision: recall(message, event.external, event.at),
    steps: message === null ? [] : [recallAlarming(station, message, { now })],
    result: () => message?.thread ?? '',
  }
}

interface KnownContact {
  id: string
  added: Draft[]
}

function contactOf(station: Station, account: string, card: InboundMessage['contact']): KnownContact {
  const { external, name, villageGroup = null, tags = [] } = card
  const id = station.views.people.contactByExternal(account, external)
  if (id !== null) return { id, added: [] }
  const fresh = uuid()
  const added = contactAdded(fresh, account, {
    name,
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
