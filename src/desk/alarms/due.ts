import { refuse } from '../decision.ts'
import type { Due } from '../due.ts'
import type { Station } from '../station/station.ts'
import * as rules from './rules.ts'
import type { AlarmRecord } from './view.ts'

/** Rule 10: an alarm nobody acknowledges goes to the supervisors; whoever is looked after is not forgotten. */
export function alarmsDue({ views }: Station): Due[] {
  const decided = (id: string, decide: (alarm: AlarmRecord) => ReturnType<Due['decide']>) => {
    const alarm = views.alarms.alarm(id)
    return alarm === null ? refuse({ code: 'nothing_to_do' }) : decide(alarm)
  }
  return [
    {
      ripe: (now, limit) => views.alarms.toCall(now, limit),
      decide: (id, now) => decided(id, (alarm) => rules.call(alarm, now)),
    },
    {
      ripe: (now, limit) => views.alarms.toContact(now, limit),
      decide: (id, now) => decided(id, (alarm) => rules.contactDue(alarm, now)),
    },
  ]
}
