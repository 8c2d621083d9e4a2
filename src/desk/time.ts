/** Milliseconds since 1970 as the ledger writes them: UTC, ISO 8601 with milliseconds. */
export function iso(ms: number): string {
  return new Date(ms).toISOString()
}

export function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : iso(ms)
}

export const minute = 60_000
export const hour = 60 * minute

/** A time that is waited before something is tried again. */
export interface Pause {
  /** ms: when it began. */
  at: number
  due: number
}

/** Where the clock was set back a pause is over: it may not last until the clock has caught up. */
export function lasts({ at, due }: Pause, now: number): boolean {
  return at <= now && now < due
}
