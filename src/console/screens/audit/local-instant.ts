import { local } from '../../composables/use-time.ts'

/** A time field shows the time of China to the second, wherever the PC thinks it is: `2026-11-20T03:14:05`. */
export function fieldOf(instant: string | number): string {
  const { date, hour, minute, second } = local(instant)
  return `${date}T${hour}:${minute}:${second}`
}

/** Null where the field is empty or half typed. Fields leave out `:00`. */
export function instantOf(field: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(field)) return null
  const at = Date.parse(`${field.length === 16 ? `${field}:00` : field}+08:00`)
  return Number.isNaN(at) ? null : new Date(at).toISOString()
}
