import { type Decision, entries, refuse } from '../decision.ts'
import * as did from './entries.ts'

/** Findings: what an auditor makes of records and anomalies. They are closed with an outcome, and may be reopened. Pure. */

export interface FindingState {
  id: string
  closed_at: number | null
  threads: readonly string[]
}

export interface Saving extends did.FindingData {
  title: string
  note: string | null
}

/** What the ledger has of what a finding names. */
export interface Known {
  size: number
  /** Whether something has this id already: a thread's would put the finding among what was done about it. */
  taken(id: string): boolean
  /** The thread that an entry is about. */
  threadOf(seq: number): string | null
  thread(id: string): boolean
  handoff(id: string): boolean
}

/** A new one, or new words and entries for one that is open. */
export function save(id: string, present: FindingState | null, asked: Saving, known: Known): Decision {
  if (present !== null && present.closed_at !== null) return closedAlready
  if (present === null && known.taken(id)) return refuse({ code: 'already_there', what: 'finding', id })
  const seq = asked.seqs.find((each) => each < 1 || each > known.size)
  if (seq !== undefined) return refuse({ code: 'not_found', what: 'entry', id: String(seq) })
  const thread = asked.threads.find((each) => !known.thread(each))
  if (thread !== undefined) return refuse({ code: 'not_found', what: 'thread', id: thread })
  const handoff = asked.handoffs.find((each) => !known.handoff(each))
  if (handoff !== undefined) return refuse({ code: 'not_found', what: 'handoff', id: handoff })
  const { title, note, severity, seqs, handoffs, anomaly } = asked
  // What rests on entries of a private thread is as private as that.
  const threads = [...new Set([...asked.threads, ...seqs.flatMap((each) => known.threadOf(each) ?? [])])]
  return entries(did.findingSaved(id, { severity, seqs, threads, handoffs, anomaly }, { title, note }))
}

export function close(id: string, present: FindingState | null, outcome: string): Decision {
  if (present === null) return refuse({ code: 'not_found', what: 'finding', id })
  return present.closed_at === null ? entries(did.findingClosed(id, present.threads, outcome)) : closedAlready
}

export function reopen(id: string, present: FindingState | null): Decision {
  if (present === null) return refuse({ code: 'not_found', what: 'finding', id })
  if (present.closed_at === null) return refuse({ code: 'wrong_state', what: 'finding', state: 'open' })
  return entries(did.findingReopened(id))
}

const closedAlready = refuse({ code: 'wrong_state', what: 'finding', state: 'closed' })
