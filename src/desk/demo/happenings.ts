import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type DemoConversation,
  type DemoMessage,
  type DemoStation,
  stateOf,
} from '../../channels/sandbox/demo-station.ts'
import type { Draft } from '../../ledger/entry.ts'
import { entries } from '../decision.ts'
import type { Station } from '../station/station.ts'
import * as did from '../threads/entries.ts'
import { takeIn } from '../threads/inbound.ts'
import type { ThreadState } from '../threads/thread.ts'
import { iso, minute } from '../time.ts'

/** Something that happened at the invented station, to be lived through when its time has come (ms). */
export interface Happening {
  at: number
  happen: (station: Station, at: number) => void
}

export function happeningsOf(
  demo: DemoStation,
  conversation: DemoConversation,
  now: number,
  folder: string,
): Happening[] {
  const said = conversation.messages.flatMap((message, index) =>
    message.from === 'resident'
      ? heard(demo, conversation, message, index, now, folder)
      : [answered(demo, conversation, message, now)],
  )
  const last = Math.max(...said.map(({ at }) => at))
  return [...said, ...sorted(demo, conversation, last), ...left(demo, conversation, last, now)]
}

function heard(
  demo: DemoStation,
  { contact, account }: DemoConversation,
  message: DemoMessage,
  index: number,
  now: number,
  folder: string,
): Happening[] {
  const sentAt = now - message.minutesAgo * minute
  const external = `demo-${contact}-${index}`
  const { name } = demo.contacts.find(({ id }) => id === contact)!
  const image = message.image === undefined ? null : dataUrl(join(folder, message.image))
  const event = {
    event: 'message',
    contact: { external: contact, name },
    conversation: contact,
    external,
    kind: message.kind,
    text: message.text,
    title: null,
    image,
    sentAt,
  } as const
  const arrival: Happening = {
    at: sentAt,
    happen: (station, at) => void takeIn(station, account, [event], at),
  }
  if (message.recalledAfterSeconds === undefined) return [arrival]
  const at = sentAt + message.recalledAfterSeconds * 1_000
  return [
    arrival,
    {
      at,
      happen: (station, when) => void takeIn(station, account, [{ event: 'recall', external, at }], when),
    },
  ]
}

function answered(
  demo: DemoStation,
  conversation: DemoConversation,
  message: DemoMessage,
  now: number,
): Happening {
  const user = message.from === 'desk' ? workerOf(demo, conversation) : message.from
  return {
    at: now - message.minutesAgo * minute,
    happen: (station, at) => {
      const thread = threadOf(station, conversation)
      const words = { text: message.text, title: null, image: null, external: null }
      const data = { kind: message.kind, delivery: 'queued', seen: thread.last_seq, sentAt: iso(at) } as const
      const seq = act(station, demo, user, at, [
        ...holding(thread, user),
        did.messageSent(thread.id, data, words),
      ])
      act(station, demo, 'outbox', at + 800, [did.messageAccepted(thread.id, seq)])
    },
  }
}

function sorted(demo: DemoStation, conversation: DemoConversation, last: number): Happening[] {
  const { category = null, urgency = 'routine' } = conversation
  if (category === null && urgency === 'routine') return []
  const happen = (station: Station, at: number) => {
    const { id } = threadOf(station, conversation)
    act(station, demo, workerOf(demo, conversation), at, [did.threadCategorised(id, category, urgency)])
  }
  return [{ at: last + 1, happen }]
}

/** How the conversation was left: held, closed, or put off. */
function left(demo: DemoStation, conversation: DemoConversation, last: number, now: number): Happening[] {
  const state = stateOf(conversation)
  if (state.is === 'open') return []
  const user = state.by || workerOf(demo, conversation)
  const happen = (station: Station, at: number) => {
    const thread = threadOf(station, conversation)
    const drafts = holding(thread, user)
    if (state.is === 'closed')
      drafts.push(did.threadClosed(thread.id, state.disposition, thread.last_seq, null))
    if (state.is === 'snoozed')
      drafts.push(did.threadSnoozed(thread.id, iso(now + state.wakeInMinutes * minute)))
    if (drafts.length > 0) act(station, demo, user, at, drafts)
  }
  return [{ at: last + minute, happen }]
}

function workerOf(demo: DemoStation, conversation: DemoConversation): string {
  const officers = demo.people.filter(({ role }) => role === 'officer')
  const spoke = conversation.messages.find(({ from }) => from !== 'resident' && from !== 'desk')?.from
  const state = stateOf(conversation)
  return (
    (state.is !== 'open' && state.by) ||
    spoke ||
    officers[conversation.messages.length % officers.length]!.user
  )
}

function threadOf(station: Station, { account, contact }: DemoConversation): ThreadState {
  return station.views.threads.newestOf(account, contact)!
}

function holding(thread: ThreadState, user: string): Draft[] {
  if (thread.holder === user) return []
  return [
    thread.holder === null
      ? did.threadClaimed(thread.id, user)
      : did.threadTransferred(thread.id, thread.holder, user, null),
  ]
}

/** Answers the seq of the last entry. */
function act(station: Station, demo: DemoStation, user: string, now: number, drafts: Draft[]): number {
  const role = demo.people.find((person) => person.user === user)?.role ?? 'system'
  return station.bus.runNow({ user, role, device: 'core', now }, () => ({
    decision: entries(...drafts),
    result: (appended) => appended.at(-1)!.entry.seq,
  }))
}

/** Pictures of the demo are small drawings; they stand in the content as data URLs. */
function dataUrl(file: string): string {
  return `data:image/svg+xml;base64,${readFileSync(file).toString('base64')}`
}
