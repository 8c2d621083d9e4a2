import type { Anomaly, Finding } from '../../contract/audit.ts'
import { maskText } from '../people/masking.ts'
import type { Station } from '../station/station.ts'
import { iso, isoOrNull } from '../time.ts'
import type { Found } from './anomalies/found.ts'
import { type Eyes, mayReadFinding } from './reading.ts'
import type { FindingRow } from './view.ts'

/** Findings and anomalies as they are shown: people by name, numbers masked, private words withheld (rule 11). */

export function shownFinding(station: Station, row: FindingRow, eyes: Eyes): Finding {
  const readable = mayReadFinding(row, eyes)
  const words = (text: string | null) => (text === null || !readable ? null : maskText(text).text)
  return {
    id: row.id,
    title: readable ? (words(row.title) ?? '—') : '🔒',
    note: words(row.note),
    severity: row.severity,
    state: row.closed_at === null ? 'open' : 'closed',
    seqs: row.seqs,
    threads: row.threads,
    handoffs: row.handoffs,
    anomaly: row.anomaly,
    byName: station.views.people.nameOf(row.by),
    savedAt: iso(row.saved_at),
    closedAt: isoOrNull(row.closed_at),
    outcome: words(row.outcome),
  }
}

export function shownAnomalies({ views }: Station, found: readonly Found[]): Anomaly[] {
  const findings = views.findings.ofAnomalies(found.map(({ id }) => id))
  return found.map(({ at, ...one }) => ({
    ...one,
    at: iso(at),
    userName: one.user === null ? null : views.people.nameOf(one.user),
    finding: findings.get(one.id) ?? null,
  }))
}
