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

/** Sentences the desk sends of itself. `{desk}`, `{officer}`, `{station}` are filled in, and in a warning, which goes
 * to one person alone, `{name}` and `{type}`. */
export const stationTexts = z.strictObject({
  /** To a resident who has waited too long (rule 8). */
  delay: text,
  /** To a resident whose matter a desk has taken (rule 12). */
  taken: text,
  /** In a group, when a matter moves to private talk: neutral (rule 13). */
  moved: text,
  /** The first private words then. */
  greeting: text,
  /** To somebody a scam warning is about whose phone is busy. */
  warning: text,
})
export type StationTexts = z.infer<typeof stationTexts>

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
  /** Of the database and of the files beside it. */
  bytes: number
  size: number
  verified: boolean
  /** Pictures, voices, films and files of messages that are in it. */
  files: number
  /** Those that were to be in it, and were gone or damaged. */
  missing: number
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
      /** Minutes within which each step of a scam warning must be done. */
      warningMinutes: z.strictObject({
        call: z.number().int().min(1).max(1_440),
        message: z.number().int().min(1).max(1_440),
        reply: z.number().int().min(1).max(1_440),
        neighbour: z.number().int().min(1).max(1_440),
        visit: z.number().int().min(1).max(1_440),
        outcome: z.number().int().min(1).max(1_440),
      }),
    }),
  ),
  'texts.get': query<StationTexts>()(nothing),
  'texts.change': command<void>()(stationTexts),
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
  'backup.make': command<Backup>()(nothing),
  'backups.list': query<Backup[]>()(nothing),
}

export interface StationSettings {
  waitMinutes: { urgent: number; priority: number; routine: number }
  lockMinutes: number
  warningMinutes: Record<'call' | 'message' | 'reply' | 'neighbour' | 'visit' | 'outcome', number>
}
