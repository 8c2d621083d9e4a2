import type { Station } from '../../src/desk/station/station.ts'
import type { Entry } from '../../src/ledger/entry.ts'
import { by } from './handoff-acts.ts'

/** What a station says of its handoffs and of who answers for what, in a form two runs can be compared by. */

const id = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g
const code = /[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}/g

/** Ids made since an entry, each by its place in the ledger: every run has its own, in the same order. */
export function namesSince(station: Station, since: number): Map<string, string> {
  const before = new Set<string>()
  const names = new Map<string, string>()
  for (const { entry } of station.ledger.iterate())
    for (const [found] of JSON.stringify([entry.subject, entry.data]).matchAll(id))
      if (entry.seq <= since) before.add(found)
      else if (!before.has(found) && !names.has(found)) names.set(found, `#${names.size + 1}`)
  return names
}

/** The same in every run: with those names, and without the codes, which depend on random salts. */
export const alike = (value: unknown, names: Map<string, string>): string =>
  (JSON.stringify(value) ?? 'null').replace(id, (found) => names.get(found) ?? found).replace(code, 'CODE')

/** Everything the ledger says since an entry, a line each. */
export function told(station: Station, since: number): string[] {
  const names = namesSince(station, since)
  return [...station.ledger.iterate()].slice(since).map(({ entry, content }) => {
    const { content: _salted, ...data } = entry.data
    return alike([entry.seq, entry.at, entry.actor, entry.type, entry.subject, data, content], names)
  })
}

export const sizesOf = (station: Station, ...types: string[]): number[] =>
  [...station.ledger.iterate()]
    .filter(({ entry }) => types.includes(entry.type))
    .map(({ entry }) => entry.seq)

/** Of the checkpoints made for handoffs, how many entries each covers. */
export const checkpointsOf = (station: Station): number[] =>
  station.ledger
    .checkpoints()
    .filter(({ reason }) => reason === 'handoff')
    .map(({ size }) => size)

/** Who answers for each open thing that somebody answers for, as the screens have it. */
export function owners({ db, views }: Station): Record<string, string> {
  const rows = db
    .prepare(
      `SELECT 'thread ' || id, holder FROM thread WHERE closed_at IS NULL AND holder IS NOT NULL
       UNION ALL SELECT 'alarm ' || id, looks_after FROM alarm WHERE state = 'followed'
       UNION ALL SELECT 'matter ' || id, accepted_by FROM escalation WHERE state = 'accepted'
       UNION ALL SELECT 'warning ' || id, holder FROM warning WHERE closed_at IS NULL AND holder IS NOT NULL
       ORDER BY 1`,
    )
    .raw()
    .all() as [string, string][]
  const held = new Map<string, number>()
  for (const [thing, user] of rows) {
    if (!thing.startsWith('thread ')) continue
    held.set(user, (held.get(user) ?? 0) + 1)
    // What the core has in memory counts as well: acts are decided by it.
    if (views.threads.thread(thing.slice(7))?.holder !== user) throw new Error(`${thing}: two holders`)
  }
  for (const { user } of views.people.people())
    if (views.threads.heldBy(user) !== (held.get(user) ?? 0)) throw new Error(`${user}: another count`)
  return Object.fromEntries(rows)
}

/** The same from the ledger alone: each act names whom it takes a thing from, and that must be whoever had it. */
export function ownersByLedger(station: Station): Record<string, string> {
  const held = new Map<string, string>()
  const give = (thing: string, { data, seq }: Entry, to: unknown) => {
    const from = data.from === undefined ? undefined : ((data.from as string | null) ?? undefined)
    if (data.from !== undefined && held.get(thing) !== from)
      throw new Error(`entry ${seq} takes ${thing} from ${from}, and ${held.get(thing)} has it`)
    if (typeof to === 'string') held.set(thing, to)
    else held.delete(thing)
  }
  for (const { entry } of station.ledger.iterate()) {
    const { type, subject, data, actor } = entry
    const [thread, alarm, matter] = [`thread ${subject}`, `alarm ${data.alarm}`, `matter ${data.escalation}`]
    if (type === 'thread.claimed' || type === 'thread.reopened') give(thread, entry, data.holder)
    if (/^thread\.(transferred|takenOver|reassigned|handedOver)$/.test(type)) give(thread, entry, data.to)
    if (/^thread\.(released|returned|closed)$/.test(type)) give(thread, entry, null)
    if (type === 'alarm.acknowledged') give(alarm, entry, actor.user)
    if (type === 'alarm.followed') give(alarm, entry, data.looksAfter)
    if (type === 'escalation.accepted') give(matter, entry, actor.user)
    if (type === 'escalation.handedOver') give(matter, entry, data.to)
    if (/^warning\.(claimed|handedOver)$/.test(type)) give(`warning ${subject}`, entry, data.holder)
  }
  return Object.fromEntries([...held].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** All that an auditor is shown of handoffs and promises, and who is on shift. */
export async function shown(station: Station, since: number): Promise<string> {
  const auditor = by(station, 'ducha')
  const page = { offset: 0, limit: 50 }
  const [open, finished] = await Promise.all(
    (['open', 'finished'] as const).map((of) => station.query('handoffs.list', { of, ...page }, auditor)),
  )
  const rows = [...open!.rows, ...finished!.rows]
  const sheets = await Promise.all(
    rows.map(({ id: handoff }) => station.query('handoff.get', { handoff }, auditor)),
  )
  const promises = await station.query('promises.list', { of: 'all', ...page }, auditor)
  const onShift = station.views.people.people().filter(({ user }) => station.views.people.isOnShift(user))
  return alike(
    {
      sheets: sheets.map(({ checkpoint, ...sheet }) => ({ ...sheet, size: checkpoint?.size ?? null })),
      promises: promises.rows,
      onShift: onShift.map(({ user }) => user),
      owners: owners(station),
    },
    namesSince(station, since),
  )
}
