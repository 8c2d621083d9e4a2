import { command, query, type Role } from './call.ts'
import { z } from './schema.ts'
import { id, nothing } from './values.ts'

/** Who sits at this console: login, lock, presence. */

export interface Session {
  user: string
  name: string
  role: Role
  locked: boolean
  onShift: boolean
}

export interface Presence {
  thread: string
  user: string
  name: string
  typing: boolean
}

export const session = {
  /** Over HTTP in the browser, so that the session lives in an HttpOnly cookie. */
  'session.login': command<Session>()(
    z.strictObject({ user: z.string().max(64), password: z.string().max(256), signOn: z.boolean() }),
  ),
  'session.logout': command<void>()(nothing),
  'session.get': query<Session | null>()(nothing),
  'session.lock': command<void>()(nothing),
  'session.unlock': command<Session>()(z.strictObject({ password: z.string().max(256) })),
  /** Said at most once in 20 s while keys or mouse move; the core locks when it stays away. */
  'session.active': command<void>()(nothing),
  'presence.set': command<void>()(z.strictObject({ thread: id.nullable(), typing: z.boolean() })),
  'presence.list': query<Presence[]>()(nothing),
  /**
   * What changed since an entry this console has seen. Complete however long the gap: when more than the
   * core lists one by one changed, `everything` is true and the console reads its screens anew.
   */
  'changes.since': query<Change>()(z.strictObject({ seq: z.number().int().min(0) })),
}

/** Pushed after each commit, and the answer to `changes.since`. */
export interface Change {
  /** Ledger size after it. */
  seq: number
  everything: boolean
  /** Subjects touched: thread, account, contact ids, `people`, `settings`. */
  subjects: string[]
  /** New words of residents, for sound, badge and notification; without text. */
  arrived: { thread: string; seq: number; account: string; urgency: string }[]
  /** Alarms raised, or called to the supervisors again: for the system's notification; without text. */
  ringing: { alarm: string; thread: string; account: string; called: boolean }[]
  /** A thread taken from its holder, to tell the former holder at once (rule 2). */
  takenOver: { thread: string; from: string; byName: string; reason: string }[]
}
