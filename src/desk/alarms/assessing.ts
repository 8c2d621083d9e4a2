import { v7 as uuid } from 'uuid'
import type { AlarmKind, Assessment, Strength } from '../../contract/alarms.ts'
import type { Entry } from '../../ledger/entry.ts'
import { refuse } from '../decision.ts'
import type { By, Commit } from '../route.ts'
import type { Station } from '../station/station.ts'
import { inPieces } from './lexicon.ts'
import * as rules from './rules.ts'

/** What follows from words that have just come in, in the commit that took them. */

type Step = () => Commit<unknown>

/** Words as they came in. `speaker` tells the residents of a group apart; `at` (ms) is when they were said. */
interface Said {
  speaker: string
  text: string
  at: number
}

/** Assesses the message the thread has just received. */
export function assessing(station: Station, thread: string, said: Said, by: Pick<By, 'now'>): Step {
  return () => {
    const { version, findings } = assessed(station, thread, said)
    if (rules.worthMarking(findings).length === 0) return { decision: refuse({ code: 'nothing_to_do' }) }
    const facts = causing(station, thread, station.views.threads.thread(thread)?.last_message ?? 0, by.now)
    return { decision: rules.assessed(facts, facts.thread.last_message, version, findings) }
  }
}

/** A cry for help counts also where it was written in pieces, the last of which says little by itself. */
function assessed(station: Station, thread: string, { speaker, text, at }: Said): Assessment {
  const alone = station.lexicon.assess(text)
  const lead = station.splitWords.lead(`${thread} ${speaker}`, text, at)
  if (lead === '' || !station.lexicon.readsPieces()) return alone
  if (alone.findings.some(({ strength }) => strength === 'ring')) return alone
  const cry = cryIn(station, lead + text)
  // What rang by itself has rung: it is not to ring again in whatever is said next.
  if (cry === undefined || cryIn(station, lead) !== undefined) return alone
  const places = cry.places
    .map(([start, length]): [number, number] => {
      const from = Math.max(0, start - lead.length)
      return [from, start + length - lead.length - from]
    })
    .filter(([, length]) => length > 0)
  return {
    ...alone,
    findings: [
      { ...cry, places, rules: [...cry.rules, inPieces.id] },
      ...alone.findings.filter(({ kind }) => kind !== 'crisis'),
    ],
  }
}

function cryIn(station: Station, text: string) {
  const { findings } = station.lexicon.assess(text)
  return findings.find(({ kind, strength }) => kind === 'crisis' && strength === 'ring')
}

/** The recall of a message that was marked. */
export function recallAlarming(
  station: Station,
  message: { seq: number; thread: string },
  by: Pick<By, 'now'>,
): Step {
  return () => {
    const row = station.views.threads.message(message.seq)
    if (!row?.mark_kind || !row.mark_strength) return { decision: refuse({ code: 'nothing_to_do' }) }
    const { kind, strength } = rules.unsaid(marksOf(station, message.seq)) ?? {
      kind: row.mark_kind,
      strength: row.mark_strength,
    }
    const facts = causing(station, message.thread, message.seq, by.now)
    return {
      decision: rules.recalled(facts, { seq: message.seq, kind, strength }, station.lexicon.version),
    }
  }
}

/** All a message was marked with: its assessment stands right after it. */
function marksOf(station: Station, message: number): { kind: AlarmKind; strength: Strength }[] {
  const next = station.ledger.entry(message + 1)?.entry
  if (next?.type !== 'message.assessed' || next.data.message !== message) return []
  return next.data.kinds as unknown as { kind: AlarmKind; strength: Strength }[]
}

function causing(station: Station, id: string, message: number, now: number): rules.Causing {
  const thread = station.views.threads.thread(id)
  if (thread === null) throw new Error(`a message was taken into an unknown thread ${id}`)
  const open = thread.alarm === null ? null : station.views.alarms.alarm(thread.alarm)
  const pasted = station.views.accounts.account(thread.account)?.kind === 'by-hand'
  if (open === null) return { thread, open, fresh: uuid(), pasted, now }
  const speakers = JSON.parse(open.speakers) as (string | null)[]
  const another = !speakers.includes(station.views.threads.message(message)?.contact ?? null)
  return { thread, open, fresh: uuid(), pasted, another, answered: answeredAt(station, id), now }
}

/**
 * When an officer last answered (ms), within the last few dozen entries: earlier is too long ago to matter. What did not
 * arrive is no answer.
 */
function answeredAt(station: Station, thread: string): number | null {
  const isAnswer = ({ seq, type, data }: Entry) =>
    type === 'message.sent' &&
    data.purpose === undefined &&
    station.views.threads.message(seq)?.delivery !== 'failed'
  const said = station.ledger.bySubject(thread, 50).find(({ entry }) => isAnswer(entry))?.entry
  return said ? Math.min(Date.parse(said.at), Date.parse(said.data.sentAt as string)) : null
}
