import { hash } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import { countOf, type Run } from '../../ledger/export/lines.ts'
import { ChosenHash } from '../../ledger/exported.ts'
import { openDatabase } from '../../ledger/sqlite/open.ts'
import { privateIds } from '../privacy/withheld.ts'
import type { By } from '../route.ts'
import type { Station } from '../station/station.ts'
import type { Db } from '../view.ts'
import type { Doing } from '../works.ts'
import { type Choice, choose } from './choosing.ts'
import type { ExportedData } from './entries.ts'
import type { Wanted } from './exporting.ts'
import { type Page, writePages } from './pages.ts'
import { writeRecords } from './records-file.ts'
import { Summing } from './summing.ts'

/** Rows taken in at a time by what lags behind the ledger. */
const atOnce = 250

/** An export before it is on record: what it will hold, and its files for people and other tools. */
export interface Drawn {
  data: ExportedData
  runs: Choice['runs']
  withheld: Set<number>
  papers: Page[]
  /** The list of their hashes. */
  paperList: string
}

/** Draws up an export of the ledger as it is now, which is frozen for that on a connection of its own. */
export async function draw(
  station: Station,
  wanted: Wanted,
  by: By,
  doing: Doing,
  folder: string,
): Promise<Drawn> {
  const upto = await checkpointed(station)
  const isOpen = glassOf(station, by)
  const frozen = openDatabase(station.options.file, { readonly: true })
  try {
    frozen.exec('BEGIN')
    const { range, runs } = choose(frozen, wanted.scope, upto)
    const chosenRuns: readonly Run[] = runs ?? [{ from: 1, to: upto }]
    const drawn = await told(frozen, chosenRuns, isOpen, doing, folder)
    const { summing, withheld, glass, chosen } = drawn
    const making = { summing, runs: chosenRuns, upto, folder, signal: doing.signal }
    const papers = [...drawn.pages, ...(await writePages(station, wanted, by, making))]
    const hashes = Object.fromEntries(papers.map((page) => [page.name, page.hash]))
    const paperList = `${JSON.stringify(hashes, null, 1)}\n`
    const data: ExportedData = {
      scope: wanted.scope,
      name: wanted.name,
      upto,
      entries: summing.entries,
      range,
      withheld: withheld.size,
      glass: [...glass].sort(),
      chosen: runs === null ? null : chosen.digest(),
      papers: hash('sha256', paperList, 'hex'),
    }
    return { data, runs, withheld, papers, paperList }
  } finally {
    frozen.close()
  }
}

/** The records of the entries, and what is to be known of them on the way. */
async function told(
  db: Db,
  runs: readonly Run[],
  isOpen: (thread: string) => boolean,
  { signal, progress }: Doing,
  folder: string,
) {
  const summing = new Summing()
  const chosen = new ChosenHash()
  const withheld = new Set<number>()
  const glass = new Set<string>()
  const all = countOf(runs)
  const pages = await writeRecords(db, privateIds(db, isOpen), runs, folder, async (lines) => {
    signal.throwIfAborted()
    chosen.add(lines.map(({ entry }) => entry.seq))
    for (const line of lines) {
      const { entry, thread, content } = line
      summing.add(line)
      if (content === 'withheld') withheld.add(entry.seq)
      if (content === 'present' && thread !== null && isOpen(thread)) glass.add(thread)
    }
    progress(summing.entries, all * 2)
    await turn()
  })
  return { pages, summing, chosen, withheld, glass }
}

/** A fresh checkpoint, and all it covers taken in by what lags behind the ledger. @returns its size */
async function checkpointed(station: Station): Promise<number> {
  await settled(station)
  station.checkpoints.make('export')
  const { size } = station.ledger.head()
  await settled(station)
  return size
}

async function settled({ db, ledger, views }: Station): Promise<void> {
  for (;;) {
    const entries = ledger.settle()
    const more = db.transaction(() => views.records.catchUp(atOnce)).immediate()
    if (entries === 0 && !more) return
    await turn()
  }
}

/** Private threads whose glass this reader has broken, still in time; only auditors can, so all others get none. */
export function glassOf(station: Station, { user, role }: By): (thread: string) => boolean {
  const reader = station.access.reader({ user, role })
  if (reader.glass.size === 0) return () => false
  const known = new Map<string, boolean>()
  return (thread) => {
    const before = known.get(thread)
    if (before !== undefined) return before
    const is =
      station.views.threads.thread(thread)?.private === 1 && station.access.mayReadThread(thread, reader)
    known.set(thread, is)
    return is
  }
}
