import type { Finding } from '../../../../contract/audit.ts'
import type { HandoffRow, ItemOutcome } from '../../../../contract/handoff.ts'
import type { CallName, Input, Output } from '../../../../contract/index.ts'
import type { Person } from '../../../../contract/people.ts'
import type { Witness } from '../../../../contract/proof.ts'
import type { AuditSummary, SummedHandoff } from '../../../../paper/audit-facts.ts'
import { countsOf } from '../handoffs/outcome-marks.ts'

/** Everything an auditor's summary says, asked of the core piece by piece as this reader may have it. */

type Call = <N extends CallName>(name: N, input: Input<N>) => Promise<Output<N>>

export interface Asked {
  station: string
  madeAt: string
  madeByName: string
  /** Null: all there is. */
  span: { from: string; to: string } | null
  people: readonly Person[]
  findings: readonly Finding[]
}

/** Of the worst ones so many are listed; the rest is counted. */
const gravestShown = 20
const pageOfRows = 200

export async function gatherSummary(call: Call, asked: Asked): Promise<AuditSummary> {
  const { span, people, findings } = asked
  const bounds = await call('history.bounds', {})
  const from = span?.from ?? bounds.firstAt
  const to = span?.to ?? bounds.lastAt
  const filter = span ?? {}
  const summary = await call('audit.summary', { filter })
  const persons = await Promise.all(
    people.map(async (person) => {
      const { total, types } = await call('audit.summary', { filter: { ...filter, person: person.user } })
      const of = (type: string) => types.find((one) => one.type === type)?.n ?? 0
      return {
        name: person.name,
        role: person.role,
        n: total,
        answers: of('message.sent'),
        closed: of('thread.closed'),
      }
    }),
  )
  const witnesses = await call('witnesses.list', {})
  const handoffs = await finishedIn(call, from, to)
  const outcomes = new Map<string, ItemOutcome[]>()
  for (const { id } of handoffs) outcomes.set(id, await call('handoff.outcomes', { handoff: id }))
  // Every entry comes with the newest checkpoint that covers it; the first has no content whose reading is on record.
  const { proof } = await call('audit.record', { seq: 1 })
  return {
    of: 'audit',
    station: asked.station,
    scope: span === null ? 'whole' : 'period',
    scopeTitle: null,
    from,
    to,
    madeAt: asked.madeAt,
    madeByName: asked.madeByName,
    file: null,
    entries: summary.total,
    types: summary.types,
    people: persons.filter(({ n }) => n > 0).sort((a, b) => b.n - a.n),
    handoffs: handoffs.map((row) => summed(row, outcomes.get(row.id) ?? [], witnesses)).reverse(),
    promises: [...outcomes.values()]
      .flat()
      .flatMap(({ promise }) => promise ?? [])
      .filter(({ state }) => state === 'broken' || state === 'late'),
    ...(await anomaliesIn(call, from, to)),
    findings: [...findings],
    withheld: null,
    erased: null,
    heads: witnesses.filter(({ at }) => span === null || (at >= span.from && at <= span.to)).reverse(),
    head: proof && { size: proof.size, code: proof.code, note: proof.note },
    verdict: null,
  }
}

async function finishedIn(call: Call, from: string | null, to: string | null): Promise<HandoffRow[]> {
  const rows: HandoffRow[] = []
  for (;;) {
    const page = await call('handoffs.list', {
      of: 'finished',
      ...(from === null ? {} : { from }),
      ...(to === null ? {} : { to }),
      offset: rows.length,
      limit: pageOfRows,
    })
    rows.push(...page.rows)
    if (page.rows.length < pageOfRows) break
  }
  return rows.filter(({ state, corrects }) => state === 'done' && corrects === null)
}

function summed(
  row: HandoffRow,
  outcomes: readonly ItemOutcome[],
  witnesses: readonly Witness[],
): SummedHandoff {
  const { promised: _promised, ...promises } = countsOf(outcomes)
  return {
    id: row.id,
    postName: row.postName,
    fromName: row.fromName,
    toName: row.toName ?? '',
    doneAt: row.doneAt ?? row.startedAt,
    onBehalf: row.signatures.some(({ onBehalfOf }) => onBehalfOf !== null),
    items: row.counts.items,
    severe: row.counts.severe,
    size: witnesses.find(({ kind, where }) => kind === 'handoff' && where === row.id)?.size ?? null,
    code: row.code,
    promises,
  }
}

const grave = { high: 0, middle: 1, low: 2 }

async function anomaliesIn(
  call: Call,
  from: string | null,
  to: string | null,
): Promise<Pick<AuditSummary, 'anomalies' | 'gravest'>> {
  if (from === null || to === null) return { anomalies: [], gravest: [] }
  const anomalies = await call('anomalies.counts', { from, to })
  const { rows } = await call('anomalies.list', { from, to, offset: 0, limit: pageOfRows })
  const gravest = rows.toSorted((a, b) => grave[a.severity] - grave[b.severity]).slice(0, gravestShown)
  return { anomalies: anomalies.filter(({ n }) => n > 0), gravest }
}
