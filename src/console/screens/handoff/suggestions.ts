import type { HandoffItem } from '../../../contract/handoff.ts'

/** What a next action and its deadline would mostly be, so that sixty items take minutes: the officer only corrects. */

const minute = 60_000
const hour = 60 * minute

export type SuggestedAction =
  | 'contact'
  | 'answer'
  | 'visit'
  | 'accept'
  | 'followDesk'
  | 'warning'
  | 'account'
  | 'resend'
  | 'promise'
  | 'claim'
  | 'follow'

type Known = Pick<HandoffItem, 'kind' | 'why' | 'escalation' | 'promise' | 'holder' | 'waitingSince'>

/** The words for it are `handoff.actions.<name>`; of an earlier promise its own words go on. */
export function suggestedAction(item: Known): SuggestedAction {
  if (item.kind === 'warning') return 'warning'
  if (item.kind === 'account') return 'account'
  if (item.why.includes('alarm') || item.why.includes('danger')) return 'contact'
  if (item.promise !== null) return 'promise'
  if (item.escalation !== null) return item.escalation.state === 'accepted' ? 'followDesk' : 'accept'
  if (item.why.includes('returnVisit')) return 'visit'
  if (item.why.includes('undelivered')) return 'resend'
  if (item.waitingSince !== null) return 'answer'
  return item.holder === null ? 'claim' : 'follow'
}

/** For several at once; null where they differ: what one of them was promised, or needs, is not what the others do. */
export function oneForAll(said: readonly string[]): string | null {
  return new Set(said).size === 1 ? said[0]! : null
}

/** ms since 1970: within half an hour where somebody is in danger, an hour for the other severe ones, none for the rest. */
export function suggestedDeadline(item: Pick<HandoffItem, 'severity'>, now: number): number | null {
  if (item.severity === 'critical') return onTheMinute(now + hour / 2)
  if (item.severity === 'serious') return onTheMinute(now + hour)
  return null
}

export interface DeadlineChoice {
  name: 'half' | 'one' | 'two' | 'four' | 'morning' | 'none'
  at: number | null
}

/** `morning` is the next nine o'clock in Asia/Shanghai (UTC+8 all year). */
export function deadlineChoices(now: number, severe: boolean): DeadlineChoice[] {
  const choices: DeadlineChoice[] = [
    { name: 'half', at: onTheMinute(now + hour / 2) },
    { name: 'one', at: onTheMinute(now + hour) },
    { name: 'two', at: onTheMinute(now + 2 * hour) },
    { name: 'four', at: onTheMinute(now + 4 * hour) },
    { name: 'morning', at: nextNine(now) },
  ]
  return severe ? choices : [...choices, { name: 'none', at: null }]
}

function onTheMinute(at: number): number {
  return Math.ceil(at / minute) * minute
}

function nextNine(now: number): number {
  const day = 24 * hour
  const nine = Math.floor((now + 8 * hour) / day) * day + 9 * hour - 8 * hour
  return nine > now ? nine : nine + day
}
