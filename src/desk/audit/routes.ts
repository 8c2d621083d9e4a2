import { anomalyKind } from '../../contract/audit.ts'
import type { Allowed, Routes } from '../route.ts'
import { iso } from '../time.ts'
import { shownAnomalies, shownFinding } from './findings.ts'
import { raw } from './raw.ts'
import { countable, eyesOf, page } from './reading.ts'
import * as rules from './rules.ts'
import { threadOf } from './withholding.ts'

type Names =
  | 'audit.records'
  | 'audit.summary'
  | 'audit.density'
  | 'audit.record'
  | 'anomalies.list'
  | 'anomalies.counts'
  | 'finding.save'
  | 'finding.close'
  | 'finding.reopen'
  | 'findings.list'

const inspecting: Allowed = ['supervisor', 'auditor']
const auditing: Allowed = ['auditor']

const ms = (instant: string | undefined) => (instant === undefined ? null : Date.parse(instant))

export const auditRoutes: Pick<Routes, Names> = {
  'audit.records': {
    allow: inspecting,
    run: (station, { filter, before, limit }, by) => page(station, filter, by, before, limit),
  },
  'audit.summary': {
    allow: inspecting,
    run: async (station, { filter }, by) => {
      const narrowed = await countable(station, filter, by)
      return station.auditing.beside.ask({ about: 'summary', narrowed })
    },
  },
  'audit.density': {
    allow: inspecting,
    run: async (station, { from, to, buckets }) => {
      await station.auditing.settle()
      const span = { from: ms(from), to: ms(to) }
      const found = await station.auditing.beside.ask({ about: 'density', span, buckets })
      return { from: iso(found.from), to: iso(found.to), buckets: found.buckets }
    },
  },
  'audit.record': { allow: inspecting, run: (station, { seq }, by) => raw(station, seq, by) },
  'anomalies.list': {
    allow: inspecting,
    run: async (station, { from, to, kinds, offset, limit }, by) => {
      await station.auditing.settle()
      const { rows, total } = await station.auditing.beside.ask({
        about: 'anomalies',
        from: Date.parse(from),
        to: Date.parse(to),
        kinds: kinds === undefined ? anomalyKind.options : [...new Set(kinds)],
        now: by.now,
        offset,
        limit,
      })
      return { rows: shownAnomalies(station, rows), total }
    },
  },
  'anomalies.counts': {
    allow: inspecting,
    run: async (station, { from, to }, by) => {
      await station.auditing.settle()
      return station.auditing.beside.ask({
        about: 'anomalyCounts',
        from: Date.parse(from),
        to: Date.parse(to),
        kinds: anomalyKind.options,
        now: by.now,
      })
    },
  },
  'finding.save': {
    allow: auditing,
    run: ({ views, ledger }, { id, ...asked }) => ({
      decision: rules.save(id, views.findings.one(id), asked, {
        size: ledger.head().size,
        taken: (subject) => ledger.bySubject(subject, 1).length > 0,
        threadOf: (seq) =>
          threadOf(ledger.entry(seq)?.entry, (thread) => views.threads.thread(thread) !== null),
        thread: (thread) => views.threads.thread(thread) !== null,
        handoff: (handoff) => views.handoffs.one(handoff) !== null,
      }),
    }),
  },
  'finding.close': {
    allow: auditing,
    run: ({ views }, { finding, outcome }) => ({
      decision: rules.close(finding, views.findings.one(finding), outcome),
    }),
  },
  'finding.reopen': {
    allow: auditing,
    run: ({ views }, { finding }) => ({ decision: rules.reopen(finding, views.findings.one(finding)) }),
  },
  'findings.list': {
    allow: inspecting,
    run: (station, { state, offset, limit }, by) => {
      const eyes = eyesOf(station, by)
      const { rows, total } = station.views.findings.page(state, offset, limit)
      return { rows: rows.map((row) => shownFinding(station, row, eyes)), total }
    },
  },
}
