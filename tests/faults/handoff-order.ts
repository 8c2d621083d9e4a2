import { parse, v7 as uuid } from 'uuid'
import type { Things } from './handoff-acts.ts'

/** What a core that is to be killed is told. */

export const moments = ['before the commit', 'committed, not answered', 'answered'] as const
export type Moment = (typeof moments)[number]

export interface Order {
  dir: string
  /** Its number in the steps. */
  step: number
  moment: Moment
  things: Things
  password: string
  begun: number
}

/** The command id of a step: the same whoever performs it. `press` counts how often an officer pressed the key anew. */
export function idOf(step: number, now: number, press = 0): Buffer {
  const random = new Uint8Array(16).fill(press)
  return Buffer.from(parse(uuid({ msecs: now, seq: step, random })))
}
