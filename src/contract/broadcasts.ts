import type { Step } from './alarms.ts'
import { command, type Page, query } from './call.ts'
import { largestMedia, type MediaPiece } from './media.ts'
import { z } from './schema.ts'
import { id, reason, seq, shortText, text } from './values.ts'

/**
 * Broadcasts 群发 to residents who are friends of an officer. One person drafts, a supervisor who wrote none of it approves;
 * then each officer confirms the task in WeCom, and only then it is sent. What came of it is asked until all is known.
 */

/** UTF-8 bytes. */
export const broadcastTextBytes = 4000
export const mostAttachments = 9

const list = <T extends z.ZodType>(of: T, most: number) => z.array(of).max(most)

/** Residents of these accounts, village groups and tags together (an empty list: all), those picked besides, and never those left out. */
export const audience = z.strictObject({
  /** Null: only those that are picked. */
  where: z
    .strictObject({
      accounts: list(id, 200),
      villageGroups: list(shortText, 500),
      tags: list(shortText, 100),
    })
    .nullable(),
  also: list(id, 2_000),
  without: list(id, 2_000),
})
export type Audience = z.infer<typeof audience>

const bytes = (most: number) => (value: string) =>
  value.isWellFormed() && new TextEncoder().encode(value).length <= most
const webAddress = z
  .string()
  .trim()
  .max(2048)
  .regex(/^https?:\/\/[^\s]+$/, 'http:// or https://')

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

export const attachment = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('link'),
    /** At most 128 bytes. */
    title: z.string().trim().min(1).refine(bytes(128), 'longer than 128 bytes'),
    url: webAddress,
    /** At most 512 bytes. */
    description: z.string().trim().refine(bytes(512), 'longer than 512 bytes'),
    /** Address of a picture; empty for none. */
    picture: webAddress.or(z.literal('')),
  }),
  /** A picture put in before by `media.put`. */
  z.strictObject({ kind: z.literal('image'), upload: z.uuid() }),
  /** A picture that is already in this broadcast. */
  z.strictObject({ kind: z.literal('keptImage'), sha256 }),
])
export type Attachment = z.infer<typeof attachment>

export type AttachmentShown =
  | Extract<Attachment, { kind: 'link' }>
  | { kind: 'image'; sha256: string; name: string; type: string; bytes: number }

/** Why a resident is not reached. Words under `broadcasts.unreachable`. */
export const whyUnreachable = [
  /** The account is reached through no connection, e.g. worked by hand. */
  'noConnection',
  /** The app may not read friends or send broadcasts. */
  'notPermitted',
  'notAsked',
  'notFriend',
  /** As many as WeCom lets through in a month, as far as this desk sent them. */
  'quota',
  /** The same person is reached by another of the accounts. */
  'twice',
  'erased',
] as const
export type WhyUnreachable = (typeof whyUnreachable)[number]

export interface AudienceRow {
  contact: string
  account: string
  accountName: string
  /** 村组+姓名. */
  contactName: string
  /** Null where the resident is reached. */
  why: WhyUnreachable | null
  /** By whom: userid in WeCom and name at this desk. */
  userid: string | null
  userName: string | null
  /** Broadcasts of this desk the resident had this month. */
  had: number
}

export interface AudiencePreview extends Page<AudienceRow> {
  residents: number
  reachable: number
  unreachable: Record<WhyUnreachable, number>
  /** Each gets a task to confirm, most residents first. */
  members: { connection: string; userid: string; userName: string; residents: number }[]
  /** At most so many broadcasts of a resident in a month (one for each of its days), and this month's most and least had by those reached. */
  quota: { of: number; most: number; least: number }
}

export type BroadcastState =
  /** Written, waiting for a supervisor. */
  | 'drafted'
  | 'declined'
  /** Tasks are being made in WeCom. */
  | 'approved'
  /** Made; members confirm, residents get it. */
  | 'sending'
  | 'finished'
  | 'cancelled'
  /** Not one task could be made. */
  | 'failed'

/** Of residents this reader may know of. */
export interface BroadcastCounts {
  members: number
  confirmed: number
  residents: number
  /** Nobody knows yet: the member has not confirmed, or WeCom has not said. */
  waiting: number
  sent: number
  notFriend: number
  /** They had as many as WeCom lets through. */
  quota: number
  /** WeCom took the task not at all, or not for them; or it was cancelled, or never confirmed. */
  unsent: number
}

