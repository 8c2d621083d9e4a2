import { hash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import type { Handoff } from '../../contract/handoff.ts'
import type { Run } from '../../ledger/export/lines.ts'
import { auditSummary } from '../../paper/audit-summary.ts'
import { handoffSheet } from '../../paper/handoff-sheet.ts'
import { htmlOf, type Paper } from '../../paper/paper.ts'
import { get as handoffOf } from '../handoff/reading.ts'
import type { By } from '../route.ts'
import type { Station } from '../station/station.ts'
import { iso } from '../time.ts'
import type { Wanted } from './exporting.ts'
import { stranger, summarise } from './summary.ts'
import type { Summing } from './summing.ts'

/** The pages for people in an export: the sheets of the handoffs in it, and a summary. */

export interface Page {
  /** In the zip. */
  name: string
  path: string
  hash: string
}

interface Making {
  summing: Summing
  /** The entries it is about. */
  runs: readonly Run[]
  /** Entries looked at, and size of the checkpoint made for it. */
  upto: number
  folder: string
  signal: AbortSignal
}

export async function writePages(
  station: Station,
  wanted: Wanted,
  by: By,
  { summing, runs, upto, folder, signal }: Making,
): Promise<Page[]> {
  const pages: Page[] = []
  const add = async (name: string, paper: Paper) => {
    const html = htmlOf(paper)
    const path = join(folder, name.replace('/', '-'))
    await writeFile(path, html, { mode: 0o600 })
    pages.push({ name, path, hash: hash('sha256', html, 'hex') })
  }
  const copy = { printedAt: iso(station.now()), printedByName: station.views.people.nameOf(by.user) }
  const names = deskNames(station)
  const handoffs: Handoff[] = []
  for (const id of summing.handoffs) {
    signal.throwIfAborted()
    const handoff = handoffOf(station, id, stranger)
    handoffs.push(handoff)
    await add(`sheets/${id}.html`, handoffSheet(handoff, names, copy, wanted.language))
    await turn()
  }
  const summary = await summarise(station, wanted, by, { summing, runs, upto, handoffs })
  await add('summary.html', auditSummary(summary, wanted.language))
  return pages
}

function deskNames(station: Station) {
  const { escalations } = station.views
  const named = (all: readonly { id: string; name: string }[]) =>
    Object.fromEntries(all.map(({ id, name }) => [id, name]))
  return { desks: named(escalations.desks()), levels: named(escalations.levels()) }
}
