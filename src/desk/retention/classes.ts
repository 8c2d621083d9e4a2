import { category } from '../../contract/values.ts'

/** What is content, sorted by how long it is kept. The entries themselves stay for ever; only texts and salts go. */

export interface Period {
  /** Null: until somebody erases it. */
  months: number | null
  minimum: number
}

/**
 * Half a year: what the law asks of logs, for all that documents an act (网络安全法 art. 21: the entries themselves are
 * such a log and stay for ever).
 */
const lawMonths = 6
const years = (count: number) => 12 * count

/** Matters that come back years later, before a court or a complaint. */
const graveMatters: ReadonlySet<string> = new Set(['crisis', 'dispute', 'scam', 'emergency'])

/** Every class with its period until the station sets another. */
export const startingPeriods: ReadonlyMap<string, Period> = new Map([
  ...[...category.options, 'none'].map((each): [string, Period] => [
    `thread.${each}`,
    { months: graveMatters.has(each) ? years(5) : years(3), minimum: lawMonths },
  ]),
  // A resident's card goes no sooner than all that the resident has said.
  ['contacts', { months: years(3), minimum: lawMonths }],
  ['warnings', { months: years(5), minimum: lawMonths }],
  ['broadcasts', { months: years(3), minimum: lawMonths }],
  ['handoffs', { months: years(3), minimum: years(1) }],
  // Why something was held, looked into or opened: the supervision of all others.
  ['oversight', { months: null, minimum: years(3) }],
  // Names of staff that are no longer in use. The present name of a person stays with the acts it stands on.
  ['people', { months: null, minimum: years(3) }],
  ['other', { months: years(3), minimum: lawMonths }],
  // Lines kept aside that could not be read.
  ['aside', { months: years(1), minimum: lawMonths }],
])

/** The first part of an entry's type, and the class of its content. `thread` is refined by the thread's category. */
export const classOfPrefix: Readonly<Record<string, string>> = {
  thread: 'thread',
  message: 'thread',
  note: 'thread',
  // The file a message carries stays and goes with the message.
  media: 'thread',
  alarm: 'thread',
  escalation: 'thread',
  group: 'thread',
  service: 'thread',
  contact: 'contacts',
  // What an officer noted of a resident in WeCom goes with the resident's card.
  friend: 'contacts',
  warning: 'warnings',
  broadcast: 'broadcasts',
  handoff: 'handoffs',
  promise: 'handoffs',
  shift: 'handoffs',
  duty: 'handoffs',
  glass: 'oversight',
  hold: 'oversight',
  finding: 'oversight',
  anomaly: 'oversight',
  export: 'oversight',
  witness: 'oversight',
  person: 'people',
  connection: 'other',
  welcome: 'other',
  common: 'other',
}

export function classOf(type: string): string {
  return classOfPrefix[type.slice(0, type.indexOf('.'))] ?? 'other'
}
