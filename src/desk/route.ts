import type { Role } from '../contract/call.ts'
import type { CommandName, Input, Output, QueryName } from '../contract/index.ts'
import type { Actor, Appended } from '../ledger/entry.ts'
import type { Decision } from './decision.ts'
import type { Station } from './station/station.ts'

/** Who asks: a logged-in person, or the desk itself for channels and timers. */
export interface By extends Actor {
  /** ms since 1970. */
  now: number
}

/** What a command does in its one commit. */
export interface Commit<R> {
  decision: Decision
  /** Rows outside the ledger that belong to the same commit, e.g. a credential. */
  write?: () => void
  /** More work of the same commit, each decided on what came before it; a refused one is left out. */
  steps?: readonly (() => Commit<unknown>)[]
  /** The answer, from the entries as appended and what the steps answered (null for a refused one). */
  result?: (appended: readonly Appended[], steps: readonly unknown[]) => R
  /** What of the answer is kept for a repeated command, where it holds words that may be readable no longer. */
  kept?(result: R): R
}

export type Allowed = readonly (Role | 'anyone')[]

export interface CommandRoute<I, R, P = undefined> {
  /** The row of the permission table. */
  allow: Allowed
  /** Its answer is not kept for a repeated command: it holds what may be readable no longer. */
  secret?: boolean
  /** Slow work before the commit, e.g. hashing a password. */
  before?: (station: Station, input: I, by: By) => Promise<P>
  run: (station: Station, input: I, by: By, prepared: P) => Commit<R>
}

export interface QueryRoute<I, R> {
  allow: Allowed
  run: (station: Station, input: I, by: By) => R | Promise<R>
}

/** Calls about the connection itself (login, lock, presence, catching up), answered by `sessions/`. */
export type ConnectionCall =
  | 'session.login'
  | 'session.logout'
  | 'session.get'
  | 'session.lock'
  | 'session.unlock'
  | 'session.active'
  | 'presence.set'
  | 'presence.list'
  | 'changes.since'
  | 'station.state'
  | 'station.open'
  | 'station.openDemo'

export type CommandRoutes = {
  // biome-ignore lint/suspicious/noExplicitAny: each route knows what it prepared; the bus only hands it on.
  [N in Exclude<CommandName, ConnectionCall>]: CommandRoute<Input<N>, Output<N>, any>
}
export type QueryRoutes = { [N in Exclude<QueryName, ConnectionCall>]: QueryRoute<Input<N>, Output<N>> }
export type Routes = CommandRoutes & QueryRoutes

export const reading: Allowed = ['officer', 'supervisor', 'auditor']
export const working: Allowed = ['officer', 'supervisor']
export const everyone: Allowed = ['officer', 'supervisor', 'auditor', 'admin']
export const administering: Allowed = ['admin']
