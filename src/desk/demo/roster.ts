import type { DemoStation } from '../../channels/sandbox/demo-station.ts'
import { entries } from '../decision.ts'
import { dutySaved, postSaved, shiftKindsChanged } from '../shifts/entries.ts'
import { startingKinds } from '../shifts/roster.ts'
import type { Station } from '../station/station.ts'
import { hour, iso } from '../time.ts'
import { called, type Happening } from './acting.ts'

/** 08:00 and 20:00 in Shanghai are 00:00 and 12:00 UTC. */
const aShift = 12 * hour
const begins = (now: number) => now - (now % aShift)
/** From yesterday's shift of this time of day to tomorrow's, and the one after. */
const shown = [-2, -1, 0, 1, 2, 3] as const

/** The posts of the invented station, and two crews that take turns. */
export function addRoster(station: Station, demo: DemoStation, begun: number, now: number): void {
  const [day, night] = startingKinds
  const duties = shown.flatMap((turn) => {
    const from = begins(now) + turn * aShift
    const { id: kind, name } = from % (2 * aShift) === 0 ? day! : night!
    const crew = turn % 2 === 0 ? demo.roster.now : demo.roster.next
    return Object.entries(crew).map(([post, people]) =>
      dutySaved(
        `${post}-${iso(from).slice(0, 10)}-${kind}`,
        { post, kind, from: iso(from), to: iso(from + aShift), people },
        name,
      ),
    )
  })
  const lead = demo.people.find(({ role }) => role === 'supervisor')!
  station.bus.runNow({ user: lead.user, role: lead.role, device: 'core', now: begun }, () => ({
    decision: entries(
      ...demo.posts.map(({ id, name, accounts }) => postSaved(id, { name, accounts })),
      shiftKindsChanged(startingKinds),
      ...duties,
    ),
  }))
}

/** Whoever is rostered now signed on when their shift began. */
export function onDuty(demo: DemoStation, now: number): Happening[] {
  return Object.values(demo.roster.now)
    .flat()
    .map((user) => ({
      at: begins(now),
      happen: (station, at) => {
        called(station, demo, user, at, 'shift.signOff', {})
        called(station, demo, user, at, 'shift.signOn', {})
      },
    }))
}
