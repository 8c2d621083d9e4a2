import type {
  InboundColleague,
  InboundEntered,
  InboundSendFailed,
  InboundService,
} from '../../channels/channel.ts'
import type { Draft } from '../../ledger/entry.ts'
import { entries, refuse } from '../decision.ts'
import { messageOf } from '../outbox/outgoing.ts'

import type { Commit } from '../route.ts'
import type { Station } from '../station/station.ts'
import { contactOf } from '../threads/inbound.ts'
import { notArriving } from '../threads/not-arriving.ts'
import type { ThreadState } from '../threads/thread.ts'
import { iso } from '../time.ts'
import { lost } from '../welcome/rules.ts'
import { linkedUser } from './colleagues.ts'
import {
  colleagueChanged,
  contactEntered,
  contactServed,
  type ServiceData,
  serviceChanged,
} from './entries.ts'
import { learntOf, picksUp } from './rules.ts'

export { colleagueAuthor } from './colleagues.ts'

/** What the channel tells besides messages, as entries of the desk. */

/** As it stands among the lines kept aside. */
export const failureOfUnknown = 'failure_of_unknown_message'

/**
 * A message the channel had taken did not reach the resident. It may tell so before the desk has put on record that it
 * was taken, and it may tell so twice.
 */
export function failing(station: Station, account: string, event: InboundSendFailed): Commit<string | null> {
  const known = messageOf(station.ledger.meta.origin, event.external)
  const welcome = known && station.views.welcome.queuedAs(known.seq)
  if (welcome?.account === account) return { decision: lost(welcome, event.reason), result: () => null }
  const message = known && station.views.threads.message(known.seq)
  if (!message || station.views.threads.thread(message.thread)?.account !== account)
    return { decision: entries(), write: () => keepFailure(station, account, event), result: () => null }
  const unsure = message.delivery === 'failed' && station.views.resent.isUnsure(known.seq)
  const waits = message.delivery === 'queued' || message.delivery === 'accepted' || unsure
  // Of an attempt before the officer sent it again: that one has failed already.
  if (!waits || station.views.resent.timesOf(known.seq) !== known.resent)
    return { decision: refuse({ code: 'nothing_to_do' }) }
  const learnt = learntOf(event.reason)
  const what = { thread: message.thread, message: known.seq, reason: event.reason }
  return {
    decision: notArriving(station, what, { taken: true, learnt }),
    write: () => station.outbox.given.forget(known.seq),
    result: () => message.thread,
  }
}

/** Once, however often it is told. */
function keepFailure(station: Station, account: string, { external, reason }: InboundSendFailed): void {
  const event = `failure:${external}`
  if (station.eventsSeen.has(account, event)) return
  station.eventsSeen.remember(account, event)
  const text = `${external} ${reason}`
  station.aside.keep({ account, source: 'channel', line: 0, text, reason: failureOfUnknown, thread: null })
}

/** Who serves a resident in the channel's own client, and who came without a word. */
export function serving(
  station: Station,
  account: string,
  event: InboundService | InboundEntered | InboundColleague,
  now: number,
): Commit<string | null> {
  switch (event.event) {
    case 'service':
      return turning(station, account, event)
    case 'entered': {
      const contact = contactOf(station, account, event.contact)
      const { queued, why, write } = station.welcoming.greet(account, contact.id, event, now)
      const entered = contactEntered(contact.id, { at: iso(event.at), unwelcomed: why }, event)
      return {
        decision: entries(...contact.added, entered, ...queued),
        ...(write ? { write } : {}),
        result: () => null,
      }
    }
    case 'colleague': {
      const contact = event.contact && contactOf(station, account, event.contact)
      const { colleague, what, at } = event
      const changed = { colleague, what, contact: contact?.id ?? null, at: iso(at) }
      return {
        decision: entries(...(contact?.added ?? []), colleagueChanged(account, changed)),
        result: () => null,
      }
    }
  }
}

function turning(station: Station, account: string, event: InboundService): Commit<string | null> {
  const thread = station.views.threads.newestOf(account, event.conversation)
  const contact = thread === null ? contactOf(station, account, event.contact) : null
  const data: ServiceData = {
    state: event.state,
    colleague: event.colleague,
    user: linkedUser(station, account, event.colleague),
    at: iso(event.at),
  }
  if (thread === null)
    return {
      decision: entries(...contact!.added, contactServed(contact!.id, data)),
      result: () => null,
    }
  const picked = event.state === 'colleague' && event.colleague !== null
  return {
    decision: entries(
      serviceChanged(thread.id, data),
      ...(picked ? pickingUp(station, thread, event.colleague as string) : []),
    ),
    result: () => thread.id,
  }
}

/** What it means for a thread that a colleague answers its resident in the channel's own client. */
export function pickingUp(station: Station, thread: ThreadState, colleague: string): Draft[] {
  const { people } = station.views
  const user = linkedUser(station, thread.account, colleague)
  const role = user === null ? undefined : people.person(user)?.role
  if (user === null || role === undefined) return []
  const mayHold =
    people.isOnShift(user) && station.access.mayHold(thread, station.access.reader({ user, role }))
  return picksUp(thread, { user, mayHold })
}
