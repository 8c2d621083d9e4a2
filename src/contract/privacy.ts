import { command, query } from './call.ts'
import { z } from './schema.ts'
import { id, nothing, reason } from './values.ts'

/** Private threads 私密 and the auditor's break-glass 破例查看 (rule 11). */

export interface Glass {
  id: string
  thread: string
  auditorName: string
  reason: string | null
  brokenAt: string
  until: string
  /** Supervisors who have taken note. */
  seenByNames: string[]
  /** For a supervisor: not yet taken note of by this one. */
  unseen: boolean
}

export const privacy = {
  /** Covers what was said before, and the earlier threads this one continues. Only a supervisor lifts it. */
  'thread.setPrivate': command<void>()(
    z.strictObject({ thread: id, private: z.boolean(), reason, desk: id.optional() }),
  ),
  'glass.break': command<{ until: string }>()(
    z.strictObject({ thread: id, reason, minutes: z.number().int().min(5).max(120) }),
  ),
  /** Newest first, of the last 90 days; auditors see their own. */
  'glass.list': query<Glass[]>()(nothing),
  'glass.seen': command<void>()(z.strictObject({ glass: id })),
}
