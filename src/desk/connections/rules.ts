import { accountAdded } from '../accounts/entries.ts'
import { type Decision, entries, refuse } from '../decision.ts'
import { iso, minute } from '../time.ts'
import { invalid, sameOrigin } from './addresses.ts'
import type { ConnectionData, KeptNames } from './entries.ts'
import * as did from './entries.ts'

/** Connections, the accounts bound to them, and what of their faults goes on record. Pure. */

export interface ConnectionState extends ConnectionData {
  id: string
  /** PEM. */
  ca: string | null
}

interface Given {
  name: string
  corpid: string
  apiBase: string
  relay: string | null
}

/** `sameApp`: name of another connection that leads to the same app of the same corp. */
interface Others {
  sameName: boolean
  sameApp: string | null
}

/** `kept` names what is already in the secret storage. */
export function addConnection(
  id: string,
  given: Given & { proxy: string | null; ca: string | null },
  kept: KeptNames,
  { sameName, sameApp }: Others,
): Decision {
  if (sameApp !== null) return refuse({ code: 'already_there', what: 'app', id: sameApp })
  if (sameName) return refuse({ code: 'already_there', what: 'connection', id: given.name })
  if (given.relay !== null && kept.relay === null) return refuse(missing('relayToken'))
  const { ca, ...data } = given
  return entries(did.connectionAdded(id, { ...data, kind: 'wecom-kf', enabled: true, kept }, ca))
}

export interface Change extends Given {
  connection: string
  enabled: boolean
  /** Undefined: stays. */
  ca: string | null | undefined
  proxy: { shown: string; login: boolean } | null | undefined
  /** Of what was given anew. */
  fresh: { secret: string | null; relay: string | null; proxy: string | null }
}

export function changeConnection(
  present: ConnectionState | null,
  change: Change,
  facts: Others & { accounts: number },
): Decision {
  if (present === null) return refuse({ code: 'not_found', what: 'connection', id: change.connection })
  if (facts.sameApp !== null) return refuse({ code: 'already_there', what: 'app', id: facts.sameApp })
  if (facts.sameName) return refuse({ code: 'already_there', what: 'connection', id: change.name })
  // Its accounts are another corp's, and nobody's here.
  if (change.corpid !== present.corpid && facts.accounts > 0)
    return refuse({ code: 'in_use', what: 'connection', id: present.name })
  const again = secretsAgain(present, change)
  if (again.secret && change.fresh.secret === null) return refuse(missing('secret'))
  if (again.relay && change.fresh.relay === null) return refuse(missing('relayToken'))
  const { name, corpid, apiBase, relay, enabled, fresh } = change
  const proxy = change.proxy === undefined ? present.proxy : (change.proxy?.shown ?? null)
  const ca = change.ca === undefined ? present.ca : change.ca
  const kept = {
    secret: fresh.secret ?? present.kept.secret,
    relay: relay === null ? null : (fresh.relay ?? present.kept.relay),
    proxy: change.proxy === undefined ? present.kept.proxy : fresh.proxy,
  }
  const data = { kind: present.kind, name, corpid, apiBase, proxy, relay, enabled, kept }
  if (isSame(present, data, ca)) return refuse({ code: 'nothing_to_do' })
  return entries(did.connectionChanged(present.id, data, ca))
}

/**
 * A secret that is kept goes nowhere but where it was meant for: whoever names another place for it to be sent to, or other
 * people to trust, has to know it.
 */
export function secretsAgain(
  present: Pick<ConnectionState, 'apiBase' | 'ca' | 'proxy' | 'relay'>,
  change: Pick<Change, 'apiBase' | 'ca' | 'proxy' | 'relay'>,
): { secret: boolean; relay: boolean } {
  const otherCa = change.ca !== undefined && change.ca !== null && change.ca !== present.ca
  const otherProxy =
    change.proxy !== undefined && change.proxy !== null && change.proxy.shown !== present.proxy
  const readable = (address: string) => /^(http|ws):/i.test(address)
  return {
    secret:
      otherCa || !sameOrigin(change.apiBase, present.apiBase) || (otherProxy && readable(change.apiBase)),
    relay:
      change.relay !== null &&
      (otherCa ||
        present.relay === null ||
        !sameOrigin(change.relay, present.relay) ||
        (otherProxy && readable(change.relay))),
  }
}

