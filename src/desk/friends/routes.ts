import type { TagGroup } from '../../channels/wecom/contacts/contacts.ts'
import { Refused } from '../../contract/errors.ts'
import { entries, refuse } from '../decision.ts'
import { administering, everyone, type Routes, reading, working } from '../route.ts'
import { friendsAsked } from './entries.ts'
import { askOne, tagNamesOf } from './pulling.ts'
import { asking, placeOf } from './pushing.ts'
import * as seen from './reading.ts'
import * as rules from './rules.ts'
import * as tags from './tags.ts'

type Names =
  | 'friends.status'
  | 'friends.of'
  | 'friends.pull'
  | 'friends.pullAll'
  | 'friend.pushRemark'
  | 'friend.pushTags'
  | 'corpTags.list'
  | 'corpTag.link'
  | 'corpTags.add'

interface PushedTags {
  connection: string
  add: string[]
  remove: string[]
  unlinked: string[]
  names: rules.TagNames
}

export const friendRoutes: Pick<Routes, Names> = {
  'friends.status': { allow: everyone, run: (station) => seen.statuses(station) },
  'friends.of': {
    allow: reading,
    run: (station, { contact }, by) => {
      seen.resident(station, contact, by)
      return seen.stateOf(station, contact)
    },
  },
  'friends.pull': {
    allow: working,
    secret: true,
    before: async (station, { contact }, by) => {
      const place = placeOf(station, contact, by)
      const { connection, api, external } = place
      const found = await asking(
        station,
        place,
        askOne(station, connection, api, external, () => false),
      )
      return { connection, ...found }
    },
    run: (
      station,
      { contact },
      _by,
      found: { connection: string; friends: number; code: number | null },
    ) => ({
      decision: entries(friendsAsked(contact, found)),
      result: () => seen.stateOf(station, contact),
    }),
  },
  'friends.pullAll': {
    allow: ['supervisor', 'admin'],
    before: async (station, { connection }) => void tags.lineOf(station, connection),
    run: (station, { connection }) => {
      station.friends.wish(connection)
      return { decision: entries() }
    },
  },
  'friend.pushRemark': {
    allow: working,
    before: async (station, { contact, userid, remark, description }, by) => {
      if (remark === undefined && description === undefined) throw new Refused({ code: 'nothing_to_do' })
      const place = placeOf(station, contact, by)
      mustBeFriend(station.views.friends.one(contact, userid), userid)
      await asking(station, place, place.api.remark(userid, place.external, { remark, description }))
      return place.connection
    },
    run: (station, { contact, userid, remark, description }, _by, connection: string) => ({
      decision: rules.pushedRemark(station.views.friends.one(contact, userid), {
        contact,
        connection,
        userid,
        remark,
        description,
      }),
    }),
  },
  'friend.pushTags': {
    allow: working,
    before: async (station, { contact, userid, add, remove }, by): Promise<PushedTags> => {
      const place = placeOf(station, contact, by)
      const { connection, api, external } = place
      mustBeFriend(station.views.friends.one(contact, userid), userid)
      const links = station.views.friends.links(connection)
      const [more, less] = [rules.linked(add, links), rules.linked(remove, links)]
      const unlinked = [...more.unlinked, ...less.unlinked]
      if (more.corpTags.length + less.corpTags.length === 0)
        return { connection, add: [], remove: [], unlinked, names: new Map() }
      const marked = api.markTags(userid, external, more.corpTags, less.corpTags)
      await asking(station, place, marked)
      // Only to call them by name; they are marked already.
      const names = await tagNamesOf(api).catch(() => new Map())
      return { connection, add: more.corpTags, remove: less.corpTags, unlinked, names }
    },
    run: (station, { contact, userid }, _by, { connection, add, remove, unlinked, names }: PushedTags) => ({
      decision:
        add.length + remove.length === 0
          ? refuse({ code: 'nothing_to_do' })
          : rules.pushedTags(
              station.views.friends.one(contact, userid),
              { contact, connection, userid, add, remove },
              names,
            ),
      result: () => ({ unlinked }),
    }),
  },
  'corpTags.list': {
    allow: ['officer', 'supervisor', 'admin'],
    run: (station, { connection }, by) => tags.listed(station, connection, by),
  },
  'corpTag.link': {
    allow: administering,
    before: (station, { connection }) => tags.asked(tags.lineOf(station, connection).tagGroups()),
    run: (station, input, _by, groups: TagGroup[]) => ({ decision: tags.link(station, input, groups) }),
  },
  'corpTags.add': {
    allow: administering,
    before: (station, input) => tags.add(station, input),
    run: (station, input, _by, made: Awaited<ReturnType<typeof tags.add>>) =>
      tags.added(station, input, made),
  },
}

function mustBeFriend(known: rules.Known | null, userid: string): void {
  if (known === null) throw new Refused({ code: 'not_found', what: 'friend', id: userid })
}
