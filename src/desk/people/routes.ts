import { Refused } from '../../contract/errors.ts'
import type { ContactCard } from '../../contract/people.ts'
import { type Decision, refuse } from '../decision.ts'
import { administering, type By, everyone, type Routes, reading, working } from '../route.ts'
import type { Station } from '../station/station.ts'
import { hashPassword } from './credentials.ts'
import * as rules from './rules.ts'

type Names =
  | 'people.list'
  | 'person.add'
  | 'person.change'
  | 'person.setPassword'
  | 'person.changeOwnPassword'
  | 'contact.card'
  | 'contact.change'
  | 'contact.unmaskPhone'

/**
 * The threads of a card that this reader may read; null where there are only others. A resident known only from private
 * threads is as private as those: a name beside a locked dispute would say whose it is (rule 11).
 */
function readableThreads(
  station: Station,
  by: By,
  card: Pick<ContactCard, 'threads'>,
): ContactCard['threads'] | null {
  const reader = station.access.reader(by)
  const threads = card.threads.filter(({ id }) => station.access.mayReadThread(id, reader))
  return threads.length === 0 && card.threads.length > 0 ? null : threads
}

/** What is done with a resident's card is done by those who may see it. */
function onCard(station: Station, by: By, contact: string, decide: () => Decision): Decision {
  const card = station.views.people.card(contact)
  if (!card) return refuse({ code: 'not_found', what: 'contact', id: contact })
  return readableThreads(station, by, card) === null ? refuse({ code: 'private_thread' }) : decide()
}

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
        {
          on: station.views.people.isOnShift(input.user),
          holds: station.views.threads.heldBy(input.user),
        },
      ),
      write: () => {
        if (!input.enabled) station.sessions.end(input.user)
      },
    }),
  },
  'person.setPassword': {
    allow: administering,
    before: (_station, { password }) => hashPassword(password),
    run: (station, { user }, by, hash: string) => ({
      decision: rules.setPassword(station.views.people.person(user), user),
      write: () => {
        station.credentials.set(user, hash)
        if (user !== by.user) station.sessions.end(user)
      },
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
  'contact.card': {
    allow: reading,
    run: (station, { contact }, by) => {
      const card = station.views.people.card(contact)
      if (!card) throw new Refused({ code: 'not_found', what: 'contact', id: contact })
      const threads = readableThreads(station, by, card)
      if (threads === null) throw new Refused({ code: 'private_thread' })
      // Beside a thread that is not theirs to read, it would say when that was begun.
      const whole = threads.length === card.threads.length
      const { welcome, service } = station.views
      return {
        ...card,
        threads,
        welcomed: whole ? welcome.lastOf(contact) : null,
        entered: whole ? service.entered(contact) : null,
      }
    },
  },
  'contact.change': {
    allow: working,
    run: (station, input, by) => ({
      decision: onCard(station, by, input.contact, () => {
        const present = station.views.people.contact(input.contact)!
        return rules.changeContact(input.contact, present, {
          external: present.external,
          name: input.name,
          villageGroup: input.villageGroup || null,
          household: input.household || null,
          phone: input.phone === undefined ? present.phone : input.phone,
          tags: [...new Set(input.tags)],
        })
      }),
    }),
  },
  'contact.unmaskPhone': {
    allow: reading,
    secret: true,
    run: (station, { contact }, by) => {
      const present = station.views.people.contact(contact)
      return {
        decision: onCard(station, by, contact, () => rules.unmaskPhone(contact, present)),
        result: () => ({ phone: present?.phone ?? '' }),
      }
    },
  },
}
