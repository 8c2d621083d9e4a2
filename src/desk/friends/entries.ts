import type { Draft, JsonObject } from '../../ledger/entry.ts'
import { draft } from '../decision.ts'

/**
 * What can have happened between residents and the officers whose friends they are in WeCom 客户联系. The subject is the
 * resident; what an officer noted of them is content. Members, tags of the corp and codes are ids.
 */

/** What one member has noted of one friend, as it stands from then on. */
export interface Noted extends JsonObject {
  remark: string
  description: string
  /** `corpTag` is null for a tag of the officer's own. */
  tags: { corpTag: string | null; name: string; group: string }[]
}

export interface Friendly extends JsonObject {
  connection: string
  /** The member in WeCom. */
  userid: string
  /** Friends since; null where WeCom does not say. */
  since: string | null
  addWay: number
}

export const friendFound = (contact: string, data: Friendly, noted: Noted): Draft =>
  draft('friend.found', contact, data, noted)
export const friendUpdated = (contact: string, data: Friendly, noted: Noted): Draft =>
  draft('friend.updated', contact, data, noted)
export const friendLost = (contact: string, connection: string, userid: string): Draft =>
  draft('friend.lost', contact, { connection, userid })

/** An officer asked WeCom about this resident. `code` is WeCom's where it said no. */
export const friendsAsked = (
  contact: string,
  data: { connection: string; friends: number; code: number | null },
): Draft => draft('contact.friendsAsked', contact, data)

/** `noted` is what stands in WeCom from then on. */
export const remarkPushed = (
  contact: string,
  data: { connection: string; userid: string; remark: boolean; description: boolean },
  noted: Noted,
): Draft => draft('contact.remarkPushed', contact, data, noted)
export const tagsPushed = (
  contact: string,
  data: { connection: string; userid: string; added: string[]; removed: string[] },
  noted: Noted,
): Draft => draft('contact.tagsPushed', contact, data, noted)

/** All friends of all members were read; counts of what there is now. */
export const friendsPulled = (
  connection: string,
  data: { members: number; friends: number; strangers: number; startedAt: string },
): Draft => draft('friends.pulled', connection, data)

/** Whether this app may use what only friends of an officer have. */
export const capabilityChanged = (
  connection: string,
  what: 'contacts' | 'broadcasts',
  able: boolean,
  code: number | null,
): Draft => draft('capability.changed', connection, { what, able, code })

export const corpTagLinked = (connection: string, tag: string, corpTag: string | null): Draft =>
  draft('corpTag.linked', connection, { tag, corpTag })
export const corpTagsAdded = (connection: string, group: string, tags: string[]): Draft =>
  draft('corpTag.added', connection, { group, tags })
