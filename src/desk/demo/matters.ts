import type { DemoConversation, DemoStation, DemoWarning } from '../../channels/sandbox/demo-station.ts'
import { iso, minute } from '../time.ts'
import { called, type Happening, threadOf, workerOf } from './acting.ts'

/** Alarms, escalations and scam warnings of the invented station's last days. */

/** How long an officer of the demo takes to acknowledge an alarm (ms). */
const acknowledgedAfter = 25_000
/** Nobody who opens the demo is called to account at once: next contacts are ahead. */
const nextContact = 15 * minute

/** What rang with a message of `saidAt` was acknowledged in time, and the resident is being looked after. */
export function heeded(
  demo: DemoStation,
  conversation: DemoConversation,
  saidAt: number,
  now: number,
): Happening {
  return {
    at: saidAt + acknowledgedAfter,
    happen: (station, at) => {
      const id = threadOf(station, conversation).alarm
      const alarm = id === null ? null : station.views.alarms.alarm(id)
      if (alarm?.state !== 'ringing') return
      const user = workerOf(demo, conversation)
      called(station, demo, user, at, 'alarm.acknowledge', { alarm: alarm.id })
      called(station, demo, user, at, 'alarm.follow', {
        alarm: alarm.id,
        looksAfter: user,
        nextContactAt: iso(now + nextContact),
      })
    },
  }
}

/** Given to a desk, and taken by one of its members two minutes later where somebody took it. */
export function escalated(demo: DemoStation, conversation: DemoConversation, now: number): Happening[] {
  if (!conversation.escalated) return []
  const { by, minutesAgo, acceptedBy, desk, level, reason, private: isPrivate } = conversation.escalated
  const at = now - minutesAgo * minute
  const raised: Happening = {
    at,
    happen: (station, when) => {
      const thread = threadOf(station, conversation).id
      called(station, demo, by, when, 'thread.escalate', { thread, desk, level, reason, private: isPrivate })
    },
  }
  if (acceptedBy === undefined) return [raised]
  const accepted: Happening = {
    at: at + 2 * minute,
    happen: (station, when) => {
      const { escalation } = threadOf(station, conversation)
      called(station, demo, acceptedBy, when, 'escalation.accept', { escalation: escalation! })
    },
  }
  return [raised, accepted]
}

export function warned(demo: DemoStation, warning: DemoWarning, now: number): Happening {
  const { contact, type, source, note, by, minutesAgo } = warning
  const { name, phone } = demo.contacts.find(({ id }) => id === contact)!
  return {
    at: now - minutesAgo * minute,
    happen: (station, at) =>
      void called(station, demo, by, at, 'warning.enter', { name, phone, type, source, note, contact }),
  }
}
