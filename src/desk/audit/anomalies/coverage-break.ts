import { hour, iso, minute } from '../../time.ts'
import type { Db } from '../../view.ts'
import { episodes } from './episodes.ts'
import { type Found, found, type Kind, type Severity, type Span, within } from './found.ts'

/**
 * Times at which the desk could not have heard or answered: an account switched off or at fault, a time of which messages
 * may be lost, messages that came long after they were written, answers the channel gave back, and the desk itself
 * standing still, told by what its clock did too late.
 */

export const coverageBreak: Kind = (db) => {
  const kinds = [switchedOff(db), atFault(db), gaps(db), heardLate(db), notSent(db), stoodStill(db)]
  return (span) => kinds.flatMap((kind) => kind(span))
}

const grave = (lasted: number): Severity =>
  lasted > 4 * hour ? 'high' : lasted > 30 * minute ? 'middle' : 'low'

function switchedOff(db: Db): (span: Span) => Found[] {
  const changes = db.prepare<
    [Span],
    { seq: number; at: number; account: string; enabled: 0 | 1; next_at: number | null }
  >(`
    SELECT * FROM (
      SELECT c.seq, c.at, c.account, e.canonical ->> '$.data.enabled' AS enabled,
        lag(e.canonical ->> '$.data.enabled', 1, 1) OVER account AS before,
        (SELECT min(n.at) FROM record n JOIN entry ne ON ne.seq = n.seq
         WHERE n.type = 'account.changed' AND n.account = c.account AND n.seq > c.seq
           AND ne.canonical ->> '$.data.enabled' = 1) AS next_at
      FROM record c INDEXED BY record_of_type JOIN entry e ON e.seq = c.seq
      WHERE c.type = 'account.changed' AND c.seq <= @last
      WINDOW account AS (PARTITION BY c.account ORDER BY c.seq)
    )
    WHERE enabled = 0 AND before = 1 AND at BETWEEN @from AND @to`)
  return (span) =>
    changes.all(span).map((row) => {
      const lasted = (row.next_at ?? span.now) - row.at
      return found('coverageBreak', row, {
        severity: grave(lasted),
        facts: { why: 'accountOff', lasted, until: row.next_at === null ? null : iso(row.next_at) },
      })
    })
}

/** A fault on record ends with the next recovery, or with the account being switched off. */
const faultSpans = (where: string) => `
  SELECT f.seq, f.account, round(unixepoch(e.canonical ->> '$.data.since', 'subsec') * 1000) AS since,
    e.canonical ->> '$.data.what' AS what, e.canonical ->> '$.data.code' AS code,
    (SELECT min(r.seq) FROM record r JOIN entry re ON re.seq = r.seq
     WHERE r.account = f.account AND r.seq > f.seq AND (r.type = 'account.recovered'
       OR (r.type = 'account.changed' AND re.canonical ->> '$.data.enabled' = 0))) AS ended
  FROM record f INDEXED BY record_of_type JOIN entry e ON e.seq = f.seq
  WHERE f.type = 'account.faulted' AND ${where}`

function atFault(db: Db): (span: Span) => Found[] {
  // What becomes another fault meanwhile is still the same break.
  const faults = db.prepare<
    [Span],
    {
      seq: number
      account: string
      at: number
      what: string
      code: number | null
      ended: number | null
      until: number | null
    }
  >(`
    SELECT min(seq) AS seq, account, since AS at, what, code, ended, (SELECT at FROM record WHERE seq = ended) AS until
    FROM (${faultSpans('f.seq <= @last')})
    -- With a wrong clock it hears and answers all the same.
    WHERE what NOT IN ('clockAhead', 'clockBehind')
    GROUP BY account, since HAVING at BETWEEN @from AND @to ORDER BY seq`)
  return (span) =>
    faults.all(span).map(({ what, code, ended, until, ...row }) => {
      const lasted = (until ?? span.now) - row.at
      return found('coverageBreak', row, {
        severity: grave(lasted),
        seqs: ended === null ? [row.seq] : [row.seq, ended],
        facts: { why: 'fault', what, code, lasted, until: until === null ? null : iso(until) },
      })
    })
}

/** Messages of that time may never come: WeCom keeps them for three days. */
function gaps(db: Db): (span: Span) => Found[] {
  const rows = db.prepare<
    [Span],
    { seq: number; at: number; account: string; since: string; until: string }
  >(`
    SELECT r.seq, r.at, r.account, e.canonical ->> '$.data.from' AS since, e.canonical ->> '$.data.to' AS until
    FROM record r INDEXED BY record_of_type JOIN entry e ON e.seq = r.seq
    WHERE ${within('r', 'account.gapFound')} ORDER BY r.seq`)
  return (span) =>
    rows.all(span).map(({ since, until, ...row }) =>
      found('coverageBreak', row, {
        severity: 'high',
        facts: { why: 'gap', lasted: Date.parse(until) - Date.parse(since), since, until },
      }),
    )
}

