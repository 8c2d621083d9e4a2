import type { Station } from '../station/station.ts'

/**
 * The relay tells that something of friends changed (`Listener.contactsChanged`): asked about soon. What the desk itself
 * changed is not called back, and what is missed while nobody listens shows at night.
 */
export function contactsChanged(
  station: Station,
  connection: string,
  ids: { userid: string | null; external: string | null },
): void {
  station.friends.changed(connection, ids)
}
