import { command, query } from './call.ts'
import type { Capability } from './connections.ts'
import { z } from './schema.ts'
import { id, nothing, shortText } from './values.ts'

/**
 * Residents who are friends of an officer in WeCom 客户联系: what the officer noted there (remark, description, tags), and
 * what of the desk's own label is given back. The desk's label stays the desk's. A refusal by WeCom is `channel_refused`.
 */

/** WeCom counts characters. */
export const remarkChars = 20
export const descriptionChars = 150
export const corpTagChars = 30

export interface FriendTag {
  /** Id of a tag of the corp 企业标签; null for an officer's own. */
  corpTag: string | null
  name: string
  group: string
}

/** One officer whose friend the resident is. */
export interface Friend {
  /** Of the member in WeCom. */
  userid: string
  /** Who that is at this desk, where somebody was linked to it (`colleague.link`). */
  user: string | null
  /** Name at this desk, or the userid. */
  userName: string
  /** Phone and ID numbers masked (rule 20). Null when erased. */
  remark: string | null
  description: string | null
  tags: FriendTag[]
  /** Friends since; null where WeCom does not say. */
  since: string | null
  /** How they became friends: number of `add_way`; words under `friends.addWays`. */
  addWay: number
  /** When the desk last learnt something new of it. */
  changedAt: string
}

/** Why there is no friend to show; null where there is one. Words under `friends.why`. */
export type WhyNoFriend =
  /** The account is reached through no connection. */
  | 'noConnection'
  /** The app may not read friends (`code`, e.g. 48002, 60011); 84061: no member has the right to customers. */
  | 'notPermitted'
  /** Nobody has asked WeCom yet. */
  | 'notAsked'
  /** 84061. */
  | 'notFriend'
  /** The card was erased, so that nobody knows any more who it was in WeCom. */
  | 'erased'

export interface FriendState {
  contact: string
  connection: string | null
  friends: Friend[]
  why: WhyNoFriend | null
  /** Error code of WeCom that goes with `why`. */
  code: number | null
  /** When WeCom was last asked about this resident. */
  askedAt: string | null
  /** What the desk could give back: its own label, cut to what WeCom takes, and its tags with those of the corp they are linked to. */
  suggested: { remark: string; tags: { tag: string; corpTag: string | null }[] }
}

/** One connection, and how far its friends are known. */
export interface FriendsStatus {
  connection: string
  /** Greyed with the reason where `able` is false; null: not known yet. */
  contacts: Capability
  broadcasts: Capability
  /** Members of the corp who may have customers, when last asked. */
  members: number
  /** Residents of the accounts of this connection, and how many of them are friends of a member. */
  residents: number
  friends: number
  /** Friends of members who never wrote to the desk. */
  strangers: number
  /** When all friends were last read; null: never. */
  pulledAt: string | null
  pulling: boolean
}

export interface CorpTagGroup {
  id: string
  name: string
  tags: { id: string; name: string }[]
}

export interface CorpTags {
  groups: CorpTagGroup[]
  /** Tags residents of this connection carry at the desk, most used first, with the corp tag each is linked to. */
  deskTags: { tag: string; residents: number; corpTag: string | null }[]
}

const userid = z.string().min(1).max(64)
/** Counted as WeCom does: a rare character is one, though two in UTF-16. */
const short = (most: number) =>
  z
    .string()
    .trim()
    .max(2 * most)
    .refine((text) => text.isWellFormed() && [...text].length <= most)
const tagName = shortText.max(corpTagChars)

export const friends = {
  'friends.status': query<FriendsStatus[]>()(nothing),
  'friends.of': query<FriendState>()(z.strictObject({ contact: id })),
  /** Asks WeCom about this one resident now. */
  'friends.pull': command<FriendState>()(z.strictObject({ contact: id })),
  /** Reads all friends of all members anew, in the background; `friends.status` says when it is done. */
  'friends.pullAll': command<void>()(z.strictObject({ connection: id })),
  /** Writes what is given into WeCom, as the remark of that one member. An empty description takes it away. */
  'friend.pushRemark': command<void>()(
    z.strictObject({
      contact: id,
      userid,
      remark: short(remarkChars).min(1).optional(),
      description: short(descriptionChars).optional(),
    }),
  ),
  /** Tags of the desk; those linked to no corp tag are left out, and named in the answer. */
  'friend.pushTags': command<{ unlinked: string[] }>()(
    z.strictObject({
      contact: id,
      userid,
      add: z.array(shortText).max(30),
      remove: z.array(shortText).max(30),
    }),
  ),
  /** Asks WeCom now. */
  'corpTags.list': query<CorpTags>()(z.strictObject({ connection: id })),
  /** Which corp tag a tag of the desk is; null takes the link away. */
  'corpTag.link': command<void>()(
    z.strictObject({ connection: id, tag: shortText, corpTag: z.string().min(1).max(64).nullable() }),
  ),
  /** Makes those that are missing in this group of WeCom, and links them; `group` is its name. */
  'corpTags.add': command<{ added: number; linked: number }>()(
    z.strictObject({ connection: id, group: tagName, tags: z.array(tagName).min(1).max(100) }),
  ),
}
