import { command, type Page, query } from './call.ts'
import { z } from './schema.ts'
import type { OnShift } from './shifts.ts'
import type { QueueCounts, Thread, ThreadRow, TimelineItem } from './threads.ts'
import { queue } from './threads.ts'
import { id, instant, nothing, seq, shortText, text } from './values.ts'

/** The auditor's desk 督察: every record, the clock put back, what does not look right, findings. */

export interface RecordRow {
  seq: number
  at: string
  type: string
  actor: string
  actorName: string
  role: string
  device: string
  subject: string
  thread: string | null
  account: string | null
  /** 村组+姓名 of the thread's resident; 🔒 where private to this reader; null without a thread. */
  contactName: string | null
  data: { [key: string]: unknown }
  /** Names of the people that `data` mentions, by user name. */
  names: { [user: string]: string }
  /** Masked. Null where there is none, it was erased, or it is private to this reader. */
  text: string | null
  content: 'none' | 'present' | 'erased' | 'private'
}

/** The raw entry and how to check it without the desk. */
export interface RawRecord {
  row: RecordRow
  /** RFC 8785. Null where it would tell this reader whose a private thread is. */
  canonical: string | null
  /** Hex. */
  leaf: string
  prev: string
  /** Canonical content and its salt (base64), to check the commitment; null unless this reader may see it, and while that cannot be put on record. */
  body: { json: string; salt: string } | null
  /** RFC 6962 inclusion proof to the newest checkpoint that covers it; hex. Null while none does. */
  proof: { size: number; root: string; code: string; hashes: string[]; note: string } | null
}

const filter = {
  thread: id.optional(),
  /** Who acted. */
  person: id.optional(),
  account: id.optional(),
  /** A worked shift: what its officer did between signing on and off. */
  shift: z.number().int().min(1).optional(),
  handoff: id.optional(),
  /** Entry types, e.g. `thread.closed`; or areas, e.g. `thread.`. */
  types: z
    .array(z.string().regex(/^[A-Za-z]+\.[A-Za-z]*$/))
    .max(60)
    .optional(),
  from: instant.optional(),
  to: instant.optional(),
  fromSeq: seq.optional(),
  toSeq: seq.optional(),
}
export const recordFilter = z.strictObject(filter)
export type RecordFilter = z.infer<typeof recordFilter>

/** What the desk finds by itself. */
export const anomalyKind = z.enum([
  'answerAfterClose',
  'longHold',
  'unanswered',
  'handoffUnread',
  'handoffOnBehalf',
  'leftWithoutHandoff',
  'promiseBroken',
  'clockJump',
  'coverageBreak',
  'unmanned',
  'denied',
  'wrongPassword',
  'alarmLate',
  'glassUnseen',
  'headContradicted',
])
export type AnomalyKind = z.infer<typeof anomalyKind>

export interface Anomaly {
  /** The same anomaly has the same id each time it is looked for. */
  id: string
  kind: AnomalyKind
  severity: 'high' | 'middle' | 'low'
  at: string
  /** The entries that show it. */
  seqs: number[]
  thread: string | null
  handoff: string | null
  account: string | null
  user: string | null
  userName: string | null
  /** Times in ms, counts, call names: what the sentence on screen is filled with. No text of residents. */
  facts: { [name: string]: string | number | null }
  /** The finding made of it. */
  finding: string | null
}

export interface Finding {
  id: string
  title: string
  note: string | null
  severity: 'high' | 'middle' | 'low'
  state: 'open' | 'closed'
  seqs: number[]
  threads: string[]
  handoffs: string[]
  anomaly: string | null
  byName: string
  savedAt: string
  closedAt: string | null
  outcome: string | null
}

export interface HistoryInbox {
  seq: number
  at: string
  page: Page<ThreadRow>
  counts: QueueCounts
}

/** Who was on, who held what, what was going on. */
export interface HistoryShift {
  seq: number
  at: string
  on: OnShift[]
  holders: { user: string; name: string; holds: number; waiting: number }[]
  open: number
  waiting: number
  overdue: number
  alarms: {
    alarm: string
    thread: string
    raisedAt: string
    state: 'ringing' | 'acknowledged'
    /** Who looks after the resident; nobody does while it rings. */
    by: string | null
    byName: string | null
  }[]
  escalations: number
  handoffs: string[]
}

const page = {
  offset: z.number().int().min(0).max(10_000_000),
  limit: z.number().int().min(1).max(200),
}

export const audit = {
  /** Newest first. The first page of each filter is an entry. */
  'audit.records': query<{ rows: RecordRow[]; more: boolean }>()(
    z.strictObject({ filter: recordFilter, before: seq.optional(), limit: z.number().int().min(1).max(200) }),
  ),
  'audit.summary': query<{ total: number; types: { type: string; n: number }[] }>()(
    z.strictObject({ filter: recordFilter }),
  ),
  /** Entries by time, for the chart above the timeline and the slider. */
  'audit.density': query<{
    from: string
    to: string
    buckets: { messages: number; acts: number; refusals: number }[]
  }>()(
    z.strictObject({
      from: instant.optional(),
      to: instant.optional(),
      buckets: z.number().int().min(1).max(400),
    }),
  ),
  'audit.record': query<RawRecord>()(z.strictObject({ seq })),
  'history.bounds': query<{ firstAt: string | null; lastAt: string | null; size: number }>()(nothing),
  /** The last entry with a time at or before; by `seq` the entry itself. Order is `seq`, so each state can be reached. */
  'history.position': query<{ seq: number; at: string }>()(
    z.union([z.strictObject({ at: instant }), z.strictObject({ seq })]),
  ),
  /** As it stood after entry `seq`, rebuilt from the ledger. What is private now is private here. */
  'history.inbox': query<HistoryInbox>()(z.strictObject({ seq, queue, account: id.optional(), ...page })),
  'history.thread': query<{ thread: Thread; items: TimelineItem[]; more: boolean }>()(
    z.strictObject({ thread: id, seq, before: seq.optional(), limit: z.number().int().min(1).max(500) }),
  ),
  'history.shift': query<HistoryShift>()(z.strictObject({ seq })),
  /** Newest first. */
  'anomalies.list': query<Page<Anomaly>>()(
    z.strictObject({ from: instant, to: instant, kinds: z.array(anomalyKind).max(20).optional(), ...page }),
  ),
  'anomalies.counts': query<{ kind: AnomalyKind; n: number }[]>()(
    z.strictObject({ from: instant, to: instant }),
  ),
  'finding.save': command<void>()(
    z.strictObject({
      id,
      title: shortText,
      note: text.nullable(),
      severity: z.enum(['high', 'middle', 'low']),
      seqs: z.array(seq).max(500),
      threads: z.array(id).max(100),
      handoffs: z.array(id).max(100),
      anomaly: z.string().max(200).nullable(),
    }),
  ),
  'finding.close': command<void>()(z.strictObject({ finding: id, outcome: text })),
  'finding.reopen': command<void>()(z.strictObject({ finding: id })),
  /** Open ones first, newest first. */
  'findings.list': query<Page<Finding>>()(
    z.strictObject({ state: z.enum(['open', 'closed']).optional(), ...page }),
  ),
}
