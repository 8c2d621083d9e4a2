import type { ThreadRow } from '../../../contract/threads.ts'

export type RowMark = 'ring' | 'overdue' | 'escalation' | 'urgent' | 'watch' | 'priority' | 'common' | 'told'

/** More of them and the eye no longer finds the one that matters. */
export const marksShown = 2

type Marked = Pick<
  ThreadRow,
  'readable' | 'mark' | 'overdue' | 'escalation' | 'urgency' | 'common' | 'toldOfDelayAt' | 'closedAt'
>

/** What is to be said of a thread at a glance, most important first; nothing of one that may not be read (rule 11). */
export function rowMarks(row: Marked): RowMark[] {
  if (!row.readable) return []
  const open = row.closedAt === null
  const marks: [RowMark, boolean][] = [
    ['ring', row.mark?.strength === 'ring'],
    ['overdue', row.overdue],
    ['escalation', row.escalation !== null],
    ['urgent', row.urgency === 'urgent'],
    ['watch', row.mark?.strength === 'watch'],
    ['priority', row.urgency === 'priority'],
    ['common', row.common !== null],
    ['told', open && row.toldOfDelayAt !== null],
  ]
  return marks.filter(([, is]) => is).map(([mark]) => mark)
}
