/** What a verification says in the end. */

import type { JsonObject } from '../entry.ts'

/** One thing that is not as it should be. */
export interface Finding {
  /** The entry it is about; for a checkpoint, the number of entries it covers. */
  seq?: number
  where: 'entry' | 'content' | 'tree' | 'checkpoint' | 'station' | 'file'
  what: string
}

/** A head kept elsewhere: a signed note, or size and short code as printed on a handoff sheet. */
export type Head = string | { size: number; code: string }

/** How the ledger stands to one head given. */
export interface HeadVerdict {
  /** Entries the head tells of; null where it could not be read. */
  size: number | null
  /**
   * `matches`; `ahead`: it tells of more entries than there are; `differs`: another root at its size;
   * `foreign`: not signed by this ledger's key, or about another ledger; `unreadable`: neither note nor
   * code; `unchecked`: the ledger is too damaged to tell.
   */
  is: 'matches' | 'ahead' | 'differs' | 'foreign' | 'unreadable' | 'unchecked'
  why: string
}

export interface Verdict {
  /** Every entry, link, content, stored subtree and checkpoint is as it was written. */
  unaltered: { ok: boolean; firstBad?: Finding }
  /** Nothing was cut off since the newest head kept elsewhere; unknown where no such head is given. */
  complete: 'yes' | 'no' | 'unknown'
  completeWhy: string
  heads: HeadVerdict[]
  /** Number of entries. */
  size: number
  /** Root over all of them, 64 hex digits, and its short code; empty where it could not be computed. */
  root: string
  code: string
  /** Texts an export leaves out because they are private. */
  withheld?: number
  /** What an export holds of the ledger, where that is not all of it. */
  part?: Part
  /** Records, sheets and summary in an export: bound by their hashes to the entry of the export, or not. */
  papers?: Papers
  entriesPerSecond: number
}

export type Papers = 'none' | 'bound' | 'unbound'

/** Some entries of a ledger, proved to be in it one by one. */
export interface Part {
  /** As the entry of the export says it. */
  scope: JsonObject
  /** How many entries were chosen, and the first and last number where all in between belong. */
  entries: number
  range: [from: number, to: number] | null
}

const NO_ROW = Number.MAX_SAFE_INTEGER

/** The first bad thing to name: the lowest row first, then what covers many rows. */
export function firstOf(findings: readonly Finding[]): Finding | undefined {
  return findings.toSorted((a, b) => rank(a) - rank(b) || (a.seq ?? NO_ROW) - (b.seq ?? NO_ROW))[0]
}

function rank(finding: Finding): number {
  if (finding.where === 'entry' || finding.where === 'content') return finding.seq === undefined ? 1 : 0
  return { station: 2, tree: 3, checkpoint: 4, file: finding.seq === undefined ? 5 : 0 }[finding.where]
}
