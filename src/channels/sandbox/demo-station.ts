/**
 * The invented station a newcomer meets: who works there, who lives there, what has been written so far.
 * Hand-written JSON in `resources/demo-station/`, so everything is checked on reading and an error names the
 * file and the place in it.
 */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import {
  category,
  disposition,
  explainsSilence,
  type MessageKind,
  messageKinds,
  password,
  shortText,
  text,
  urgency,
  userName,
} from '../../contract/values.ts'

/** What a visitor should be able to find in the demo, one conversation at least for each. */
export const demoThemes = [
  'newborn',
  'moving',
  'idCardLost',
  'scamScreenshot',
  'refundScam',
  'lostCow',
  'foundWallet',
  'liftStuck',
  'squareDance',
  'mahjong',
  'boundary',
  'familyDispute',
  'domesticViolence',
  'recalledCry',
  'missingElder',
  'ebikeStolen',
  'thanks',
  'wageArrears',
  'dogBite',
  'duplicate',
  'schoolCertificate',
  'fireworks',
  'drunkDriver',
  'appointment',
  'spam',
  'investment',
] as const

const phone = z.string().regex(/^\d{11}$/, 'eleven digits')
const key = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'a lower-case id')

const person = z.strictObject({
  user: userName,
  name: shortText,
  role: z.enum(['officer', 'supervisor', 'auditor', 'admin']),
  password,
  phone,
})

const account = z.strictObject({
  id: key,
  name: shortText,
  /** A `by-hand` account is there to try pasting with; nobody writes to it by itself. */
  kind: z.enum(['sandbox', 'by-hand']),
  ownNames: z.array(shortText).min(1),
  villages: z
    .array(
      z.strictObject({
        name: shortText,
        groups: z.array(shortText).min(1),
        /** How many there are in the village, of which the demo knows a few. */
        households: z.int().positive(),
        note: shortText,
      }),
    )
    .min(1),
})

const household = z.strictObject({
  id: key,
  account: key,
  village: shortText,
  group: shortText,
  address: shortText,
  /** The contact who receives notices for the household. */
  head: key,
  people: z.int().positive(),
})

const contact = z.strictObject({
  id: key,
  account: key,
  name: shortText,
  village: shortText,
  /** 三组; for blocks of flats the building, 3栋. */
  villageGroup: shortText,
  household: key,
  tags: z.array(shortText),
  phone,
})

const message = z.strictObject({
  /** `resident`; `desk` for something sent from the phone by nobody the console knows; or an officer's user name. */
  from: z.string(),
  minutesAgo: z.number().nonnegative(),
  kind: z.enum(messageKinds as [MessageKind, ...MessageKind[]]),
  text,
  recalledAfterSeconds: z.number().positive().optional(),
  /** Relative to the demo station's folder. */
  image: z
    .string()
    .regex(/^images\/[a-z0-9-]+\.svg$/)
    .optional(),
})

const reaction = z.strictObject({
  when: z.literal('answered'),
  /** A regular expression on the officer's answer; without it the reaction fits any answer. */
  match: z.string().refine(isPattern, 'not a regular expression').optional(),
  afterSeconds: z
    .tuple([z.number().positive(), z.number().positive()])
    .refine(([from, to]) => from <= to, 'the first is the smaller'),
  text,
})

const state = z.string().regex(/^(open|snoozed|held:[^:]+|closed:[^:]+)$/)

const conversation = z.strictObject({
  theme: z.enum(demoThemes),
  contact: key,
  account: key,
  category: category.optional(),
  urgency: urgency.optional(),
  /** `open`, `held:<user>`, `closed:<disposition>`, `snoozed`; who closed or snoozed is in `by`. */
  state: state.default('open'),
  by: userName.optional(),
  wakeInMinutes: z.number().positive().optional(),
  messages: z.array(message).min(1),
  reactions: z.array(reaction).min(1),
})

const stationFile = z.strictObject({
  name: shortText,
  people: z.array(person).min(1),
  accounts: z.array(account).min(1),
  households: z.array(household),
  contacts: z.array(contact).min(1),
})

export type DemoPerson = z.infer<typeof person>
export type DemoAccount = z.infer<typeof account>
export type DemoHousehold = z.infer<typeof household>
export type DemoContact = z.infer<typeof contact>
export type DemoMessage = z.infer<typeof message>
export type DemoReaction = z.infer<typeof reaction>
export type DemoConversation = z.infer<typeof conversation>
export type DemoStation = z.infer<typeof stationFile> & { conversations: DemoConversation[] }

