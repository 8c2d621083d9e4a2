import type {
  InboundColleague,
  InboundEntered,
  InboundSendFailed,
  InboundService,
} from '../../channels/channel.ts'
import { entries, refuse } from '../decision.ts'
import type { Commit } from '../route.ts'
import type { Station } from '../station/station.ts'

/** Who it is, as it stands in entries: an officer of the desk, or `wecom:<userid>`. */
export function colleagueAuthor(_station: Station, _account: string, colleague: string): string {
  return `wecom:${colleague}`
}

/** A message the channel had taken did not reach the resident. */
export function failing(
  _station: Station,
  _account: string,
  event: InboundSendFailed,
): Commit<string | null> {
  return { decision: refuse({ code: 'not_found', what: 'message', id: event.external }) }
}

/** Who serves a resident in the channel's own client, and who came without a word. */
export function serving(
  _station: Station,
  _account: string,
  _event: InboundService | InboundEntered | InboundColleague,
  _now: number,
): Commit<string | null> {
  return { decision: entries(), result: () => null }
}
