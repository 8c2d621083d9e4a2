import { refuse } from '../decision.ts'
import type { Due } from '../due.ts'
import type { Station } from '../station/station.ts'
import { rankOfWaiting } from './rank.ts'
import { overdue, wakeByTime } from './rules.ts'

/** Snoozes that end (rule 7) and residents who have waited too long (rule 8). */
export function threadsDue({ db, views }: Station): Due[] {
  const snoozed = db
    .prepare<[number, number], string>('SELECT id FROM thread WHERE snoozed_until <= ? LIMIT ?')
    .pluck()
  const waiting = db
    .prepare<[number, number, number], string>(
      `SELECT id FROM thread INDEXED BY thread_open
       WHERE closed_at IS NULL AND snoozed_until IS NULL AND rank >= ? AND rank <= ? LIMIT ?`,
    )
    .pluck()
  const decided = (
    id: string,
    decide: (thread: Parameters<typeof overdue>[0]) => ReturnType<Due['decide']>,
  ) => {
    const thread = views.threads.thread(id)
    return thread === null ? refuse({ code: 'nothing_to_do' }) : decide(thread)
  }
  return [
    {
      ripe: (now, limit) => snoozed.all(now, limit),
      decide: (id, now) =>
        decided(id, (thread) =>
          wakeByTime({ thread, holderOnShift: views.people.isOnShift(thread.holder) }, now),
        ),
    },
    {
      ripe: (now, limit) => {
        const { waitMinutes } = views.settings.settings()
        return (['endangered', 'urgent', 'priority', 'routine'] as const).flatMap((urgency) => {
          const minutes = waitMinutes[urgency === 'endangered' ? 'urgent' : urgency]
          const { from, to } = rankOfWaiting(urgency, now - minutes * 60_000)
          return waiting.all(from, to, limit)
        })
      },
      decide: (id, now) =>
        decided(id, (thread) => overdue(thread, views.settings.settings().waitMinutes, now)),
    },
  ]
}
