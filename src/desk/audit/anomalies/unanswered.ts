import { explainsSilence } from '../../../contract/values.ts'
import {
  cameBack,
  type Found,
  found,
  type Kind,
  noAnswer,
  type Severity,
  type Span,
  within,
} from './found.ts'

/**
 * Closed with the resident's word the last one (rule 6 wants a disposition that says why): a little suspicious where
 * there was no answer at all, much so where the same person does it again and again.
 */

const lastWord = `w.type = 'message.received' OR w.type = 'message.sent' AND ifnull(
  (SELECT m.canonical ->> '$.data.purpose' FROM entry m WHERE m.seq = w.seq), '') NOT IN ${noAnswer}
  AND NOT ${cameBack('w', 'c')}`

export interface Silence {
  seq: number
  at: number
  actor: string
  thread: string
  account: string | null
  disposition: string
  /** When the resident's last word came (ms). */
  said_at: number
  /** There was an answer to something before it, since the thread was opened or reopened. */
  answered: 0 | 1
}

export const unanswered: Kind = (db) => {
  const dispositions = [...explainsSilence].map((each) => `'${each}'`).join(', ')
  const silences = db.prepare<[Span], Silence>(`
    SELECT c.seq, c.at, c.actor, c.thread, c.account, e.canonical ->> '$.data.disposition' AS disposition,
      said.at AS said_at, EXISTS (
        SELECT 1 FROM record w INDEXED BY record_of_thread
        WHERE w.thread = c.thread AND w.seq < c.seq AND w.type = 'message.sent' AND (${lastWord}) AND w.seq > (
          SELECT max(b.seq) FROM record b INDEXED BY record_of_thread
          WHERE b.thread = c.thread AND b.seq < c.seq AND b.type IN ('thread.opened', 'thread.reopened')
        )
      ) AS answered
    FROM record c INDEXED BY record_of_type
    JOIN entry e ON e.seq = c.seq AND e.canonical ->> '$.data.disposition' IN (${dispositions})
    JOIN thread t ON t.id = c.thread AND t.kind = 'direct'
    JOIN record said ON said.seq = (
      SELECT w.seq FROM record w INDEXED BY record_of_thread
      WHERE w.thread = c.thread AND w.seq < c.seq AND (${lastWord}) ORDER BY w.seq DESC LIMIT 1
    ) AND said.type = 'message.received'
    WHERE ${within('c', 'thread.closed')}`)
  const closings = db.prepare<[Span], { actor: string; n: number }>(
    `SELECT c.actor, count(*) AS n FROM record c INDEXED BY record_of_type
     WHERE ${within('c', 'thread.closed')} GROUP BY c.actor`,
  )
  return (span) => judged(silences.all(span), new Map(closings.all(span).map(({ actor, n }) => [actor, n])))
}

/** Adverts and what the resident took back ask for nothing. */
const excused: ReadonlySet<string> = new Set(['advert', 'withdrawn'])
/** So many, and so large a part of all one closes, is a habit. */
const often = { times: 5, share: 0.3 }

/** `closings`: how many threads each person closed in the same time. */
export function judged(silences: readonly Silence[], closings: ReadonlyMap<string, number>): Found[] {
  const times = Map.groupBy(silences, ({ actor }) => actor)
  return silences.flatMap((silence) => {
    const silent = times.get(silence.actor)!.length
    const closed = closings.get(silence.actor) ?? silent
    const habit = silent >= often.times && silent >= often.share * closed
    if (excused.has(silence.disposition) && !habit) return []
    const none = silence.answered === 0
    const severity: Severity = habit ? (none ? 'high' : 'middle') : none ? 'middle' : 'low'
    return found('unanswered', silence, {
      severity,
      user: silence.actor,
      facts: {
        disposition: silence.disposition,
        after: silence.at - silence.said_at,
        answered: silence.answered,
        silent,
        closed,
      },
    })
  })
}
