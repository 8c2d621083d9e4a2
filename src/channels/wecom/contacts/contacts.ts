import type { UploadFile } from '../api.ts'

/** What the desk asks of 客户联系: friends of the corp's members, tags, and broadcasts that each member confirms. */

/** A tag as it stands at a friend. */
export interface TagOfFriend {
  /** Null for an officer's own tag. */
  id: string | null
  /** Null where WeCom gives only the id. */
  name: string | null
  group: string | null
}

/** What one member noted of one friend. */
export interface Friendship {
  external: string
  userid: string
  remark: string
  description: string
  tags: TagOfFriend[]
  /** ms; null where WeCom does not say. */
  since: number | null
  addWay: number
}

export interface TagGroup {
  id: string
  name: string
  tags: { id: string; name: string }[]
}

export type SentAttachment =
  | { msgtype: 'image'; image: { media_id: string } }
  | { msgtype: 'link'; link: { title: string; url: string; desc?: string; picurl?: string } }

export interface NewBroadcast {
  /** userid of the member who is to confirm it. */
  sender: string
  /** At most 10,000. */
  externals: readonly string[]
  /** Null where there are only attachments. */
  text: string | null
  attachments: readonly SentAttachment[]
}

/** A broadcast as WeCom lists it. */
export interface ListedBroadcast {
  msgid: string
  /** Null for one made by an app. */
  creator: string | null
  /** ms */
  createdAt: number
  text: string
}

export interface MemberTask {
  userid: string
  confirmed: boolean
  /** ms */
  sentAt: number | null
}

export type SendState = 'unsent' | 'sent' | 'notFriend' | 'quota'

export interface SentTo {
  external: string
  state: SendState
  /** ms */
  sentAt: number | null
}

export interface Paged<Row> {
  rows: Row[]
  /** Null at the end. */
  next: string | null
}

/** Every call may throw `ApiRefused` and `Unreachable` (../api-error.ts), and nothing else. */
export interface ContactsApi {
  /** Members with the right to have customers. */
  members(): Promise<string[]>
  /** Friends of at most 100 members, a page at a time; tags only by their id. */
  friendsOf(
    userids: readonly string[],
    cursor: string | null,
  ): Promise<Paged<Friendship> & { unlicensed: string[] }>
  /** All members whose friend this is. Refused with 84061 where there is none. */
  friend(external: string): Promise<Friendship[]>
  /** Writes what is given; an empty description takes it away. */
  remark(
    userid: string,
    external: string,
    noted: { remark?: string | undefined; description?: string | undefined },
  ): Promise<void>
  /** Refused with 84061 where the resident is no friend of this very member. */
  markTags(userid: string, external: string, add: readonly string[], remove: readonly string[]): Promise<void>
  tagGroups(): Promise<TagGroup[]>
  /** Into the group of this name, which is made where it is missing. */
  addTags(group: string, names: readonly string[]): Promise<TagGroup>
  /** @returns its msgid, null where WeCom made none; `refused`: who cannot be sent to */
  createBroadcast(broadcast: NewBroadcast): Promise<{ msgid: string | null; refused: string[]; code: number }>
  /** Times in ms, at most a month. */
  broadcasts(from: number, to: number, cursor: string | null): Promise<Paged<ListedBroadcast>>
  tasks(msgid: string, cursor: string | null): Promise<Paged<MemberTask>>
  results(msgid: string, userid: string, cursor: string | null): Promise<Paged<SentTo>>
  remind(msgid: string): Promise<void>
  cancel(msgid: string): Promise<void>
  /** @returns its media_id, good for three days */
  upload(file: UploadFile): Promise<string>
}
