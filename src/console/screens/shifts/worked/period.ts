import type { ShiftStatistics } from '../../../../contract/shifts.ts'
import { dateOf, daysLater, mondayOf, startOf } from '../days.ts'

/** Times that statistics are asked for. */
export const periodKinds = ['day', 'week', 'thirty'] as const
export type PeriodKind = (typeof periodKinds)[number]

export interface Period {
  kind: PeriodKind
  /** The day itself, any day of the week, the last of thirty. */
  date: string
}

/** First day and the day after the last one. */
export function daysOf({ kind, date }: Period): { first: string; after: string } {
  if (kind === 'day') return { first: date, after: daysLater(date, 1) }
  if (kind === 'thirty') return { first: daysLater(date, -29), after: daysLater(date, 1) }
  const monday = mondayOf(date)
  return { first: monday, after: daysLater(monday, 7) }
}

export function spanOf(period: Period): { from: string; to: string } {
  const { first, after } = daysOf(period)
  return { from: new Date(startOf(first)).toISOString(), to: new Date(startOf(after)).toISOString() }
}

const lengths: Record<PeriodKind, number> = { day: 1, week: 7, thirty: 30 }
export const moved = ({ kind, date }: Period, by: 1 | -1): Period => ({
  kind,
  date: daysLater(date, by * lengths[kind]),
})

type Hour = ShiftStatistics['hours'][number]
/** More bars than this and none can be told from the next. */
const mostHours = 48

/** Hours as the bars of the chart; of a long time the days. */
export function barsOf(hours: readonly Hour[]): { unit: 'hour' | 'day'; bars: Hour[] } {
  if (hours.length <= mostHours) return { unit: 'hour', bars: [...hours] }
  const days = new Map<string, Hour>()
  for (const hour of hours) {
    const date = dateOf(hour.at)
    const day = days.get(date)
    if (!day) days.set(date, { ...hour })
    else
      days.set(date, {
        at: day.at,
        arrived: day.arrived + hour.arrived,
        answers: day.answers + hour.answers,
        closed: day.closed + hour.closed,
      })
  }
  return { unit: 'day', bars: [...days.values()] }
}
