/**
 * The time at the end of a header line ("王桂兰  昨天 下午 2:05"), read as Asia/Shanghai.
 * Shanghai has been UTC+8 without summer time since 1991, so the offset is a constant and no time zone
 * library is needed. Pure: `now` comes in.
 */

const MINUTE = 60_000
const DAY = 86_400_000
const SHANGHAI = 8 * 3_600_000

/** A phone may run a little ahead of the station PC; a message "from the future" within this is from today. */
const CLOCK_SKEW = 2 * MINUTE

/** A calendar day in Shanghai as days since 1970-01-01, and whether the paste spelt it out with its year. */
export interface Day {
  number: number
  spelt: boolean
}

export interface TimeAtEnd {
  /** Where the time begins in the line; everything before is the name. */
  from: number
  /** Milliseconds UTC. */
  at: number
  /** Year, day and clock all stand in the paste; nothing was worked out from `now`. */
  exact: boolean
  /** The line itself carries a four-digit year: no sentence looks like that by chance. */
  hasYear: boolean
}

/** The calendar day in Shanghai of an instant. */
export const dayOf = (at: number): number => Math.floor((at + SHANGHAI) / DAY)

/** Midnight in Shanghai at the start of that day, as UTC milliseconds. */
export const startOfDay = (day: number): number => day * DAY - SHANGHAI

const CLOCK = /(\d{1,2}):([0-5]\d)(?::([0-5]\d))? ?([AaPp][Mm])? *$/
const DAY_PART = /(上午|早上|早晨|清晨|凌晨|中午|下午|傍晚|晚上|夜里|AM|PM|am|pm) *$/
const WEEKDAY = /(?:^| )(?:星期|礼拜|周)([一二三四五六日天]) *$/
const WEEKDAY_ENGLISH = /(?:^| )(Sun|Mon|Tue|Wed|Thu|Fri|Sat)(?:day|sday|nesday|rsday|urday)?,? *$/i
const RELATIVE = /(?:^| )(今天|昨天|前天|大前天|Today|Yesterday),? *$/i
const DATE_WITH_YEAR =
  /(?:^| )(?:(20\d\d)([-/.])(\d{1,2})\2(\d{1,2})|(20\d\d) ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?[日号]) *$/
const DATE_WITHOUT_YEAR = /(?:^| )(?:(\d{1,2})[-/](\d{1,2})|(\d{1,2}) ?月 ?(\d{1,2}) ?[日号]) *$/

const DAYS_BACK: Record<string, number> = { 今天: 0, 昨天: 1, 前天: 2, 大前天: 3, today: 0, yesterday: 1 }
const CHINESE_WEEKDAYS = '日一二三四五六'
const ENGLISH_WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

/**
 * Reads a time from the end of a line already in match form (see `matchForm` in paste-headers.ts).
 * `under` is the day of the last date separator, which a bare clock belongs to.
 */
export function timeAtEnd(line: string, now: number, under: Day | null): TimeAtEnd | null {
  // Most lines end in words, and a paste may have tens of thousands of them.
  if (line.lastIndexOf(':') < Math.max(1, line.length - 12)) return null
  const clock = CLOCK.exec(line)
  if (!clock) return null
  let from = clock.index
  let part = clock[4]
  if (!part) {
    const dayPart = DAY_PART.exec(line.slice(0, from))
    if (dayPart) {
      part = dayPart[1]!
      from = dayPart.index
    }
  }
  const hour = hourOfDay(Number(clock[1]), part)
  if (hour === null) return null
  const sinceMidnight =
    hour * 3_600_000 + Number(clock[2]) * MINUTE + (clock[3] ? Number(clock[3]) * 1000 : 0)

  const day = dayAtEnd(line.slice(0, from), now, sinceMidnight)
  if (day === 'impossible') return null
  if (day) {
    return {
      from: day.from,
      at: startOfDay(day.number) + sinceMidnight,
      exact: day.spelt,
      hasYear: day.spelt,
    }
  }
  // A bare clock must be set off from the name: "3栋14:05" is not a header.
  if (from > 0 && line[from - 1] !== ' ') return null
  if (under) return { from, at: startOfDay(under.number) + sinceMidnight, exact: under.spelt, hasYear: false }
  const today = startOfDay(dayOf(now)) + sinceMidnight
  return { from, at: today > now + CLOCK_SKEW ? today - DAY : today, exact: false, hasYear: false }
}

