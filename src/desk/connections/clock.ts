import { clockFault } from '../../channels/wecom/clock-difference.ts'
import type { Station } from '../station/station.ts'
import type { Fault } from './rules.ts'

/**
 * How far (ms) this machine's clock is ahead of the account's channel, below 0 behind it; 0 where that is not known. Until
 * the channel has told since the desk was started, what stands on record is what is known. Times in the ledger stay
 * this machine's: only what the channel counts by its own clock is judged by that.
 */
export function clockAhead({ linking, views }: Station, account: string): number {
  const told = linking.listener.healthOf(account)?.clockAhead ?? null
  return told ?? recordedAhead(views.connections.faultOf('account', account))
}

/** The same of the machine, where any of the accounts knows it. */
export function clockAheadOfAny(station: Station, accounts: readonly string[]): number {
  for (const account of accounts) {
    const ahead = clockAhead(station, account)
    if (ahead !== 0) return ahead
  }
  return 0
}

/** In seconds, as the fault of the accounts says it; null where it is too little to be one, or not known. */
export function clockWrongBy(station: Station, accounts: readonly string[]): number | null {
  const ahead = clockAheadOfAny(station, accounts)
  const seconds = clockFault(ahead)?.seconds
  return seconds === undefined ? null : Math.sign(ahead) * seconds
}

/** As a fault on record says it. */
export function recordedAhead(fault: Fault | null): number {
  const ms = (fault?.seconds ?? 0) * 1_000
  return fault?.what === 'clockBehind' ? -ms : ms
}
