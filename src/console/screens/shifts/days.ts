import { local } from '../../composables/use-time.ts'

/**
 * Days as the station lives them, `2026-03-09` in Asia/Shanghai, which has no summer time: every day is as long as the
 * next. Weeks begin on Monday.
 */
export const dayMs = 24 * 3_600_000

export const dateOf = (instant: string | number): string => local(instant).date
export const startOf = (date: string): number => Date.parse(`${date}T00:00:00+08:00`)
export const daysLater = (date: string, days: number): string => dateOf(startOf(date) + days * dayMs)

/** 0 is Monday. */
export const weekdayOf = (date: string): number => (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7
export const mondayOf = (date: string): string => daysLater(date, -weekdayOf(date))
export const weekFrom = (monday: string): string[] =>
  Array.from({ length: 7 }, (_, day) => daysLater(monday, day))

/** From an address, where anything may stand. */
export const isDate = (written: string | undefined): written is string =>
  written !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(written) && !Number.isNaN(startOf(written))

/** `2026-03-09 20:00` as the date picker writes it, always meant as the station's own time. */
export const written = (instant: string | number): string => {
  const { date, hour, minute } = local(instant)
  return `${date} ${hour}:${minute}`
}
/** ms of it; NaN where it is none. */
export function writtenTime(text: string | null): number {
  const [date, clock] = text?.split(' ') ?? []
  return date && clock ? Date.parse(`${date}T${clock}:00+08:00`) : Number.NaN
}
