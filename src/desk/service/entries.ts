import type { Draft } from '../../ledger/entry.ts'
import { draft } from '../decision.ts'

/**
 * What can have happened between a resident and the channel's own client. About a thread where there is one. A
 * colleague stands here by the channel's own id, and `user` is who that was at this desk.
 */

/**
 * `waiting`: in the channel's pool, nobody has picked it up; `unsure`: the channel says that somebody serves them, and
 * has not said who; `ended`: until the resident's next word nobody may write.
 */
export type ServedBy = 'desk' | 'waiting' | 'colleague' | 'unsure' | 'ended'

export interface ServiceData {
  state: ServedBy
  colleague: string | null
  user: string | null
  /** When, as the channel says; null where the desk has asked: after all that is known. */
  at: string | null
}

export const serviceChanged = (thread: string, data: ServiceData): Draft =>
  draft('service.changed', thread, { ...data })

/** The same of a resident who has no thread. */
export const contactServed = (contact: string, data: ServiceData): Draft =>
  draft('contact.served', contact, { ...data })

export const serviceEndAsked = (thread: string, colleague: string | null, reason: string): Draft =>
  draft('service.endAsked', thread, { colleague }, { reason })

/** `why`: a key of `connections.delivery`; `code`: of the channel, where it gave one. */
export const serviceEndFailed = (thread: string, why: string, code: number | null): Draft =>
  draft('service.endFailed', thread, { why, code })

/**
 * The resident opened the conversation without a word. `unwelcomed`: key of `welcome.why`, where words for it are
 * switched on and were not said.
 */
export const contactEntered = (
  contact: string,
  { at, unwelcomed }: { at: string; unwelcomed: string | null },
  { scene, sceneText }: { scene: string; sceneText: string },
): Draft =>
  draft('contact.entered', contact, unwelcomed === null ? { at } : { at, unwelcomed }, { scene, sceneText })

export const colleagueChanged = (
  account: string,
  data: {
    colleague: string
    what: 'receiving' | 'stopped' | 'suspended' | 'shutOut' | 'letIn'
    /** Of the last two. */
    contact: string | null
    at: string
  },
): Draft => draft('colleague.changed', account, { ...data })
