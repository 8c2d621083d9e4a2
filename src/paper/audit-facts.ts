import type { Anomaly, AnomalyKind, Finding } from '../contract/audit.ts'
import type { Role } from '../contract/call.ts'
import type { HandoffPromise } from '../contract/handoff.ts'
import type { ExportScope, VerifyResult, Witness } from '../contract/proof.ts'

/**
 * What a summary for people is made of. Whoever gathers it has asked rule 11 already: what is private to its reader is
 * null or counted, never worded.
 */
export interface AuditSummary {
  /** It comes with an export, or is an auditor's own page. */
  of: 'export' | 'audit'
  station: string
  scope: ExportScope['kind']
  /** The resident, the officer and shift, the handoff, in words; null where the kind says all or it is private. */
  scopeTitle: string | null
  /** Times of the first and last record; null where there is none. */
  from: string | null
  to: string | null
  madeAt: string
  madeByName: string
  /** Name of the zip that it comes with. */
  file: string | null
  /** Records in the scope. */
  entries: number
  /** Most frequent first. */
  types: { type: string; n: number }[]
  /** Most records first; the desk itself has no role. */
  people: { name: string; role: Role | null; n: number; answers: number; closed: number }[]
  /** Oldest first. */
  handoffs: SummedHandoff[]
  /** Of those handoffs: next actions whose deadline passed with nothing done, and those done late. */
  promises: HandoffPromise[]
  /** Null where nobody looked for any: the paper then says nothing of them. */
  anomalies: { kind: AnomalyKind; n: number }[] | null
  /** The gravest first; the rest is only counted. */
  gravest: Anomaly[]
  /** Null where they are no part of it. */
  findings: Finding[] | null
  /** Records whose text is left out as private, and those whose text was erased by law; null where none comes with it. */
  withheld: number | null
  erased: number | null
  /** Checkpoints within the scope or kept elsewhere, oldest first. */
  heads: Witness[]
  /** The newest checkpoint, which covers all of it; null where this machine has no signing key. */
  head: { size: number; code: string; note: string | null } | null
  /** Null where the ledger was not verified for this. */
  verdict: VerifyResult | null
}

export interface SummedHandoff {
  id: string
  postName: string | null
  fromName: string
  toName: string
  doneAt: string
  onBehalf: boolean
  items: number
  severe: number
  size: number | null
  code: string | null
  promises: { kept: number; late: number; broken: number; open: number }
}