/** A day alone, as in the middle of a date separator. Null if the text is not exactly a day. */
export function dayAlone(text: string, now: number): Day | null {
  const day = dayAtEnd(text, now, 0)
  return day && day !== 'impossible' && day.from === 0 ? { number: day.number, spelt: day.spelt } : null
}

interface DayAtEnd extends Day {
  from: number
}

function dayAtEnd(prefix: string, now: number, sinceMidnight: number): DayAtEnd | 'impossible' | null {
  const today = dayOf(now)
  const weekday = weekdayAtEnd(prefix)
  const rest = weekday ? prefix.slice(0, weekday.from) : prefix

  const full = DATE_WITH_YEAR.exec(rest)
  if (full) {
    const number = dayNumber(
      Number(full[1] ?? full[5]),
      Number(full[3] ?? full[6]),
      Number(full[4] ?? full[7]),
    )
    return number === null ? 'impossible' : { from: startOf(full), number, spelt: true }
  }
  const short = DATE_WITHOUT_YEAR.exec(rest)
  if (short) {
    const number = latestDay(Number(short[1] ?? short[3]), Number(short[2] ?? short[4]), now, sinceMidnight)
    return number === null ? 'impossible' : { from: startOf(short), number, spelt: false }
  }
  const relative = RELATIVE.exec(rest)
  if (relative) {
    return { from: startOf(relative), number: today - DAYS_BACK[relative[1]!.toLowerCase()]!, spelt: false }
  }
  if (!weekday) return null
  // 1970-01-01 was a Thursday (4 when Sunday is 0).
  const back = (((today + 4) % 7) - weekday.weekday + 7) % 7
  const number = today - back
  const later = startOfDay(number) + sinceMidnight > now + CLOCK_SKEW
  return { from: weekday.from, number: later ? number - 7 : number, spelt: false }
}

function weekdayAtEnd(prefix: string): { from: number; weekday: number } | null {
  const chinese = WEEKDAY.exec(prefix)
  if (chinese) {
    const weekday = chinese[1] === '天' ? 0 : CHINESE_WEEKDAYS.indexOf(chinese[1]!)
    return { from: startOf(chinese), weekday }
  }
  const english = WEEKDAY_ENGLISH.exec(prefix)
  if (!english) return null
  return { from: startOf(english), weekday: ENGLISH_WEEKDAYS.indexOf(english[1]!.toLowerCase()) }
}

/** The patterns begin with the line's start or one space; that space belongs to neither name nor time. */
const startOf = (match: RegExpExecArray): number => match.index + (match[0].startsWith(' ') ? 1 : 0)

function dayNumber(year: number, month: number, day: number): number | null {
  const utc = new Date(Date.UTC(year, month - 1, day))
  if (utc.getUTCMonth() !== month - 1 || utc.getUTCDate() !== day) return null
  return utc.getTime() / DAY
}

/** The most recent such day that is not in the future; up to eight years back for 29 February. */
function latestDay(month: number, day: number, now: number, sinceMidnight: number): number | null {
  const thisYear = new Date(now + SHANGHAI).getUTCFullYear()
  for (let year = thisYear; year >= thisYear - 8; year--) {
    const number = dayNumber(year, month, day)
    if (number !== null && startOfDay(number) + sinceMidnight <= now + CLOCK_SKEW) return number
  }
  return null
}

function hourOfDay(hour: number, part: string | undefined): number | null {
  if (hour > 23) return null
  switch (part?.toLowerCase()) {
    case undefined:
      return hour
    case '中午':
      return hour < 4 ? hour + 12 : hour
    case '下午':
    case '傍晚':
    case 'pm':
      return hour < 12 ? hour + 12 : hour
    case '晚上':
    case '夜里':
      // 晚上 9:05 is 21:05, but 夜里 1:05 is one in the morning and 晚上 12:05 is just past midnight.
      if (hour === 12) return 0
      return hour >= 5 && hour < 12 ? hour + 12 : hour
    default:
      // Morning words and AM: 上午 12:05 is five past midnight, as Windows and phones write it.
      return hour === 12 ? 0 : hour
  }
}
