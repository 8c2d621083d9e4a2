import type { ContactsApi, TagGroup } from '../../channels/wecom/contacts/contacts.ts'
import { Refused } from '../../contract/errors.ts'
import type { CorpTags } from '../../contract/friends.ts'
import { type Decision, entries, refuse } from '../decision.ts'
import { hiddenFrom } from '../privacy/known.ts'
import type { By } from '../route.ts'
import type { Station } from '../station/station.ts'
import { corpTagLinked, corpTagsAdded } from './entries.ts'
import { channelRefused, notConnected } from './refusing.ts'

/** Tags of the desk as tags of the corp: an admin says which is which, and has those made that are missing. */

/** @throws Refused where the connection is not there, or not connected */
export function lineOf(station: Station, connection: string): ContactsApi {
  if (station.views.connections.connection(connection) === null)
    throw new Refused({ code: 'not_found', what: 'connection', id: connection })
  const api = station.friends.of(connection)
  if (api === null) throw notConnected
  return api
}

/** @throws Refused with what WeCom said */
export async function asked<Answer>(call: Promise<Answer>): Promise<Answer> {
  try {
    return await call
  } catch (error) {
    throw new Refused(channelRefused(error))
  }
}

export async function listed(station: Station, connection: string, by: By): Promise<CorpTags> {
  const groups = await asked(lineOf(station, connection).tagGroups())
  const { friends } = station.views
  const links = friends.links(connection)
  const hidden = hiddenFrom(station, station.access.reader(by))
  const known = new Set(groups.flatMap(({ tags }) => tags.map(({ id }) => id)))
  return {
    groups,
    deskTags: friends.deskTags(connection, hidden).map(({ tag, residents }) => {
      const corpTag = links.get(tag)
      // One that was deleted in WeCom is no link any more.
      return { tag, residents, corpTag: corpTag !== undefined && known.has(corpTag) ? corpTag : null }
    }),
  }
}

export function link(
  station: Station,
  { connection, tag, corpTag }: { connection: string; tag: string; corpTag: string | null },
  groups: readonly TagGroup[],
): Decision {
  const isThere = groups.some(({ tags }) => tags.some(({ id }) => id === corpTag))
  if (corpTag !== null && !isThere) return refuse({ code: 'not_found', what: 'corpTag', id: corpTag })
  const present = station.views.friends.links(connection).get(tag) ?? null
  return present === corpTag
    ? refuse({ code: 'nothing_to_do' })
    : entries(corpTagLinked(connection, tag, corpTag))
}

/** Tags of this name in the group are taken as they are; the others are made. @throws Refused */
export async function add(
  station: Station,
  { connection, group, tags }: { connection: string; group: string; tags: readonly string[] },
): Promise<{ made: string[]; ids: ReadonlyMap<string, string> }> {
  const api = lineOf(station, connection)
  const wanted = [...new Set(tags)]
  const inGroup = async () => {
    const all = await asked(api.tagGroups())
    return new Map(
      all.filter(({ name }) => name === group).flatMap((each) => each.tags.map(({ id, name }) => [name, id])),
    )
  }
  let there = await inGroup()
  const made = wanted.filter((name) => !there.has(name))
  if (made.length > 0) {
    const answered = await asked(api.addTags(group, made))
    there = new Map([...there, ...answered.tags.map(({ id, name }) => [name, id] as const)])
    // An answer that names only some of them is no list of them.
    if (made.some((name) => !there.has(name))) there = await inGroup()
  }
  return { made, ids: new Map(wanted.flatMap((name) => (there.has(name) ? [[name, there.get(name)!]] : []))) }
}

export function added(
  station: Station,
  { connection, group }: { connection: string; group: string },
  { made, ids }: { made: string[]; ids: ReadonlyMap<string, string> },
): { decision: Decision; result: () => { added: number; linked: number } } {
  const links = station.views.friends.links(connection)
  const anew = [...ids].filter(([tag, corpTag]) => links.get(tag) !== corpTag)
  return {
    decision: entries(
      ...(made.length > 0 ? [corpTagsAdded(connection, group, made)] : []),
      ...anew.map(([tag, corpTag]) => corpTagLinked(connection, tag, corpTag)),
    ),
    result: () => ({ added: made.length, linked: anew.length }),
  }
}
