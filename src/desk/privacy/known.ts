import type { Station } from '../station/station.ts'
import type { Reader } from './rules.ts'

/** Whom a reader may know of: a resident known only from private threads is as private as those (rule 11). */

const ofSql = 'SELECT id FROM thread WHERE contact = ?'
const privateSql = 'SELECT DISTINCT contact FROM thread INDEXED BY thread_private WHERE private = 1'

export function isHidden({ db, access }: Station, contact: string, reader: Reader): boolean {
  const threads = db.prepare<[string], string>(ofSql).pluck().all(contact)
  return threads.length > 0 && !threads.some((id) => access.mayReadThread(id, reader))
}

/** Everybody who is hidden from this reader. */
export function hiddenFrom(station: Station, reader: Reader): ReadonlySet<string> {
  const contacts = station.db.prepare<[], string>(privateSql).pluck().all()
  return new Set(contacts.filter((contact) => isHidden(station, contact, reader)))
}
