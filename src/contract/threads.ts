import type { AlarmKind, Strength } from './alarms.ts'
import { command, type Page, query } from './call.ts'
import type { ManyDone } from './groups.ts'
import type { DraftFile, MediaShown } from './media.ts'
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

export const queue = z.enum([
  'unclaimed',
  'mine',
  'waiting',
  'escalated',
  'overdue',
  'snoozed',
  'all',
  'closed',
])
export type Queue = z.infer<typeof queue>

export interface ThreadRow {
  id: string
  account: string
  kind: 'direct' | 'group'
  /** Rule 11: only its holder, the members of its desk and supervisors read it. */
  private: boolean
  /** Whether this reader may. Where not, name, tags and text are withheld: 🔒 with category and times. */
  readable: boolean
  contact: string
  /** 村组+姓名 as the desk labels the contact; the name of a group. */
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
  /** The resident was told of the delay; the clock of rule 8 counts from then. */
  toldOfDelayAt: string | null
  /** The desk's last answer, by its `seq`, where it did not arrive: it is none, and the resident waits. */
  undelivered: number | null
  /** The strongest that its words were assessed as since the desk last closed it. */
  mark: { kind: AlarmKind; strength: Strength } | null
  /** The live escalation. */
  escalation: { id: string; desk: string; level: string; state: 'offered' | 'returned' | 'accepted' } | null
  /** The common question it is linked to. */
  common: string | null
  urgency: Urgency
  category: Category | null
  holder: string | null
  holderName: string | null
  heldSince: string | null
  /** When a handoff last moved it: 刚交接 for 15 minutes (rule 17). */
  handedOverAt: string | null
  snoozedUntil: string | null
  closedAt: string | null
  disposition: Disposition | null
  tags: string[]
  /** A colleague is answering in the channel's own client. Not known in the list of an earlier moment: false. */
  servedElsewhere: boolean
}

export interface Thread extends ThreadRow {
  title: string | null
  openedAt: string
  /** The last message or recall in the thread; name it when answering or closing (rule 3). */
  lastSeq: number
  /** The earlier thread this one continues, when the resident wrote again after 72 h (rule 5). */
  continues: string | null
  /** What this reader has half written: text, a menu, and files, in the order they go out. */
  draft: string | null
  draftMenu: MenuDraft | null
  draftFiles: DraftFile[]
  /** Until when this auditor has broken the glass. */
  glassUntil: string | null
  /** What the channel still lets through to this resident; null where it sets no bounds, or one may not read. */
  window: ReplyWindow | null
  /** The colleague who answers in the channel's own client. */
  servedBy: { colleague: string; user: string | null; name: string; since: string } | null
}

/** 还可回复 3 条, 剩 31 小时. */
export interface ReplyWindow {
  /**
   * `unwritten`: the resident has not written yet, so nothing may be sent; `ended`: the conversation was ended in the
   * channel's own client, and the next word is theirs.
   */
  state: 'open' | 'spent' | 'expired' | 'ended' | 'unwritten'
  left: number
  of: number
  /** When it closes by itself; null where it is not open. */
  until: string | null
}

export interface Place {
  latitude: number
  longitude: number
  name: string
  address: string
}

/** A message with choices to press. */
export interface Menu {
  head: string
  choices: { id: string; text: string }[]
  tail: string
}

/** A menu being written; a choice may still be without words. */
export interface MenuDraft {
  head: string
  choices: string[]
  tail: string
}

export type Delivery = 'queued' | 'accepted' | 'failed' | 'copyByHand' | 'sentByHand'

