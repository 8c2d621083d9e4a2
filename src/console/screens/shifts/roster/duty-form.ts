import type { Duty, ShiftKind } from '../../../../contract/shifts.ts'
import { dateOf, dayMs, startOf, written, writtenTime } from '../days.ts'

/** A duty as it is being arranged. */
export interface DutyForm {
  id: string
  post: string | null
  /** Null: times and a name of its own. */
  kind: string | null
  /** The day a kind of shift begins on. */
  date: string | null
  name: string
  /** `2026-03-09 20:00` of the station's own time. */
  from: string | null
  to: string | null
  people: string[]
}

export const longestHours = 48

const minutesOf = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))

/** A kind of shift on this day, ms; one that ends at or before its start ends the next day. */
export function turnOf({ from, to }: Pick<ShiftKind, 'from' | 'to'>, date: string) {
  const [begins, ends] = [minutesOf(from), minutesOf(to)]
  const start = startOf(date)
  return { from: start + begins * 60_000, to: start + ends * 60_000 + (ends <= begins ? dayMs : 0) }
}

/** NaN for what is not filled in yet. */
export function timesOf(form: DutyForm, kinds: readonly ShiftKind[]): { from: number; to: number } {
  const kind = kinds.find(({ id }) => id === form.kind)
  if (kind && form.date) return turnOf(kind, form.date)
  if (form.kind !== null) return { from: Number.NaN, to: Number.NaN }
  return { from: writtenTime(form.from), to: writtenTime(form.to) }
}

/** The first kind whose hours nobody is at this post for, on this day. */
export function blankForm(
  at: { id: string; post: string | null; date: string },
  kinds: readonly ShiftKind[],
  duties: readonly Duty[],
): DutyForm {
  const taken = (kind: ShiftKind) => {
    const { from, to } = turnOf(kind, at.date)
    return duties.some(
      (duty) => duty.post === at.post && Date.parse(duty.from) < to && from < Date.parse(duty.to),
    )
  }
  const kind = kinds.find((one) => !taken(one)) ?? kinds[0]
  const times = kind ? turnOf(kind, at.date) : turnOf({ from: '08:00', to: '20:00' }, at.date)
  return {
    ...at,
    kind: kind?.id ?? null,
    name: '',
    from: written(times.from),
    to: written(times.to),
    people: [],
  }
}

/** One that no longer has the hours of its kind is one with times of its own. */
export function formOf(duty: Duty, kinds: readonly ShiftKind[]): DutyForm {
  const date = dateOf(duty.from)
  const kind = kinds.find(({ id }) => id === duty.kind)
  const turn = kind && turnOf(kind, date)
  const asItsKind = turn?.from === Date.parse(duty.from) && turn.to === Date.parse(duty.to)
  return {
    id: duty.id,
    post: duty.post,
    kind: asItsKind && kind ? kind.id : null,
    date,
    name: duty.name,
    from: written(duty.from),
    to: written(duty.to),
    people: duty.people.map(({ user }) => user),
  }
}

/** What is still missing or wrong, the first of it. */
export function lackOf(form: DutyForm, kinds: readonly ShiftKind[]) {
  const { from, to } = timesOf(form, kinds)
  if (form.post === null) return 'post'
  if (Number.isNaN(from) || Number.isNaN(to)) return 'times'
  if (to <= from) return 'order'
  if (to - from > longestHours * 3_600_000) return 'long'
  if (form.kind === null && form.name.trim() === '') return 'name'
  return form.people.length === 0 ? 'people' : null
}

/** What else somebody has while the duty lasts: at another post it cannot be, at this one it may. */
export function otherDuties(
  user: string,
  form: Pick<DutyForm, 'id' | 'post'>,
  { from, to }: { from: number; to: number },
  duties: readonly Duty[],
): { duty: Duty; clash: boolean } | null {
  const near = duties.filter(
    (duty) =>
      duty.id !== form.id &&
      duty.people.some((one) => one.user === user) &&
      Date.parse(duty.from) < to + dayMs / 2 &&
      from - dayMs / 2 < Date.parse(duty.to),
  )
  const clash = near.find(
    (duty) => duty.post !== form.post && Date.parse(duty.from) < to && from < Date.parse(duty.to),
  )
  const found = clash ?? near[0]
  return found ? { duty: found, clash: clash !== undefined } : null
}
