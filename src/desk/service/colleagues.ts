import type { Station } from '../station/station.ts'

/** Stands before the channel's own id where that is nobody of the desk. */
const prefix = 'wecom:'

/** Who it is, as it stands in entries: an officer of the desk, or `wecom:<userid>`. */
export function colleagueAuthor(station: Station, account: string, colleague: string): string {
  return linkedUser(station, account, colleague) ?? prefix + colleague
}

/** What somebody is called of whom the desk knows no name. */
export function plainName(user: string): string {
  return user.startsWith(prefix) ? user.slice(prefix.length) : user
}

/** Who of the desk it is that answers in the channel's own client; null where nobody said so. */
export function linkedUser(station: Station, account: string, colleague: string | null): string | null {
  return colleague === null ? null : station.views.connections.colleagues.userOf(account, colleague)
}
