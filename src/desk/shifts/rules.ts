import { type Decision, draft, entries, refuse } from '../decision.ts'

/** Who is on shift decides where messages, snoozes and reopened threads go (rules 5 and 7). */

export function signOn(user: string, onShift: boolean): Decision {
  return onShift ? refuse({ code: 'nothing_to_do' }) : entries(draft('shift.signedOn', user))
}

export function signOff(user: string, onShift: boolean): Decision {
  return onShift ? entries(draft('shift.signedOff', user)) : refuse({ code: 'nothing_to_do' })
}
