import { v7 as uuid } from 'uuid'
import { refuse } from '../decision.ts'
import type { By, Commit } from '../route.ts'
import type { Station } from '../station/station.ts'
import * as rules from './rules.ts'

/** What follows from words that have just come in, in the commit that took them. */

type Step = () => Commit<unknown>

/** Assesses the message the thread has just received. */
export function assessing(station: Station, thread: string, text: string, by: Pick<By, 'now'>): Step {
  return () => {
    const { version, findings } = station.lexicon.assess(text)
    if (rules.worthMarking(findings).length === 0) return { decision: refuse({ code: 'nothing_to_do' }) }
    const facts = causing(station, thread, by.now)
    return { decision: rules.assessed(facts, facts.thread.last_message, version, findings) }
  }
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
    const marked = { seq: message.seq, kind: row.mark_kind, strength: row.mark_strength }
    return {
      decision: rules.recalled(causing(station, message.thread, by.now), marked, station.lexicon.version),
    }
  }
}

function causing(station: Station, id: string, now: number): rules.Causing {
  const thread = station.views.threads.thread(id)
  if (thread === null) throw new Error(`a message was taken into an unknown thread ${id}`)
  const open = thread.alarm === null ? null : station.views.alarms.alarm(thread.alarm)
  return { thread, open, fresh: uuid(), now }
}
