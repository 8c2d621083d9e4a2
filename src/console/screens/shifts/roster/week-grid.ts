import type { Duty, Post } from '../../../../contract/shifts.ts'
import { dateOf } from '../days.ts'

export interface RosterCell {
  date: string
  /** Those that begin on this day. */
  duties: Duty[]
  /** Begun before the week and not over on its first day. */
  carried: Duty[]
}
export interface RosterRow {
  post: string
  /** Null for one that is there no more. */
  name: string | null
  accounts: readonly string[]
  cells: RosterCell[]
}

/** A row for each post, and for those that are gone and were manned in this week. */
export function rosterRows(
  posts: readonly Post[],
  duties: readonly Duty[],
  days: readonly string[],
): RosterRow[] {
  const known = new Set(posts.map(({ id }) => id))
  const gone = [...new Set(duties.map(({ post }) => post))].filter((post) => !known.has(post))
  const rows = [
    ...posts.map(({ id, name, accounts }) => ({ post: id, name, accounts })),
    ...gone.map((post) => ({ post, name: null, accounts: [] })),
  ]
  const first = days[0] ?? ''
  return rows.map((row) => {
    const own = duties.filter(({ post }) => post === row.post)
    return {
      ...row,
      cells: days.map((date) => ({
        date,
        duties: own.filter(({ from }) => dateOf(from) === date),
        carried: date === first ? own.filter(({ from }) => dateOf(from) < first) : [],
      })),
    }
  })
}

export interface Place {
  row: number
  day: number
  item: number
}
export type Arrow = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown' | 'Home' | 'End'

/** Where an arrow key leads; `counts` are the things to stand on in each cell, by row and day, at least one. */
export function placeAfter(counts: readonly (readonly number[])[], at: Place, key: Arrow): Place {
  const countAt = (row: number, day: number) => counts[row]?.[day] ?? 0
  const on = (row: number, day: number, item: number): Place => ({
    row,
    day,
    item: Math.min(item, Math.max(0, countAt(row, day) - 1)),
  })
  const lastDay = (counts[at.row]?.length ?? 1) - 1
  switch (key) {
    case 'ArrowLeft':
      return on(at.row, Math.max(0, at.day - 1), at.item)
    case 'ArrowRight':
      return on(at.row, Math.min(lastDay, at.day + 1), at.item)
    case 'Home':
      return on(at.row, 0, at.item)
    case 'End':
      return on(at.row, lastDay, at.item)
    case 'ArrowDown':
      if (at.item < countAt(at.row, at.day) - 1) return { ...at, item: at.item + 1 }
      return at.row < counts.length - 1 ? on(at.row + 1, at.day, 0) : at
    case 'ArrowUp':
      if (at.item > 0) return { ...at, item: at.item - 1 }
      return at.row > 0 ? on(at.row - 1, at.day, Number.POSITIVE_INFINITY) : at
  }
}

/** How a duty stands at this moment. */
export function stateOf(duty: Pick<Duty, 'from' | 'to'>, now: number): 'past' | 'current' | 'coming' {
  if (now < Date.parse(duty.from)) return 'coming'
  return now < Date.parse(duty.to) ? 'current' : 'past'
}
