import { useI18n } from 'vue-i18n'
import { useTime } from '../../composables/use-time.ts'
import { dateOf, daysLater, startOf, weekdayOf } from './days.ts'

/** Days and hours of shifts in words. */
export function useDayWords() {
  const { t } = useI18n()
  const time = useTime()

  const weekday = (date: string) => t(`shifts.weekdays.d${weekdayOf(date)}`)
  /** `3月9日`, whatever day it is today. */
  function monthDay(date: string): string {
    const [, month, day] = date.split('-')
    return t('app.time.monthDay', { month: Number(month), day: Number(day) })
  }
  /** `20:00–次日 08:00` */
  function hours(from: string | number, to: string | number): string {
    const [first, last] = [dateOf(from), dateOf(to)]
    if (first === last) return `${time.clock(from)}–${time.clock(to)}`
    const end =
      last === daysLater(first, 1)
        ? t('shifts.nextDay', { at: time.clock(to) })
        : `${monthDay(last)} ${time.clock(to)}`
    return `${time.clock(from)}–${end}`
  }
  /** `周一 3月9日 20:00–次日 08:00` */
  const turn = (from: string | number, to: string | number) => {
    const date = dateOf(from)
    return `${weekday(date)} ${monthDay(date)} ${hours(from, to)}`
  }
  /** `3月9日–3月15日`, the last one included; with the year where it is asked for or another one. */
  function days(first: string, after: string, year = false): string {
    const last = daysLater(after, -1)
    if (first === last) return `${monthDay(first)} ${weekday(first)}`
    const [of, month, day] = first.split('-')
    const begins =
      year || of !== last.slice(0, 4)
        ? t('app.time.yearMonthDay', { year: of ?? '', month: Number(month), day: Number(day) })
        : monthDay(first)
    return `${begins}–${monthDay(last)}`
  }
  /** Begins late in the day and goes on over midnight. */
  const overnight = (from: string | number, to: string | number) =>
    new Date(to).getTime() > startOf(daysLater(dateOf(from), 1))

  return { ...time, weekday, monthDay, hours, turn, days, overnight }
}