export type DemoState =
  | { is: 'open' }
  | { is: 'held'; by: string }
  | { is: 'closed'; by: string; disposition: z.infer<typeof disposition> }
  | { is: 'snoozed'; by: string; wakeInMinutes: number }

/** The conversation's state as a value. Everything it needs is there once `loadDemoStation` has read it. */
export function stateOf(conversation: DemoConversation): DemoState {
  const [is, detail] = conversation.state.split(':')
  const by = conversation.by ?? ''
  if (is === 'held') return { is, by: detail! }
  if (is === 'closed') return { is, by, disposition: disposition.parse(detail) }
  if (is === 'snoozed') return { is, by, wakeInMinutes: conversation.wakeInMinutes ?? 60 }
  return { is: 'open' }
}

/** Reads `station.json` and `conversations.json`; throws one error naming everything that is wrong. */
export function loadDemoStation(dir: string): DemoStation {
  const station = read(dir, 'station.json', stationFile)
  const conversations = read(dir, 'conversations.json', z.array(conversation).min(1))
  const demo = { ...station, conversations }
  const wrong = [...brokenReferences(demo), ...conversations.flatMap((each) => wrongIn(each, dir))]
  if (wrong.length > 0) throw new Error(`The demo station in ${dir} contradicts itself:\n${wrong.join('\n')}`)
  return demo
}

function read<T>(dir: string, file: string, schema: z.ZodType<T>): T {
  let json: unknown
  try {
    json = JSON.parse(readFileSync(join(dir, file), 'utf8'))
  } catch (error) {
    throw new Error(`${file} of the demo station cannot be read: ${(error as Error).message}`, {
      cause: error,
    })
  }
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  throw new Error(`${file} of the demo station is not as it should be:\n${z.prettifyError(parsed.error)}`)
}

function brokenReferences(demo: DemoStation): string[] {
  const wrong: string[] = []
  const accounts = byId(demo.accounts, 'account', wrong)
  const households = byId(demo.households, 'household', wrong)
  const contacts = byId(demo.contacts, 'contact', wrong)
  const officers = new Set(demo.people.map((one) => one.user))
  if (officers.size < demo.people.length) wrong.push('people: a user name is there twice')

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
  const met = new Set<string>()
  for (const one of demo.conversations) {
    const where = `conversation ${one.theme}`
    if (contacts.get(one.contact)?.account !== one.account) {
      wrong.push(`${where}: ${one.contact} is no contact of account ${one.account}`)
    }
    if (met.has(one.contact)) wrong.push(`${where}: ${one.contact} has a conversation already`)
    met.add(one.contact)
    const named = one.messages
      .map((each) => each.from)
      .filter((from) => from !== 'resident' && from !== 'desk')
    if (one.by) named.push(one.by)
    if (one.state.startsWith('held:')) named.push(one.state.slice('held:'.length))
    for (const user of named) if (!officers.has(user)) wrong.push(`${where}: nobody is called ${user}`)
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

/** What the desk itself would refuse, so that a demo cannot show a state that could not have come about. */
function wrongIn(one: DemoConversation, dir: string): string[] {
  const wrong: string[] = []
  const say = (what: string) => wrong.push(`conversation ${one.theme}: ${what}`)
  one.messages.forEach((each, index) => {
    const before = one.messages[index - 1]
    if (before && each.minutesAgo > before.minutesAgo)
      say(`message ${index + 1} is older than the one before it`)
    if (each.recalledAfterSeconds && each.from !== 'resident')
      say(`message ${index + 1}: only residents recall here`)
    if (each.image && !existsSync(join(dir, each.image))) say(`there is no ${each.image}`)
  })
  const [is, detail] = one.state.split(':')
  if ((is === 'closed' || is === 'snoozed') && !one.by) say(`${is}, but "by" does not say by whom`)
  if (is === 'closed') {
    const how = disposition.safeParse(detail)
    if (!how.success) say(`"${detail}" is no disposition`)
    // 件件有回音 (DESIGN rule 6)
    else if (one.messages.at(-1)!.from === 'resident' && !explainsSilence.has(how.data)) {
      say(`closed as ${detail} although the last word is the resident's`)
    }
  }
  return wrong
}

function isPattern(pattern: string): boolean {
  try {
    new RegExp(pattern, 'u')
    return true
  } catch {
    return false
  }
}
