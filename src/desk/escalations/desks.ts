import type { EscalationDesk, EscalationLevel } from '../../contract/escalations.ts'
import { type Decision, entries, refuse } from '../decision.ts'
import * as did from './entries.ts'

/** Which desks and levels there are, and what may be changed about them. Pure. */

/** What is declined or lapses goes here (rule 12). */
export const supervisorsDesk = 'supervisor'

/** Without any entry. Supervisors act for every desk, so none needs a member to work. */
export const startingDesks: readonly EscalationDesk[] = [
  { id: 'mediation', name: '调解专席', members: [], acceptMinutes: 60 },
  { id: 'antiFraud', name: '反诈专席', members: [], acceptMinutes: 30 },
  { id: 'criminal', name: '刑侦专席', members: [], acceptMinutes: 30 },
  { id: supervisorsDesk, name: '带班领导', members: [], acceptMinutes: 15 },
]

/** Most severe first. */
export const startingLevels: readonly EscalationLevel[] = [
  { id: 'red', name: '红', colour: '#c62828', acceptMinutes: 5, accepts: 'supervisor' },
  { id: 'orange', name: '橙', colour: '#e07b00', acceptMinutes: 15, accepts: 'members' },
  { id: 'yellow', name: '黄', colour: '#c9a400', acceptMinutes: 30, accepts: 'members' },
  { id: 'blue', name: '蓝', colour: '#2f6fd0', acceptMinutes: 120, accepts: 'members' },
]

/** How many live matters stand at each desk and level. */
export type LiveMatters = readonly { desk: string; level: string; n: number }[]

/** `works`: whether this user is an enabled officer or supervisor. */
export function saveDesk(desk: EscalationDesk, works: (user: string) => boolean): Decision {
  const members = [...new Set(desk.members)]
  const stranger = members.find((user) => !works(user))
  if (stranger !== undefined) return refuse({ code: 'not_found', what: 'person', id: stranger })
  return entries(
    did.escalationDeskSaved(desk.id, { name: desk.name, members, acceptMinutes: desk.acceptMinutes }),
  )
}

export function removeDesk(id: string, present: EscalationDesk | null, live: LiveMatters): Decision {
  if (present === null) return refuse({ code: 'not_found', what: 'desk', id })
  const fixed = startingDesks.some((desk) => desk.id === id)
  if (fixed || live.some((matters) => matters.desk === id))
    return refuse({ code: 'in_use', what: 'desk', id })
  return entries(did.escalationDeskRemoved(id))
}

export function changeLevels(levels: readonly EscalationLevel[], live: LiveMatters): Decision {
  const ids = levels.map(({ id }) => id)
  const twice = ids.find((id, at) => ids.indexOf(id) !== at)
  if (twice !== undefined) return refuse({ code: 'already_there', what: 'level', id: twice })
  const vanished = live.find((matters) => !ids.includes(matters.level))
  if (vanished) return refuse({ code: 'in_use', what: 'level', id: vanished.level })
  return entries(did.escalationLevelsChanged(levels))
}
