/**
 * The invented station a newcomer meets: who works there, who lives there, what has been written so far.
 * Hand-written JSON in `resources/demo-station/`, so everything is checked on reading and an error names the
 * file and the place in it.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import {
  category,
  disposition,
  type MessageKind,
  messageKinds,
  password,
  shortText,
  text,
  urgency,
  userName,
} from '../../contract/values.ts'
import { warningType } from '../../contract/warnings.ts'
import { contradictions } from './demo-contradictions.ts'

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
  'villageGroup',
  'idCardAtHome',
] as const

const phone = z.string().regex(/^\d{11}$/, 'eleven digits')
const key = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'a lower-case id')
/** As the station names its desks and levels from the start. */
const deskId = z.string().regex(/^[a-zA-Z]+$/)

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

const member = z.string().regex(/^member:[a-z0-9-]+$/, 'member:<contact id>')

const message = z.strictObject({
  /**
   * `resident`, in a group `member:<contact id>`; `desk` for something sent from the phone by nobody the console knows;
   * or an officer's user name.
   */
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
  /** In a group, which member answers. */
  from: member.optional(),
  /** A regular expression on the officer's answer; without it the reaction fits any answer. */
  match: z.string().refine(isPattern, 'not a regular expression').optional(),
  afterSeconds: z
    .tuple([z.number().positive(), z.number().positive()])
    .refine(([from, to]) => from <= to, 'the first is the smaller'),
  text,
})

const state = z.string().regex(/^(open|snoozed|held:[^:]+|closed:[^:]+)$/)

/** Given to a desk (rules 11 and 12); once accepted, whoever accepted it holds it. */
const escalated = z.strictObject({
  desk: deskId,
  level: deskId,
  private: z.boolean(),
  reason: z.string().min(2),
  by: userName,
  minutesAgo: z.number().positive(),
  acceptedBy: userName.optional(),
})

const conversation = z.strictObject({
  theme: z.enum(demoThemes),
  /** With whom; of a group, its owner. */
  contact: key,
  /** A residents' group; then everybody in it speaks as a member. */
  group: z.strictObject({ id: key, name: shortText }).optional(),
  account: key,
  category: category.optional(),
  urgency: urgency.optional(),
  /** `open`, `held:<user>`, `closed:<disposition>`, `snoozed`; who closed or snoozed is in `by`. */
  state: state.default('open'),
  by: userName.optional(),
  wakeInMinutes: z.number().positive().optional(),
  escalated: escalated.optional(),
  messages: z.array(message).min(1),
  reactions: z.array(reaction).min(1),
  /** What members of a group say when they are taken into private talk. */
  privately: z.array(reaction).optional(),
})

/** Somebody the anti-fraud centre says is about to be cheated. */
const warning = z.strictObject({
  contact: key,
  type: warningType,
  source: shortText,
  note: z.string(),
  by: userName,
  minutesAgo: z.number().positive(),
})

const whereTheyAre = z.record(key, z.array(userName).min(1))

const stationFile = z.strictObject({
  name: shortText,
  people: z.array(person).min(1),
  /** Who sits at which desk. */
  desks: z.record(deskId, z.array(userName)),
  /** Where people sit, each answering for some accounts. */
  posts: z.array(z.strictObject({ id: key, name: shortText, accounts: z.array(key) })),
  /** Who is at which post in the shift that goes on, and who in the one that relieves it; they take turns. */
  roster: z.strictObject({ now: whereTheyAre, next: whereTheyAre }),
  accounts: z.array(account).min(1),
  households: z.array(household),
  contacts: z.array(contact).min(1),
  warnings: z.array(warning),
})

export type DemoPerson = z.infer<typeof person>
export type DemoAccount = z.infer<typeof account>
export type DemoHousehold = z.infer<typeof household>
export type DemoContact = z.infer<typeof contact>
export type DemoMessage = z.infer<typeof message>
export type DemoReaction = z.infer<typeof reaction>
export type DemoConversation = z.infer<typeof conversation>
export type DemoEscalation = z.infer<typeof escalated>
export type DemoWarning = z.infer<typeof warning>
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
  const wrong = contradictions(demo, dir)
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

function isPattern(pattern: string): boolean {
  try {
    new RegExp(pattern, 'u')
    return true
  } catch {
    return false
  }
}
