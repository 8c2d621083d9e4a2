import { Refused } from '../../contract/errors.ts'
import { refuse } from '../decision.ts'
import { administering, everyone, type Routes, reading, working } from '../route.ts'
import { signOff, signOn } from '../shifts/rules.ts'
import { hashPassword } from './credentials.ts'
import * as rules from './rules.ts'

type Names =
  | 'people.list'
  | 'person.add'
  | 'person.change'
  | 'person.setPassword'
  | 'person.changeOwnPassword'
  | 'shift.signOn'
  | 'shift.signOff'
  | 'contact.card'
  | 'contact.change'
  | 'contact.unmaskPhone'

export const peopleRoutes: Pick<Routes, Names> = {
  'people.list': { allow: everyone, run: (station) => station.views.people.people() },
  'person.add': {
    allow: administering,
    before: (_station, { password }) => hashPassword(password),
    run: (station, { user, role, name }, _by, hash: string) => ({
      decision: rules.addPerson(station.views.people.person(user), user, role, name),
      write: () => station.credentials.set(user, hash),
    }),
  },
  'person.change': {
    allow: administering,
    run: (station, input) => ({
      decision: rules.changePerson(
        station.views.people.person(input.user),
        input,
        station.views.people.otherAdmins(input.user),
      ),
      write: () => {
        if (!input.enabled) station.sessions.end(input.user)
      },
    }),
  },
  'person.setPassword': {
    allow: administering,
    before: (_station, { password }) => hashPassword(password),
    run: (station, { user }, _by, hash: string) => ({
      decision: rules.setPassword(station.views.people.person(user), user),
      write: () => station.credentials.set(user, hash),
    }),
  },
  'person.changeOwnPassword': {
    allow: everyone,
    before: async (station, { current, password }, by) => {
      const checked = await station.credentials.check(by.user, current, by.now)
      if (!checked.ok) throw new Refused({ code: checked.code, retryAfterMs: checked.waitMs })
      return hashPassword(password)
    },
    run: (station, _input, by, hash: string) => ({
      decision: rules.setPassword(station.views.people.person(by.user), by.user),
      write: () => station.credentials.set(by.user, hash),
    }),
  },
  'shift.signOn': {
    allow: working,
    run: (station, _input, by) => ({ decision: signOn(by.user, station.views.people.isOnShift(by.user)) }),
  },
  'shift.signOff': {
    allow: working,
    run: (station, _input, by) => ({ decision: signOff(by.user, station.views.people.isOnShift(by.user)) }),
  },
  'contact.card': {
    allow: reading,
    run: (station, { contact }) => {
      const card = station.views.people.card(contact)
      if (!card) throw new Refused({ code: 'not_found', what: 'contact', id: contact })
      return card
    },
  },
  'contact.change': {
    allow: working,
    run: (station, input) => {
      const present = station.views.people.contact(input.contact)
      if (!present) return { decision: refuse({ code: 'not_found', what: 'contact', id: input.contact }) }
      return {
        decision: rules.changeContact(input.contact, present, {
          external: present.external,
          name: input.name,
          villageGroup: input.villageGroup || null,
          household: input.household || null,
          phone: input.phone === undefined ? present.phone : input.phone,
          tags: [...new Set(input.tags)],
        }),
      }
    },
  },
  'contact.unmaskPhone': {
    allow: reading,
    run: (station, { contact }) => {
      const present = station.views.people.contact(contact)
      return {
        decision: rules.unmaskPhone(contact, present),
        result: () => ({ phone: present?.phone ?? '' }),
      }
    },
  },
}
