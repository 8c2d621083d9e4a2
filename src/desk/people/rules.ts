import type { Role } from '../../contract/call.ts'
import { type Decision, entries, refuse } from '../decision.ts'
import { shiftSignedOff } from '../shifts/entries.ts'
import {
  type ContactContent,
  contactChanged,
  passwordSet,
  personAdded,
  personChanged,
  phoneUnmasked,
} from './entries.ts'

export interface PersonState {
  user: string
  name: string
  role: Role
  enabled: 0 | 1
}

export function addPerson(existing: PersonState | null, user: string, role: Role, name: string): Decision {
  if (existing) return refuse({ code: 'already_there', what: 'person', id: user })
  return entries(personAdded(user, role, name), passwordSet(user))
}

/** Who works threads may be on shift. */
export function worksThreads({ role, enabled }: { role: Role; enabled: number | boolean }): boolean {
  return Boolean(enabled) && (role === 'officer' || role === 'supervisor')
}

/** The station never loses its last enabled admin; whoever no longer works threads goes off shift. */
export function changePerson(
  existing: PersonState | null,
  change: { user: string; role: Role; enabled: boolean; name: string },
  otherAdmins: number,
  shift: { on: boolean; holds: number },
): Decision {
  if (!existing) return refuse({ code: 'not_found', what: 'person', id: change.user })
  const staysAdmin = change.role === 'admin' && change.enabled
  if (existing.role === 'admin' && existing.enabled && !staysAdmin && otherAdmins === 0) {
    return refuse({ code: 'last_admin' })
  }
  const leaves = shift.on && !worksThreads(change)
  return entries(
    personChanged(change.user, change.role, change.enabled, change.name),
    ...(leaves ? [shiftSignedOff(change.user, shift.holds, null)] : []),
  )
}

export function setPassword(existing: PersonState | null, user: string): Decision {
  return existing ? entries(passwordSet(user)) : refuse({ code: 'not_found', what: 'person', id: user })
}

export function changeContact(
  contact: string,
  present: ContactContent | null,
  change: ContactContent,
): Decision {
  if (!present) return refuse({ code: 'not_found', what: 'contact', id: contact })
  return entries(contactChanged(contact, change))
}

export function unmaskPhone(contact: string, present: ContactContent | null): Decision {
  if (!present?.phone) return refuse({ code: 'not_found', what: 'phone', id: contact })
  return entries(phoneUnmasked(contact))
}
