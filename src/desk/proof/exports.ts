import { lstatSync, rmSync } from 'node:fs'
import { Refused } from '../../contract/errors.ts'
import type { ExportResult, ExportScope } from '../../contract/proof.ts'
import type { Entry } from '../../ledger/entry.ts'
import { LEDGER_EXPORTED } from '../../ledger/exported.ts'
import { entries, refuse } from '../decision.ts'
import type { By, Commit } from '../route.ts'
import type { Station } from '../station/station.ts'
import type { ExportedData } from './entries.ts'
import { exportFetched, exportRemoved } from './entries.ts'
import { exportFile } from './folder.ts'

/** The exports that lie in the exports folder. */

const most = 200

/** Newest first. */
export function listExports(station: Station): ExportResult[] {
  station.views.records.settle()
  const rows = station.db
    .prepare<[string, number], string>(
      `SELECT e.canonical FROM record r JOIN entry e ON e.seq = r.seq
       WHERE r.type = ? ORDER BY r.seq DESC LIMIT ?`,
    )
    .pluck()
    .all(LEDGER_EXPORTED, most)
  return rows.flatMap((canonical) => shown(station, JSON.parse(canonical) as Entry) ?? [])
}

/**
 * The file of an export that this person may have, its fetching put on record first.
 * @throws Refused where there is none, or words of a private thread are in it that this person may not read now
 */
export async function fetchExport(station: Station, name: string, by: By): Promise<ExportResult> {
  const found = findExport(station, name)
  if (found === null) throw new Refused({ code: 'not_found', what: 'export', id: name })
  const reader = station.access.reader(by)
  if (found.data.glass.some((thread) => !station.access.mayReadThread(thread, reader)))
    throw new Refused({ code: 'private_thread' })
  await station.bus.run(by, null, () => ({ decision: entries(exportFetched(name)) }))
  return found.shown
}

export function removeExport(station: Station, name: string): Commit<void> {
  const found = findExport(station, name)
  if (found === null) return { decision: refuse({ code: 'not_found', what: 'export', id: name }) }
  return {
    decision: entries(exportRemoved(name)),
    write: () => rmSync(found.shown.file),
  }
}

function findExport(station: Station, name: string): { shown: ExportResult; data: ExportedData } | null {
  if (exportFile(station.options.dir, name) === null) return null
  station.views.records.settle()
  const canonical = station.db
    .prepare<[string, string], string>(
      `SELECT e.canonical FROM record r JOIN entry e ON e.seq = r.seq
       WHERE r.type = ? AND e.canonical ->> '$.data.name' = ? ORDER BY r.seq DESC LIMIT 1`,
    )
    .pluck()
    .get(LEDGER_EXPORTED, name)
  if (canonical === undefined) return null
  const entry = JSON.parse(canonical) as Entry
  const result = shown(station, entry)
  return result && { shown: result, data: entry.data as unknown as ExportedData }
}

/** Null where its file is not there (any more), or is no plain file. */
function shown(station: Station, { seq, at, actor, data }: Entry): ExportResult | null {
  const { name, scope, entries: count, withheld } = data as unknown as ExportedData
  const file = typeof name === 'string' ? exportFile(station.options.dir, name) : null
  const there = file === null ? undefined : lstatSync(file, { throwIfNoEntry: false })
  if (name === null || file === null || !there?.isFile()) return null
  return {
    name,
    file,
    bytes: there.size,
    scope: scope as ExportScope,
    entries: count,
    withheld,
    size: seq,
    code: station.checkpoints.noteAt(seq)?.code ?? '',
    at,
    byName: station.views.people.nameOf(actor.user),
  }
}