const missing = (path: 'secret' | 'relayToken') => invalid(path, 'is needed here')

function isSame(present: ConnectionState, data: ConnectionData, ca: string | null): boolean {
  const { kept: before, ca: caBefore, id: _id, ...was } = present
  const { kept, ...now } = data
  const same = (a: object, b: object) =>
    JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort())
  return ca === caBefore && same(was, now) && same(before, kept)
}

export function bindAccount(
  connection: ConnectionState | null,
  bound: { id: string; connection: string; openKfid: string; name: string },
  facts: { sameName: boolean; boundAs: string | null },
): Decision {
  if (connection === null) return refuse({ code: 'not_found', what: 'connection', id: bound.connection })
  if (facts.boundAs !== null) return refuse({ code: 'already_there', what: 'account', id: facts.boundAs })
  if (facts.sameName) return refuse({ code: 'already_there', what: 'account', id: bound.name })
  const via = { connection: connection.id, openKfid: bound.openKfid }
  return entries(accountAdded(bound.id, 'wecom-kf', bound.name, [], via))
}

export function linkColleague(
  link: { connection: string; userid: string; user: string | null },
  facts: { connection: boolean; works: boolean; present: string | null },
): Decision {
  if (!facts.connection) return refuse({ code: 'not_found', what: 'connection', id: link.connection })
  if (link.user !== null && !facts.works) return refuse({ code: 'not_found', what: 'person', id: link.user })
  if (link.user === facts.present) return refuse({ code: 'nothing_to_do' })
  return entries(did.colleagueLinked(link.connection, link.userid, link.user))
}

/** What stands as long as this (ms) is no hiccup of the network, and goes on record. */
export const lastingAfter = minute

export interface Fault {
  what: string
  /** Error code of the API. */
  code: number | null
  /** How wrong the clock of this machine is, where that is the fault. */
  seconds?: number | null | undefined
}

export function isSameFault(one: Fault | null, other: Fault | null): boolean {
  return (
    one?.what === other?.what &&
    one?.code === other?.code &&
    (one?.seconds ?? null) === (other?.seconds ?? null)
  )
}

/** How something stands now. Times in ms. */
export interface Standing {
  fault: Fault | null
  /** Well, or not well, since. */
  since: number
  /** This very fault since. */
  sameSince: number
}

export type FaultOf = 'account' | 'connection' | 'relay'

/** What of it goes on record; null: nothing. */
export function turnOf(
  recorded: Fault | null,
  present: Standing,
  now: number,
): 'faulted' | 'recovered' | null {
  if (present.fault === null) return recorded === null ? null : 'recovered'
  if (recorded === null) return now - present.since >= lastingAfter ? 'faulted' : null
  return !isSameFault(recorded, present.fault) && now - present.sameSince >= lastingAfter ? 'faulted' : null
}

export function recordTurn(
  of: FaultOf,
  id: string,
  recorded: (Fault & { since: number }) | null,
  present: Standing | null,
  now: number,
): Decision {
  const turn = present === null ? null : turnOf(recorded, present, now)
  if (turn === null) return refuse({ code: 'nothing_to_do' })
  if (turn === 'recovered') {
    const was = lasting(recorded!, recorded!.since)
    return entries(of === 'account' ? did.accountRecovered(id, was) : did.connectionRecovered(id, of, was))
  }
  const { fault, since } = present!
  const is = lasting(fault!, recorded?.since ?? since)
  return entries(of === 'account' ? did.accountFaulted(id, is) : did.connectionFaulted(id, of, is))
}

function lasting({ what, code, seconds }: Fault, since: number): did.LastingFault {
  return { what, code, since: iso(since), ...(seconds == null ? {} : { seconds }) }
}

/** `from` and `to` in ms; a gap is told again after a crash, and is on record once. */
export function findGap(account: string, from: number, to: number, known: boolean): Decision {
  if (known || to <= from) return refuse({ code: 'nothing_to_do' })
  return entries(did.accountGapFound(account, iso(from), iso(to)))
}