/** A message under way for so long (ms) had no desk to come to. What is pasted by hand is late by nature. */
const late = 15 * minute
/** Arrivals so close together are the end of one break (ms). */
const together = 10 * minute

interface Arrival {
  seq: number
  at: number
  account: string
  sent_at: number
}

function heardLate(db: Db): (span: Span) => Found[] {
  const arrivals = db.prepare<[Span], Arrival>(`
    SELECT r.seq, r.at, r.account, m.sent_at FROM record r INDEXED BY record_of_type
    JOIN message m ON m.seq = r.seq
    JOIN account a ON a.id = r.account AND a.kind <> 'by-hand'
    WHERE ${within('r', 'message.received')} AND m.sent_at < r.at - ${late}
      -- What a new account's channel still had of before belongs to nobody's shift.
      AND NOT (a.kind = 'wecom-kf' AND m.sent_at < a.added_at)
      -- A fault on record says it already.
      AND NOT EXISTS (
        SELECT 1 FROM (${faultSpans('f.account = r.account AND f.seq < r.seq')}) known
        WHERE known.since <= r.at AND ifnull((SELECT at FROM record WHERE seq = known.ended), r.at) >= m.sent_at
      )
    ORDER BY r.account, r.seq`)
  return (span) =>
    episodes(
      arrivals.all(span),
      (one, next) => one.account === next.account && next.at - one.at <= together,
    ).map((those) => {
      const [first] = those as [Arrival]
      const lasted = first.at - Math.min(...those.map(({ sent_at }) => sent_at))
      return found('coverageBreak', first, {
        severity: grave(lasted),
        seqs: those.map(({ seq }) => seq),
        facts: { why: 'late', lasted, messages: those.length, until: iso(first.at) },
      })
    })
}

/** So many answers given back, one soon after the other, are not the residents' doing. */
const atLeast = 3

function notSent(db: Db): (span: Span) => Found[] {
  const failures = db.prepare<[Span], { seq: number; at: number; account: string }>(
    `SELECT f.seq, f.at, f.account FROM record f INDEXED BY record_of_type
     WHERE ${within('f', 'message.failed')} ORDER BY f.account, f.seq`,
  )
  return (span) =>
    episodes(failures.all(span), (one, next) => one.account === next.account && next.at - one.at <= together)
      .filter((those) => those.length >= atLeast)
      .map((those) => {
        const lasted = those.at(-1)!.at - those[0]!.at
        return found('coverageBreak', those[0]!, {
          severity: grave(lasted),
          seqs: those.map(({ seq }) => seq),
          facts: { why: 'notSent', lasted, messages: those.length, until: iso(those.at(-1)!.at) },
        })
      })
}

/** The desk looks at its clock every second; by so much (ms) it is never late while it runs. */
const slow = 2 * minute

function stoodStill(db: Db): (span: Span) => Found[] {
  const acts = db.prepare<[Span], { seq: number; at: number; due: string }>(`
    SELECT w.seq, w.at, (
      SELECT se.canonical ->> '$.data.until' FROM record s INDEXED BY record_of_thread JOIN entry se ON se.seq = s.seq
      WHERE s.thread = w.thread AND s.seq < w.seq AND s.type = 'thread.snoozed' ORDER BY s.seq DESC LIMIT 1
    ) AS due
    FROM record w INDEXED BY record_of_type JOIN entry e ON e.seq = w.seq
    WHERE ${within('w', 'thread.woken')} AND e.canonical ->> '$.data.why' = 'time' AND w.actor = 'clock'
    UNION ALL
    SELECT l.seq, l.at, (
      SELECT oe.canonical ->> '$.data.dueAt' FROM record o INDEXED BY record_of_thread JOIN entry oe ON oe.seq = o.seq
      WHERE o.thread = l.thread AND o.seq < l.seq AND o.type IN ('thread.escalated', 'escalation.reassigned')
      ORDER BY o.seq DESC LIMIT 1
    ) AS due
    FROM record l INDEXED BY record_of_type WHERE ${within('l', 'escalation.lapsed')}
    ORDER BY 1`)
  return (span) => {
    const delayed = acts
      .all(span)
      .map((act) => ({ ...act, due: Date.parse(act.due) }))
      .filter(({ at, due }) => at - due > slow)
    return episodes(delayed, (one, next) => next.at - one.at <= minute).map((those) => {
      const due = Math.min(...those.map((act) => act.due))
      const lasted = those[0]!.at - due
      return found('coverageBreak', those[0]!, {
        severity: grave(lasted),
        seqs: those.map(({ seq }) => seq),
        facts: { why: 'stoodStill', lasted, since: iso(due), until: iso(those[0]!.at) },
      })
    })
  }
}
