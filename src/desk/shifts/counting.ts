import { hour } from '../time.ts'

/** What of the ledger is counted by the hour, as SQL. */

/** Entry types that are counted. */
export type Counted =
  | 'message.received'
  | 'message.sent'
  | 'thread.opened'
  | 'thread.closed'
  | 'thread.reopened'
  | 'thread.overdue'
  | 'thread.claimed'
  | 'thread.escalated'
  | 'escalation.accepted'
  | 'escalation.lapsed'
  | 'escalation.resolved'
  /** A closing once more, by category. */
  | 'closedAs'

export interface Tallied {
  /** Start of the hour, ms. */
  hour: number
  what: Counted
  whose: string
  n: number
}

/** Answers and closings must be in their tables before. `records` is `record r`, read by some index. */
export const countingSql = (records: string, where: string) => `
  SELECT r.at - r.at % ${hour} AS hour, r.type AS what, ifnull(r.account, '') AS account,
    CASE r.type WHEN 'message.sent' THEN (SELECT user FROM answer WHERE seq = r.seq)
      WHEN 'thread.closed' THEN r.actor WHEN 'thread.claimed' THEN r.actor ELSE '' END AS whose,
    count(*) AS n
  FROM ${records}
  WHERE ${where} AND r.type IN ('message.received', 'message.sent', 'thread.opened', 'thread.closed',
    'thread.reopened', 'thread.overdue', 'thread.claimed', 'thread.escalated', 'escalation.accepted',
    'escalation.lapsed', 'escalation.resolved')
    AND (r.type <> 'message.sent' OR EXISTS (SELECT 1 FROM answer WHERE seq = r.seq))
  GROUP BY 1, 2, 3, 4
  UNION ALL
  SELECT r.at - r.at % ${hour}, 'closedAs', ifnull(r.account, ''), k.category, count(*)
  FROM ${records} JOIN closing k ON k.seq = r.seq
  WHERE ${where} AND r.type = 'thread.closed'
  GROUP BY 1, 3, 4`
