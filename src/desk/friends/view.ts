import type { Statement } from 'better-sqlite3'
import type { Entry } from '../../ledger/entry.ts'
import type { Content, Db, View } from '../view.ts'
import type { Noted } from './entries.ts'
import type { CapabilityState, Known } from './rules.ts'

export { friendTables } from './tables.ts'

/** Times in ms. */
export interface FriendRow extends Known {
  connection: string
  changed_at: number
}

interface StoredFriend extends Omit<FriendRow, 'noted'> {
  body: string | null
}

export type CapabilityRow = CapabilityState & { at: number }

/** Whom of its residents a page of friends is about. */
export interface Matched {
  external: string
  contact: string
}

const columns = `f.contact, f.userid, f.connection, f.since, f.add_way, f.changed_at, c.body`

/** Residents who are friends of members, what is known of each connection, and tags of the desk as tags of the corp. */
export class FriendsView implements View {
  readonly applies: Record<string, (entry: Entry, content: Content) => void>
  readonly #of: Statement<[string], StoredFriend>
  readonly #ofMember: Statement<[string, string], { contact: string; external: string | null }>
  readonly #membersKnown: Statement<[string], string>
  readonly #matched: Statement<[{ connection: string; externals: string }], Matched>
  readonly #capability: Statement<[string, string], CapabilityRow>
  readonly #pulled: Statement<[string], { at: number; members: number; strangers: number }>
  readonly #asked: Statement<[string], { at: number; code: number | null }>
  readonly #unasked: Statement<[string, number], { contact: string; external: string }>
  readonly #isUnasked: Statement<[string], number>
  readonly #links: Statement<[string], { tag: string; corp_tag: string }>
  readonly #counts: Statement<[{ id: string }], { residents: number; friends: number }>
  readonly #deskTags: Statement<[string, string], { tag: string; residents: number }>
  readonly #connectionOf: Statement<[string], string>

  constructor(db: Db) {
    this.#of = db.prepare(
      `SELECT ${columns} FROM friend f LEFT JOIN content c ON c.seq = f.seq WHERE f.contact = ? ORDER BY f.userid`,
    )
    this.#ofMember = db.prepare(
      `SELECT f.contact, c.external FROM friend f JOIN contact c ON c.id = f.contact
       WHERE f.connection = ? AND f.userid = ?`,
    )
    this.#membersKnown = db
      .prepare<[string], string>('SELECT DISTINCT userid FROM friend WHERE connection = ?')
      .pluck() as Statement<[string], string>
    this.#matched = db.prepare(matchedSql)
    this.#capability = db.prepare('SELECT able, code, at FROM capability WHERE connection = ? AND what = ?')
    this.#pulled = db.prepare('SELECT at, members, strangers FROM friends_pulled WHERE connection = ?')
    this.#asked = db.prepare('SELECT at, code FROM friends_asked WHERE contact = ?')
    this.#unasked = db.prepare(
      `SELECT u.contact, c.external FROM friend_unasked u JOIN contact c ON c.id = u.contact
       WHERE u.connection = ? AND c.external IS NOT NULL ORDER BY u.added_at LIMIT ?`,
    )
    this.#isUnasked = db
      .prepare<[string], number>('SELECT 1 FROM friend_unasked WHERE contact = ?')
      .pluck() as Statement<[string], number>
    this.#links = db.prepare('SELECT tag, corp_tag FROM corp_tag_link WHERE connection = ? ORDER BY tag')
    this.#counts = db.prepare(
      `SELECT (SELECT count(*) FROM account a JOIN contact c ON c.account = a.id WHERE a.connection = @id) AS residents,
         (SELECT count(DISTINCT contact) FROM friend WHERE connection = @id) AS friends`,
    )
    this.#deskTags = db.prepare(
      `SELECT t.value AS tag, count(*) AS residents
       FROM account a JOIN contact c ON c.account = a.id JOIN json_each(c.tags) t
       WHERE a.connection = ? AND c.id NOT IN (SELECT value FROM json_each(?)) GROUP BY t.value ORDER BY residents DESC, tag`,
    )
    this.#connectionOf = db
      .prepare<[string], string>(
        `SELECT a.connection FROM contact c JOIN account a ON a.id = c.account
         WHERE c.id = ? AND a.connection IS NOT NULL`,
      )
      .pluck() as Statement<[string], string>
    this.applies = appliers(db)
  }

  /** Of one resident, by member. */
  of(contact: string): FriendRow[] {
    return this.#of.all(contact).map(({ body, ...row }) => ({
      ...row,
      noted: body === null ? null : (JSON.parse(body) as Noted),
    }))
  }

  one(contact: string, userid: string): FriendRow | null {
    return this.of(contact).find((row) => row.userid === userid) ?? null
  }

  /** Residents on record as friends of this member, with their ids in WeCom. */
  ofMember(connection: string, userid: string): { contact: string; external: string | null }[] {
    return this.#ofMember.all(connection, userid)
  }

  /** Members who have friends on record. */
  membersKnown(connection: string): string[] {
    return this.#membersKnown.all(connection)
  }

  /** Which of these are residents, of any account of the connection. */
  matched(connection: string, externals: readonly string[]): Matched[] {
    return this.#matched.all({ connection, externals: JSON.stringify(externals) })
  }

  capability(connection: string, what: 'contacts' | 'broadcasts'): CapabilityRow | null {
    return this.#capability.get(connection, what) ?? null
  }

  pulled(connection: string): { at: number; members: number; strangers: number } | null {
    return this.#pulled.get(connection) ?? null
  }

  /** When an officer last asked about this resident. */
  asked(contact: string): { at: number; code: number | null } | null {
    return this.#asked.get(contact) ?? null
  }

  isUnasked(contact: string): boolean {
    return this.#isUnasked.get(contact) !== undefined
  }

  /** Residents who came after all friends were last read, oldest first. */
  unasked(connection: string, limit: number): { contact: string; external: string }[] {
    return this.#unasked.all(connection, limit)
  }

  /** Tags of the desk, and the corp's tag each is linked to. */
  links(connection: string): ReadonlyMap<string, string> {
    return new Map(this.#links.all(connection).map(({ tag, corp_tag }) => [tag, corp_tag]))
  }

  counts(connection: string): { residents: number; friends: number } {
    return this.#counts.get({ id: connection }) ?? { residents: 0, friends: 0 }
  }

  /** Of residents who are not hidden from whoever asks. */
  deskTags(connection: string, hidden: ReadonlySet<string>): { tag: string; residents: number }[] {
    return this.#deskTags.all(connection, JSON.stringify([...hidden]))
  }

  /** Through which a resident's account is reached. */
  connectionOf(contact: string): string | null {
    return this.#connectionOf.get(contact) ?? null
  }
}

