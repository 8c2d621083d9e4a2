import { onScopeDispose, type Ref, ref } from 'vue'
import { useI18n } from 'vue-i18n'

const ZONE = 'Asia/Shanghai'
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

interface Ticker {
  now: Ref<number>
  users: number
  timer: ReturnType<typeof setInterval>
}
const tickers = new Map<number, Ticker>()

/** The present time, renewed every `stepMs`; all who ask for the same step share one timer. */
export function useNow(stepMs: number): Readonly<Ref<number>> {
  let ticker = tickers.get(stepMs)
  if (!ticker) {
    const now = ref(Date.now())
    ticker = { now, users: 0, timer: setInterval(() => (now.value = Date.now()), stepMs) }
    tickers.set(stepMs, ticker)
  }
  const mine = ticker
  mine.users++
  onScopeDispose(() => {
    if (--mine.users > 0) return
    clearInterval(mine.timer)
    tickers.delete(stepMs)
  })
  return mine.now
}

type Instant = string | number | Date

const parts = new Intl.DateTimeFormat('en-CA', {
  timeZone: ZONE,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})

/** Year, month, day and time as digits in Asia/Shanghai. */
export function local(instant: Instant) {
  const found: Record<string, string> = {}
  for (const part of parts.formatToParts(new Date(instant))) found[part.type] = part.value
  const { year = '', month = '', day = '', hour = '', minute = '', second = '' } = found
  return { year, month, day, hour, minute, second, date: `${year}-${month}-${day}` }
}

export function useTime() {
  const { t } = useI18n()

  /** `14:05` */
  const clock = (instant: Instant) => {
    const { hour, minute } = local(instant)
    return `${hour}:${minute}`
  }
  /** `14:05:09` */
  const clockSeconds = (instant: Instant) => `${clock(instant)}:${local(instant).second}`
  /** `2026-03-09` */
  const date = (instant: Instant) => local(instant).date
  /** `2026-03-09 14:05` */
  const full = (instant: Instant) => `${date(instant)} ${clock(instant)}`
  /** `2026-03-09 14:05:09` */
  const exact = (instant: Instant) => `${date(instant)} ${clockSeconds(instant)}`

  /** 今天 / 昨天 / 3月9日 / 2025年3月9日 */
  function day(instant: Instant, now: number = Date.now()): string {
    const then = local(instant)
    const today = local(now)
    if (then.date === today.date) return t('app.time.today')
    if (then.date === local(now - DAY).date) return t('app.time.yesterday')
    const facts = { year: then.year, month: Number(then.month), day: Number(then.day) }
    return then.year === today.year ? t('app.time.monthDay', facts) : t('app.time.yearMonthDay', facts)
  }

  /** `今天 14:05` */
  const moment = (instant: Instant, now?: number) => `${day(instant, now)} ${clock(instant)}`

  /** For lists: the time of day for today, otherwise the day. */
  function brief(instant: Instant, now: number = Date.now()): string {
    return local(instant).date === local(now).date ? clock(instant) : day(instant, now)
  }

  /** A length of time in its one or two leading units: `12 分钟`, `3 小时 5 分`, `2 天`. */
  function length(milliseconds: number): string {
    const ms = Math.max(0, milliseconds)
    if (ms < MINUTE) return t('app.time.underMinute')
    if (ms < HOUR) return t('app.time.minutes', { n: Math.floor(ms / MINUTE) })
    const hours = Math.floor(ms / HOUR)
    const minutes = Math.floor((ms % HOUR) / MINUTE)
    if (ms < DAY) {
      if (minutes === 0 || hours >= 10) return t('app.time.hours', { n: hours })
      return t('app.time.hoursMinutes', { h: hours, m: minutes })
    }
    return t('app.time.days', { n: Math.floor(ms / DAY) })
  }

  /** How long ago. */
  const age = (instant: Instant, now: number = Date.now()) => length(now - new Date(instant).getTime())
  /** How long until. */
  const left = (instant: Instant, now: number = Date.now()) => length(new Date(instant).getTime() - now)
  /** `1:05`, for countdowns of seconds. */
  function countdown(milliseconds: number): string {
    const seconds = Math.max(0, Math.ceil(milliseconds / 1000))
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
  }

  return { clock, clockSeconds, date, full, exact, day, moment, brief, length, age, left, countdown }
}
