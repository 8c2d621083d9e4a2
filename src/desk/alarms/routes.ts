import type { AlarmRow, AlarmSignal } from '../../contract/alarms.ts'
import { Refused } from '../../contract/errors.ts'
import { entries, refuse } from '../decision.ts'
import { type By, type Commit, everyone, type Routes, reading, working } from '../route.ts'
import type { Station } from '../station/station.ts'
import { iso, isoOrNull } from '../time.ts'
import { lexiconChanged } from './entries.ts'
import * as rules from './rules.ts'
import { stepsOf } from './steps.ts'
import type { AlarmRecord } from './view.ts'
import { why } from './why.ts'

type Names =
  | 'alarms.open'
  | 'alarms.closed'
  | 'alarms.signal'
  | 'alarm.get'
  | 'alarm.acknowledge'
  | 'alarm.follow'
  | 'alarm.contacted'
  | 'alarm.close'
  | 'message.why'
  | 'assessment.try'
  | 'lexicon.get'
  | 'lexicon.change'

const editing = ['supervisor', 'admin'] as const

export const alarmRoutes: Pick<Routes, Names> = {
  'alarms.open': {
    allow: reading,
    run: (station, _input, by) => station.views.alarms.open().map((alarm) => shown(station, alarm, by)),
  },
  'alarms.closed': {
    allow: reading,
    run: (station, { limit, offset }, by) => {
      const { rows, total } = station.views.alarms.closed(limit, offset)
      return { rows: rows.map((alarm) => shown(station, alarm, by)), total }
    },
  },
  'alarms.signal': { allow: reading, run: (station) => signal(station) },
  'alarm.get': {
    allow: reading,
    run: async (station, { alarm: id }, by) => {
      const alarm = station.views.alarms.alarm(id)
      if (alarm === null) throw new Refused({ code: 'not_found', what: 'alarm', id })
      const readable = await station.access.reading(alarm.thread, by)
      const steps = stepsOf(station.ledger, (user) => station.views.people.nameOf(user), {
        subject: alarm.thread,
        field: 'alarm',
        id,
        first: 'alarm.raised',
        readable,
      })
      return { alarm: shown(station, alarm, by), steps }
    },
  },
  'alarm.acknowledge': {
    allow: working,
    run: (station, { alarm }, by) => ({
      ...onAlarm(station, alarm, (record) => {
        const thread = station.views.threads.thread(record.thread)!
        return rules.acknowledge(record, thread, by.user, by.now)
      }),
      result: () => ({ thread: station.views.alarms.alarm(alarm)?.thread ?? '' }),
    }),
  },
  'alarm.follow': {
    allow: working,
    run: (station, { alarm, looksAfter, nextContactAt }, by) =>
      onAlarm(station, alarm, (record) => {
        // Whoever looks after the resident may take hold of the thread: of a private one that is not for all to give.
        const thread = station.views.threads.thread(record.thread)!
        if (!station.access.mayHold(thread, station.access.reader(by)))
          return refuse({ code: 'private_thread' })
        const asked = { looksAfter, nextContactAt: Date.parse(nextContactAt) }
        return rules.follow(record, worker(station, looksAfter), asked, by.now)
      }),
  },
  'alarm.contacted': {
    allow: working,
    run: (station, { alarm, note, nextContactAt }, by) =>
      onAlarm(station, alarm, (record) =>
        rules.contacted(record, { note, nextContactAt: Date.parse(nextContactAt) }, by.now),
      ),
  },
  'alarm.close': {
    allow: working,
    before: async (station, { second }, by) => {
      if (second.user === by.user) throw new Refused({ code: 'needs_second_person' })
      const checked = await station.credentials.check(second.user, second.password, by.now)
      if (!checked.ok) throw new Refused({ code: checked.code, retryAfterMs: checked.waitMs })
    },
    run: (station, { alarm, outcome, note, second }, by) =>
      onAlarm(station, alarm, (record) =>
        rules.close(record, by.user, worker(station, second.user), { outcome, note }),
      ),
  },
  'message.why': {
    allow: reading,
    run: (station, { thread, seq }, by) => why(station, thread, seq, by),
  },
  'assessment.try': { allow: everyone, run: (station, { text }) => station.lexicon.assess(text) },
  'lexicon.get': {
    allow: everyone,
    run: (station) => ({
      version: station.lexicon.version,
      rules: station.lexicon.rules(),
      discounts: station.lexicon.discounts(),
      edits: station.views.alarms.edits(),
    }),
  },
  'lexicon.change': {
    allow: editing,
    run: (station, edits) => ({
      decision: station.lexicon.accepts(edits)
        ? entries(lexiconChanged(edits))
        : refuse({ code: 'invalid', issues: [{ path: 'words', message: 'cannot be compiled' }] }),
      result: () => ({ version: station.lexicon.version }),
    }),
  },
}

function onAlarm(
  station: Station,
  id: string,
  decide: (alarm: AlarmRecord) => Commit<void>['decision'],
): { decision: Commit<void>['decision'] } {
  const alarm = station.views.alarms.alarm(id)
  return { decision: alarm === null ? refuse({ code: 'not_found', what: 'alarm', id }) : decide(alarm) }
}

function worker(station: Station, user: string): { user: string; works: boolean } | null {
  const person = station.views.people.person(user)
  if (person === null) return null
  return { user, works: person.enabled === 1 && (person.role === 'officer' || person.role === 'supervisor') }
}

function shown(station: Station, alarm: AlarmRecord, by: By): AlarmRow {
  const { people, threads } = station.views
  const thread = threads.thread(alarm.thread)
  const readable = thread !== null && station.access.mayRead(thread, station.access.reader(by))
  const name = (user: string | null) => (user === null ? null : people.nameOf(user))
  return {
    id: alarm.id,
    thread: alarm.thread,
    account: alarm.account,
    contactName: readable ? people.labelOf(thread.contact) : null,
    kind: alarm.kind,
    cause: alarm.cause,
    recalled: alarm.recalled === 1,
    causes: alarm.causes,
    state: alarm.state,
    raisedAt: iso(alarm.raised_at),
    rangAt: iso(alarm.rang_at),
    calledAt: isoOrNull(alarm.called_at),
    calls: alarm.calls,
    acknowledgedAt: isoOrNull(alarm.acknowledged_at),
    acknowledgedByName: name(alarm.acknowledged_by),
    looksAfter: alarm.looks_after,
    looksAfterName: name(alarm.looks_after),
    nextContactAt: isoOrNull(alarm.next_contact_at),
    contactDue: alarm.contact_due === 1,
    closedAt: isoOrNull(alarm.closed_at),
    closedByName: name(alarm.closed_by),
    secondName: name(alarm.second),
    outcome: alarm.outcome,
  }
}

/** What a locked screen may show: accounts are the station's own, residents are not named. */
export function signal(station: Station): AlarmSignal {
  const open = station.views.alarms.open()
  const ringing = open.filter(({ state }) => state === 'ringing')
  const accounts = new Set(ringing.map(({ account }) => account))
  return {
    ringing: ringing.length,
    since: isoOrNull(ringing[0]?.rang_at ?? null),
    accounts: [...accounts].map((id) => station.views.accounts.account(id)?.name ?? id),
    called: ringing.some(({ calls }) => calls > 0),
    contactsDue: open.filter(({ contact_due }) => contact_due === 1).length,
    deaf: station.lexicon.trouble(),
  }
}
