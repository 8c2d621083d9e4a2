import { setImmediate as turn } from 'node:timers/promises'
import { ApiRefused, Unreachable } from '../../channels/wecom/api-error.ts'
import type { ContactsApi, Friendship } from '../../channels/wecom/contacts/contacts.ts'
import { meaningOf } from '../../channels/wecom/contacts/refusals.ts'
import { errorCodes } from '../../channels/wecom/error-codes.ts'
import { contacts as facts } from '../../channels/wecom/facts.ts'
import { entries } from '../decision.ts'
import type { By } from '../route.ts'
import type { Station } from '../station/station.ts'
import { iso } from '../time.ts'
import { friendLost, friendsPulled } from './entries.ts'
import * as rules from './rules.ts'

/** Reads friends from WeCom and puts on record what is new. API-made changes are not called back, so this is how they show. */

const actor = { user: 'friends', role: 'system', device: 'core' }
const system = (station: Station): By => ({ ...actor, now: station.now() })

/** Whether nobody waits for the answer any more. */
export type Stopped = () => boolean

/** What comes after the desk was closed is not written down. @throws Unreachable */
function wanted<Answer>(answer: Answer, stopped: Stopped): Answer {
  if (stopped()) throw new Unreachable('stopped', 'friends', { sent: false })
  return answer
}

/** WeCom answered whether the app may. */
export function learnCapability(
  station: Station,
  connection: string,
  what: 'contacts' | 'broadcasts',
  now: { able: boolean; code: number | null },
): Promise<void> {
  return station.bus.run(system(station), null, () => ({
    decision: rules.learnCapability(
      connection,
      what,
      station.views.friends.capability(connection, what),
      now,
    ),
  }))
}

/** All tags of the corp by id; none where the app may not read them. */
export async function tagNamesOf(api: ContactsApi): Promise<rules.TagNames> {
  const groups = await api.tagGroups()
  return new Map(
    groups.flatMap(({ name: group, tags }) => tags.map(({ id, name }) => [id, { name, group }] as const)),
  )
}

/** One resident, of whom WeCom may know several members. @returns of how many it is a friend */
export async function askOne(
  station: Station,
  connection: string,
  api: ContactsApi,
  external: string,
  stopped: Stopped,
): Promise<{ friends: number; code: number | null }> {
  let told: Friendship[] = []
  let code: number | null = null
  try {
    told = await api.friend(external)
  } catch (error) {
    if (!(error instanceof ApiRefused) || !isNoFriend(error.errcode)) throw error
    code = errorCodes.notExternalContact
  }
  wanted(told, stopped)
  const how = { connection, tagNames: new Map(), ownTagsToo: true }
  // The same person may be a resident of several accounts.
  await station.bus.run(system(station), null, () => ({
    decision: entries(
      ...station.views.friends
        .matched(connection, [external])
        .flatMap(({ contact }) => rules.learnOne(contact, told, station.views.friends.of(contact), how)),
    ),
  }))
  return { friends: told.length, code }
}

/** An id of 微信客服 that 客户联系 does not know is answered as no id at all. */
const isNoFriend = (errcode: number) =>
  errcode === errorCodes.notExternalContact || errcode === errorCodes.invalidExternalUserid

/** All friends of all members. @throws ApiRefused, Unreachable: what was read until then stays on record */
export async function pullAll(
  station: Station,
  connection: string,
  api: ContactsApi,
  stopped: Stopped,
): Promise<void> {
  const startedAt = iso(station.now())
  const members = wanted(await api.members(), stopped)
  const none = members.length === 0
  await learnCapability(station, connection, 'contacts', {
    able: !none,
    code: none ? errorCodes.notExternalContact : null,
  })
  const tagNames = none ? new Map() : wanted(await tagNamesOf(api), stopped)
  const pull = new Pull(station, connection, api, tagNames, stopped)
  for (let at = 0; at < members.length; at += facts.batchMembers)
    await pull.read(members.slice(at, at + facts.batchMembers))
  for (const userid of station.views.friends.membersKnown(connection))
    if (!members.includes(userid)) await pull.forget(userid, new Set())
  await station.bus.run(system(station), null, () => ({
    decision: entries(
      friendsPulled(connection, {
        members: members.length,
        friends: pull.friends,
        strangers: pull.strangers.size,
        startedAt,
      }),
    ),
  }))
}

