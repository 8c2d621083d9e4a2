import type { Entry, Json } from '../../ledger/entry.ts'
import type { Db } from '../view.ts'

/** What an export leaves out (rule 11): the contents of entries that are about, or name, one of these. */
export interface PrivateIds {
  /** Private threads, scam warnings about the residents they are with, and findings that name them. */
  matters: ReadonlySet<string>
  /** Residents who are in private threads, or spoke in them. */
  residents: ReadonlySet<string>
}

/** @param isOpen private threads whose glass the reader has broken: what is in these may go out */
export function privateIds(db: Db, isOpen: (thread: string) => boolean = () => false): PrivateIds {
  const threads = db
    .prepare<[], { id: string; contact: string }>('SELECT id, contact FROM thread WHERE private = 1')
    .all()
    .filter(({ id }) => !isOpen(id))
  const matters = new Set(threads.map(({ id }) => id))
  const residents = new Set(threads.map(({ contact }) => contact))
  const speakers = db
    .prepare<[string], string>(
      `SELECT DISTINCT m.contact FROM subject_index s JOIN message m ON m.seq = s.seq WHERE s.subject = ?`,
    )
    .pluck()
  for (const thread of matters) for (const contact of speakers.all(thread)) residents.add(contact)
  // The index of subjects lags behind the ledger.
  const newest = db.prepare<[], { thread: string; contact: string }>(
    'SELECT thread, contact FROM message WHERE seq > (SELECT upto FROM subject_indexed)',
  )
  for (const { thread, contact } of newest.all()) if (matters.has(thread)) residents.add(contact)
  const warnings = db.prepare<[], { id: string; contact: string | null; thread: string | null }>(
    'SELECT id, contact, thread FROM warning',
  )
  for (const { id, contact, thread } of warnings.all())
    if ((contact !== null && residents.has(contact)) || (thread !== null && matters.has(thread)))
      matters.add(id)
  const findings = db
    .prepare<[string], string>(
      'SELECT DISTINCT f.id FROM finding f JOIN json_each(f.threads) named JOIN json_each(?) private USING (value)',
    )
    .pluck()
  for (const id of findings.all(JSON.stringify([...matters]))) matters.add(id)
  return { matters, residents }
}

/** Whether what an entry says in words is withheld. */
export function isWithheld({ subject, data }: Entry, { matters, residents }: PrivateIds): boolean {
  if (matters.has(subject) || residents.has(subject)) return true
  return (typeof data.contact === 'string' && residents.has(data.contact)) || names(data, matters)
}

/** Entries from `from` to `to` that have a content which is withheld. */
export function privateContents(db: Db, ids: PrivateIds, from = 1, to = Number.MAX_SAFE_INTEGER): number[] {
  if (ids.matters.size === 0) return []
  return db
    .prepare<[number, number], { seq: number; canonical: string }>(
      'SELECT seq, canonical FROM entry JOIN content USING (seq) WHERE seq BETWEEN ? AND ? ORDER BY seq',
    )
    .all(from, to)
    .filter(({ canonical }) => isWithheld(JSON.parse(canonical) as Entry, ids))
    .map(({ seq }) => seq)
}

/** An item of a handoff names its matter with the kind before it: `warning:…`. */
function names(value: Json, matters: ReadonlySet<string>): boolean {
  if (typeof value === 'string') return matters.has(value) || matters.has(value.slice(value.indexOf(':') + 1))
  if (value === null || typeof value !== 'object') return false
  return Object.values(value).some((inner) => names(inner as Json, matters))
}
