import type { Carried } from '../../channels/channel.ts'
import type { Category, Disposition, MessageKind, Urgency } from '../../contract/values.ts'
import type { Draft, JsonObject } from '../../ledger/entry.ts'
import { draft } from '../decision.ts'
import type { OpenedData } from './thread.ts'

/**
 * What can have happened to a thread. The subject is always the thread's id. Free text and whatever names a
 * resident goes into `content`, so that it can be erased and the chain still verifies.
 */

/** How a desk message leaves: by the channel's outbox, by an officer's phone, or it had left already. */
export type FirstDelivery = 'queued' | 'copyByHand' | 'sentByHand'

export type Purpose = 'delay' | 'taken' | 'moved' | 'greeting' | 'warning' | 'common'

export interface ReceivedContent extends JsonObject {
  text: string
  title: string | null
  image: string | null
  /** The channel's own id of the message, by which duplicates and recalls are known. */
  external: string | null
}

/** What a message carries besides its words, as it stands in its content: only what there is. */
export function carried({ media, place, url, menu, choice, raw }: Carried): JsonObject {
  return {
    ...(media ? { media: { kind: media.kind, id: media.id } } : {}),
    ...(place ? { place: { ...place } } : {}),
    ...(url === undefined ? {} : { url }),
    ...(menu
      ? { menu: { head: menu.head, choices: menu.choices.map((each) => ({ ...each })), tail: menu.tail } }
      : {}),
    ...(choice === undefined ? {} : { choice }),
    ...(raw === undefined ? {} : { raw }),
  }
}

export const threadOpened = (thread: string, data: OpenedData, conversation: string): Draft =>
  draft('thread.opened', thread, { ...data }, { conversation })

export const messageReceived = (
  thread: string,
  data: { kind: MessageKind; from: string; sentAt: string },
  content: ReceivedContent,
): Draft => draft('message.received', thread, data, content)

/** `side`: the desk's own message, taken back by a colleague in the channel's own client. */
export const messageRecalled = (thread: string, message: number, at: string, side?: 'desk'): Draft =>
  draft('message.recalled', thread, { message, at, ...(side ? { side } : {}) })

export const messageSent = (
  thread: string,
  data: {
    kind: MessageKind
    delivery: FirstDelivery
    seen: number | null
    sentAt: string
    /**
     * The account, where it was sent from a phone by nobody the console knows; whoever typed it in the channel's own
     * client, as `wecom:<userid>` where that is nobody of the desk.
     */
    author?: string
    /** The colleague's id in the channel's own client, where it was typed there. */
    colleague?: string
    /** Said of the matter, no answer to it: the delay, who has taken it, that it moved to private talk. */
    purpose?: Purpose
  },
  content: ReceivedContent,
): Draft => draft('message.sent', thread, data, content)

/** `channelAt`: by the channel's clock, where this machine's is known to differ. */
export const messageAccepted = (thread: string, message: number, channelAt: string | null = null): Draft =>
  draft('message.accepted', thread, { message, ...(channelAt === null ? {} : { channelAt }) })

/** What a channel's refusal says of the resident's window, or of who serves them. */
export type Learnt = 'windowSpent' | 'windowExpired' | 'elsewhere'

/** `taken`: the channel had taken it, and could not deliver it after all. `unsure`: it may have taken it. */
export const messageFailed = (
  thread: string,
  message: number,
  reason: string,
  { taken, learnt, unsure }: { taken?: boolean; learnt?: Learnt | undefined; unsure?: boolean } = {},
): Draft =>
  draft('message.failed', thread, {
    message,
    reason,
    ...(taken ? { taken } : {}),
    ...(learnt ? { learnt } : {}),
    ...(unsure ? { unsure } : {}),
  })

export const messageRetried = (thread: string, message: number): Draft =>
  draft('message.retried', thread, { message })

export const messageSentByHand = (thread: string, message: number): Draft =>
  draft('message.sentByHand', thread, { message })

export const messageUnmasked = (thread: string, message: number): Draft =>
  draft('message.unmasked', thread, { message })

export const noteAdded = (thread: string, text: string): Draft => draft('note.added', thread, {}, { text })

/** `via`: by picking the resident up in the channel's own client. */
export const threadClaimed = (thread: string, holder: string, via?: 'wecom'): Draft =>
  draft('thread.claimed', thread, { holder, ...(via ? { via } : {}) })

export const threadReleased = (thread: string, from: string, reason: string | null): Draft =>
  draft('thread.released', thread, { from }, reasonContent(reason))

export const threadTransferred = (thread: string, from: string, to: string, reason: string | null): Draft =>
  draft('thread.transferred', thread, { from, to }, reasonContent(reason))

export const threadTakenOver = (thread: string, from: string, to: string, reason: string): Draft =>
  draft('thread.takenOver', thread, { from, to }, { reason })

/** Rule 7: it came back to the queue because its holder is off shift. */
export const threadReturned = (thread: string, from: string): Draft =>
  draft('thread.returned', thread, { from, why: 'offShift' })

export const threadSnoozed = (thread: string, until: string): Draft =>
  draft('thread.snoozed', thread, { until })

export const threadWoken = (thread: string, why: 'time' | 'officer' | 'message' | 'undelivered'): Draft =>
  draft('thread.woken', thread, { why })

export const threadClosed = (
  thread: string,
  disposition: Disposition,
  seen: number,
  note: string | null,
): Draft => draft('thread.closed', thread, { disposition, seen }, note ? { note } : undefined)

export const threadReopened = (
  thread: string,
  why: 'message' | 'officer' | 'alarm' | 'returnVisit' | 'undelivered',
  holder: string | null,
  reason: string | null,
): Draft => draft('thread.reopened', thread, { why, holder }, reasonContent(reason))

export const threadCategorised = (thread: string, category: Category | null, urgency: Urgency): Draft =>
  draft('thread.categorised', thread, { category, urgency })

export const threadOverdue = (thread: string, waitingSince: string, minutes: number): Draft =>
  draft('thread.overdue', thread, { waitingSince, minutes })

/** Rule 8: the resident knows that it takes longer. */
export const threadDelayTold = (thread: string, message: number): Draft =>
  draft('thread.delayTold', thread, { message })

/** A supervisor gave it to somebody, whoever held it; `to` null is the queue. */
export const threadReassigned = (
  thread: string,
  from: string | null,
  to: string | null,
  reason: string,
): Draft => draft('thread.reassigned', thread, { from, to }, { reason })

function reasonContent(reason: string | null): { reason: string } | undefined {
  return reason === null ? undefined : { reason }
}
