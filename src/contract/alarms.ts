import { command, type Page, query } from './call.ts'
import { z } from './schema.ts'
import { id, instant, nothing, reason, seq, shortText, text } from './values.ts'

/** Assessment of residents' words, alarms 警报 and the watch over a resident that follows (rule 10). */

export const alarmKinds = ['crisis', 'fraud', 'violence', 'missing', 'dispute'] as const
export const alarmKind = z.enum(alarmKinds)
export type AlarmKind = z.infer<typeof alarmKind>
/** `watch`: marked and sorted up, silent. `ring`: an alarm. */
export type Strength = 'watch' | 'ring'

/** What the rules found of one kind in one text. */
export interface Finding {
  kind: AlarmKind
  strength: Strength | 'none'
  score: number
  thresholds: { watch: number; ring: number }
  /** Ids of the lexicon's rules that counted. */
  rules: string[]
  /** Start and length, in UTF-16 code units of the text, of what counted. */
  places: [start: number, length: number][]
  /** What matched and did not count, and why: negated, figurative, a title … */
  discounted: { rule: string; why: string; place: [start: number, length: number] }[]
}

export interface Assessment {
  /** Of the lexicon it was made with. */
  version: string
  /** One for each kind in which anything matched, strongest first. */
  findings: Finding[]
}

/** What a station has changed in the lexicon that came with the desk. */
export const stationEdits = z.strictObject({
  words: z
    .array(
      z.strictObject({
        id,
        kind: alarmKind,
        strength: z.enum(['watch', 'ring']),
        words: z.array(shortText).min(1).max(100),
      }),
    )
    .max(200),
  /** Ids of shipped rules that no longer count. */
  silenced: z.array(id).max(500),
  /** Phrases that never count, e.g. 笑死我了. */
  ordinary: z.array(shortText).max(500),
})
export type StationEdits = z.infer<typeof stationEdits>

export interface LexiconRule {
  id: string
  kind: AlarmKind
  zh: string
  en: string
  /** Some of its words, for a person to recognise it by. */
  words: string[]
  silenced: boolean
}

/** Why a message rang, was marked, or did neither. */
export interface Why {
  seq: number
  /** What the ledger says was found when it came in (too old to ring: sent days before); null where nothing was strong enough to be an entry. */
  recorded: { version: string; at: string; tooOld: boolean; findings: Finding[] } | null
  /** What the present lexicon says. */
  now: Assessment
  /** Masked, with the places of the findings intact. */
  text: string | null
  alarm: string | null
}

export const alarmOutcome = z.enum([
  'safe',
  'withFamily',
  'inHospital',
  'policeAttended',
  'falseAlarm',
  'other',
])
export type AlarmOutcome = z.infer<typeof alarmOutcome>

export interface AlarmRow {
  id: string
  thread: string
  account: string
  /** Null where the thread is private and this reader may not read it. */
  contactName: string | null
  kind: AlarmKind
  cause: 'message' | 'recall'
  /** Its message was taken back by the resident. */
  recalled: boolean
  /** How many messages and recalls it stands for. */
  causes: number
  state: 'ringing' | 'followed' | 'closed'
  raisedAt: string
  /** When it rang last: raised, or rang anew for a later cause. */
  rangAt: string
  /** When it went to the supervisors, newest first counted; null while it did not. */
  calledAt: string | null
  calls: number
  acknowledgedAt: string | null
  acknowledgedByName: string | null
  looksAfter: string | null
  looksAfterName: string | null
  nextContactAt: string | null
  contactDue: boolean
  closedAt: string | null
  closedByName: string | null
  secondName: string | null
  outcome: AlarmOutcome | null
}

export interface Step {
  seq: number
  type: string
  at: string
  actorName: string
  data: { [key: string]: unknown }
  /** Null when erased or private to this reader. */
  text: string | null
  names: { [user: string]: string }
}

/** For a locked screen: that there is something, never what or who. */
export interface AlarmSignal {
  ringing: number
  /** Since when the oldest unacknowledged one rings. */
  since: string | null
  /** Names of the accounts it came in by. */
  accounts: string[]
  /** It has gone to the supervisors. */
  called: boolean
  contactsDue: number
  /** Why nothing rings: the lexicon cannot be used. Null when all is well. */
  deaf: string | null
}

const one = { alarm: id }

export const alarms = {
  /** Ringing ones first, oldest first; then those followed, next contact first. */
  'alarms.open': query<AlarmRow[]>()(nothing),
  'alarms.closed': query<Page<AlarmRow>>()(
    z.strictObject({
      offset: z.number().int().min(0).max(1_000_000),
      limit: z.number().int().min(1).max(200),
    }),
  ),
  'alarms.signal': query<AlarmSignal>()(nothing),
  'alarm.get': query<{ alarm: AlarmRow; steps: Step[] }>()(z.strictObject(one)),
  /** By name; whoever acknowledges looks after the resident, and holds the thread if it is free. */
  'alarm.acknowledge': command<{ thread: string }>()(z.strictObject(one)),
  'alarm.follow': command<void>()(z.strictObject({ ...one, looksAfter: id, nextContactAt: instant })),
  'alarm.contacted': command<void>()(z.strictObject({ ...one, note: text, nextContactAt: instant })),
  /** Needs a second person, who agrees with their own password. */
  'alarm.close': command<void>()(
    z.strictObject({
      ...one,
      outcome: alarmOutcome,
      note: reason,
      second: z.strictObject({ user: id, password: z.string().max(256) }),
    }),
  ),
  'message.why': query<Why>()(z.strictObject({ thread: id, seq })),
  'assessment.try': query<Assessment>()(z.strictObject({ text })),
  'lexicon.get': query<{
    version: string
    rules: LexiconRule[]
    /** What `discounted` names: why a word that matched does not count. */
    discounts: { id: string; zh: string; en: string }[]
    edits: StationEdits
  }>()(nothing),
  'lexicon.change': command<{ version: string }>()(stationEdits),
}
