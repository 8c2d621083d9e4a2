import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { disposition, explainsSilence } from '../../contract/values.ts'
import type { DemoConversation, DemoStation } from './demo-station.ts'
import { conversationKey, isResident } from './residents.ts'

/** What is wrong in hand-written demo files although each has its form: all of it, by the place in the files. */
export function contradictions(demo: DemoStation, dir: string): string[] {
  const wrong: string[] = []
  const accounts = byId(demo.accounts, 'account', wrong)
  const households = byId(demo.households, 'household', wrong)
  const contacts = byId(demo.contacts, 'contact', wrong)
  const users = new Set(demo.people.map((one) => one.user))
  if (users.size < demo.people.length) wrong.push('people: a user name is there twice')
  const known = (where: string, named: readonly string[]) => {
    for (const user of named) if (!users.has(user)) wrong.push(`${where}: nobody is called ${user}`)
  }

  const place = (what: string, where: { account: string; village: string; group: string }) => {
    const village = accounts.get(where.account)?.villages.find((one) => one.name === where.village)
    if (!village?.groups.includes(where.group)) {
      wrong.push(`${what}: no ${where.village} ${where.group} in account ${where.account}`)
    }
  }
  for (const one of demo.households) {
    place(`household ${one.id}`, one)
    if (contacts.get(one.head)?.household !== one.id) {
      wrong.push(`household ${one.id}: head ${one.head} is no contact of it`)
    }
  }
  for (const one of demo.contacts) {
    place(`contact ${one.id}`, { ...one, group: one.villageGroup })
    const home = households.get(one.household)
    if (home?.village !== one.village || home.group !== one.villageGroup) {
      wrong.push(`contact ${one.id}: household ${one.household} is not in ${one.village} ${one.villageGroup}`)
    }
  }
  for (const [desk, members] of Object.entries(demo.desks)) known(`desk ${desk}`, members)
  const posts = byId(demo.posts, 'post', wrong)
  for (const { id, accounts: answersFor } of demo.posts)
    for (const account of answersFor)
      if (!accounts.has(account)) wrong.push(`post ${id}: there is no account ${account}`)
  for (const shift of [demo.roster.now, demo.roster.next])
    for (const [post, people] of Object.entries(shift)) {
      if (!posts.has(post)) wrong.push(`roster: there is no post ${post}`)
      known(`roster of ${post}`, people)
    }
  for (const { contact, by } of demo.warnings) {
    if (!contacts.has(contact)) wrong.push(`warning: there is no contact ${contact}`)
    known(`warning of ${contact}`, [by])
  }
  const met = new Set<string>()
  for (const one of demo.conversations) {
    const where = `conversation ${one.theme}`
    for (const contact of [one.contact, ...membersOf(one)]) {
      if (contacts.get(contact)?.account !== one.account) {
        wrong.push(`${where}: ${contact} is no contact of account ${one.account}`)
      }
    }
    const key = conversationKey(one)
    if (met.has(key)) wrong.push(`${where}: ${key} has a conversation already`)
    met.add(key)
    known(where, officersOf(one))
    wrong.push(...wrongIn(one, demo, dir).map((what) => `${where}: ${what}`))
  }
  return wrong
}

function byId<T extends { id: string }>(all: T[], what: string, wrong: string[]): Map<string, T> {
  const found = new Map<string, T>()
  for (const one of all) {
    if (found.has(one.id)) wrong.push(`${what} ${one.id} is there twice`)
    found.set(one.id, one)
  }
  return found
}

function membersOf({ messages, reactions, privately = [] }: DemoConversation): string[] {
  return [...messages, ...reactions, ...privately]
    .map(({ from }) => from ?? '')
    .filter((from) => from.startsWith('member:'))
    .map((from) => from.slice('member:'.length))
}

function officersOf(one: DemoConversation): string[] {
  const named = one.messages.map(({ from }) => from).filter((from) => !isResident(from) && from !== 'desk')
  if (one.by) named.push(one.by)
  if (one.state.startsWith('held:')) named.push(one.state.slice('held:'.length))
  if (one.escalated) named.push(one.escalated.by)
  if (one.escalated?.acceptedBy) named.push(one.escalated.acceptedBy)
  return named
}

/** What the desk itself would refuse, so that a demo cannot show a state that could not have come about. */
function wrongIn(one: DemoConversation, demo: DemoStation, dir: string): string[] {
  const wrong: string[] = []
  const speaks = one.group ? 'member:' : 'resident'
  one.messages.forEach((each, index) => {
    const before = one.messages[index - 1]
    if (before && each.minutesAgo > before.minutesAgo)
      wrong.push(`message ${index + 1} is older than the one before it`)
    if (each.recalledAfterSeconds && !isResident(each.from))
      wrong.push(`message ${index + 1}: only residents recall here`)
    if (each.image && !existsSync(join(dir, each.image))) wrong.push(`there is no ${each.image}`)
    if (isResident(each.from) && !each.from.startsWith(speaks))
      wrong.push(`message ${index + 1}: ${each.from} does not speak here`)
  })
  if (one.privately && !one.group) wrong.push('only members of a group are taken aside')
  const reactions = [...one.reactions, ...(one.privately ?? [])]
  reactions.forEach((each, index) => {
    if ((each.from !== undefined) !== (one.group !== undefined))
      wrong.push(`reaction ${index + 1}: in a group, and only there, it says who answers`)
  })
  const [is, detail] = one.state.split(':')
  if ((is === 'closed' || is === 'snoozed') && !one.by) wrong.push(`${is}, but "by" does not say by whom`)
  if (is === 'closed') {
    const how = disposition.safeParse(detail)
    if (!how.success) wrong.push(`"${detail}" is no disposition`)
    // 件件有回音 (DESIGN rule 6)
    else if (isResident(one.messages.at(-1)!.from) && !explainsSilence.has(how.data)) {
      wrong.push(`closed as ${detail} although the last word is the resident's`)
    }
  }
  return [...wrong, ...wrongEscalation(one, demo)]
}

function wrongEscalation({ escalated, state, messages }: DemoConversation, demo: DemoStation): string[] {
  if (!escalated) return []
  const wrong: string[] = []
  const { desk, acceptedBy, minutesAgo } = escalated
  if (state.startsWith('closed')) wrong.push('closed while it is with a desk')
  if (minutesAgo > messages[0]!.minutesAgo) wrong.push('escalated before anything was said')
  const leads = demo.people.some(({ user, role }) => user === acceptedBy && role === 'supervisor')
  if (acceptedBy && !leads && !demo.desks[desk]?.includes(acceptedBy))
    wrong.push(`${acceptedBy} is no member of desk ${desk}`)
  if (acceptedBy && state !== `held:${acceptedBy}`) wrong.push(`accepted, but not held by ${acceptedBy}`)
  return wrong
}
