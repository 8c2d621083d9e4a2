import type { Role } from '../../contract/call.ts'
import type { ContactCard, Person } from '../../contract/people.ts'
import type { Entry } from '../../ledger/entry.ts'
import { CONTENT_ERASED, erasedSeqs } from '../../ledger/erasure.ts'
import { iso, isoOrNull } from '../time.ts'
import type { Content, Db, View, ViewTables } from '../view.ts'
import type { ContactContent } from './entries.ts'
import { maskPhone } from './masking.ts'
import { namelessName } from './nameless.ts'
import { type PersonState, worksThreads } from './rules.ts'

export const peopleTables: ViewTables = {
  names: ['person', 'contact'],
  create: `
    CREATE TABLE person (
      user TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      role TEXT NOT NULL,
      enabled INTEGER NOT NULL,
      on_shift_since INTEGER
    ) STRICT;
    CREATE TABLE contact (
      id TEXT PRIMARY KEY,
      account TEXT NOT NULL,
      external TEXT,
      name TEXT,
      village_group TEXT,
      household TEXT,
      phone TEXT,
      tags TEXT NOT NULL,
      first_seen INTEGER NOT NULL,
      -- Of the entry that its words are the content of.
      seq INTEGER NOT NULL,
      -- 1: the channel has not been asked yet what this resident calls themselves.
      nameless INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX contact_external ON contact (account, external);
    CREATE INDEX contact_phone ON contact (phone) WHERE phone IS NOT NULL;
    -- Names stand behind a village group as often as not: 三组 王桂兰.
    CREATE INDEX contact_name_end ON contact (substr(name, -2));
    CREATE INDEX contact_group ON contact (account, village_group);
    CREATE INDEX contact_nameless ON contact (account, first_seen) WHERE nameless = 1;
  `,
}

interface ContactRow {
  id: string
  account: string
  external: string | null
  name: string | null
  village_group: string | null
  household: string | null
  phone: string | null
  tags: string
  first_seen: number
}

export class PeopleView implements View {
  readonly applies: Record<string, (entry: Entry, content: Content) => void>
  readonly #db: Db
  readonly #person
  readonly #contact
  readonly #contactByExternal
  readonly #contactByName
  readonly #nameless

