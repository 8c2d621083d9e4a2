import { pollingEvery } from '../../channels/wecom/polling.ts'
import type { Arrival } from '../../contract/accounts.ts'
import type { Capability, Colleague, Connection } from '../../contract/connections.ts'
import type { AccountRow } from '../accounts/view.ts'
import { capability } from '../friends/reading.ts'
import type { Station } from '../station/station.ts'
import { iso, isoOrNull } from '../time.ts'
import { clockWrongBy } from './clock.ts'
import type { Fault } from './rules.ts'
import type { ConnectionRow } from './view.ts'

/** What is told of connections; never anything of a secret but whether it is there. */

/** What the last test showed, or what stands on record since. */
function newer(
  tested: Connection['tested'],
  step: 'contacts' | 'broadcasts',
  recorded: Capability,
): Capability {
  const probe = tested?.probes.find((one) => one.step === step)
  if (!tested || !probe || probe.state === 'skipped' || tested.at <= (recorded.at ?? '')) return recorded
  return { able: probe.state === 'ok', code: probe.code, at: tested.at }
}

export async function shownConnection(station: Station, row: ConnectionRow): Promise<Connection> {
  const { linking } = station
  const { friends } = station.views
  const { id, kind, name, corpid, apiBase, proxy, relay, enabled, addedAt } = row
  const accounts = linking.accountsOf(id)
  const told = linking.listener.stateOf(id)
  const way = linking.listener.relayOf(id)
  const served = accounts.filter((one) => one.enabled).length
  const tested = linking.tests.of(row)
  return {
    id,
    kind,
    name,
    corpid,
    apiBase,
    proxy,
    hasCa: row.ca !== null,
    relay,
    enabled,
    hasSecret: await linking.hasSecret(row),
    state:
      enabled && told
        ? { ok: told.ok, code: told.code, why: told.why, since: iso(told.since) }
        : { ok: enabled, code: null, why: null, since: iso(addedAt) },
    relayState:
      enabled && way ? { state: way.state, since: iso(way.since) } : { state: 'none', since: iso(addedAt) },
    pollingEvery: pollingEvery(served),
    accounts: accounts.length,
    clockWrongBy: clockWrongBy(
      station,
      accounts.map(({ account }) => account),
    ),
    capabilities: {
      contacts: newer(tested, 'contacts', capability(friends.capability(id, 'contacts'))),
      broadcasts: newer(tested, 'broadcasts', capability(friends.capability(id, 'broadcasts'))),
    },
    tested,
  }
}

export function shownColleagues({ views }: Station, connection: string): Colleague[] {
  return views.connections.colleagues.of(connection).map(({ userid, user, receiving, last_seen }) => ({
    userid,
    user,
    receiving: receiving === null ? null : receiving === 1,
    lastSeen: isoOrNull(last_seen),
  }))
}

/** How an account stands that is reached through a connection, and how messages arrive. Times in ms. */
export function arrivalOf(
  { linking, views }: Station,
  account: AccountRow,
): {
  fault: (Fault & { since: number }) | null
  since: number
  arrival: Arrival
} | null {
  if (account.connection === null) return null
  const standing = linking.standings.of('account', account.id)
  const recorded = views.connections.faultOf('account', account.id)
  const health = linking.listener.healthOf(account.id)
  // Until the connector has said something, what stands on record is what is known.
  const fault =
    standing === null
      ? recorded
      : standing.fault && { ...standing.fault, since: recorded?.since ?? standing.since }
  return {
    fault,
    since: standing?.since ?? account.addedAt,
    arrival: {
      connection: account.connection,
      by: health?.by ?? 'asking',
      lateBy: health?.lateBy ?? 0,
      askedAt: isoOrNull(health?.askedAt ?? linking.places.of(account.id).askedAt),
    },
  }
}
