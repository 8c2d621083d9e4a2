import type { DemoConversation, DemoStation } from '../../channels/sandbox/demo-station.ts'
import { stateOf } from '../../channels/sandbox/demo-station.ts'
import { conversationKey, isResident } from '../../channels/sandbox/residents.ts'
import type { CommandName, Input, Output } from '../../contract/index.ts'
import type { Draft } from '../../ledger/entry.ts'
import { entries } from '../decision.ts'
import type { By, CommandRoute } from '../route.ts'
import { routes } from '../routes.ts'
import type { Station } from '../station/station.ts'
import type { ThreadState } from '../threads/thread.ts'

/** Something that happened at the invented station, to be lived through when its time has come (ms). */
export interface Happening {
  at: number
  happen: (station: Station, at: number) => void
}

function byOf(demo: DemoStation, user: string, now: number): By {
  const role = demo.people.find((person) => person.user === user)?.role ?? 'system'
  return { user, role, device: 'core', now }
}

/** Answers the seq of the last entry. */
export function act(
  station: Station,
  demo: DemoStation,
  user: string,
  now: number,
  drafts: readonly Draft[],
): number {
  return station.bus.runNow(byOf(demo, user, now), () => ({
    decision: entries(...drafts),
    result: (appended) => appended.at(-1)!.entry.seq,
  }))
}

/** What an officer did with a call of their own, by the same rules as today's. */
export function called<N extends CommandName & keyof typeof routes>(
  station: Station,
  demo: DemoStation,
  user: string,
  now: number,
  name: N,
  input: Input<N>,
): Output<N> {
  const by = byOf(demo, user, now)
  const route = routes[name] as unknown as CommandRoute<Input<N>, Output<N>>
  return station.bus.runNow(by, () => route.run(station, input, by, undefined))
}

export function threadOf(station: Station, conversation: DemoConversation): ThreadState {
  return station.views.threads.newestOf(conversation.account, conversationKey(conversation))!
}

/** The officer who works this conversation, if anybody does. */
export function workerOf(demo: DemoStation, conversation: DemoConversation): string {
  const officers = demo.people.filter(({ role }) => role === 'officer')
  const spoke = conversation.messages.find(({ from }) => !isResident(from) && from !== 'desk')?.from
  const state = stateOf(conversation)
  return (
    (state.is !== 'open' && state.by) ||
    spoke ||
    officers[conversation.messages.length % officers.length]!.user
  )
}
