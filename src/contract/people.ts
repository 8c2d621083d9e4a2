import { command, query, type Role } from './call.ts'
import { z } from './schema.ts'
import { id, nothing, password, shortText, userName } from './values.ts'
import type { Welcomed } from './welcome.ts'

/** People of the station, who is on shift, and the residents' cards. */

export interface Person {
  user: string
  name: string
  role: Role
  enabled: boolean
  onShift: boolean
  onShiftSince: string | null
}

export interface ContactCard {
  id: string
  account: string
  accountName: string
  name: string
  villageGroup: string | null
  household: string | null
  tags: string[]
  /** Masked, e.g. `138****1234`; null when unknown. */
  phone: string | null
  firstSeen: string
  /** When they last opened the conversation from a link or code, and by which; null where never, or not to be told. */
  entered: { at: string; scene: string | null } | null
  threads: {
    id: string
    openedAt: string
    closedAt: string | null
    category: string | null
    current: boolean
  }[]
  /** What they were last shown when they opened the conversation without a word; null where nothing, or not to be told. */
  welcomed: Welcomed | null
}

const role = z.enum(['officer', 'supervisor', 'auditor', 'admin'])

export const people = {
  'people.list': query<Person[]>()(nothing),
  'person.add': command<void>()(z.strictObject({ user: userName, name: shortText, role, password })),
  'person.change': command<void>()(
    z.strictObject({ user: userName, name: shortText, role, enabled: z.boolean() }),
  ),
  'person.setPassword': command<void>()(z.strictObject({ user: userName, password })),
  'person.changeOwnPassword': command<void>()(z.strictObject({ current: z.string().max(256), password })),
  'contact.card': query<ContactCard>()(z.strictObject({ contact: id })),
  'contact.change': command<void>()(
    z.strictObject({
      contact: id,
      name: shortText,
      villageGroup: z.string().trim().max(100).nullable(),
      household: z.string().trim().max(100).nullable(),
      /** Undefined keeps the present number; null removes it. */
      phone: z
        .string()
        .trim()
        .regex(/^[0-9+\- ]{5,20}$/)
        .nullable()
        .optional(),
      tags: z.array(shortText).max(30),
    }),
  ),
  'contact.unmaskPhone': command<{ phone: string }>()(z.strictObject({ contact: id })),
}