export interface BroadcastRow {
  id: string
  /** Null when erased. */
  purpose: string | null
  /** The first of the text. */
  preview: string | null
  attachments: number
  state: BroadcastState
  draftedBy: string
  draftedByName: string
  draftedAt: string
  approvedByName: string | null
  approvedAt: string | null
  endedAt: string | null
  /** Null before it is approved. */
  counts: BroadcastCounts | null
}

/** What one member has to confirm. */
export interface BroadcastTask {
  task: string
  connection: string
  userid: string
  user: string | null
  userName: string
  state: 'planned' | 'created' | 'confirmed' | 'done' | 'failed' | 'cancelling' | 'cancelled'
  /** Error code of WeCom: why it failed, or why it is tried again. */
  code: number | null
  residents: number
  sent: number
  createdAt: string | null
  confirmedAt: string | null
  remindedAt: string | null
  /** When WeCom is asked next. */
  nextAt: string | null
}

export interface BroadcastDetail {
  broadcast: BroadcastRow
  /** Name this when changing or approving. */
  version: number
  text: string | null
  attachments: AttachmentShown[]
  audience: Audience | null
  /** Everybody who wrote of it: none of them approves it. */
  writers: { user: string; name: string }[]
  declinedReason: string | null
  tasks: BroadcastTask[]
  steps: Step[]
  may: { change: boolean; approve: boolean; decline: boolean; cancel: boolean; remind: boolean }
}

export type RecipientState = 'waiting' | 'sent' | 'notFriend' | 'quota' | 'unsent'

export interface RecipientRow {
  contact: string
  account: string
  accountName: string
  contactName: string
  userid: string
  userName: string
  state: RecipientState
  sentAt: string | null
  /** The newest one-to-one thread, to tell them otherwise; null where there is none, or one may not read it. */
  thread: string | null
}

const paging = {
  offset: z.number().int().min(0).max(1_000_000),
  limit: z.number().int().min(1).max(200),
}
const written = {
  purpose: shortText,
  text: text.nullable(),
  attachments: z.array(attachment).max(mostAttachments),
  audience,
}
const one = { broadcast: id }

export const broadcasts = {
  /** Newest first. */
  'broadcasts.list': query<Page<BroadcastRow> & { toApprove: number; open: number }>()(
    z.strictObject({ of: z.enum(['open', 'ended', 'all']), ...paging }),
  ),
  'broadcast.get': query<BroadcastDetail>()(z.strictObject(one)),
  /** Who would be reached, and who not and why. Residents this reader may not know of are left out of rows and counts alike. */
  'broadcasts.preview': query<AudiencePreview>()(
    z.strictObject({
      audience,
      /** Of this draft: whoever drafted it is preferred where a resident has several friends. */
      broadcast: id.optional(),
      of: z.enum(['reachable', 'unreachable']),
      ...paging,
    }),
  ),
  /** Village groups and tags there are, for the choice of an audience, most residents first. */
  'broadcasts.choices': query<{
    villageGroups: { name: string; residents: number }[]
    tags: { name: string; residents: number }[]
  }>()(z.strictObject({ accounts: list(id, 200) })),
  /** A picture of it, piece by piece. */
  'broadcast.image': query<MediaPiece>()(
    z.strictObject({ ...one, sha256, offset: z.number().int().min(0).max(largestMedia) }),
  ),
  'broadcast.draft': command<{ broadcast: string }>()(z.strictObject(written)),
  /** Also of a declined one, which is then a draft again. */
  'broadcast.change': command<void>()(z.strictObject({ ...one, version: seq, ...written })),
  /** `version` and `reachable` are what the supervisor had on screen: of `broadcast.get` and `broadcasts.preview`. */
  'broadcast.approve': command<void>()(
    z.strictObject({ ...one, version: seq, reachable: z.number().int().min(1) }),
  ),
  'broadcast.decline': command<void>()(z.strictObject({ ...one, version: seq, reason })),
  /** What members have confirmed is not called back. */
  'broadcast.cancel': command<void>()(z.strictObject({ ...one, reason })),
  /** WeCom reminds every member who has not confirmed. */
  'broadcast.remind': command<{ reminded: number }>()(z.strictObject(one)),
  /** Asks WeCom for the results soon, rather than when it is next due. */
  'broadcast.refresh': command<void>()(z.strictObject(one)),
  'broadcast.results': query<Page<RecipientRow>>()(
    z.strictObject({
      ...one,
      state: z.enum(['waiting', 'sent', 'notFriend', 'quota', 'unsent']).optional(),
      /** Of one member. */
      task: id.optional(),
      ...paging,
    }),
  ),
}
