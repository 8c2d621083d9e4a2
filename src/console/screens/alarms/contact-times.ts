/** When to speak with the resident next, in minutes. */
export const contactMinutes = [15, 30, 60, 120] as const
export type ContactMinutes = (typeof contactMinutes)[number]

/** `2026-03-01 20:00` as the station's own time, whatever the PC's zone is. China keeps one time all year. */
export function instantOf(field: string | null): number {
  const [date, clock] = field?.split(' ') ?? []
  return date && clock ? Date.parse(`${date}T${clock}:00+08:00`) : Number.NaN
}

/** What was chosen, as an instant for the core; null where it is not a time to come. */
export function nextContact(
  chosen: ContactMinutes | 'custom',
  custom: string | null,
  now: number,
): string | null {
  const at = chosen === 'custom' ? instantOf(custom) : now + chosen * 60_000
  return at > now ? new Date(at).toISOString() : null
}
