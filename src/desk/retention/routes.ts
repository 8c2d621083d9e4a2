import { v7 as uuid } from 'uuid'
import { Refused } from '../../contract/errors.ts'
import { refuse } from '../decision.ts'
import { administering, type Routes } from '../route.ts'
import type { Station } from '../station/station.ts'
import type { HeldThing } from './entries.ts'
import * as seen from './reading.ts'
import * as rules from './rules.ts'

type Names =
  | 'retention.get'
  | 'retention.change'
  | 'holds.list'
  | 'hold.place'
  | 'hold.lift'
  | 'erasure.preview'
  | 'erasure.run'
  | 'erasures.list'
  | 'backup.remove'

const overseeing = ['supervisor', 'auditor', 'admin'] as const
const holding = ['supervisor', 'admin'] as const

/** Counted once for all who look at the same ledger. */
const counted = new WeakMap<Station, seen.Counted>()

export const retentionRoutes: Pick<Routes, Names> = {
  'retention.get': {
    allow: overseeing,
    run: async (station) => {
      if (!counted.has(station)) counted.set(station, new seen.Counted())
      const classes = await counted.get(station)!.of(station)
      return { classes, metadataMonths: { law: 6, kept: 'forever' } }
    },
  },
  'retention.change': {
    allow: administering,
    run: ({ views }, { classes }) => ({ decision: rules.change(views.retention.periods(), classes) }),
  },
  'holds.list': { allow: overseeing, run: (station, _input, by) => seen.holds(station, by) },
  'hold.place': {
    allow: holding,
    run: (station, { of, reason }) => {
      const hold = uuid()
      const held: HeldThing = { thread: null, contact: null, ...of }
      return { decision: rules.place(hold, held, isThere(station, held), reason), result: () => ({ hold }) }
    },
  },
  'hold.lift': {
    allow: holding,
    run: ({ views }, { hold, reason }) => ({
      decision: rules.lift(hold, views.retention.hold(hold), reason),
    }),
  },
  'erasure.preview': {
    allow: overseeing,
    run: (station, { scope }, by) => seen.preview(station, scope, by),
  },
  'erasure.run': {
    allow: administering,
    before: async (station, { scope, password }, by) => {
      await station.sessions.checkPassword(by.user, password, by.device)
      if (station.erasing.running) throw new Refused({ code: 'busy', what: 'erasure' })
      return seen.surveyedFor(station, scope, by)
    },
    run: (station, { scope, digest, ground }, by, found: Awaited<ReturnType<typeof seen.surveyedFor>>) => {
      if (station.erasing.running) return { decision: refuse({ code: 'busy', what: 'erasure' }) }
      const run = uuid()
      const { seqs, privateSeqs, lines, heldBy } = found
      const contents = seqs.length + privateSeqs.length
      const there = { digest: found.digest, contents, lines: lines.length, heldBy }
      return {
        decision: rules.erase({ run, scope: scope.kind, ground, digest }, there),
        write: () => station.erasing.plans.begin(run, scope, ground, by),
        result: () => ({ work: station.erasing.start(run, by.user) }),
      }
    },
  },
  'erasures.list': { allow: overseeing, run: (station) => seen.erasures(station) },
  'backup.remove': {
    allow: administering,
    before: async (station, { file }) => station.backups.remove(file),
    run: (station, { file }, _by, removed: boolean) => ({
      decision: station.backups.removal(file, removed),
      write: () => station.backups.forget(file),
    }),
  },
}

function isThere({ views }: Station, { thread, contact }: HeldThing): boolean {
  if (thread !== null) return views.threads.thread(thread) !== null
  return contact === null || views.people.contact(contact) !== null
}
