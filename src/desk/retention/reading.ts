import { Refused } from '../../contract/errors.ts'
import type { Erasure, ErasurePreview, ErasureScope, Hold, RetentionClass } from '../../contract/retention.ts'
import type { Reader } from '../privacy/rules.ts'
import type { By } from '../route.ts'
import type { Station } from '../station/station.ts'
import { iso, isoOrNull } from '../time.ts'
import { backupsWith, exportsWith } from './copies.ts'
import { type Asked, type Survey, survey } from './survey.ts'
import type { HoldRow } from './view.ts'

/** What is kept, held, due and gone, as it is shown. */

/** Nothing grows due from one minute to the next that anybody would miss (ms). */
const fresh = 60_000

/** The classes as last counted: counting them reads all there is. */
export class Counted {
  #last: { size: number; at: number; classes: Promise<RetentionClass[]> } | null = null

  of(station: Station): Promise<RetentionClass[]> {
    const { size } = station.ledger.head()
    const now = station.now()
    if (this.#last?.size !== size || now - this.#last.at > fresh)
      this.#last = { size, at: now, classes: classes(station, now) }
    return this.#last.classes
  }
}

async function classes(station: Station, now: number): Promise<RetentionClass[]> {
  const found = await surveyed(station, { kind: 'due' }, now, { counting: true })
  return [...station.views.retention.periods()].map(([id, { months, minimum }]) => {
    const { contents, oldest, due, held } = found.all.get(id)!
    return { id, months, minimum, contents, oldestAt: isoOrNull(oldest), due, held }
  })
}

/** All that is asked for; `uncounted` says whose words the reader is not to learn of. */
export function surveyed(
  station: Station,
  scope: ErasureScope,
  now: number,
  more: Pick<Asked, 'counting' | 'uncounted'> = {},
): Promise<Survey> {
  station.views.records.settle()
  const { file } = station.options
  const periods = station.views.retention.periods()
  const signal = station.erasing.closing
  return survey(file, { scope, periods, now, signal, ...more })
}

/**
 * Of one resident, nothing of private threads is counted for who may not read them: a count would say that there is
 * one, and whose (rule 11). They go with the rest; running it is on record, asking is not.
 */
export function surveyedFor(station: Station, scope: ErasureScope, by: By): Promise<Survey> {
  const reader = station.access.reader(by)
  const uncounted = (thread: string) => isHidden(station, thread, reader)
  // What of it is held says whose it is, since holds may be on residents.
  if (scope.kind === 'thread' && uncounted(scope.thread)) throw new Refused({ code: 'private_thread' })
  return surveyed(station, scope, by.now, scope.kind === 'contact' ? { uncounted } : {})
}

export async function preview(station: Station, scope: ErasureScope, by: By): Promise<ErasurePreview> {
  const found = await surveyedFor(station, scope, by)
  const going = [...found.going].map(([id, { contents, oldest, newest }]) => ({
    id,
    contents,
    oldestAt: isoOrNull(oldest),
    newestAt: isoOrNull(newest),
  }))
  const oldest = [...found.going.values()].reduce<number | null>(
    (least, each) => (each.oldest === null ? least : Math.min(least ?? each.oldest, each.oldest)),
    null,
  )
  const moment = { oldest, lastErased: station.views.retention.lastErased() }
  return {
    digest: found.digest,
    classes: going,
    contents: going.reduce((sum, { contents }) => sum + contents, 0),
    threads: found.threads,
    media: found.media,
    held: found.held,
    open: found.open,
    young: found.young,
    backups: backupsWith(station, moment),
    exports: exportsWith(station, moment),
  }
}

function isHidden({ views, access }: Station, id: string, reader: Reader): boolean {
  return views.threads.thread(id)?.private === 1 && !access.mayReadThread(id, reader)
}

export function holds(station: Station, by: By): Hold[] {
  const reader = station.access.reader(by)
  return station.views.retention.holds().map((row) => hold(station, row, reader))
}

/** Why it is held says whom it is about: for those who may read that, and for whoever wrote it. */
function hold(station: Station, row: HoldRow, reader: Reader): Hold {
  const { people } = station.views
  const readable = mayRead(station, row, reader)
  const { contact } = row
  const whose = contact ?? (row.thread === null ? null : station.views.threads.thread(row.thread)?.contact)
  return {
    id: row.id,
    of: thing(row),
    title: readable && whose ? people.labelOf(whose) : null,
    reason: readable || row.placed_by === reader.user ? row.reason : null,
    byName: people.nameOf(row.placed_by),
    at: iso(row.placed_at),
    liftedAt: isoOrNull(row.lifted_at),
    liftedByName: row.lifted_by === null ? null : people.nameOf(row.lifted_by),
  }
}

function thing({ kind, thread, contact }: HoldRow): Hold['of'] {
  if (thread !== null) return { kind: 'thread', thread }
  if (contact !== null) return { kind: 'contact', contact }
  return { kind: kind as 'everything' }
}

/** A resident known only from private threads is as private as those. */
function mayRead({ access, views }: Station, { thread, contact }: HoldRow, reader: Reader): boolean {
  if (thread !== null) return access.mayReadThread(thread, reader)
  if (contact === null) return true
  const threads = views.people.card(contact)?.threads ?? []
  return threads.length === 0
    ? reader.role !== 'admin'
    : threads.some(({ id }) => access.mayReadThread(id, reader))
}

export function erasures({ views }: Station): Erasure[] {
  return views.retention.runs().map(({ seq, at, by, ground, scope, contents }) => ({
    seq,
    at: iso(at),
    byName: views.people.nameOf(by),
    ground,
    scope,
    contents,
  }))
}
