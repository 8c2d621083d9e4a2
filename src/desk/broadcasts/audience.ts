import type { Audience } from '../../contract/broadcasts.ts'
import type { Db } from '../view.ts'
import { type Meant, monthOf, type Reach, reach } from './reach.ts'

/** Residents of an audience, with all that decides whether they can be reached: as SQL. */

export interface Asking {
  audience: Audience
  /** Of whom whoever asks may not know. */
  hidden: ReadonlySet<string>
  /** User whose friends are left to them, where a resident is a friend of several members. */
  preferred: string
  now: number
}

const anyOf = (list: string) => `IN (SELECT value FROM json_each(@${list}))`

/** An empty list is no condition; `where` null chooses nobody but those picked. */
function condition(where: Audience['where']): string {
  if (where === null) return 'FALSE'
  const parts: string[] = []
  if (where.accounts.length > 0) parts.push(`c.account ${anyOf('accounts')}`)
  if (where.villageGroups.length > 0) parts.push(`c.village_group ${anyOf('villageGroups')}`)
  if (where.tags.length > 0)
    parts.push(`EXISTS (SELECT 1 FROM json_each(c.tags) t WHERE t.value ${anyOf('tags')})`)
  return parts.length === 0 ? 'TRUE' : parts.join(' AND ')
}

export const audienceSql = (where: Audience['where']) => `
  WITH chosen AS (
    SELECT c.id FROM contact c WHERE ${condition(where)}
    UNION
    SELECT value FROM json_each(@also)
  )
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
    ) AS had
  FROM chosen h CROSS JOIN contact c ON c.id = h.id CROSS JOIN account a ON a.id = c.account
  LEFT JOIN capability k ON k.connection = a.connection AND k.what = 'contacts'
  LEFT JOIN capability b ON b.connection = a.connection AND b.what = 'broadcasts'
  LEFT JOIN friends_pulled p ON p.connection = a.connection
  WHERE c.id NOT IN (SELECT value FROM json_each(@without)) AND c.id NOT IN (SELECT value FROM json_each(@hidden))
    AND NOT EXISTS (SELECT 1 FROM thread t WHERE t.contact = c.id AND t.kind = 'group')
  ORDER BY a.name, a.id, c.village_group, c.name, c.id`

export function reachOf(db: Db, { audience, hidden, preferred, now }: Asking): Reach & { of: number } {
  const { where, also, without } = audience
  const month = monthOf(now)
  const asked = {
    accounts: JSON.stringify(where?.accounts ?? []),
    villageGroups: JSON.stringify(where?.villageGroups ?? []),
    tags: JSON.stringify(where?.tags ?? []),
    also: JSON.stringify(also),
    without: JSON.stringify(without),
    hidden: JSON.stringify([...hidden]),
    preferred,
    month: month.from,
  }
  const rows = db.prepare<[typeof asked], Meant>(audienceSql(where)).all(asked)
  return { ...reach(rows, month.days), of: month.days }
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
