import { hash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { type Role, roles } from '../../contract/call.ts'
import type { Handoff } from '../../contract/handoff.ts'
import type { AuditSummary, SummedHandoff } from '../../paper/audit-facts.ts'
import { auditSummary } from '../../paper/audit-summary.ts'
import { handoffSheet } from '../../paper/handoff-sheet.ts'
import { htmlOf, type Paper } from '../../paper/paper.ts'
import { get as handoffOf, shownPromises } from '../handoff/reading.ts'
import type { Reader } from '../privacy/rules.ts'
import type { By } from '../route.ts'
import type { Station } from '../station/station.ts'
import { iso } from '../time.ts'
import type { Wanted } from './exporting.ts'
import type { Summing } from './summing.ts'
import { witnesses } from './witnesses.ts'

/** The pages for people in an export: the sheets of the handoffs in it, and a summary. */

export interface Page {
  /** In the zip. */
  name: string
  path: string
  hash: string
}

interface Making {
  summing: Summing
  /** Entries looked at, and size of the checkpoint made for it. */
  upto: number
  folder: string
  signal: AbortSignal
}

/** What lies on paper is for whoever may read least, whoever had it made (rule 11). */
const stranger: Reader = { user: '', role: 'auditor', desks: new Set(), glass: new Set() }
/** Witnesses named in a summary, the newest. */
const mostWitnesses = 40

export async function writePages(
  station: Station,
  wanted: Wanted,
  by: By,
  { summing, upto, folder, signal }: Making,
): Promise<Page[]> {
  const pages: Page[] = []
  const add = async (name: string, paper: Paper) => {
    const html = htmlOf(paper)
    const path = join(folder, name.replace('/', '-'))
    await writeFile(path, html, { mode: 0o600 })
    pages.push({ name, path, hash: hash('sha256', html, 'hex') })
  }
  const copy = { printedAt: iso(station.now()), printedByName: nameOf(station, by.user) }
  const names = deskNames(station)
  const handoffs: Handoff[] = []
  for (const id of summing.handoffs) {
    signal.throwIfAborted()
    const handoff = handoffOf(station, id, stranger)
    handoffs.push(handoff)
    await add(`sheets/${id}.html`, handoffSheet(handoff, names, copy, wanted.language))
    await turn()
  }
  const summary = await summarise(station, wanted, by, { summing, upto, handoffs })
  await add('summary.html', auditSummary(summary, wanted.language))
  return pages
}

async function summarise(
  station: Station,
  { scope, name }: Wanted,
  by: By,
  { summing, upto, handoffs }: { summing: Summing; upto: number; handoffs: readonly Handoff[] },
): Promise<AuditSummary> {
  const promises = handoffs.flatMap(({ id }) => promisesOf(station, id))
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
    madeByName: nameOf(station, by.user),
    file: name,
    entries: summing.entries,
    types: [...summing.types].map(([type, n]) => ({ type, n })).sort((a, b) => b.n - a.n),
    people: [...summing.people]
      .map(([user, { role, ...counted }]) => ({
        name: nameOf(station, user),
        role: roles.includes(role as Role) ? (role as Role) : null,
        ...counted,
      }))
      .sort((a, b) => b.n - a.n),
    handoffs: handoffs.map((handoff) => summed(station, handoff)),
    promises: promises.filter(({ state }) => state === 'broken' || state === 'late'),
    anomalies: null,
    gravest: [],
    findings: null,
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

function deskNames(station: Station) {
  const { escalations } = station.views
  const named = (all: readonly { id: string; name: string }[]) =>
    Object.fromEntries(all.map(({ id, name }) => [id, name]))
  return { desks: named(escalations.desks()), levels: named(escalations.levels()) }
}

/** The desk itself has no name; its programs go by what they are called in the ledger. */
const nameOf = (station: Station, user: string) => station.views.people.nameOf(user)
