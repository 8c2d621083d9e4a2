import type { MessageItem, TimelineItem } from '../../../contract/threads.ts'
import { local } from '../../composables/use-time.ts'

export type TimelineRow =
  | { row: 'day'; key: string; at: string }
  /** `follows`: in a group, more words of whoever spoke just before; they need not be named again. */
  | { row: 'item'; key: string; item: TimelineItem; follows: boolean }

/** After this long the same speaker is named again. */
const pauseMs = 5 * 60_000

const instantOf = (item: TimelineItem) => (item.item === 'message' ? item.sentAt : item.at)

/** The items with a separator before the first of each day. */
export function timelineRows(items: readonly TimelineItem[], inGroup = false): TimelineRow[] {
  const rows: TimelineRow[] = []
  let day = ''
  let before: MessageItem | null = null
  for (const item of items) {
    const at = instantOf(item)
    const { date } = local(at)
    const sameDay = date === day
    if (!sameDay) rows.push({ row: 'day', key: `day-${date}-${item.seq}`, at })
    day = date
    const message = item.item === 'message' ? item : null
    const follows = inGroup && sameDay && message !== null && before !== null && goesOn(before, message)
    rows.push({ row: 'item', key: `${item.item}-${item.seq}`, item, follows })
    before = message
  }
  return rows
}

function goesOn(before: MessageItem, now: MessageItem): boolean {
  return (
    before.from === now.from &&
    before.author === now.author &&
    Date.parse(now.sentAt) - Date.parse(before.sentAt) < pauseMs
  )
}
