import type { Page } from '../../contract/call.ts'
import type { Duty, OnShift, ShiftNow, WorkedShift } from '../../contract/shifts.ts'
import type { Station } from '../station/station.ts'
import { iso, isoOrNull } from '../time.ts'
import type { DutyState } from './roster.ts'
import type { WorkedFilter } from './view.ts'

/** Who is on, who should be, who was: as everybody may see it. Names no thread and no resident. */

export function shiftNow(station: Station, at: number): ShiftNow {
  const { shifts } = station.views
  const on = onShift(station)
  const current = shifts.duties(at, at + 1)
  const posts = shifts.posts()
  const next = posts.flatMap(({ id }) => shifts.nextOf(id, at) ?? [])
  return {
    on,
    missing: current.flatMap((duty) => missingFrom(station, duty)),
    current: current.map((duty) => shownDuty(station, duty)),
    next: next.map((duty) => shownDuty(station, duty)),
    unmanned: posts.map(({ id }) => id).filter((post) => !on.some((one) => mans(one, post))),
  }
}

/** A supervisor who came for no post in particular oversees them all, and sits at none. */
function mans({ post, role }: OnShift, asked: string): boolean {
  return post === asked || (post === null && role === 'officer')
}

function onShift({ views }: Station): OnShift[] {
  const { people, shifts, threads } = views
  const holds = new Map<string, number>()
  for (const { holder, n } of threads.counts.all()) holds.set(holder, (holds.get(holder) ?? 0) + n)
  const open = new Map(shifts.open().map((row) => [row.user, row]))
  return people
    .people()
    .filter((person) => person.onShift)
    .map(({ user, name, role, onShiftSince }) => {
      const shift = open.get(user)
      const duty = shift?.duty ? shifts.duty(shift.duty) : null
      return {
        user,
        name,
        role,
        since: onShiftSince!,
        post: shift?.post ?? null,
        duty: duty?.id ?? null,
        until: isoOrNull(duty?.to ?? null),
        holds: holds.get(user) ?? 0,
      }
    })
}

function missingFrom({ views: { people } }: Station, duty: DutyState): ShiftNow['missing'] {
  return duty.people
    .filter((user) => people.works(user) && !people.isOnShift(user))
    .map((user) => ({
      user,
      name: people.nameOf(user),
      duty: duty.id,
      post: duty.post,
      since: iso(duty.from),
    }))
}

export function shownDuty({ views: { people } }: Station, duty: DutyState): Duty {
  return {
    id: duty.id,
    post: duty.post,
    kind: duty.kind,
    name: duty.name,
    from: iso(duty.from),
    to: iso(duty.to),
    people: duty.people.map((user) => ({
      user,
      name: people.nameOf(user),
      onShift: people.isOnShift(user),
    })),
  }
}

export function workedShifts(
  { views }: Station,
  filter: WorkedFilter,
  offset: number,
  limit: number,
): Page<WorkedShift> {
  const { rows, total } = views.shifts.workedPage(filter, offset, limit)
  return {
    rows: rows.map((row) => {
      const { answers, closed, handedOver, tookOver } = views.tally.worked.of(row)
      return {
        id: row.id,
        user: row.user,
        name: views.people.nameOf(row.user),
        post: row.post,
        duty: row.duty,
        from: iso(row.signed_on),
        to: isoOrNull(row.signed_off),
        answers,
        closed,
        handedOver,
        tookOver,
        leftHolding: handedOver > 0 ? 0 : row.holds,
      }
    }),
    total,
  }
}