  constructor(db: Db) {
    this.#db = db
    this.#person = db.prepare<[string], PersonState & { on_shift_since: number | null }>(
      'SELECT user, name, role, enabled, on_shift_since FROM person WHERE user = ?',
    )
    this.#contact = db.prepare<[string], ContactRow>('SELECT * FROM contact WHERE id = ?')
    this.#contactByExternal = db.prepare<[string, string], { id: string }>(
      'SELECT id FROM contact WHERE account = ? AND external = ?',
    )
    this.#contactByName = db.prepare<[string, string], { id: string; external: string }>(
      'SELECT id, external FROM contact WHERE account = ? AND name = ? AND external IS NOT NULL ORDER BY first_seen LIMIT 1',
    )
    this.#nameless = db
      .prepare<[string, number], string>(
        `SELECT external FROM contact INDEXED BY contact_nameless
         WHERE account = ? AND nameless = 1 AND external IS NOT NULL ORDER BY first_seen LIMIT ?`,
      )
      .pluck()
    const addPerson = db.prepare('INSERT INTO person (user, name, role, enabled) VALUES (?, ?, ?, 1)')
    const changePerson = db.prepare('UPDATE person SET name = ?, role = ?, enabled = ? WHERE user = ?')
    const onShift = db.prepare('UPDATE person SET on_shift_since = ? WHERE user = ?')
    const addContact = db.prepare(
      `INSERT INTO contact (id, account, external, name, village_group, household, phone, tags, first_seen, seq, nameless)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    const changeContact = db.prepare(
      `UPDATE contact SET external = ?, name = ?, village_group = ?, household = ?, phone = ?, tags = ?, seq = ? WHERE id = ?`,
    )
    const asked = db.prepare('UPDATE contact SET nameless = 0 WHERE id = ?')
    const eraseContacts = db.prepare<[string]>(
      `UPDATE contact SET external = NULL, name = NULL, village_group = NULL, household = NULL, phone = NULL, tags = '[]',
         nameless = 0
       FROM (SELECT e.seq, e.canonical ->> '$.subject' AS id FROM json_each(?) j JOIN entry e ON e.seq = j.value) gone
       WHERE contact.id = gone.id AND contact.seq = gone.seq`,
    )
    const fields = (content: Content) => {
      const c = content as ContactContent | null
      return [
        c?.external ?? null,
        c?.name ?? null,
        c?.villageGroup ?? null,
        c?.household ?? null,
        c?.phone ?? null,
        JSON.stringify(c?.tags ?? []),
      ]
    }
    this.applies = {
      'person.added': (e, c) => addPerson.run(e.subject, (c?.name as string) ?? e.subject, e.data.role),
      'person.changed': (e, c) =>
        changePerson.run((c?.name as string) ?? e.subject, e.data.role, e.data.enabled ? 1 : 0, e.subject),
      'shift.signedOn': (e) => onShift.run(Date.parse(e.at), e.subject),
      'shift.signedOff': (e) => onShift.run(null, e.subject),
      'contact.added': (e, c) =>
        addContact.run(
          e.subject,
          e.data.account,
          ...fields(c),
          Date.parse(e.at),
          e.seq,
          isNameless(c as ContactContent | null) ? 1 : 0,
        ),
      'contact.profiled': (e, c) => {
        changeContact.run(...fields(c), e.seq, e.subject)
        asked.run(e.subject)
      },
      'contact.changed': (e, c) => changeContact.run(...fields(c), e.seq, e.subject),
      [CONTENT_ERASED]: (e) => eraseContacts.run(JSON.stringify(erasedSeqs(e.data))),
    }
  }

  person(user: string) {
    return this.#person.get(user) ?? null
  }

  /** Somebody disabled, or no longer of those who work threads, is off shift (rule 7). */
  isOnShift(user: string | null): boolean {
    const person = user === null ? null : this.person(user)
    return person !== null && person.on_shift_since !== null && worksThreads(person)
  }

  /** An enabled officer or supervisor. */
  works(user: string): boolean {
    const person = this.person(user)
    return person !== null && worksThreads(person)
  }

  nameOf(user: string): string {
    return this.person(user)?.name ?? user
  }

  otherAdmins(user: string): number {
    return this.#db
      .prepare(`SELECT count(*) FROM person WHERE role = 'admin' AND enabled = 1 AND user <> ?`)
      .pluck()
      .get(user) as number
  }

  people(): Person[] {
    const rows = this.#db.prepare('SELECT * FROM person ORDER BY enabled DESC, role, name').all() as {
      user: string
      name: string
      role: Role
      enabled: number
      on_shift_since: number | null
    }[]
    return rows.map((row) => ({
      user: row.user,
      name: row.name,
      role: row.role,
      enabled: row.enabled === 1,
      onShift: row.on_shift_since !== null && worksThreads(row),
      onShiftSince: worksThreads(row) ? isoOrNull(row.on_shift_since) : null,
    }))
  }

  contact(id: string): (ContactContent & { id: string; account: string }) | null {
    const row = this.#contact.get(id)
    if (!row) return null
    return {
      id: row.id,
      account: row.account,
      name: row.name ?? '—',
      external: row.external ?? '',
      villageGroup: row.village_group,
      household: row.household,
      phone: row.phone,
      tags: JSON.parse(row.tags) as string[],
    }
  }

  /** 村组+姓名 as the desk labels a contact. */
  labelOf(contact: string): string {
    const row = this.#contact.get(contact)
    return [row?.village_group, row?.name ?? '—'].filter(Boolean).join(' ')
  }

  /** Ids of the channel's of those it has not been asked about, the first seen first. */
  nameless(account: string, most: number): string[] {
    return this.#nameless.all(account, most)
  }

  contactByExternal(account: string, external: string): string | null {
    return this.#contactByExternal.get(account, external)?.id ?? null
  }

  contactByName(account: string, name: string): { id: string; external: string } | null {
    return this.#contactByName.get(account, name) ?? null
  }

  card(id: string): Omit<ContactCard, 'welcomed' | 'entered'> | null {
    const row = this.#contact.get(id)
    if (!row) return null
    const accountName = this.#db.prepare('SELECT name FROM account WHERE id = ?').pluck().get(row.account)
    const threads = this.#db
      .prepare(
        'SELECT id, opened_at, closed_at, category FROM thread WHERE contact = ? ORDER BY n DESC LIMIT 50',
      )
      .all(id) as { id: string; opened_at: number; closed_at: number | null; category: string | null }[]
    return {
      id: row.id,
      account: row.account,
      accountName: (accountName as string | undefined) ?? row.account,
      name: row.name ?? '—',
      villageGroup: row.village_group,
      household: row.household,
      tags: JSON.parse(row.tags) as string[],
      phone: row.phone === null ? null : maskPhone(row.phone),
      firstSeen: iso(row.first_seen),
      threads: threads.map((thread, at) => ({
        id: thread.id,
        openedAt: iso(thread.opened_at),
        closedAt: isoOrNull(thread.closed_at),
        category: thread.category,
        current: at === 0,
      })),
    }
  }
}

function isNameless(content: ContactContent | null): boolean {
  return content !== null && content.name === namelessName(content.external)
}
