import { Refused } from '../../contract/errors.ts'
import type { FriendState, FriendsStatus, WhyNoFriend } from '../../contract/friends.ts'
import { remarkChars } from '../../contract/friends.ts'
import { maskText } from '../people/masking.ts'
import { isHidden } from '../privacy/known.ts'
import type { By } from '../route.ts'
import type { Station } from '../station/station.ts'
import { iso, isoOrNull } from '../time.ts'
import type { CapabilityRow, FriendRow } from './view.ts'

/** Friends as a reader sees them. */

/** The resident, for whoever may know of them. @throws Refused */
export function resident(station: Station, contact: string, by: By) {
  const found = station.views.people.contact(contact)
  if (found === null) throw new Refused({ code: 'not_found', what: 'contact', id: contact })
  if (isHidden(station, contact, station.access.reader(by))) throw new Refused({ code: 'private_thread' })
  return found
}

/** Who a member of the corp is at this desk; the userid where nobody said so. */
export function memberOf(
  { views }: Station,
  connection: string,
  userid: string,
): { user: string | null; userName: string } {
  const user = views.connections.colleagues.one(connection, userid)?.user ?? null
  return { user, userName: user === null ? userid : views.people.nameOf(user) }
}

export function stateOf(station: Station, contact: string): FriendState {
  const { friends, people } = station.views
  const { villageGroup, name, tags, external } = people.contact(contact)!
  const connection = friends.connectionOf(contact)
  const rows = external === '' ? [] : friends.of(contact)
  const links = connection === null ? new Map<string, string>() : friends.links(connection)
  return {
    contact,
    connection,
    friends: rows.map((row) => shown(station, row)),
    ...whyNone(station, contact, connection, external, rows),
    askedAt: isoOrNull(askedAt(station, contact, connection)),
    suggested: {
      remark: [...[villageGroup, name].filter(Boolean).join(' ')].slice(0, remarkChars).join(''),
      tags: tags.map((tag) => ({ tag, corpTag: links.get(tag) ?? null })),
    },
  }
}

function shown(station: Station, row: FriendRow): FriendState['friends'][number] {
  const { noted } = row
  return {
    userid: row.userid,
    ...memberOf(station, row.connection, row.userid),
    remark: noted === null ? null : maskText(noted.remark).text,
    description: noted === null ? null : maskText(noted.description).text,
    tags: noted?.tags ?? [],
    since: isoOrNull(row.since),
    addWay: row.add_way,
    changedAt: iso(row.changed_at),
  }
}

function whyNone(
  station: Station,
  contact: string,
  connection: string | null,
  external: string,
  rows: readonly FriendRow[],
): { why: WhyNoFriend | null; code: number | null } {
  const { friends } = station.views
  if (rows.length > 0) return { why: null, code: null }
  if (external === '') return { why: 'erased', code: null }
  if (connection === null) return { why: 'noConnection', code: null }
  const able = friends.capability(connection, 'contacts')
  if (able?.able === 0) return { why: 'notPermitted', code: able.code }
  const asked =
    askedAt(station, contact, connection) !== null || station.friends.isStranger(connection, contact)
  if (!asked) return { why: 'notAsked', code: null }
  return { why: 'notFriend', code: notExternalContact }
}

/** What WeCom answers of somebody who is nobody's friend. */
const notExternalContact = 84061

/** The later of the night's reading and what an officer asked (ms). */
function askedAt({ views: { friends } }: Station, contact: string, connection: string | null): number | null {
  const single = friends.asked(contact)?.at ?? null
  const all =
    connection === null || friends.isUnasked(contact) ? null : (friends.pulled(connection)?.at ?? null)
  return single === null && all === null ? null : Math.max(single ?? 0, all ?? 0)
}

export function statuses(station: Station): FriendsStatus[] {
  const { connections, friends } = station.views
  return connections.connections().map(({ id }) => {
    const pulled = friends.pulled(id)
    return {
      connection: id,
      contacts: capability(friends.capability(id, 'contacts')),
      broadcasts: capability(friends.capability(id, 'broadcasts')),
      members: pulled?.members ?? 0,
      ...friends.counts(id),
      strangers: pulled?.strangers ?? 0,
      pulledAt: isoOrNull(pulled?.at ?? null),
      pulling: station.friends.isPulling(id),
    }
  })
}

/** For the connections' own list as well. */
export function capability(row: CapabilityRow | null): FriendsStatus['contacts'] {
  return row === null
    ? { able: null, code: null, at: null }
    : { able: row.able === 1, code: row.code, at: iso(row.at) }
}
