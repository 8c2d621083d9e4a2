import type { RecordFilter } from '../../contract/audit.ts'
import type { Draft, JsonObject } from '../../ledger/entry.ts'
import { draft } from '../decision.ts'

/** What auditors do. What a finding says may name people, so it is content; the filter of a view is ids and times. */

/** Somebody looked at the records of this filter; `raw` is one entry as it is stored, with its words unmasked. */
export const auditViewed = (filter: RecordFilter & { raw?: number }): Draft =>
  draft('audit.viewed', 'audit', { ...filter } as unknown as JsonObject)

export interface FindingData {
  severity: 'high' | 'middle' | 'low'
  seqs: number[]
  threads: string[]
  handoffs: string[]
  anomaly: string | null
}

export const findingSaved = (
  finding: string,
  data: FindingData,
  words: { title: string; note: string | null },
): Draft => draft('finding.saved', finding, { ...data }, words)

/** `threads` as it was saved with: its outcome is as private as they are. */
export const findingClosed = (finding: string, threads: readonly string[], outcome: string): Draft =>
  draft('finding.closed', finding, { threads: [...threads] }, { outcome })

export const findingReopened = (finding: string): Draft => draft('finding.reopened', finding)
