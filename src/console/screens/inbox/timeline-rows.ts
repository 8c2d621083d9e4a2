import type { TimelineItem } from '../../../contract/threads.ts'
import { local } from '../../composables/use-time.ts'

export type TimelineRow =
  | { row: 'day'; key: string; at: string }
  | { row: 'item'; key: string; item: TimelineItem }

const instantOf = (item: TimelineItem) => (item.item === 'message' ? item.sentAt : item.at)

/** The items with a separator before the first of each day. */
export function timelineRows(items: readonly TimelineItem[]): TimelineRow[] {
  const rows: TimelineRow[] = []
  let day = ''
  for (const item of items) {
    const at = instantOf(item)
    const { date } = local(at)
    if (date !== day) rows.push({ row: 'day', key: `day-${date}-${item.seq}`, at })
    day = date
    rows.push({ row: 'item', key: `${item.item}-${item.seq}`, item })
  }
  return rows
}
