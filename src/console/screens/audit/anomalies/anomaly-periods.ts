/** Times that anomalies are looked for in. Pure; times in ms. */

const day = 24 * 3_600_000
export const periodNames = ['day', 'week', 'month', 'quarter', 'own'] as const
export type PeriodName = (typeof periodNames)[number]
const lengths = { day: 1, week: 7, month: 30, quarter: 90 } as const

/** `own` is from and to as they stand in the address; what is mangled in it falls back to a month. */
export function spanOf(
  name: PeriodName,
  now: number,
  own: { from?: string | undefined; to?: string | undefined },
): { from: string; to: string } {
  const iso = (at: number) => new Date(at).toISOString()
  const [from, to] = [Date.parse(own.from ?? ''), Date.parse(own.to ?? '')]
  if (name === 'own' && from <= to) return { from: iso(from), to: iso(to) }
  return { from: iso(now - lengths[name === 'own' ? 'month' : name] * day), to: iso(now) }
}

export const periodNamed = (name: string | undefined): PeriodName =>
  periodNames.find((one) => one === name) ?? 'month'
