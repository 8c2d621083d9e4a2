import type { ContactHit } from '../../contract/warnings.ts'
import { maskPhone } from '../people/masking.ts'
import type { Db } from '../view.ts'

/** Tags of those whom a village has for such things: asked first. */
const villageContacts = [
  '网格员',
  '组长',
  '村干部',
  '村主任',
  '支书',
  '楼长',
  '楼栋长',
  '志愿者',
  '联络员',
  '信息员',
  '治保',
]
/** A phone or name that more people share than this is no help to anybody. */
const mostAlike = 200

interface Row {
  id: string
  account: string
  account_name: string | null
  name: string | null
  village_group: string | null
  tags: string
  phone: string | null
}

const contacts = `
  SELECT c.id, c.account, a.name AS account_name, c.name, c.village_group, c.tags, c.phone
  FROM contact c LEFT JOIN account a ON a.id = c.account`
const nobodyOfAGroup = `NOT EXISTS (SELECT 1 FROM thread t WHERE t.contact = c.id AND t.kind = 'group')`

/** Each goes by an index of `contact`, or a station's 750,000 contacts would be read one by one. */
export const queries = {
  /** Index contact_phone, once for each spelling. */
  byPhone: `${contacts} WHERE c.phone IN (SELECT value FROM json_each(?)) AND ${nobodyOfAGroup}
    ORDER BY c.name LIMIT ?`,
  /**
   * Index contact_name_end: whoever has the last two characters in common. Contacts are often called 村组+姓名, so the
   * name is the end of what they are called.
   */
  byName: `${contacts} WHERE substr(c.name, -2) = substr(@name, -2) AND substr(c.name, -length(@name)) = @name
    AND ${nobodyOfAGroup} ORDER BY length(c.name), c.name LIMIT @most`,
  /** Index contact_group, once for each account. */
  byGroup: `${contacts} WHERE c.account IN (SELECT id FROM account) AND c.village_group = ? AND ${nobodyOfAGroup}
    ORDER BY c.name LIMIT ?`,
  /** Index contact_group. */
  near: `${contacts} WHERE c.account = @account AND c.village_group = @group AND c.id <> @self AND ${nobodyOfAGroup}
    ORDER BY ${villageContacts.map((tag) => `c.tags LIKE '%${tag}%'`).join(' OR ')} DESC, c.phone IS NULL, c.name
    LIMIT @most`,
}

/** Whom of the register it may be, and who lives near. Reads only. */
export class Register {
  readonly #byPhone
  readonly #byName
  readonly #byGroup
  readonly #near

  constructor(db: Db) {
    this.#byPhone = db.prepare<[string, number], Row>(queries.byPhone)
    this.#byName = db.prepare<[{ name: string; most: number }], Row>(queries.byName)
    this.#byGroup = db.prepare<[string, number], Row>(queries.byGroup)
    this.#near = db.prepare<[{ account: string; group: string; self: string; most: number }], Row>(
      queries.near,
    )
  }

  /** As an officer types it: a phone number, a name with or without its village group, or a whole village group. */
  find(words: string, most: number): ContactHit[] {
    if (isNumber(words)) return this.#phone(words, most)
    const parts = words.split(/\s+/).filter((part) => part !== '')
    const group = this.#byGroup.all(words, most).map(near)
    return once([...this.#name(parts, most), ...group]).slice(0, most)
  }

  /** Whom a warning may be about: the same phone first, then the same name. */
  matches({ name, phone }: { name: string | null; phone: string | null }, most: number): ContactHit[] {
    const byPhone = phone === null ? [] : this.#phone(phone, most)
    const byName = name === null ? [] : this.#name([name], most)
    return once([...byPhone, ...byName]).slice(0, most)
  }

  /** Whom to ask to look in: village contacts first, then others of the same village group. */
  neighbours(of: { id: string; account: string; villageGroup: string | null }, most: number): ContactHit[] {
    if (of.villageGroup === null) return []
    return this.#near.all({ account: of.account, group: of.villageGroup, self: of.id, most }).map(near)
  }

  #phone(phone: string, most: number): ContactHit[] {
    return this.#byPhone.all(JSON.stringify(spellings(phone)), most).map((row) => hit(row, 'phone'))
  }

  /** The last of the words is the name; those before it must occur in what the contact is called. */
  #name(words: readonly string[], most: number): ContactHit[] {
    const name = words.at(-1)
    if (name === undefined) return []
    return this.#byName
      .all({ name, most: mostAlike })
      .filter((row) => {
        const label = `${row.village_group ?? ''} ${row.name ?? ''}`
        return words.slice(0, -1).every((word) => label.includes(word))
      })
      .slice(0, most)
      .map((row) => hit(row, 'name'))
  }
}

function isNumber(words: string): boolean {
  return /^[+\d\s-]+$/.test(words) && words.replace(/\D/g, '').length >= 5
}

/** The ways in which a register spells one number, so that the index finds it whatever stands between the digits. */
export function spellings(phone: string): string[] {
  const digits = phone.replace(/\D/g, '').replace(/^(?:00)?86(?=1\d{10}$)/, '')
  const cut = (...at: number[]) =>
    [' ', '-'].map((between) =>
      [0, ...at].map((from, part) => digits.slice(from, at[part] ?? digits.length)).join(between),
    )
  if (/^1\d{10}$/.test(digits)) {
    const local = [digits, ...cut(3, 7), ...cut(3)]
    return ['', '86', '+86', '+86 ', '+86-', '86-'].flatMap((code) => local.map((each) => code + each))
  }
  return digits.startsWith('0') ? [digits, ...cut(3), ...cut(4)] : [digits, phone]
}

function near(row: Row): ContactHit {
  return hit(row, villageContacts.some((tag) => row.tags.includes(tag)) ? 'villageContact' : 'neighbour')
}

function hit(row: Row, why: ContactHit['why']): ContactHit {
  return {
    id: row.id,
    account: row.account,
    accountName: row.account_name ?? row.account,
    name: row.name ?? '—',
    villageGroup: row.village_group,
    tags: JSON.parse(row.tags) as string[],
    phone: row.phone === null ? null : maskPhone(row.phone),
    why,
  }
}

function once(hits: readonly ContactHit[]): ContactHit[] {
  const known = new Set<string>()
  return hits.filter(({ id }) => !known.has(id) && known.add(id))
}