export interface MessageItem {
  item: 'message'
  seq: number
  from: 'resident' | 'desk'
  /** The resident's or the officer's name. */
  authorName: string
  author: string
  /** The words were assessed as worth marking. */
  mark: { kind: AlarmKind; strength: Strength } | null
  kind: MessageKind
  /** Phone and ID numbers masked (rule 20). Null when erased. */
  text: string | null
  masked: boolean
  title: string | null
  image: string | null
  media: MediaShown | null
  place: Place | null
  /** Where a link leads. */
  url: string | null
  menu: Menu | null
  /** It was pressed in a menu, not typed. */
  pressed: boolean
  /** As it came, where the desk cannot show it. */
  raw: string | null
  /** Typed by a colleague in the channel's own client. */
  fromClient: boolean
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
  /** Somebody from outside who was pulled in: name and profession. */
  outsider: string | null
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

const words = (most: number) =>
  z
    .string()
    .trim()
    .max(most)
    .refine((t) => t.isWellFormed())
/** As it stands in the field, with the space at its end. */
const unfinished = (most: number) =>
  z
    .string()
    .max(most)
    .refine((t) => t.isWellFormed())
const menu = z.strictObject({
  head: words(300),
  choices: z
    .array(z.strictObject({ id: z.string().regex(/^[A-Za-z0-9_-]{1,32}$/), text: words(40).min(1) }))
    .min(1)
    .max(10),
  tail: words(300),
})

export const threads = {
  'threads.list': query<Page<ThreadRow>>()(
    z.strictObject({
      queue,
      account: id.optional(),
      category: category.optional(),
      /** User name of the holder; empty for free threads. */
      holder: z.string().max(64).optional(),
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
  /** As `thread.answer`, of a file put in before by `media.put`, or of a menu. */
  'thread.send': command<{ seq: number; delivery: Delivery }>()(
    z.strictObject({
      ...one,
      seen: seq,
      takeOver: z.strictObject({ reason }).optional(),
      what: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('media'), upload: z.uuid() }),
        z.strictObject({ kind: z.literal('menu'), menu }),
      ]),
    }),
  ),
  /** Ends the conversation in the channel's own client, so that the resident's next word comes to the desk. */
  'thread.endElsewhere': command<void>()(z.strictObject({ ...one, reason })),
  'thread.note': command<{ seq: number }>()(z.strictObject({ ...one, text })),
  'thread.snooze': command<void>()(z.strictObject({ ...one, until: instant })),
  'thread.wake': command<void>()(z.strictObject(one)),
  'thread.close': command<void>()(
    z.strictObject({ ...one, disposition, seen: seq, note: z.string().trim().max(2_000).optional() }),
  ),
  'thread.reopen': command<void>()(z.strictObject({ ...one, reason: reason.optional() })),
  'thread.categorise': command<void>()(z.strictObject({ ...one, category: category.nullable(), urgency })),
  /** Kept per officer and thread through everything (rule 4); empty text removes it. Not a ledger entry. */
  'thread.draft': command<void>()(z.strictObject({ ...one, text: unfinished(8_000) })),
  /** The same of a menu, beside the text; null removes it. */
  'thread.draftMenu': command<void>()(
    z.strictObject({
      ...one,
      menu: z
        .strictObject({
          head: unfinished(300),
          choices: z.array(unfinished(40)).max(10),
          tail: unfinished(300),
        })
        .nullable(),
    }),
  ),
  /** A templated word that is no answer: the resident goes on waiting, the clock of rule 8 starts anew. */
  'thread.tellDelay': command<{ seq: number }>()(z.strictObject({ ...one, text, seen: seq })),
  /** A supervisor gives many threads to one officer, or back to the queue. */
  'threads.reassign': command<ManyDone>()(
    z.strictObject({ threads: z.array(id).min(1).max(1_000), to: id.nullable(), reason }),
  ),
  'message.unmask': command<{ text: string }>()(z.strictObject({ ...one, seq })),
  /** For a by-hand account: the officer pasted the answer into the phone and sent it there. */
  'message.markSentByHand': command<void>()(z.strictObject({ ...one, seq })),
  /** Puts a failed message back into the outbox. */
  'message.retry': command<void>()(z.strictObject({ ...one, seq })),
}
