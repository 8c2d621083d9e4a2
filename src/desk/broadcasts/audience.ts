import type { Audience } from '../../contract/broadcasts.ts'
import type { Db } from '../view.ts'
import type { Meant } from './reach.ts'

/** Residents of an audience, with all that decides whether they can be reached: as SQL, a slice at a time. */

/** Contacts looked through in one go, and residents of whom all is looked up: some ten milliseconds. */
const contactsAtOnce = 5_000
const residentsAtOnce = 1_000

export interface Asked {
  audience: Audience
  /** Of whom whoever asks may not know. */
  hidden: ReadonlySet<string>
  /** User whose friends are left to them, where a resident is a friend of several members. */
  preferred: string
  /** What was sent from then on (ms) counts against the month. */
  month: number
}

const anyOf = (list: string) => `IN (SELECT value FROM json_each(@${list}))`

/** By account, which has an index, or by place in the table. An empty list is no condition. */
export function chosenSql({ accounts, villageGroups, tags }: NonNullable<Audience['where']>): string {
  const parts = [accounts.length > 0 ? 'c.account = @account' : 'c.rowid > @after AND c.rowid <= @upto']
  if (villageGroups.length > 0) parts.push(`c.village_group ${anyOf('villageGroups')}`)
  if (tags.length > 0) parts.push(`EXISTS (SELECT 1 FROM json_each(c.tags) t WHERE t.value ${anyOf('tags')})`)
  return `SELECT c.id FROM contact c WHERE ${parts.join(' AND ')}`
}

export const meantSql = `
  SELECT c.id AS contact, c.account, c.external, a.connection,
    CASE WHEN k.able = 0 OR b.able = 0 THEN 0 ELSE b.able END AS able,
    EXISTS (SELECT 1 FROM friends_asked s WHERE s.contact = c.id) OR (
      p.at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM friend_unasked u WHERE u.contact = c.id)
    ) AS asked,
    (
      SELECT f.userid FROM friend f LEFT JOIN colleague m ON m.connection = f.connection AND m.userid = f.userid
      WHERE f.contact = c.id AND f.connection = a.connection
      ORDER BY ifnull(m.user = @preferred, 0) DESC, f.since DESC, f.userid LIMIT 1
    ) AS userid,
    (
      SELECT count(*) FROM broadcast_recipient r INDEXED BY broadcast_recipient_contact
      WHERE r.contact = c.id AND r.state = 'sent' AND r.sent_at >= @month
    ) AS had,
    a.name AS account_name, c.village_group, c.name
  FROM json_each(@chosen) h CROSS JOIN contact c ON c.id = h.value CROSS JOIN account a ON a.id = c.account
  LEFT JOIN capability k ON k.connection = a.connection AND k.what = 'contacts'
  LEFT JOIN capability b ON b.connection = a.connection AND b.what = 'broadcasts'
  LEFT JOIN friends_pulled p ON p.connection = a.connection
  WHERE NOT EXISTS (SELECT 1 FROM thread t WHERE t.contact = c.id AND t.kind = 'group')`

interface Row extends Meant {
  account_name: string
  village_group: string | null
  name: string | null
}

/** Stops after each slice, so that whoever goes through it may let others have their turn. */
export function* meant(db: Db, { audience, hidden, preferred, month }: Asked): Generator<void, Meant[]> {
  const { where, also, without } = audience
  const chosen = new Set(also)
  if (where !== null) for (const slice of slices(db, where)) yield addTo(chosen, slice)
  for (const left of [...without, ...hidden]) chosen.delete(left)
  const ids = [...chosen]
  const look = db.prepare<[{ chosen: string; preferred: string; month: number }], Row>(meantSql)
  const rows: Row[] = []
  for (let at = 0; at < ids.length; at += residentsAtOnce) {
    const some = JSON.stringify(ids.slice(at, at + residentsAtOnce))
    rows.push(...look.all({ chosen: some, preferred, month }))
    yield
  }
  rows.sort(inOrder)
  yield
  return rows
}

function addTo(chosen: Set<string>, slice: readonly string[]): void {
  for (const id of slice) chosen.add(id)
}

function* slices(db: Db, where: NonNullable<Audience['where']>): Generator<string[]> {
  const [villageGroups, tags] = [JSON.stringify(where.villageGroups), JSON.stringify(where.tags)]
  const chosen = db.prepare<[object], string>(chosenSql(where)).pluck()
  if (where.accounts.length > 0) {
    for (const account of where.accounts) yield chosen.all({ account, villageGroups, tags })
    return
  }
  const last = db.prepare<[], number>('SELECT ifnull(max(rowid), 0) FROM contact').pluck().get() ?? 0
  for (let after = 0; after < last; after += contactsAtOnce)
    yield chosen.all({ after, upto: after + contactsAtOnce, villageGroups, tags })
}

/** As a list of residents is read: account, village group, name. */
function inOrder(a: Row, b: Row): number {
  return (
    compare(a.account_name, b.account_name) ||
    compare(a.account, b.account) ||
    compare(a.village_group ?? '', b.village_group ?? '') ||
    compare(a.name ?? '', b.name ?? '') ||
    compare(a.contact, b.contact)
  )
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

const some = `(@accounts = '[]' OR c.account IN (SELECT value FROM json_each(@accounts)))
  AND c.id NOT IN (SELECT value FROM json_each(@hidden))`
const groupsSql = `
  SELECT c.village_group AS name, count(*) AS residents FROM contact c
  WHERE c.village_group IS NOT NULL AND ${some} GROUP BY c.village_group ORDER BY residents DESC, name LIMIT 500`
const tagsSql = `
  SELECT t.value AS name, count(*) AS residents FROM contact c JOIN json_each(c.tags) t
  WHERE ${some} GROUP BY t.value ORDER BY residents DESC, name LIMIT 500`

type Choice = { name: string; residents: number }

/** Village groups and tags that the residents of these accounts have. */
export function choices(
  db: Db,
  accounts: readonly string[],
  hidden: ReadonlySet<string>,
): { villageGroups: Choice[]; tags: Choice[] } {
  const asked = { accounts: JSON.stringify(accounts), hidden: JSON.stringify([...hidden]) }
  return {
    villageGroups: db.prepare<[typeof asked], Choice>(groupsSql).all(asked),
    tags: db.prepare<[typeof asked], Choice>(tagsSql).all(asked),
  }
}
