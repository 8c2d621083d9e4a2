import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type DemoConversation,
  type DemoMessage,
  type DemoStation,
  stateOf,
} from '../../channels/sandbox/demo-station.ts'
import { conversationKey, isResident, speakerOf } from '../../channels/sandbox/residents.ts'
import type { Draft } from '../../ledger/entry.ts'
import type { Station } from '../station/station.ts'
import * as did from '../threads/entries.ts'
import { takeIn } from '../threads/inbound.ts'
import type { ThreadState } from '../threads/thread.ts'
import { iso, minute } from '../time.ts'
import { act, type Happening, threadOf, workerOf } from './acting.ts'
import { escalated, heeded } from './matters.ts'

export function happeningsOf(
  demo: DemoStation,
  conversation: DemoConversation,
  now: number,
  folder: string,
): Happening[] {
  const said = conversation.messages.flatMap((message, index) =>
    isResident(message.from)
      ? heard(demo, conversation, message, index, now, folder)
      : [answered(demo, conversation, message, now)],
  )
  const last = Math.max(...said.map(({ at }) => at))
  return [
    ...said,
    ...escalated(demo, conversation, now),
    ...sorted(demo, conversation, last),
    ...left(demo, conversation, last, now),
  ]
}

function heard(
  demo: DemoStation,
  conversation: DemoConversation,
  message: DemoMessage,
  index: number,
  now: number,
  folder: string,
): Happening[] {
  const { account, group } = conversation
  const sentAt = now - message.minutesAgo * minute
  const key = conversationKey(conversation)
  const external = `demo-${key}-${index}`
  const speaker = speakerOf(demo, conversation, message)
  const image = message.image === undefined ? null : dataUrl(join(folder, message.image))
  const event = {
    event: 'message',
    contact: { external: speaker.id, name: speaker.name },
    conversation: key,
    group: group && { external: group.id, name: group.name },
    external,
    kind: message.kind,
    text: message.text,
    title: null,
    image,
    sentAt,
  } as const
  const arrival: Happening = {
    at: sentAt,
    happen: (station, at) => void takeIn(station, account, [event], { now: at }),
  }
  const heeding = heeded(demo, conversation, sentAt, now)
  if (message.recalledAfterSeconds === undefined) return [arrival, heeding]
  const at = sentAt + message.recalledAfterSeconds * 1_000
  return [
    arrival,
    heeding,
    {
      at,
      happen: (station, when) =>
        void takeIn(station, account, [{ event: 'recall', external, at }], { now: when }),
    },
    heeded(demo, conversation, at, now),
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
    const thread = threadOf(station, conversation)
    if (thread.category === category && thread.urgency === urgency) return
    act(station, demo, workerOf(demo, conversation), at, [
      did.threadCategorised(thread.id, category, urgency),
    ])
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

function holding(thread: ThreadState, user: string): Draft[] {
  if (thread.holder === user) return []
  return [
    thread.holder === null
      ? did.threadClaimed(thread.id, user)
      : did.threadTransferred(thread.id, thread.holder, user, null),
  ]
}

/** Pictures of the demo are small drawings; they stand in the content as data URLs. */
function dataUrl(file: string): string {
  return `data:image/svg+xml;base64,${readFileSync(file).toString('base64')}`
}
