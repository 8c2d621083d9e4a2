import { local } from '../../composables/use-time.ts'

export type SnoozeChoice = 'hour' | 'tonight' | 'tomorrow'

const day = 24 * 3_600_000
/** China keeps one time all year. */
export const shanghai = (date: string, time: string): number => Date.parse(`${date}T${time}+08:00`)

/** The times offered, as ms. Before eight in the morning of a night shift the next 8:00 is today's. */
export function snoozeChoices(
  now: number,
): { choice: SnoozeChoice; words: SnoozeChoice | 'morning'; at: number }[] {
  const today = local(now)
  const tonight = shanghai(today.date, '20:00:00')
  const eight = shanghai(today.date, '08:00:00')
  return [
    { choice: 'hour' as const, words: 'hour' as const, at: now + 3_600_000 },
    { choice: 'tonight' as const, words: 'tonight' as const, at: tonight },
    now < eight
      ? { choice: 'tomorrow' as const, words: 'morning' as const, at: eight }
      : { choice: 'tomorrow' as const, words: 'tomorrow' as const, at: eight + day },
  ].filter(({ choice, at }) => choice !== 'tonight' || at - now > 60_000)
}
