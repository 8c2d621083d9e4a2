import { command, query, type Role } from './call.ts'
import { z } from './schema.ts'
import { category, id, nothing, password, shortText, text, userName } from './values.ts'

/** The station itself: first run, settings, quick replies and checklists, ledger head, backup. */

export interface StationState {
  /** Null before the first run is finished. */
  name: string | null
  demo: boolean
  /** Shown on the login screen; passwords only for the invented people of the demo station. */
  people: { user: string; name: string; role: Role; demoPassword: string | null }[]
  version: string
  /** Set when the ledger cannot be written: the desk stops acting and keeps reading (rule 21). */
  readOnly: { since: string; reason: string } | null
}

export interface QuickReply {
  id: string
  title: string
  text: string
  category: string | null
  shortcut: string | null
}

/** Required papers for a common matter, e.g. 新生儿落户. */
export interface Checklist {
  id: string
  title: string
  papers: string[]
  note: string | null
}

export interface LedgerHead {
  station: string
  origin: string
  size: number
  root: string
  /** First 100 bits of the root, as printed on paper. */
  code: string
  lastAt: string | null
  verifier: string
  checkpoints: { size: number; at: string; reason: string; code: string }[]
}

export interface Backup {
  file: string
  at: string
  bytes: number
  size: number
  verified: boolean
}

export const station = {
  'station.state': query<StationState>()(nothing),
  'station.openDemo': command<void>()(nothing),
  'station.open': command<void>()(
    z.strictObject({ name: shortText, admin: userName, adminName: shortText, password }),
  ),
  'settings.get': query<StationSettings>()(nothing),
  'settings.change': command<void>()(
    z.strictObject({
      /** Minutes a resident may wait before a thread is overdue (rule 8). */
      waitMinutes: z.strictObject({
        urgent: z.number().int().min(1).max(1_440),
        priority: z.number().int().min(1).max(1_440),
        routine: z.number().int().min(1).max(10_080),
      }),
      /** Minutes without activity before the console locks (rule 20). */
      lockMinutes: z.number().int().min(1).max(60),
    }),
  ),
  'quickReplies.list': query<QuickReply[]>()(nothing),
  'quickReply.save': command<void>()(
    z.strictObject({
      id,
      title: shortText,
      text,
      category: category.nullable(),
      shortcut: z.string().trim().max(20).nullable(),
    }),
  ),
  'quickReply.remove': command<void>()(z.strictObject({ id })),
  'checklists.list': query<Checklist[]>()(nothing),
  'checklist.save': command<void>()(
    z.strictObject({
      id,
      title: shortText,
      papers: z.array(shortText).min(1).max(40),
      note: z.string().trim().max(1_000).nullable(),
    }),
  ),
  'checklist.remove': command<void>()(z.strictObject({ id })),
  'ledger.head': query<LedgerHead>()(nothing),
  /** Full verification of the ledger and content on this machine, in the background. */
  'ledger.verify': query<{
    unaltered: boolean
    firstBad: string | null
    complete: 'yes' | 'no' | 'unknown'
    size: number
    code: string
    checkedAt: string
  }>()(z.strictObject({ heads: z.array(z.string().max(4_000)).max(20) })),
  'backup.make': command<Backup>()(nothing),
  'backups.list': query<Backup[]>()(nothing),
}

export interface StationSettings {
  waitMinutes: { urgent: number; priority: number; routine: number }
  lockMinutes: number
}
