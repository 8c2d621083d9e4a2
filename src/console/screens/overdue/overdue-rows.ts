import type { ThreadRow } from '../../../contract/threads.ts'

/** What is done with the overdue threads on this screen: ages, filters, order. Pure. */

export type OverdueSort = 'age' | 'urgency' | 'holder'
/** A holder's user name, nobody, whoever is off shift, or all. */
export type HolderFilter = { user: string } | 'free' | 'offShift' | 'any'

const minute = 60_000
const urgencyOrder = { urgent: 0, priority: 1, routine: 2 } as const

export const waitedMs = (row: ThreadRow, now: number): number =>
  Math.max(0, now - Date.parse(row.waitingSince ?? row.lastAt))

export function holderMatches(row: ThreadRow, filter: HolderFilter, onShift: ReadonlySet<string>): boolean {
  if (filter === 'any') return true
  if (filter === 'free') return row.holder === null
  if (filter === 'offShift') return row.holder !== null && !onShift.has(row.holder)
  return row.holder === filter.user
}

const since = (row: ThreadRow) => Date.parse(row.waitingSince ?? row.lastAt)

export function sorted(rows: readonly ThreadRow[], by: OverdueSort): ThreadRow[] {
  const oldest = (a: ThreadRow, b: ThreadRow) => since(a) - since(b)
  if (by === 'urgency')
    return rows.toSorted((a, b) => urgencyOrder[a.urgency] - urgencyOrder[b.urgency] || oldest(a, b))
  if (by === 'holder')
    return rows.toSorted((a, b) => {
      if ((a.holder === null) !== (b.holder === null)) return a.holder === null ? -1 : 1
      return (a.holderName ?? '').localeCompare(b.holderName ?? '', 'zh') || oldest(a, b)
    })
  return rows.toSorted(oldest)
}

export const buckets = [
  { name: 'm30', untilMinutes: 30 },
  { name: 'h1', untilMinutes: 60 },
  { name: 'h2', untilMinutes: 120 },
  { name: 'h4', untilMinutes: 240 },
  { name: 'h8', untilMinutes: 480 },
  { name: 'd1', untilMinutes: 1_440 },
  { name: 'over', untilMinutes: Number.POSITIVE_INFINITY },
] as const

export function byAge(rows: readonly ThreadRow[], now: number): { name: string; count: number }[] {
  const counts = buckets.map(({ name }) => ({ name, count: 0 }))
  for (const row of rows) {
    const waited = waitedMs(row, now) / minute
    counts[buckets.findIndex(({ untilMinutes }) => waited < untilMinutes)]!.count++
  }
  return counts
}

export interface HolderCount {
  /** Null: nobody holds them. */
  holder: string | null
  name: string
  count: number
  onShift: boolean
}

/** Most first; nobody's before all. */
export function byHolder(rows: readonly ThreadRow[], onShift: ReadonlySet<string>): HolderCount[] {
  const counts = new Map<string | null, HolderCount>()
  for (const { holder, holderName } of rows) {
    const found = counts.get(holder)
    if (found) found.count++
    else
      counts.set(holder, {
        holder,
        name: holderName ?? holder ?? '',
        count: 1,
        onShift: holder !== null && onShift.has(holder),
      })
  }
  return [...counts.values()].sort(
    (a, b) => Number(b.holder === null) - Number(a.holder === null) || b.count - a.count,
  )
}

/**
 * How far a bar reaches, 0 to 1. By the square root: a wait of a day and one of half an hour are both to be seen
 * beside each other, and the longer one is always the longer bar.
 */
export const reach = (ms: number, longestMs: number): number =>
  longestMs <= 0 ? 0 : Math.min(1, Math.sqrt(ms / longestMs))
