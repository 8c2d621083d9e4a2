import type { Role } from '../../contract/call.ts'
import type { Entry } from '../../ledger/entry.ts'
import type { ContactContent } from '../people/entries.ts'
import type { Content } from '../view.ts'
import type { Lookup } from './lookup.ts'

/** What residents and people of the station were called after a certain entry; nothing of what has been erased. */

export interface ContactThen {
  name: string | null
  /** 村组+姓名. */
  label: string
  tags: string[]
}

export interface PersonThen {
  name: string
  role: Role
  enabled: 0 | 1
}

const cardEntries: ReadonlySet<string> = new Set(['contact.added', 'contact.changed', 'contact.profiled'])

export function contactsThen(lookup: Lookup, ids: Iterable<string>, seq: number): Map<string, ContactThen> {
  const newest = new Map<string, number>()
  for (const [id, entries] of lookup.about([...new Set(ids)], seq)) {
    const card = entries.findLast(({ type }) => cardEntries.has(type))
    if (card) newest.set(id, card.seq)
  }
  const contents = lookup.contents([...newest.values()])
  return new Map([...newest].map(([id, card]) => [id, contactOf(contents.get(card) ?? null)]))
}

function contactOf(content: Content): ContactThen {
  const card = content as ContactContent | null
  const label = [card?.villageGroup ?? '', card?.name ?? '—'].join(' ').replace(/^ +| +$/g, '')
  return { name: card?.name ?? null, label, tags: card?.tags ?? [] }
}

export function peopleThen(lookup: Lookup, seq: number): Map<string, PersonThen> {
  const people = new Map<string, PersonThen>()
  for (const { entry, content } of lookup.ofTypes(['person.added', 'person.changed'], seq)) {
    const { role, enabled = true } = entry.data as { role: Role; enabled?: boolean }
    people.set(entry.subject, { name: nameIn(content, entry), role, enabled: enabled ? 1 : 0 })
  }
  return people
}

/** Of people, and of accounts, which stand as authors of what was sent from a phone. */
export function namesThen(lookup: Lookup, seq: number): Map<string, string> {
  const names = new Map<string, string>()
  for (const { entry } of lookup.ofTypes(['account.added', 'account.changed'], seq))
    names.set(entry.subject, entry.data.name as string)
  for (const [user, { name }] of peopleThen(lookup, seq)) names.set(user, name)
  return names
}

function nameIn(content: Content, { subject }: Entry): string {
  return typeof content?.name === 'string' ? content.name : subject
}
