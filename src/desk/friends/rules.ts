import type { Draft } from '../../ledger/entry.ts'
import { type Decision, entries, refuse } from '../decision.ts'
import { iso } from '../time.ts'
import * as did from './entries.ts'

/** What is put on record of what WeCom says of friends, and what may be given back. Pure. */

/** A friendship as WeCom tells it now. Times in ms. */
export interface Told {
  userid: string
  remark: string
  description: string
  /** A name is null where WeCom gave the id alone. */
  tags: readonly { id: string | null; name: string | null; group: string | null }[]
  since: number | null
  addWay: number
}

/** The same as it is on record. */
export interface Known {
  contact: string
  userid: string
  since: number | null
  add_way: number
  /** Null where it was erased. */
  noted: did.Noted | null
}

/** Names of the corp's tags by id. */
export type TagNames = ReadonlyMap<string, { name: string; group: string }>

export interface Learning {
  connection: string
  tagNames: TagNames
  /** Reading many at once WeCom leaves out the officers' own tags: what is known of those stays. */
  ownTagsToo: boolean
}

/** Null where nothing is new. */
export function learn(
  contact: string,
  told: Told,
  known: Known | null,
  { connection, tagNames, ownTagsToo }: Learning,
): Draft | null {
  const own = ownTagsToo ? [] : (known?.noted?.tags ?? []).filter(({ corpTag }) => corpTag === null)
  const before = new Map(known?.noted?.tags.map((tag) => [tag.corpTag, tag]))
  const tags = told.tags.map(({ id, name, group }) => {
    const called = id === null ? undefined : (tagNames.get(id) ?? before.get(id))
    return { corpTag: id, name: name || called?.name || '', group: group || called?.group || '' }
  })
  const noted = {
    remark: told.remark,
    description: told.description,
    tags: [...tags, ...own].sort(byName),
  }
  const data = {
    connection,
    userid: told.userid,
    since: told.since === null ? null : iso(told.since),
    addWay: told.addWay,
  }
  if (known === null) return did.friendFound(contact, data, noted)
  const same = known.since === told.since && known.add_way === told.addWay && isSame(known.noted, noted)
  return same ? null : did.friendUpdated(contact, data, noted)
}

const key = (tag: did.Noted['tags'][number]) => `${tag.group}\n${tag.name}\n${tag.corpTag}`
const byName = (a: did.Noted['tags'][number], b: did.Noted['tags'][number]) => (key(a) < key(b) ? -1 : 1)

function isSame(a: did.Noted | null, b: did.Noted): boolean {
  return (
    a !== null &&
    a.remark === b.remark &&
    a.description === b.description &&
    a.tags.length === b.tags.length &&
    a.tags.every((tag, at) => key(tag) === key(b.tags[at]!))
  )
}

/** Everything WeCom says of one resident: who is on record and not told any more is a friend no longer. */
export function learnOne(
  contact: string,
  told: readonly Told[],
  known: readonly Known[],
  how: Learning,
): Draft[] {
  const drafts = told.map((one) =>
    learn(contact, one, known.find(({ userid }) => userid === one.userid) ?? null, how),
  )
  const gone = known.filter(({ userid }) => !told.some((one) => one.userid === userid))
  return [
    ...drafts.filter((draft) => draft !== null),
    ...gone.map(({ userid }) => did.friendLost(contact, how.connection, userid)),
  ]
}

export interface CapabilityState {
  able: 0 | 1
  code: number | null
}

/** On record only when it changes. */
export function learnCapability(
  connection: string,
  what: 'contacts' | 'broadcasts',
  present: CapabilityState | null,
  now: { able: boolean; code: number | null },
): Decision {
  if (present !== null && (present.able === 1) === now.able && present.code === now.code) return entries()
  return entries(did.capabilityChanged(connection, what, now.able, now.code))
}

const unnoted: did.Noted = { remark: '', description: '', tags: [] }

export function pushedRemark(
  known: Known | null,
  asked: {
    contact: string
    connection: string
    userid: string
    remark: string | undefined
    description: string | undefined
  },
): Decision {
  const { contact, connection, userid, remark, description } = asked
  if (known === null) return refuse({ code: 'not_found', what: 'friend', id: userid })
  const before = known.noted ?? unnoted
  const noted = {
    ...before,
    remark: remark ?? before.remark,
    description: description ?? before.description,
  }
  const data = { connection, userid, remark: remark !== undefined, description: description !== undefined }
  return entries(did.remarkPushed(contact, data, noted))
}

export function pushedTags(
  known: Known | null,
  asked: { contact: string; connection: string; userid: string; add: string[]; remove: string[] },
  tagNames: TagNames,
): Decision {
  const { contact, connection, userid, add, remove } = asked
  if (known === null) return refuse({ code: 'not_found', what: 'friend', id: userid })
  const before = known.noted ?? unnoted
  const left = before.tags.filter(
    ({ corpTag }) => corpTag === null || (!add.includes(corpTag) && !remove.includes(corpTag)),
  )
  const added = add.map((corpTag) => ({ corpTag, name: '', group: '', ...tagNames.get(corpTag) }))
  const noted = { ...before, tags: [...left, ...added].sort(byName) }
  return entries(did.tagsPushed(contact, { connection, userid, added: add, removed: remove }, noted))
}

/** Tags of the desk as tags of the corp; what is linked to none is named. */
export function linked(
  tags: readonly string[],
  links: ReadonlyMap<string, string>,
): { corpTags: string[]; unlinked: string[] } {
  const corpTags = new Set(tags.flatMap((tag) => links.get(tag) ?? []))
  return { corpTags: [...corpTags], unlinked: tags.filter((tag) => !links.has(tag)) }
}

const shanghai = 8 * 3_600_000
const day = 24 * 3_600_000
/** Three in the morning in Shanghai, when nobody waits for WeCom's answers. */
const quietHour = 3 * 3_600_000

/** When all friends are read next (ms), after they were read at `last`. */
export function nextNight(last: number): number {
  const local = last + shanghai
  const midnight = local - (((local % day) + day) % day)
  const tonight = midnight + quietHour
  return (tonight > local ? tonight : tonight + day) - shanghai
}
