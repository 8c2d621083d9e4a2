import { ApiRefused, Unreachable } from '../../src/channels/wecom/api-error.ts'
import type {
  ContactsApi,
  Friendship,
  MemberTask,
  NewBroadcast,
  SentTo,
  TagGroup,
} from '../../src/channels/wecom/contacts/contacts.ts'
import { errorCodes } from '../../src/channels/wecom/error-codes.ts'

/** A broadcast as WeCom has it. */
export interface TheirBroadcast extends NewBroadcast {
  msgid: string
  createdAt: number
  confirmedAt: number | null
  dispatching: boolean
  results: Map<string, SentTo['state']>
  reminded: number
  cancelled: boolean
}

/** 客户联系 without a network: a test says whose friends residents are and what members confirm. */
export interface PretendedContacts extends ContactsApi {
  now: () => number
  memberList: string[]
  friendships: Friendship[]
  groups: TagGroup[]
  made: TheirBroadcast[]
  uploads: { name: string; type: string; bytes: number }[]
  /** Each call, by its name. */
  asked: string[]
  /** What the next call of this name does instead, or after it was done. */
  fails: Map<keyof ContactsApi, (Error | { after: Error })[]>
  befriend(userid: string, external: string, over?: Partial<Friendship>): void
  confirm(msgid: string, results?: Record<string, SentTo['state']>): void
}

export const refusal = (errcode: number) => new ApiRefused(errcode, '/cgi-bin/externalcontact', 'no')
export const answerLost = () => new Unreachable('timeout', '/cgi-bin/externalcontact')
export const neverSent = () =>
  new Unreachable('refusedConnection', '/cgi-bin/externalcontact', { sent: false })

export function pretendedContacts(pageSize = 100): PretendedContacts {
  const is = (userid: string, external: string) => (one: Friendship) =>
    one.userid === userid && one.external === external
  const page = <Row>(rows: Row[], cursor: string | null) => {
    const from = Number(cursor ?? 0)
    const next = from + pageSize < rows.length ? String(from + pageSize) : null
    return { rows: rows.slice(from, from + pageSize), next }
  }
  const mine = (userid: string, external: string) => {
    const found = self.friendships.find(is(userid, external))
    if (!found) throw refusal(errorCodes.notExternalContact)
    return found
  }
  const broadcast = (msgid: string) => {
    const found = self.made.find((one) => one.msgid === msgid)
    if (!found) throw refusal(errorCodes.broadcastIdInvalid)
    return found
  }
  const handedOut = (msgid: string) => {
    const found = broadcast(msgid)
    if (found.dispatching) throw refusal(errorCodes.broadcastDispatching)
    return found
  }
  const calls: ContactsApi = {
    members: async () => [...self.memberList],
    friendsOf: async (userids, cursor) => {
      const rows = self.friendships.filter(({ userid }) => userids.includes(userid))
      if (rows.length === 0) throw refusal(errorCodes.notExternalContact)
      // Many at once come without the officers' own tags, and tags without their names.
      const bare = rows.map((row) => ({
        ...row,
        tags: row.tags.filter(({ id }) => id !== null).map(({ id }) => ({ id, name: null, group: null })),
      }))
      return { ...page(bare, cursor), unlicensed: [] }
    },
    friend: async (external) => {
      const rows = self.friendships.filter((one) => one.external === external)
      if (rows.length === 0) throw refusal(errorCodes.notExternalContact)
      return structuredClone(rows)
    },
    remark: async (userid, external, { remark, description }) => {
      const found = mine(userid, external)
      if (remark !== undefined) found.remark = remark
      if (description !== undefined) found.description = description
    },
    markTags: async (userid, external, add, remove) => {
      const found = mine(userid, external)
      const all = self.groups.flatMap(({ name: group, tags }) => tags.map((tag) => ({ ...tag, group })))
      found.tags = [
        ...found.tags.filter(({ id }) => id === null || !remove.includes(id)),
        ...all.filter(({ id }) => add.includes(id)),
      ]
    },
    tagGroups: async () => structuredClone(self.groups),
    addTags: async (name, names) => {
      let group = self.groups.find((one) => one.name === name)
      if (!group) {
        group = { id: `etG${self.groups.length}`, name, tags: [] }
        self.groups.push(group)
      }
      for (const each of names) group.tags.push({ id: `et${name}${each}`, name: each })
      return structuredClone(group)
    },
    createBroadcast: async (given) => {
      const refused = given.externals.filter((external) => !self.friendships.some(is(given.sender, external)))
      if (refused.length === given.externals.length) throw refusal(errorCodes.nobodyToSendTo)
      const msgid = `msg${self.made.length + 1}`
      self.made.push({
        ...structuredClone(given),
        msgid,
        createdAt: self.now(),
        confirmedAt: null,
        dispatching: false,
        results: new Map(
          given.externals.filter((each) => !refused.includes(each)).map((each) => [each, 'unsent']),
        ),
        reminded: 0,
        cancelled: false,
      })
      return { msgid, refused, code: 0 }
    },
    broadcasts: async (from, to, cursor) => {
      const rows = self.made.filter(({ createdAt }) => createdAt >= from && createdAt <= to)
      return page(
        rows.map(({ msgid, createdAt, text }) => ({ msgid, creator: null, createdAt, text: text ?? '' })),
        cursor,
      )
    },
    tasks: async (msgid) => {
      const { sender, confirmedAt } = handedOut(msgid)
      const task: MemberTask = { userid: sender, confirmed: confirmedAt !== null, sentAt: confirmedAt }
      return { rows: [task], next: null }
    },
    results: async (msgid, _userid, cursor) => {
      const { results, confirmedAt } = handedOut(msgid)
      const rows = [...results].map(([external, state]) => ({
        external,
        state,
        sentAt: state === 'sent' ? confirmedAt : null,
      }))
      return page(rows, cursor)
    },
    remind: async (msgid) => {
      broadcast(msgid).reminded += 1
    },
    cancel: async (msgid) => {
      broadcast(msgid).cancelled = true
    },
    upload: async ({ name, type, file }) => {
      self.uploads.push({ name, type, bytes: file.length })
      return `media${self.uploads.length}`
    },
  }
  const self: PretendedContacts = {
    ...(Object.fromEntries(
      Object.entries(calls).map(([name, call]) => [
        name,
        async (...given: unknown[]) => {
          self.asked.push(name)
          const fails = self.fails.get(name as keyof ContactsApi)?.shift()
          if (fails instanceof Error) throw fails
          const answer = await (call as (...all: unknown[]) => Promise<unknown>)(...given)
          if (fails) throw fails.after
          return answer
        },
      ]),
    ) as unknown as ContactsApi),
    now: () => 0,
    memberList: [],
    friendships: [],
    groups: [],
    made: [],
    uploads: [],
    asked: [],
    fails: new Map(),
    befriend(userid, external, over = {}) {
      if (!self.memberList.includes(userid)) self.memberList.push(userid)
      self.friendships.push({
        ...{ userid, external, remark: '', description: '', tags: [], since: null, addWay: 1 },
        ...over,
      })
    },
    confirm(msgid, results = {}) {
      const found = broadcast(msgid)
      found.confirmedAt = self.now()
      for (const external of found.results.keys()) found.results.set(external, results[external] ?? 'sent')
    },
  }
  return self
}
