import type { Step } from '../../contract/alarms.ts'
import type { Page } from '../../contract/call.ts'
import { Refused } from '../../contract/errors.ts'
import type { EscalationCounts, EscalationRow } from '../../contract/escalations.ts'
import { maskText } from '../people/masking.ts'
import type { Reader } from '../privacy/rules.ts'
import type { Station } from '../station/station.ts'
import { iso, isoOrNull } from '../time.ts'
import { answersFor } from './ending.ts'
import type { Filter, FullRow } from './listing.ts'
import { mayAccept } from './rules.ts'

/** What a reader sees of matters: of a private one who may not read its thread, never who or why (rule 11). */

export function list(
  station: Station,
  filter: Filter,
  reader: Reader,
  offset: number,
  limit: number,
): Page<EscalationRow> {
  const { escalations } = station.views
  const levels = escalations.levels().map(({ id }) => id)
  const { rows, total } = escalations.listing.page(filter, levels, offset, limit)
  return { rows: rows.map((row) => shown(station, row, reader)), total }
}

export function counts(station: Station, reader: Reader): EscalationCounts {
  const { escalations } = station.views
  const all: EscalationCounts = { desks: {}, returned: 0, forMe: 0, visits: 0, visitsDue: 0 }
  for (const { state, desk, level, visit_due, n } of escalations.listing.groups()) {
    if (state === 'visit') {
      all.visits += n
      if (visit_due) all.visitsDue += n
      continue
    }
    all.desks[desk] ??= {}
    all.desks[desk]![level] = (all.desks[desk]![level] ?? 0) + n
    if (state === 'returned') all.returned += n
    if (
      (state === 'offered' || state === 'returned') &&
      mayAccept({ state, desk }, escalations.level(level), reader)
    )
      all.forMe += n
  }
  return all
}

export function get(
  station: Station,
  id: string,
  reader: Reader,
): { escalation: EscalationRow; steps: Step[] } {
  const row = station.views.escalations.listing.one(id)
  if (row === null) throw new Refused({ code: 'not_found', what: 'escalation', id })
  const escalation = shown(station, row, reader)
  const steps = station.views.escalations.steps(id).map((seq) => step(station, seq, escalation.readable))
  return { escalation, steps }
}

function shown({ access, views }: Station, row: FullRow, reader: Reader): EscalationRow {
  const readable = access.mayRead({ ...row, id: row.thread, desk: row.thread_desk }, reader)
  const open = row.state === 'offered' || row.state === 'returned'
  return {
    id: row.id,
    thread: row.thread,
    account: row.account,
    contactName: readable ? row.contact_name : null,
    reason: readable && row.reason !== null ? maskText(row.reason).text : null,
    private: row.private === 1,
    readable,
    category: row.category,
    desk: row.desk,
    level: row.level,
    state: row.state,
    returnedWhy: row.returned_why,
    raisedAt: iso(row.raised_at),
    raisedByName: row.raised_by_name,
    dueAt: open ? iso(row.due_at) : null,
    acceptedAt: isoOrNull(row.accepted_at),
    acceptedBy: row.accepted_by,
    acceptedByName: row.accepted_by_name,
    outcome: row.outcome,
    resolvedAt: isoOrNull(row.resolved_at),
    returnVisitAt: isoOrNull(row.return_visit_at),
    visitDue: row.visit_due === 1,
    visits: row.visits,
    mayAccept: mayAccept(row, views.escalations.level(row.level), reader),
    mayEnd: (row.state === 'accepted' || row.state === 'visit') && answersFor(row, row, reader),
  }
}

/** What an entry says in its data names no resident; its text may. */
function step({ ledger, views }: Station, seq: number, readable: boolean): Step {
  const { entry, content } = ledger.entry(seq)!
  const text = content?.reason ?? content?.note
  return {
    seq,
    type: entry.type,
    at: entry.at,
    actorName: views.people.nameOf(entry.actor.user),
    data: entry.data,
    text: readable && typeof text === 'string' ? maskText(text).text : null,
    names: {},
  }
}
