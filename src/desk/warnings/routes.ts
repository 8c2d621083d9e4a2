import { v7 as uuid } from 'uuid'
import { type Refusal, Refused } from '../../contract/errors.ts'
import { refuse } from '../decision.ts'
import { type Commit, type Routes, reading, working } from '../route.ts'
import type { Station } from '../station/station.ts'
import { onWarning } from './deciding.ts'
import { detailed, shown } from './detail.ts'
import { readWarnings } from './paste.ts'
import * as rules from './rules.ts'
import { sendByThread } from './sending.ts'

type Names =
  | 'warnings.list'
  | 'warning.get'
  | 'warnings.read'
  | 'warning.enter'
  | 'warning.claim'
  | 'warning.link'
  | 'warning.called'
  | 'warning.messaged'
  | 'warning.replied'
  | 'warning.neighbourAsked'
  | 'warning.visited'
  | 'warning.close'
  | 'warning.unmaskPhone'
  | 'contacts.find'

/** As many as an officer looks through before going to the register itself. */
const mostMatches = 5

export const warningRoutes: Pick<Routes, Names> = {
  'warnings.list': {
    allow: reading,
    run: (station, { of, limit, offset }, by) => {
      const { warnings } = station.views
      const reader = station.access.reader(by)
      const { open, overdue, closed } = warnings.counts()
      const rows = of === 'open' ? warnings.open(limit, offset) : warnings.closed(limit, offset)
      return {
        rows: rows.map((row) => shown(station, row, reader)),
        total: of === 'open' ? open : closed,
        open,
        overdue,
      }
    },
  },
  'warning.get': {
    allow: reading,
    run: (station, { warning }, by) => {
      const found = station.views.warnings.warning(warning)
      if (!found) throw new Refused({ code: 'not_found', what: 'warning', id: warning })
      return detailed(station, found, by)
    },
  },
  'warnings.read': {
    allow: working,
    run: (station, { text }) => {
      const { notices, aside } = readWarnings(text)
      const { register } = station.views.warnings
      return {
        found: notices.map(({ name, phone, type, rest }) => ({
          name,
          phone,
          type,
          rest,
          matches: register.matches({ name, phone }, mostMatches),
        })),
        aside,
      }
    },
  },
  'warning.enter': {
    allow: working,
    run: (station, input, by) => {
      const id = uuid()
      const nobody = notAPerson(station, input.contact)
      if (nobody) return { decision: refuse(nobody) }
      const minutes = station.views.settings.settings().warningMinutes
      return { decision: rules.enter(id, input, minutes, by.now), result: () => ({ warning: id }) }
    },
  },
  'warning.claim': {
    allow: working,
    run: (station, { warning }, by) => onWarning(station, warning, by, rules.claim),
  },
  'warning.link': {
    allow: working,
    run: (station, { warning, contact }, by) =>
      onWarning(station, warning, by, (facts) => {
        const nobody = notAPerson(station, contact)
        return nobody ? refuse(nobody) : rules.link(facts, contact)
      }),
  },
  'warning.called': {
    allow: working,
    run: (station, { warning, result }, by) =>
      onWarning(station, warning, by, (facts) => rules.called(facts, result)),
  },
  'warning.messaged': {
    allow: working,
    run: (station, { warning, by: way, text, seen }, by): Commit<{ thread: string | null }> => {
      if (way === 'thread') return sendByThread(station, { warning, text, seen: seen ?? 0 }, by)
      const sent = { by: 'phone', text } as const
      return {
        ...onWarning(station, warning, by, (facts) => rules.messaged(facts, sent)),
        result: () => ({ thread: null }),
      }
    },
  },
  'warning.replied': {
    allow: working,
    run: (station, { warning, result }, by) =>
      onWarning(station, warning, by, (facts) => rules.replied(facts, result)),
  },
  'warning.neighbourAsked': {
    allow: working,
    run: (station, { warning, contact, name, result }, by) =>
      onWarning(station, warning, by, (facts) => {
        const nobody = notAPerson(station, contact)
        if (nobody) return refuse(nobody)
        const asked = contact === null ? null : station.views.people.contact(contact)
        return rules.neighbourAsked(facts, { contact, name: name ?? asked?.name ?? null }, result)
      }),
  },
  'warning.visited': {
    allow: working,
    run: (station, { warning, result }, by) =>
      onWarning(station, warning, by, (facts) => rules.visited(facts, result)),
  },
  'warning.close': {
    allow: working,
    run: (station, { warning, outcome, note }, by) =>
      onWarning(station, warning, by, (facts) => rules.close(facts, outcome, note)),
  },
  'warning.unmaskPhone': {
    allow: reading,
    secret: true,
    run: (station, { warning }) => {
      const found = station.views.warnings.warning(warning)
      if (!found) return { decision: refuse({ code: 'not_found', what: 'warning', id: warning }) }
      return {
        decision: rules.unmaskPhone(found, found.phone),
        result: () => ({ phone: found.phone ?? '' }),
      }
    },
  },
  'contacts.find': {
    allow: working,
    run: (station, { words, limit }) => station.views.warnings.register.find(words, limit),
  },
}

/** Why this contact can be neither warned nor asked: it is not in the register, or is a group. */
function notAPerson({ views }: Station, contact: string | null): Refusal | null {
  if (contact === null) return null
  const known = views.people.contact(contact) !== null && !views.warnings.isGroup(contact)
  return known ? null : { code: 'not_found', what: 'contact', id: contact }
}
