import type { Entry, JsonObject } from '../../ledger/entry.ts'
import { withoutLink, withoutWords } from '../threads/timeline-items.ts'

/**
 * What rule 11 takes out of an entry's data for a reader of records who may not read all: whatever says whose a private
 * thread is. Which words may be read is decided where they are read. Pure.
 */

export interface Withholding {
  /** The thread the entry belongs to; null where it belongs to none. */
  thread: string | null
  mayRead(thread: string): boolean
}

/** A warning says whom it is about; which private thread is theirs it must not (rule 11). */
export const leadsToThread = (type: string) => type.startsWith('warning.')

/** The thread an entry is about. A warning is about a resident. */
export function threadOf(entry: Entry | undefined, isThread: (id: string) => boolean): string | null {
  if (entry === undefined || leadsToThread(entry.type)) return null
  const id = typeof entry.data.thread === 'string' ? entry.data.thread : entry.subject
  return isThread(id) ? id : null
}

/** The data that is shown, without the commitment to the content, which is nothing to read. */
export function shownData(entry: Entry, { thread, mayRead }: Withholding): JsonObject {
  const { content: _commitment, ...data } = entry.data
  if (entry.type === 'handoff.frozen') return withoutCards(data, mayRead)
  if (thread === null) return data
  const line = { entry: { ...entry, data }, content: null }
  if (mayRead(thread)) return withoutLink(line, mayRead).entry.data
  if (leadsToThread(entry.type)) {
    const { thread: _thread, message: _message, ...rest } = data
    return rest
  }
  const left = withoutWords(line).entry.data
  // What is null tells nothing, and an entry that lacks nothing can be checked to the last byte.
  return Object.fromEntries(
    Object.entries(data).filter(
      ([field, value]) => value === null || (Object.hasOwn(left, field) && alsoTells[entry.type] !== field),
    ),
  )
}

/** Fields that are harmless elsewhere: the resident who wrote, and the channel's own words. */
const alsoTells: { [type: string]: string } = { 'message.received': 'from', 'message.failed': 'reason' }

interface Item extends JsonObject {
  thread: string | null
}

/** Of an item of the sheet that this reader may not read: that it is there, and how severe. */
function withoutCards(data: JsonObject, mayRead: (thread: string) => boolean): JsonObject {
  const open = ({ thread }: Item) => thread === null || mayRead(thread)
  const { items, queue } = data as unknown as { items: Item[]; queue: { rows: Item[] } | null }
  return {
    ...data,
    items: items.map((item) => {
      const { id = null, kind = null, severity = null, thread } = item
      return open(item) ? item : { id, kind, severity, thread }
    }),
    queue: queue && { ...queue, rows: queue.rows.filter(open) },
  }
}
