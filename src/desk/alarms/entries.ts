import type { AlarmKind, AlarmOutcome, Finding, StationEdits, Strength } from '../../contract/alarms.ts'
import type { Draft, JsonObject } from '../../ledger/entry.ts'
import { draft } from '../decision.ts'

/** Assessment and alarms. The subject is the thread; the lexicon's own changes have the subject `lexicon`. */

/**
 * What the rules of one lexicon version found in one message, strongest first. Rule ids and places, never words:
 * the words are the message's content and go with it when it is erased.
 */
export const messageAssessed = (
  thread: string,
  data: { message: number; version: string; old: boolean },
  findings: readonly Finding[],
): Draft =>
  draft('message.assessed', thread, {
    ...data,
    kinds: findings.map(({ kind, strength, score, thresholds, rules, places }) => ({
      kind,
      strength,
      // The ledger knows integers only: thousandths of a point.
      score: Math.round(score * 1_000),
      watch: Math.round(thresholds.watch * 1_000),
      ring: Math.round(thresholds.ring * 1_000),
      rules,
      places: places.map(([start, length]) => [start, length]),
    })) as unknown as JsonObject[],
  })

export type Cause = 'message' | 'recall'

export const alarmRaised = (
  thread: string,
  data: {
    alarm: string
    kind: AlarmKind
    strength: Strength
    cause: Cause
    message: number
    version: string
    rules: string[]
  },
): Draft => draft('alarm.raised', thread, data)

/** One more reason for an alarm that is there already; `rings` when it must be acknowledged anew, `kind` where graver. */
export const alarmCauseAdded = (
  thread: string,
  data: { alarm: string; cause: Cause; message: number; rings: boolean; kind?: AlarmKind },
): Draft => draft('alarm.causeAdded', thread, data)

export const alarmCalled = (thread: string, alarm: string, call: number): Draft =>
  draft('alarm.called', thread, { alarm, call })

/** `seen` is the newest message or recall there was then. */
export const alarmAcknowledged = (
  thread: string,
  alarm: string,
  seen: number,
  nextContactAt: string,
): Draft => draft('alarm.acknowledged', thread, { alarm, seen, nextContactAt })

export const alarmFollowed = (
  thread: string,
  alarm: string,
  looksAfter: string,
  nextContactAt: string,
): Draft => draft('alarm.followed', thread, { alarm, looksAfter, nextContactAt })

export const alarmContacted = (thread: string, alarm: string, nextContactAt: string, note: string): Draft =>
  draft('alarm.contacted', thread, { alarm, nextContactAt }, { note })

export const alarmContactDue = (thread: string, alarm: string): Draft =>
  draft('alarm.contactDue', thread, { alarm })

export const alarmClosed = (
  thread: string,
  alarm: string,
  outcome: AlarmOutcome,
  second: string,
  note: string,
): Draft => draft('alarm.closed', thread, { alarm, outcome, second }, { note })

export const lexiconChanged = (edits: StationEdits): Draft =>
  draft('lexicon.changed', 'lexicon', { ...edits } as unknown as JsonObject)
