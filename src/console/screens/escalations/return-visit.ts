import { local } from '../../composables/use-time.ts'

const day = 24 * 3_600_000
/** Days offered beside the picker. */
export const visitDays = [3, 7, 30] as const

/** So many days from now, at ten in the morning of the station, as the date picker writes it. */
export const inDays = (days: number, now: number): string => `${local(now + days * day).date} 10:00`

/** ms of `2026-03-01 10:00`, always meant as the station's own time; NaN where it is none. */
export function visitTime(written: string | null): number {
  const [date, clock] = written?.split(' ') ?? []
  return date && clock ? Date.parse(`${date}T${clock}:00+08:00`) : Number.NaN
}
