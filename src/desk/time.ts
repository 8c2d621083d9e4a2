/** Milliseconds since 1970 as the ledger writes them: UTC, ISO 8601 with milliseconds. */
export function iso(ms: number): string {
  return new Date(ms).toISOString()
}

export function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : iso(ms)
}

export const minute = 60_000
export const hour = 60 * minute
