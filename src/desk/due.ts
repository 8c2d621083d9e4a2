import type { Decision } from './decision.ts'

/**
 * Something that happens because time has passed. Asks the tables each time it is looked at, so that a restart
 * or a crash loses nothing and does nothing twice: once decided, it is ripe no more.
 */
export interface Due {
  /** What is due at `now` (ms), at most `limit` of it. */
  ripe(now: number, limit: number): readonly string[]
  /** Decided anew for each, on the state it has when its turn comes. */
  decide(id: string, now: number): Decision
}
