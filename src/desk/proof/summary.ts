import { type AnomalyKind, anomalyKind, type Finding } from '../../contract/audit.ts'
import { type Role, roles } from '../../contract/call.ts'
import type { Handoff } from '../../contract/handoff.ts'
import type { Run } from '../../ledger/export/lines.ts'
import type { AuditSummary, SummedHandoff } from '../../paper/audit-facts.ts'
import type { Found } from '../audit/anomalies/found.ts'
import { shownAnomalies, shownFinding } from '../audit/findings.ts'
import { shownPromises } from '../handoff/reading.ts'
import type { Reader } from '../privacy/rules.ts'
import type { By } from '../route.ts'
import type { Station } from '../station/station.ts'
import { iso } from '../time.ts'
import type { Wanted } from './exporting.ts'
import type { Summing } from './summing.ts'
import { witnesses } from './witnesses.ts'

/** What lies on paper is for whoever may read least, whoever had it made (rule 11). */
export const stranger: Reader = { user: '', role: 'auditor', desks: new Set(), glass: new Set() }
/** Witnesses named in a summary, the newest. */
const mostWitnesses = 40
/** Anomalies told one by one; findings looked through. */
const mostAnomalies = 30
const mostFindings = 2_000
/** Anomalies fetched at a time. */
const atOnce = 2_000

interface Summed {
  summing: Summing
  runs: readonly Run[]
  upto: number
  handoffs: readonly Handoff[]
}

/** What the summary of an export is made of. */
export async function summarise(
  station: Station,
  { scope, name }: Wanted,
  by: By,
  { summing, runs, upto, handoffs }: Summed,
): Promise<AuditSummary> {
  const nameOf = (user: string) => station.views.people.nameOf(user)
  const promises = handoffs.flatMap(({ id }) => promisesOf(station, id))
  const anomalies = await anomaliesIn(station, summing, runs)
  const sealed = station.checkpoints.noteAt(upto)
  const heads = (await witnesses(station)).filter(({ kind, size }) => kind !== 'hour' && size <= upto)
  return {
    of: 'export',
    station: station.ledger.meta.station,
    scope: scope.kind,
    scopeTitle: titleOf(station, scope, handoffs),
    from: summing.first,
    to: summing.last,
    madeAt: iso(station.now()),
    madeByName: nameOf(by.user),
    file: name,
    entries: summing.entries,
    types: [...summing.types].map(([type, n]) => ({ type, n })).sort((a, b) => b.n - a.n),
    people: [...summing.people]
      .map(([user, { role, ...counted }]) => ({
        name: nameOf(user),
        role: roles.includes(role as Role) ? (role as Role) : null,
        ...counted,
      }))
      .sort((a, b) => b.n - a.n),
    handoffs: handoffs.map((handoff) => summed(station, handoff)),
    promises: promises.filter(({ state }) => state === 'broken' || state === 'late'),
    anomalies: countsOf(anomalies),
    gravest: shownAnomalies(station, gravestOf(anomalies)),
    findings: findingsIn(station, runs),
    withheld: summing.withheld,
    erased: summing.erased,
    heads: heads.slice(0, mostWitnesses).reverse(),
    head: sealed && { size: upto, ...sealed },
    verdict: null,
  }
}

function summed(station: Station, handoff: Handoff): SummedHandoff {
  const promises = { kept: 0, late: 0, broken: 0, open: 0 }
  for (const { state } of promisesOf(station, handoff.id)) promises[state]++
  return {
    id: handoff.id,
    postName: handoff.postName,
    fromName: handoff.fromName,
    toName: handoff.toName ?? '',
    doneAt: handoff.doneAt ?? handoff.startedAt,
    onBehalf: handoff.signatures.some(({ onBehalfOf }) => onBehalfOf !== null),
    items: handoff.counts.items,
    severe: handoff.counts.severe,
    size: handoff.checkpoint?.size ?? null,
    code: handoff.code,
    promises,
  }
}

const promisesOf = (station: Station, handoff: string) =>
  shownPromises(station, station.views.promises.ofHandoff(handoff), stranger, station.now())

function titleOf(station: Station, scope: Wanted['scope'], handoffs: readonly Handoff[]): string | null {
  const { threads, people, shifts } = station.views
  switch (scope.kind) {
    case 'thread': {
      const thread = threads.thread(scope.thread)
      return thread === null || thread.private === 1 ? null : people.labelOf(thread.contact)
    }
    case 'shift': {
      const shift = shifts.worked(scope.shift)
      return shift === null ? null : `${people.nameOf(shift.user)} ${iso(shift.signed_on)}`
    }
    case 'handoff': {
      const [one] = handoffs
      return one === undefined ? null : `${one.fromName} → ${one.toName ?? '–'}`
    }
    default:
      return null
  }
}

const touches = (seqs: readonly number[], runs: readonly Run[]) =>
  seqs.some((seq) => runs.some(({ from, to }) => seq >= from && seq <= to))

/** Those that one of the exported entries shows. */
async function anomaliesIn(
  station: Station,
  { first, last }: Summing,
  runs: readonly Run[],
): Promise<Found[]> {
  if (first === null || last === null) return []
  await station.auditing.settle()
  const asked = {
    about: 'anomalies' as const,
    from: Date.parse(first),
    to: Date.parse(last),
    kinds: anomalyKind.options,
    now: station.now(),
    limit: atOnce,
  }
  const found: Found[] = []
  for (let offset = 0; ; offset += atOnce) {
    const { rows, total } = await station.auditing.beside.ask({ ...asked, offset })
    found.push(...rows.filter(({ seqs }) => touches(seqs, runs)))
    if (offset + atOnce >= total) return found
  }
}

function countsOf(anomalies: readonly Found[]): { kind: AnomalyKind; n: number }[] {
  const counts = new Map<AnomalyKind, number>()
  for (const { kind } of anomalies) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return [...counts].map(([kind, n]) => ({ kind, n })).sort((a, b) => b.n - a.n)
}

function gravestOf(anomalies: readonly Found[]): Found[] {
  const ranks = { high: 0, middle: 1, low: 2 }
  return anomalies
    .toSorted((a, b) => ranks[a.severity] - ranks[b.severity] || a.at - b.at)
    .slice(0, mostAnomalies)
}

function findingsIn(station: Station, runs: readonly Run[]): Finding[] {
  const eyes = {
    reader: stranger,
    mayRead: (thread: string) => station.access.mayReadThread(thread, stranger),
  }
  return station.views.findings
    .page(undefined, 0, mostFindings)
    .rows.filter(({ seqs }) => touches(seqs, runs))
    .map((row) => shownFinding(station, row, eyes))
}
