import { Refused } from '../../contract/errors.ts'
import type { ItemOutcome } from '../../contract/handoff.ts'
import type { Reader } from '../privacy/rules.ts'
import type { Station } from '../station/station.ts'
import { noAnswer } from '../threads/waiting.ts'
import { iso } from '../time.ts'
import { idWithin } from './item.ts'
import { shownPromises } from './reading.ts'
import { frozenOf, type ItemRecord } from './view.ts'

/** What became of each item of a finished handoff, from the ledger. Reads only. */

interface Row {
  item: string
  first_seq: number | null
  first_type: string | null
  first_at: number | null
  first_by: string | null
  answer_at: number | null
  closed_at: number | null
  disposition: string | null
}

/** Reading a thread, its records or holding its words back is no act on it, nor is what the handoffs say of it. */
const noAct = `('thread.viewed', 'glass.broken', 'glass.seen', 'thread.promiseDue')`
/** More than anybody did about one warning or account since. */
const mostLines = 1_000

export function outcomes(station: Station, id: string, reader: Reader, now: number): ItemOutcome[] {
  const row = station.views.handoffs.one(id)
  if (row === null) throw new Refused({ code: 'not_found', what: 'handoff', id })
  if (row.state !== 'done' || row.corrects !== null) return []
  const after = row.ended_seq as number
  const doneAt = row.ended_at as number
  station.views.records.settle()
  const threads = new Map(ofThreads(station, id, after).map((found) => [found.item, found]))
  const promises = new Map(
    shownPromises(station, station.views.promises.ofHandoff(id), reader, now).map((promise) => [
      promise.item,
      promise,
    ]),
  )
  const nameOf = (user: string) => station.views.people.nameOf(user)
  return station.views.handoffs.items(id).map((record) => {
    const found = threads.get(record.item) ?? ofSubject(station, record, after)
    return {
      item: record.item,
      promise: promises.get(record.item) ?? null,
      firstAct:
        found.first_seq === null
          ? null
          : {
              seq: found.first_seq,
              type: found.first_type as string,
              at: iso(found.first_at as number),
              byName: nameOf(found.first_by as string),
              after: (found.first_at as number) - doneAt,
            },
      firstAnswerAt: found.answer_at === null ? null : iso(found.answer_at),
      closedAt: found.closed_at === null ? null : iso(found.closed_at),
      disposition: found.disposition,
    }
  })
}

function ofThreads({ db }: Station, handoff: string, after: number): Row[] {
  const no = [...noAnswer].map((purpose) => `'${String(purpose)}'`).join(', ')
  return db
    .prepare<[{ handoff: string; after: number }], Row>(
      `WITH found AS (
         SELECT i.item,
           (SELECT r.seq FROM record r INDEXED BY record_of_thread JOIN person p ON p.user = r.actor
            WHERE r.thread = i.thread AND r.seq > @after AND r.type NOT IN ${noAct}
              AND r.type NOT GLOB 'handoff.*' AND r.type NOT GLOB 'audit.*' AND r.type NOT GLOB 'hold.*'
            ORDER BY r.seq LIMIT 1) AS first_seq,
           (SELECT r.seq FROM record r INDEXED BY record_of_thread JOIN entry e ON e.seq = r.seq
              JOIN message m ON m.seq = r.seq AND m.delivery <> 'failed'
            WHERE r.thread = i.thread AND r.seq > @after AND r.type = 'message.sent'
              AND ifnull(e.canonical ->> '$.data.purpose', '') NOT IN (${no})
            ORDER BY r.seq LIMIT 1) AS answer_seq,
           (SELECT r.seq FROM record r INDEXED BY record_of_thread
            WHERE r.thread = i.thread AND r.seq > @after AND r.type = 'thread.closed'
            ORDER BY r.seq LIMIT 1) AS closed_seq
         FROM handoff_item i WHERE i.handoff = @handoff AND i.thread IS NOT NULL
       )
       SELECT found.item, first_seq, f.type AS first_type, f.at AS first_at, f.actor AS first_by, a.at AS answer_at,
         c.at AS closed_at, e.canonical ->> '$.data.disposition' AS disposition
       FROM found LEFT JOIN record f ON f.seq = first_seq LEFT JOIN record a ON a.seq = answer_seq
         LEFT JOIN record c ON c.seq = closed_seq LEFT JOIN entry e ON e.seq = closed_seq`,
    )
    .all({ handoff, after })
}

/** Of a warning or an account, which are the subject of what is done about them. */
function ofSubject({ ledger, views }: Station, record: ItemRecord, after: number): Row {
  const lines = ledger
    .bySubject(idWithin(record.item), mostLines)
    .map(({ entry }) => entry)
    .filter(({ seq, actor }) => seq > after && views.people.person(actor.user) !== null)
    .reverse()
  const first = lines[0]
  const closed = lines.find(({ type }) => type === 'warning.closed')
  const answer = lines.find(({ type }) => type === 'warning.messaged')
  const at = (entry: { at: string } | undefined) => (entry === undefined ? null : Date.parse(entry.at))
  return {
    item: frozenOf(record).id,
    first_seq: first?.seq ?? null,
    first_type: first?.type ?? null,
    first_at: at(first),
    first_by: first?.actor.user ?? null,
    answer_at: at(answer),
    closed_at: at(closed),
    disposition: typeof closed?.data.outcome === 'string' ? closed.data.outcome : null,
  }
}
