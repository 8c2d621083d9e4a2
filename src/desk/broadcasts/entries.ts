import type { Draft, JsonObject } from '../../ledger/entry.ts'
import { draft } from '../decision.ts'

/**
 * What can have happened to a broadcast. What is said and to whom it is meant to go is content; who gets it is frozen when
 * it is approved: for each task (what one member confirms) the residents by their place in it, in parts, since there
 * may be ten thousand.
 */

export interface Written extends JsonObject {
  purpose: string
  text: string | null
  attachments: KeptAttachment[]
  audience: JsonObject
}

export type KeptAttachment =
  | { kind: 'link'; title: string; url: string; description: string; picture: string }
  | { kind: 'image'; sha256: string; name: string; type: string; bytes: number }

export const broadcastDrafted = (id: string, written: Written): Draft =>
  draft('broadcast.drafted', id, { attachments: written.attachments.length }, written)
export const broadcastChanged = (id: string, written: Written): Draft =>
  draft('broadcast.changed', id, { attachments: written.attachments.length }, written)
export const broadcastDeclined = (id: string, reason: string): Draft =>
  draft('broadcast.declined', id, {}, { reason })

export interface PlannedTask extends JsonObject {
  task: string
  connection: string
  /** The member who is to confirm it. */
  userid: string
  residents: number
}

/** `version` is the entry whose words were approved. */
export const broadcastApproved = (
  id: string,
  data: { version: number; residents: number; tasks: PlannedTask[] },
): Draft => draft('broadcast.approved', id, data)
/** Residents of a task from place `from` on. */
export const broadcastAddressed = (
  id: string,
  data: { task: string; from: number; contacts: string[] },
): Draft => draft('broadcast.addressed', id, data)

/** WeCom made the task. `refused`: places of those it will not send to. */
export const broadcastCreated = (
  id: string,
  data: { task: string; msgid: string; refused: number[] },
): Draft => draft('broadcast.created', id, data)
/** WeCom will not send to these, and was asked again without them. */
export const broadcastNarrowed = (
  id: string,
  data: { task: string; refused: number[]; code: number },
): Draft => draft('broadcast.narrowed', id, data)
/** There will be no such task; `code` is WeCom's, null where there was nobody or nothing left to send. */
export const broadcastTaskFailed = (id: string, task: string, code: number | null): Draft =>
  draft('broadcast.taskFailed', id, { task, code })

export const broadcastConfirmed = (id: string, task: string, confirmedAt: string): Draft =>
  draft('broadcast.confirmed', id, { task, confirmedAt })
/** What WeCom says has become of these, by their place. */
export const broadcastProgressed = (
  id: string,
  data: { task: string; sent: { n: number; at: string }[]; notFriend: number[]; quota: number[] },
): Draft => draft('broadcast.progressed', id, data)
export const broadcastReminded = (id: string, tasks: string[]): Draft =>
  draft('broadcast.reminded', id, { tasks })
/** Nobody waits any longer for the member's confirmation, or for WeCom to say what became of the rest. */
export const broadcastLapsed = (id: string, task: string): Draft => draft('broadcast.lapsed', id, { task })

export const broadcastCancelled = (id: string, reason: string): Draft =>
  draft('broadcast.cancelled', id, {}, { reason })
/** The task is taken back in WeCom as well, or there never was one. */
export const broadcastWithdrawn = (id: string, task: string, code: number | null): Draft =>
  draft('broadcast.withdrawn', id, { task, code })

export interface Sums extends JsonObject {
  residents: number
  sent: number
  notFriend: number
  quota: number
  unsent: number
}
export const broadcastFinished = (id: string, sums: Sums): Draft => draft('broadcast.finished', id, sums)
/** Not one of its tasks could be made. */
export const broadcastFailed = (id: string, codes: number[]): Draft =>
  draft('broadcast.failed', id, { codes })