/** Friends of one member, who has new ones or lost some. */
export async function pullMember(
  station: Station,
  connection: string,
  api: ContactsApi,
  userid: string,
  stopped: Stopped,
): Promise<void> {
  await new Pull(station, connection, api, await tagNamesOf(api), stopped).read([userid])
}

class Pull {
  readonly #station: Station
  readonly #connection: string
  readonly #api: ContactsApi
  readonly #tagNames: rules.TagNames
  readonly #stopped: Stopped
  /** Friendships with residents, and friends who are none. */
  friends = 0
  readonly strangers = new Set<string>()

  constructor(
    station: Station,
    connection: string,
    api: ContactsApi,
    tagNames: rules.TagNames,
    stopped: Stopped,
  ) {
    this.#station = station
    this.#connection = connection
    this.#api = api
    this.#tagNames = tagNames
    this.#stopped = stopped
  }

  /** At most 100 members. */
  async read(userids: readonly string[]): Promise<void> {
    const seen = new Map(userids.map((userid) => [userid, new Set<string>()]))
    try {
      let cursor: string | null = null
      do {
        const page: Awaited<ReturnType<ContactsApi['friendsOf']>> = wanted(
          await this.#api.friendsOf(userids, cursor),
          this.#stopped,
        )
        for (const { userid, external } of page.rows) seen.get(userid)?.add(external)
        // Of those without a licence nothing is told: that says nothing of their friends.
        for (const userid of page.unlicensed) seen.delete(userid)
        await this.#take(page.rows)
        cursor = page.next
        await turn()
      } while (cursor !== null)
    } catch (error) {
      if (meaningOf(error).is !== 'never') throw error
      // One of many is refused: they are asked one by one, and that one is left out.
      if (userids.length > 1) {
        for (const userid of userids) await this.read([userid])
        return
      }
      const { errcode } = error as ApiRefused
      if (errcode !== errorCodes.notExternalContact) {
        this.#station.log(`friends: a member was left out (${errcode})`)
        return
      }
    }
    for (const [userid, externals] of seen) await this.forget(userid, externals)
  }

  /** Who is on record as a friend of this member and was not told is one no longer. */
  async forget(userid: string, told: ReadonlySet<string>): Promise<void> {
    const { friends } = this.#station.views
    const isGone = ({ external }: { external: string | null }) => external !== null && !told.has(external)
    if (!friends.ofMember(this.#connection, userid).some(isGone)) return
    await this.#station.bus.run(system(this.#station), null, () => ({
      decision: entries(
        ...friends
          .ofMember(this.#connection, userid)
          .filter(isGone)
          .map(({ contact }) => friendLost(contact, this.#connection, userid)),
      ),
    }))
  }

  async #take(rows: readonly Friendship[]): Promise<void> {
    const { bus, views } = this.#station
    const how = { connection: this.#connection, tagNames: this.#tagNames, ownTagsToo: false }
    const externals = [...new Set(rows.map(({ external }) => external))]
    const residents = Map.groupBy(
      views.friends.matched(this.#connection, externals),
      ({ external }) => external,
    )
    for (const external of externals) if (!residents.has(external)) this.strangers.add(external)
    const pairs = rows.flatMap((told) =>
      (residents.get(told.external) ?? []).map(({ contact }) => ({ contact, told })),
    )
    this.friends += pairs.length
    if (pairs.length === 0) return
    await bus.run(system(this.#station), null, () => ({
      decision: entries(
        ...pairs
          .map(({ contact, told }) =>
            rules.learn(contact, told, views.friends.one(contact, told.userid), how),
          )
          .filter((draft) => draft !== null),
      ),
    }))
  }
}
