import { command, type Page, query } from './call.ts'
import { z } from './schema.ts'
import {
  type Category,
  category,
  type Disposition,
  disposition,
  id,
  instant,
  type MessageKind,
  reason,
  seq,
  text,
  type Urgency,
  urgency,
} from './values.ts'

/** Threads 会话: list, read, claim, answer, close and all between. */

export const queue = z.enum(['unclaimed', 'mine', 'waiting', 'overdue', 'snoozed', 'all', 'closed'])
export type Queue = z.infer<typeof queue>

export interface ThreadRow {
  id: string
  account: string
  contact: string
  /** 村组+姓名 as the desk labels the contact. */
  contactName: string
  /** Masked; never the whole text. Null when erased. */
  preview: string | null
  previewKind: MessageKind
  lastFrom: 'resident' | 'desk'
  lastRecalled: boolean
  lastAt: string
  /** Null when no answer is due. */
  waitingSince: string | null
  overdue: boolean
  urgency: Urgency
  category: Category | null
  holder: string | null
  holderName: string | null
  heldSince: string | null
  snoozedUntil: string | null
  closedAt: string | null
  disposition: Disposition | null
  tags: string[]
}

export interface Thread extends ThreadRow {
  title: string | null
  openedAt: string
  /** The last message or recall in the thread; name it when answering or closing (rule 3). */
  lastSeq: number
  /** The earlier thread this one continues, when the resident wrote again after 72 h (rule 5). */
  continues: string | null
  draft: string | null
}

export type Delivery = 'queued' | 'accepted' | 'failed' | 'copyByHand' | 'sentByHand'

export interface MessageItem {
  item: 'message'
  seq: number
  from: 'resident' | 'desk'
  /** The resident's or the officer's name. */
  authorName: string
  author: string
  kind: MessageKind
  /** Phone and ID numbers masked (rule 20). Null when erased. */
  text: string | null
  masked: boolean
  title: string | null
  image: string | null
  sentAt: string
  recalledAt: string | null
  delivery: Delivery | null
  deliveryError: string | null
}
export interface NoteItem {
  item: 'note'
  seq: number
  author: string
  authorName: string
  /** Phone and ID numbers masked (rule 20). Null when erased. */
  text: string | null
  masked: boolean
  at: string
}
/** Something done to the thread, e.g. `thread.claimed`, from the ledger itself. */
export interface ActItem {
  item: 'act'
  seq: number
  type: string
  actor: string
  actorName: string
  at: string
  data: { [key: string]: unknown }
  /** Names of the people that `data` mentions, by user name. */
  names: { [user: string]: string }
  text: string | null
}
export type TimelineItem = MessageItem | NoteItem | ActItem

export interface NewInThread {
  seq: number
  from: 'resident' | 'desk'
  authorName: string
  text: string | null
  at: string
  recalled: boolean
}

export interface QueueCounts {
  queues: Record<Exclude<Queue, 'closed'>, number>
  /** Open threads, and those waiting, by account id. */
  accounts: Record<string, { open: number; waiting: number; unclaimed: number; overdue: number }>
}

const one = { thread: id }

export const threads = {
  'threads.list': query<Page<ThreadRow>>()(
    z.strictObject({
      queue,
      account: id.optional(),
      category: category.optional(),
      offset: z.number().int().min(0).max(10_000_000),
      limit: z.number().int().min(1).max(200),
    }),
  ),
  'threads.counts': query<QueueCounts>()(z.strictObject({ account: id.optional() })),
  'thread.get': query<Thread>()(z.strictObject(one)),
  /** Newest `limit` items before `before` (or the newest of all), oldest first. */
  'thread.timeline': query<{ items: TimelineItem[]; more: boolean }>()(
    z.strictObject({ ...one, before: seq.optional(), limit: z.number().int().min(1).max(500) }),
  ),
  'thread.claim': command<{ holder: string }>()(z.strictObject(one)),
  'thread.release': command<void>()(z.strictObject({ ...one, reason: reason.optional() })),
  'thread.transfer': command<void>()(z.strictObject({ ...one, to: id, reason: reason.optional() })),
  'thread.takeOver': command<void>()(z.strictObject({ ...one, reason })),
  /** `seen` is the thread's `lastSeq` the officer had on screen. Claims a free thread in the same commit. */
  'thread.answer': command<{ seq: number; delivery: Delivery }>()(
    z.strictObject({ ...one, text, seen: seq, takeOver: z.strictObject({ reason }).optional() }),
  ),
  'thread.note': command<{ seq: number }>()(z.strictObject({ ...one, text })),
  'thread.snooze': command<void>()(z.strictObject({ ...one, until: instant })),
  'thread.wake': command<void>()(z.strictObject(one)),
  'thread.close': command<void>()(
    z.strictObject({ ...one, disposition, seen: seq, note: z.string().trim().max(2_000).optional() }),
  ),
  'thread.reopen': command<void>()(z.strictObject({ ...one, reason: reason.optional() })),
  'thread.categorise': command<void>()(z.strictObject({ ...one, category: category.nullable(), urgency })),
  /** Kept per officer and thread through everything (rule 4); empty text removes it. Not a ledger entry. */
  'thread.draft': command<void>()(
    z.strictObject({
      ...one,
      text: z
        .string()
        .max(8_000)
        .refine((t) => t.isWellFormed()),
    }),
  ),
  'message.unmask': command<{ text: string }>()(z.strictObject({ ...one, seq })),
  /** For a by-hand account: the officer pasted the answer into the phone and sent it there. */
  'message.markSentByHand': command<void>()(z.strictObject({ ...one, seq })),
  /** Puts a failed message back into the outbox. */
  'message.retry': command<void>()(z.strictObject({ ...one, seq })),
}
