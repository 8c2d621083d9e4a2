import type { Anomaly, AnomalyKind } from '../../../contract/audit.ts'
import type { Db } from '../../view.ts'

/** What all kinds of anomaly have in common. */

export type Severity = Anomaly['severity']

/** An anomaly before people have names and findings are looked up. */
export interface Found {
  id: string
  kind: AnomalyKind
  severity: Severity
  /** ms. */
  at: number
  seqs: number[]
  thread: string | null
  handoff: string | null
  account: string | null
  user: string | null
  facts: Anomaly['facts']
}

/** The time asked for, both ends included (ms), and the entries that can lie in it. */
export interface Span {
  from: number
  to: number
  first: number
  last: number
  /** Until when what has not ended goes on (ms). */
  now: number
}

/** All entries of a time (ms), and perhaps others. */
export type EntriesOf = (from: number, to: number) => { first: number; last: number }

/** Prepares its statements once, then looks as often as it is asked. */
export type Kind = (db: Db, entriesOf: EntriesOf) => (span: Span) => Found[]

/** Columns of a row of `record` that an anomaly is made of. */
export interface Place {
  seq: number
  at: number
  thread?: string | null
  account?: string | null
}

/** Its id says what kind it is and which entry shows it, so it is the same whenever it is looked for. */
export function found(
  kind: AnomalyKind,
  { seq, at, thread = null, account = null }: Place,
  rest: Partial<Omit<Found, 'kind' | 'facts'>> & Pick<Found, 'severity' | 'facts'>,
): Found {
  const { seqs = [seq] } = rest
  return {
    id: `${kind}:${seq}`,
    kind,
    at,
    thread,
    handoff: null,
    account,
    user: null,
    ...rest,
    seqs: seqs.slice(0, mostSeqs),
  }
}

/** A long run is shown by its beginning. */
const mostSeqs = 50

/** Entries of one type within the span. */
export const within = (name: string, type: string) =>
  `${name}.type = '${type}' AND ${name}.seq BETWEEN @first AND @last AND ${name}.at BETWEEN @from AND @to`

/** Said to the resident and no answer: who waited goes on waiting (rule 8). */
export const noAnswer = `('delay', 'greeting', 'warning')`

/** `sent` had come back by the entry `by`, and has not arrived since: it answered nobody. */
export const cameBack = (sent: string, by: string) => `EXISTS (
  SELECT 1 FROM message g WHERE g.seq = ${sent}.seq AND g.delivery = 'failed' AND EXISTS (
    SELECT 1 FROM record f INDEXED BY record_of_thread JOIN entry fe ON fe.seq = f.seq
    WHERE f.thread = ${sent}.thread AND f.seq > ${sent}.seq AND f.seq < ${by}.seq AND f.type = 'message.failed'
      AND fe.canonical ->> '$.data.message' = ${sent}.seq))`
