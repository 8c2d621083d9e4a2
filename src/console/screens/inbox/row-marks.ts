import type { ThreadRow } from '../../../contract/threads.ts'

export type RowMark =
  | 'ring'
  | 'handed'
  | 'undelivered'
  | 'overdue'
  | 'escalation'
  | 'urgent'
  | 'elsewhere'
  | 'watch'
  | 'priority'
  | 'common'
  | 'told'

/** More of them and the eye no longer finds the one that matters. */
export const marksShown = 2

/** So long after a handoff the threads it moved are marked (rule 17). */
const handedMs = 15 * 60_000

/** 刚交接; a clock a little behind the core's does not hide it. */
export function justHanded(thread: Pick<ThreadRow, 'handedOverAt' | 'closedAt'>, now: number): boolean {
  if (thread.handedOverAt === null || thread.closedAt !== null) return false
  return now - Date.parse(thread.handedOverAt) < handedMs
}

type Marked = Pick<
  ThreadRow,
  | 'readable'
  | 'mark'
  | 'overdue'
  | 'escalation'
  | 'urgency'
  | 'common'
  | 'toldOfDelayAt'
  | 'undelivered'
  | 'handedOverAt'
  | 'closedAt'
  | 'servedElsewhere'
>

/** What is to be said of a thread at a glance, most important first; nothing of one that may not be read (rule 11). */
export function rowMarks(row: Marked, now: number): RowMark[] {
  if (!row.readable) return []
  const open = row.closedAt === null
  const marks: [RowMark, boolean][] = [
    ['ring', row.mark?.strength === 'ring'],
    ['handed', justHanded(row, now)],
    ['undelivered', row.undelivered !== null],
    ['overdue', row.overdue],
    ['escalation', row.escalation !== null],
    ['urgent', row.urgency === 'urgent'],
    ['elsewhere', open && row.servedElsewhere],
    ['watch', row.mark?.strength === 'watch'],
    ['priority', row.urgency === 'priority'],
    ['common', row.common !== null],
    ['told', open && row.toldOfDelayAt !== null],
  ]
  return marks.filter(([, is]) => is).map(([mark]) => mark)
}
