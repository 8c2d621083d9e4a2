/** Beijing time on every paper, whatever the machine is set to. */

const parts = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Asia/Shanghai',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})

function local(instant: string) {
  const found: Record<string, string> = {}
  for (const part of parts.formatToParts(new Date(instant))) found[part.type] = part.value
  return found
}

/** `2026-03-09 08:05` */
export function full(instant: string): string {
  const { year, month, day, hour, minute } = local(instant)
  return `${year}-${month}-${day} ${hour}:${minute}`
}

/** `2026-03-09 08:05:21`, for signatures. */
export const exact = (instant: string) => `${full(instant)}:${local(instant).second}`

/** `03-09 08:05`; with the year where it is not that of `near`. */
export function brief(instant: string, near: string): string {
  return local(instant).year === local(near).year ? full(instant).slice(5) : full(instant)
}
