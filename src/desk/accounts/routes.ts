import { randomBytes } from 'node:crypto'
import type { Account, PastePreview } from '../../contract/accounts.ts'
import { Refused } from '../../contract/errors.ts'
import { arrivalOf } from '../connections/reading.ts'
import { draft, entries, refuse } from '../decision.ts'
import { administering, everyone, type Routes, reading, working } from '../route.ts'
import type { Station } from '../station/station.ts'
import { taking } from '../threads/inbound.ts'
import { iso } from '../time.ts'
import { readPaste } from './pasting.ts'
import * as rules from './rules.ts'
import type { AccountRow } from './view.ts'

type Names =
  | 'accounts.list'
  | 'account.add'
  | 'account.change'
  | 'paste.preview'
  | 'paste.import'
  | 'aside.list'

export const accountRoutes: Pick<Routes, Names> = {
  'accounts.list': {
    allow: everyone,
    run: (station) => station.views.accounts.accounts().map((account) => shown(station, account)),
  },
  'account.add': {
    allow: administering,
    run: (station, { kind, name, ownNames }) => {
      const id = randomBytes(5).toString('hex')
      const sameName = station.views.accounts.accounts().some((account) => account.name === name)
      return { decision: rules.addAccount(id, sameName, kind, name, ownNames), result: () => ({ id }) }
    },
  },
  'account.change': {
    allow: administering,
    run: (station, input) => ({
      decision: rules.changeAccount(station.views.accounts.account(input.account), input),
    }),
  },
  'paste.preview': {
    allow: working,
    run: (station, input): PastePreview => {
      const { lines, aside } = readPaste(station, byHand(station, input.account), input)
      return {
        messages: lines.map(({ event: _event, contactName: _name, ...line }) => line),
        newContacts: [
          ...new Set(lines.filter((line) => line.contact === null).map((line) => line.contactName)),
        ],
        aside,
      }
    },
  },
  'paste.import': {
    allow: working,
    run: (station, input, by) => {
      const account = station.views.accounts.account(input.account)
      if (account?.kind !== 'by-hand') {
        return { decision: refuse({ code: 'channel_cannot', account: input.account, what: 'paste' }) }
      }
      const { lines, aside, conversations } = readPaste(station, account, input)
      const taken = lines.map((line) => () => taking(station, account.id, line.event))
      return {
        decision: entries(
          draft('paste.imported', account.id, { messages: lines.length, aside: aside.length }),
        ),
        steps: taken,
        write: () => {
          const thread = threadOfPaste(station, account.id, conversations)
          for (const line of aside)
            station.aside.keep({ ...line, account: account.id, source: 'paste', thread, conversations })
        },
        result: (_appended, threads) => {
          const reader = station.access.reader(by)
          const known = (threads as (string | null)[]).filter((thread) => thread !== null)
          return {
            imported: known.length,
            duplicates: threads.length - known.length,
            // A name with a private thread's number beside it would say whose that is.
            threads: [...new Set(known)].filter((thread) => station.access.mayReadThread(thread, reader)),
            aside: aside.length,
          }
        },
      }
    },
  },
  'aside.list': {
    allow: reading,
    run: (station, { limit }, by) => {
      const reader = station.access.reader(by)
      return station.aside.list(limit, (thread) => station.access.mayReadThread(thread, reader))
    },
  },
}

/** What of a paste could not be read is as private as the most private chat in it. */
function threadOfPaste(station: Station, account: string, conversations: readonly string[]): string | null {
  const threads = conversations.map((each) => station.views.threads.newestOf(account, each))
  return (threads.find((thread) => thread?.private === 1) ?? threads[0])?.id ?? null
}

function byHand(station: Station, id: string): rules.AccountState {
  const account = station.views.accounts.account(id)
  if (account?.kind !== 'by-hand') throw new Refused({ code: 'channel_cannot', account: id, what: 'paste' })
  return account
}

function shown(station: Station, account: AccountRow): Account {
  const trouble = station.outbox.troubleOf(account.id)
  const reached = arrivalOf(station, account)
  const fault = reached?.fault ?? null
  const state = !account.enabled
    ? 'off'
    : fault !== null || trouble !== null
      ? 'fault'
      : account.kind === 'by-hand'
        ? 'byHand'
        : 'ok'
  const since = fault?.since ?? reached?.since ?? account.addedAt
  return {
    id: account.id,
    name: account.name,
    kind: account.kind,
    enabled: account.enabled,
    ownNames: account.ownNames,
    health: {
      state,
      since: iso(since),
      reason: account.enabled ? (fault?.what ?? trouble) : null,
      code: account.enabled ? (fault?.code ?? null) : null,
      ...(account.enabled && fault?.seconds != null ? { seconds: fault.seconds } : {}),
    },
    arrival: account.enabled ? (reached?.arrival ?? null) : null,
    contacts: station.views.accounts.contacts(account.id),
    outboxWaiting: station.views.accounts.queued(account.id),
  }
}