/** Looked up by account and id for each, never by going through all residents. */
export const matchedSql = `
  SELECT j.value AS external, c.id AS contact
  FROM account a CROSS JOIN json_each(@externals) j CROSS JOIN contact c INDEXED BY contact_external
    ON c.account = a.id AND c.external = j.value
  WHERE a.connection = @connection`

function appliers(db: Db): Record<string, (entry: Entry) => void> {
  const save = db.prepare(
    `INSERT INTO friend (contact, userid, connection, seq, since, add_way, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (contact, userid) DO UPDATE SET connection = excluded.connection, seq = excluded.seq,
       since = excluded.since, add_way = excluded.add_way, changed_at = excluded.changed_at`,
  )
  const lose = db.prepare('DELETE FROM friend WHERE contact = ? AND userid = ?')
  const noteAnew = db.prepare('UPDATE friend SET seq = ?, changed_at = ? WHERE contact = ? AND userid = ?')
  const came = db.prepare(
    `INSERT OR IGNORE INTO friend_unasked (contact, connection, added_at)
     SELECT ?, connection, ? FROM account WHERE id = ? AND connection IS NOT NULL`,
  )
  const known = db.prepare('DELETE FROM friend_unasked WHERE contact = ?')
  const ask = db.prepare('INSERT OR REPLACE INTO friends_asked (contact, at, code) VALUES (?, ?, ?)')
  const pull = db.prepare(
    'INSERT OR REPLACE INTO friends_pulled (connection, at, members, strangers) VALUES (?, ?, ?, ?)',
  )
  const askedByPull = db.prepare('DELETE FROM friend_unasked WHERE connection = ? AND added_at <= ?')
  const can = db.prepare(
    'INSERT OR REPLACE INTO capability (connection, what, able, code, at) VALUES (?, ?, ?, ?, ?)',
  )
  const link = db.prepare('INSERT OR REPLACE INTO corp_tag_link (connection, tag, corp_tag) VALUES (?, ?, ?)')
  const unlink = db.prepare('DELETE FROM corp_tag_link WHERE connection = ? AND tag = ?')
  const saved = ({ subject, seq, at, data }: Entry) => {
    const since = data.since === null ? null : Date.parse(data.since as string)
    save.run(subject, data.userid, data.connection, seq, since, data.addWay, Date.parse(at))
    known.run(subject)
  }
  const pushed = ({ subject, seq, at, data }: Entry) =>
    noteAnew.run(seq, Date.parse(at), subject, data.userid)
  return {
    'friend.found': saved,
    'friend.updated': saved,
    'friend.lost': (e) => lose.run(e.subject, e.data.userid),
    'contact.remarkPushed': pushed,
    'contact.tagsPushed': pushed,
    'contact.added': (e) => came.run(e.subject, Date.parse(e.at), e.data.account),
    'contact.friendsAsked': (e) => {
      ask.run(e.subject, Date.parse(e.at), e.data.code)
      known.run(e.subject)
    },
    'friends.pulled': (e) => {
      pull.run(e.subject, Date.parse(e.at), e.data.members, e.data.strangers)
      askedByPull.run(e.subject, Date.parse(e.data.startedAt as string))
    },
    'capability.changed': (e) =>
      can.run(e.subject, e.data.what, e.data.able ? 1 : 0, e.data.code, Date.parse(e.at)),
    'corpTag.linked': (e) =>
      e.data.corpTag === null
        ? unlink.run(e.subject, e.data.tag)
        : link.run(e.subject, e.data.tag, e.data.corpTag),
  }
}
