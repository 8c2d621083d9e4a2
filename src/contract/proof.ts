import { command, query } from './call.ts'
import { z } from './schema.ts'
import { id, instant, nothing, seq } from './values.ts'

/** Proof that nothing was changed or cut off: verification, heads kept elsewhere, exports. */

/** Something that takes longer than a second. Asked for again and again; gone after an hour. */
export interface Work<Result = unknown> {
  id: string
  kind: 'verify' | 'export' | 'erasure'
  state: 'running' | 'done' | 'failed' | 'cancelled'
  /** Of `all`, in the work's own unit (entries, contents). */
  done: number
  all: number
  startedAt: string
  endedAt: string | null
  result: Result | null
  /** What went wrong, in the machine's words. */
  error: string | null
}

export interface VerifyResult {
  unaltered: boolean
  firstBad: { seq: number | null; where: string; what: string } | null
  complete: 'yes' | 'no' | 'unknown'
  completeWhy: string
  heads: HeadResult[]
  size: number
  code: string
  entriesPerSecond: number
  checkedAt: string
}

export interface HeadResult {
  size: number | null
  code: string | null
  is: 'matches' | 'ahead' | 'differs' | 'foreign' | 'unreadable' | 'unchecked'
  why: string
  /** When the ledger reached that size. */
  at: string | null
}

/** A head of the ledger that is held, or was seen, outside it. */
export interface Witness {
  kind: 'handoff' | 'export' | 'hour' | 'correction' | 'console' | 'other'
  size: number
  code: string
  at: string
  /** The handoff, the export's file, the console's machine. */
  where: string | null
  byName: string | null
  is: 'matches' | 'differs' | 'ahead'
}

/** A head that somebody told of and that is not this ledger's: it was cut, rebuilt or put back to an old copy. */
export interface Contradiction {
  /** The entry that first told of it. */
  seq: number
  /** A console that remembers it, or a signed checkpoint somebody compared. */
  by: 'console' | 'checkpoint'
  size: number
  code: string
  is: 'differs' | 'ahead'
  at: string
  device: string
  byName: string
  /** Until then it stands on the screens of supervisors and auditors. */
  notedByName: string | null
  notedAt: string | null
}

export const exportScope = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('whole') }),
  z.strictObject({ kind: z.literal('thread'), thread: id }),
  z.strictObject({ kind: z.literal('handoff'), handoff: id }),
  z.strictObject({ kind: z.literal('shift'), shift: z.number().int().min(1) }),
  z.strictObject({ kind: z.literal('period'), from: instant, to: instant }),
])
export type ExportScope = z.infer<typeof exportScope>

export interface ExportResult {
  /** Name in the exports folder; a browser fetches it from `/exports/<name>`. */
  name: string
  /** Where it is on the station's machine. */
  file: string
  bytes: number
  scope: ExportScope
  entries: number
  withheld: number
  size: number
  code: string
  at: string
  byName: string
}

export const proof = {
  'work.get': query<Work>()(z.strictObject({ work: id })),
  'work.cancel': command<void>()(z.strictObject({ work: id })),
  /** Its result is a `VerifyResult`. Heads: signed notes, or `size code` as printed. */
  'proof.verify': command<{ work: string }>()(
    z.strictObject({ heads: z.array(z.string().max(4_000)).max(20) }),
  ),
  /** Against the ledger as it is, without reading it all. */
  'proof.compare': query<HeadResult>()(z.strictObject({ head: z.string().min(1).max(4_000) })),
  /** Newest first. */
  'witnesses.list': query<Witness[]>()(nothing),
  /**
   * What this console saw as the head when it was last here. A contradiction is an entry, and stands on the screens of
   * supervisors and auditors until one of them has taken note of it: `noted`.
   */
  'witness.present': command<{ is: 'matches' | 'differs' | 'ahead'; noted: boolean }>()(
    z.strictObject({ size: seq, root: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
  /** Newest first. */
  'contradictions.list': query<Contradiction[]>()(nothing),
  /** By name: of all that entries up to this one told of. */
  'contradictions.note': command<void>()(z.strictObject({ upto: seq })),
  /** Its result is an `ExportResult`. Private texts are left out unless this auditor has broken their glass. */
  'export.start': command<{ work: string }>()(
    z.strictObject({ scope: exportScope, language: z.enum(['zh', 'en']) }),
  ),
  'exports.list': query<ExportResult[]>()(nothing),
  'export.remove': command<void>()(z.strictObject({ name: z.string().max(200) })),
}
