import type { Role } from '../../contract/call.ts'
import type { Draft, JsonObject } from '../../ledger/entry.ts'
import { draft } from '../decision.ts'

/** People of the station and residents. Names and numbers are personal data, so they are content. */

export const personAdded = (user: string, role: Role, name: string): Draft =>
  draft('person.added', user, { role }, { name })
export const personChanged = (user: string, role: Role, enabled: boolean, name: string): Draft =>
  draft('person.changed', user, { role, enabled }, { name })
/** That a password was set, never anything of it. */
export const passwordSet = (user: string): Draft => draft('person.passwordSet', user)

export interface ContactContent extends JsonObject {
  name: string
  external: string
  villageGroup: string | null
  household: string | null
  phone: string | null
  tags: string[]
}
export const contactAdded = (contact: string, account: string, content: ContactContent): Draft =>
  draft('contact.added', contact, { account }, content)
export const contactChanged = (contact: string, content: ContactContent): Draft =>
  draft('contact.changed', contact, {}, content)
export const phoneUnmasked = (contact: string): Draft => draft('contact.phoneUnmasked', contact)
