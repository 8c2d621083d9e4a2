import { v7 as uuid } from 'uuid'
import type { Refusal } from '../../contract/errors.ts'
import type { ExportScope, Work } from '../../contract/proof.ts'
import { entries, refuse } from '../decision.ts'
import { type Allowed, type By, type Commit, everyone, type Routes } from '../route.ts'
import type { Station } from '../station/station.ts'
import type { Doing } from '../works.ts'
import { compare } from './comparing.ts'
import { exportLedger, needSigner } from './exporting.ts'
import { listExports, removeExport } from './exports.ts'
import { exportFile, exportName } from './folder.ts'
import { note } from './rules.ts'
import { verifyLedger } from './verifying.ts'
import { contradictions, presentHead, witnesses } from './witnesses.ts'

type Names =
  | 'work.get'
  | 'work.cancel'
  | 'proof.verify'
  | 'proof.compare'
  | 'witnesses.list'
  | 'witness.present'
  | 'contradictions.list'
  | 'contradictions.note'
  | 'export.start'
  | 'exports.list'
  | 'export.remove'

const proving: Allowed = ['supervisor', 'auditor', 'admin']
const exporting: Allowed = ['supervisor', 'auditor']

export const proofRoutes: Pick<Routes, Names> = {
  'work.get': { allow: everyone, run: (station, { work }, by) => station.works.get(work, by.user) },
  'work.cancel': {
    allow: everyone,
    run: (station, { work }, by) => ({
      decision: entries(),
      write: () => station.works.cancel(work, by.user),
    }),
  },
  'proof.verify': {
    allow: proving,
    run: (station, { heads }, by) =>
      working(station, 'verify', by, (doing) => verifyLedger(station, heads, by, doing)),
  },
  'proof.compare': { allow: everyone, run: (station, { head }, by) => compare(station, head, by) },
  'witnesses.list': { allow: proving, run: (station) => witnesses(station) },
  'witness.present': { allow: everyone, run: (station, head, by) => presentHead(station, head, by) },
  'contradictions.list': { allow: exporting, run: (station) => contradictions(station) },
  'contradictions.note': {
    allow: exporting,
    run: ({ views }, { upto }) => ({ decision: note(upto, views.contradictions.waits(upto)) }),
  },
  'export.start': {
    allow: exporting,
    run: (station, { scope, language }, by) => {
      needSigner(station)
      const missing = missingFor(station, scope)
      if (missing !== null) return { decision: refuse(missing) }
      const name = exportName(scope, by.now, uuid())
      const file = exportFile(station.options.dir, name) as string
      return working(station, 'export', by, (doing) =>
        exportLedger(station, { scope, language, name, file }, by, doing),
      )
    },
  },
  'exports.list': { allow: exporting, run: (station) => listExports(station) },
  'export.remove': { allow: exporting, run: (station, { name }) => removeExport(station, name) },
}

/** What is asked for that is not there; whether anything lies in a period shows when it is looked through. */
function missingFor({ views }: Station, scope: ExportScope): Refusal | null {
  const missing = (what: string, id: string | number): Refusal => ({
    code: 'not_found',
    what,
    id: String(id),
  })
  switch (scope.kind) {
    case 'thread':
      return views.threads.thread(scope.thread) ? null : missing('thread', scope.thread)
    case 'handoff':
      return views.handoffs.one(scope.handoff) ? null : missing('handoff', scope.handoff)
    case 'shift':
      return views.shifts.worked(scope.shift) ? null : missing('shift', scope.shift)
    case 'period':
      return scope.from < scope.to ? null : { code: 'nothing_to_do' }
    case 'whole':
      return null
  }
}

/** One of a kind at a time. It begins when the commit that asked for it is over. */
function working(
  station: Station,
  kind: Work['kind'],
  by: By,
  work: (doing: Doing) => Promise<unknown>,
): Commit<{ work: string }> {
  if (station.works.isRunning(kind)) return { decision: refuse({ code: 'busy', what: kind }) }
  return {
    decision: entries(),
    result: () => ({
      work: station.works.start(kind, by.user, async (doing) => {
        await Promise.resolve()
        return work(doing)
      }),
    }),
  }
}
