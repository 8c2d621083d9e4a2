import { hour } from '../../time.ts'
import { type Found, found, type Kind, type Span } from './found.ts'

/**
 * Words to a resident on a thread that was closed and not reopened: sent from a phone past the desk, or not at all,
 * because the channel gave the last answer back after the close. Closing right after answering is how it is meant.
 */

interface Row {
  seq: number
  at: number
  type: string
  actor: string
  thread: string
  account: string | null
  closed: number
  closed_at: number
  /** The account, where it was said from its phone by nobody the console knows. */
  author: string | null
}

/** A thread is looked at for so long after it was closed (ms). */
const afterwards = 30 * 24 * hour

export const answerAfterClose: Kind = (db, entriesOf) => {
  // From each closing on, up to where the thread is opened or closed again; mostly nothing follows.
  const words = db.prepare<[Span & { earliest: number }], Row>(`
    SELECT s.seq, s.at, s.type, s.actor, s.thread, s.account, c.seq AS closed, c.at AS closed_at,
      e.canonical ->> '$.data.author' AS author
    FROM record c INDEXED BY record_of_type
    JOIN record s INDEXED BY record_of_thread ON s.thread = c.thread AND s.seq > c.seq
      AND s.type IN ('message.sent', 'message.failed')
    JOIN entry e ON e.seq = s.seq
    WHERE c.type = 'thread.closed' AND c.seq BETWEEN @earliest AND @last
      AND s.seq BETWEEN @first AND @last AND s.at BETWEEN @from AND @to
      AND NOT EXISTS (
        SELECT 1 FROM record o INDEXED BY record_of_thread
        WHERE o.thread = c.thread AND o.seq > c.seq AND o.seq < s.seq
          AND o.type IN ('thread.reopened', 'thread.closed')
      )`)
  return (span) =>
    words.all({ ...span, earliest: entriesOf(span.from - afterwards, span.to).first }).map(after)
}

function after(row: Row): Found {
  const sent = row.type === 'message.sent'
  return found('answerAfterClose', row, {
    severity: sent ? 'middle' : 'high',
    seqs: [row.closed, row.seq],
    user: sent && row.author === null ? row.actor : null,
    facts: { why: sent ? 'sent' : 'undelivered', after: row.at - row.closed_at },
  })
}
