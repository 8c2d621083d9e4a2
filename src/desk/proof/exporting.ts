import { rmSync, statSync } from 'node:fs'
import { v7 as uuid } from 'uuid'
import { Refused } from '../../contract/errors.ts'
import type { ExportResult, ExportScope } from '../../contract/proof.ts'
import type { Entry } from '../../ledger/entry.ts'
import { writeBundle } from '../../ledger/export/export.ts'
import { runsOf } from '../../ledger/export/lines.ts'
import type { Language } from '../../paper/paper.ts'
import { type Decision, entries } from '../decision.ts'
import { privateContents, privateIds } from '../privacy/withheld.ts'
import type { By } from '../route.ts'
import type { Signer } from '../station/signing-key.ts'
import type { Station } from '../station/station.ts'
import { iso } from '../time.ts'
import type { Doing } from '../works.ts'
import { type Drawn, draw, glassOf } from './drawing.ts'
import { ledgerExported } from './entries.ts'
import { workFolder } from './folder.ts'

export interface Wanted {
  scope: ExportScope
  language: Language
  /** Where it is written. */
  file: string
  /** In the exports folder; null where it is written elsewhere. */
  name: string | null
}

/** What takes words away that an export drawn up before still has. */
const takesAway: ReadonlySet<string> = new Set([
  'content.erased',
  'thread.madePrivate',
  'thread.escalated',
  'thread.cameFromGroup',
])
/** Times an export is drawn up anew because of these. */
const tries = 5

/** @throws Refused where no head can be signed here */
export function needSigner({ checkpoints, ledger }: Station): Signer {
  if (checkpoints.signer === null)
    throw new Refused({ code: 'not_found', what: 'signingKey', id: ledger.meta.origin })
  return checkpoints.signer
}

/**
 * Writes an export: first its files for people are drawn up from a frozen ledger, then the entry that says what it
 * holds and binds them is committed together with a checkpoint, then the zip is written, that entry the last in it.
 */
export async function exportLedger(
  station: Station,
  wanted: Wanted,
  by: By,
  doing: Doing,
): Promise<ExportResult> {
  needSigner(station)
  const folder = workFolder(station.options.dir, uuid())
  try {
    for (let n = 0; n < tries; n++) {
      const drawn = await draw(station, wanted, by, doing, folder)
      const entry = await record(station, drawn, by)
      if (entry !== null) return await write(station, wanted, by, doing, drawn, entry)
      for (const { path } of drawn.papers) rmSync(path, { force: true })
    }
    throw new Error('texts went while they were to be exported, again and again')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Null where words were taken away since it was drawn up, or the time of broken glass is over. */
function record(station: Station, { data }: Drawn, by: By): Promise<Entry | null> {
  const { db, ledger } = station
  const later = db
    .prepare<[number], string>(`SELECT DISTINCT canonical ->> '$.type' FROM entry WHERE seq > ?`)
    .pluck()
  const signer = needSigner(station)
  const at = { ...by, now: station.now() }
  return station.bus.run<Entry | null>(at, null, () => {
    const reader = station.access.reader(by)
    const outdated =
      later.all(data.upto).some((type) => takesAway.has(type)) ||
      data.glass.some((thread) => !station.access.mayReadThread(thread, reader))
    const decision: Decision = outdated ? entries() : entries(ledgerExported(data))
    return {
      decision,
      write: () => {
        if (!outdated) ledger.checkpoint(signer, 'export', iso(at.now))
      },
      result: (appended) => appended[0]?.entry ?? null,
    }
  })
}

async function write(
  station: Station,
  { file, name, scope }: Wanted,
  by: By,
  doing: Doing,
  { data, runs, withheld, papers, paperList }: Drawn,
  { seq, at, data: recorded }: Entry,
): Promise<ExportResult> {
  // A whole ledger goes up to the entry of the export; what came in meanwhile is looked at by itself.
  const tail =
    runs === null
      ? privateContents(station.db, privateIds(station.db, glassOf(station, by)), data.upto + 1, seq)
      : []
  await writeBundle(
    station.options.file,
    file,
    {
      seq,
      data: recorded,
      runs: runs && [...runs, ...runsOf([seq])],
      papers: new Map(papers.map((page) => [page.name, page.path])),
      paperList,
    },
    {
      at,
      withheld: new Set([...withheld, ...tail]),
      onProgress: (done, all) => doing.progress(data.entries + done, data.entries + all),
      signal: doing.signal,
    },
  )
  return {
    name: name ?? '',
    file,
    bytes: statSync(file).size,
    scope,
    entries: data.entries,
    withheld: data.withheld,
    size: seq,
    code: station.checkpoints.noteAt(seq)?.code ?? '',
    at,
    byName: station.views.people.nameOf(by.user),
  }
}
