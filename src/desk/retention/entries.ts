import type { ErasureScope } from '../../contract/retention.ts'
import type { Draft, JsonObject } from '../../ledger/entry.ts'
import { CONTENT_ERASED } from '../../ledger/erasure.ts'
import { draft } from '../decision.ts'

/**
 * How long words are kept, what may not go, and what went. The legal ground of an erasure is data and stays for ever;
 * why something is held may name a resident and is content.
 */

export const retentionChanged = (classes: readonly { id: string; months: number | null }[]): Draft =>
  draft('retention.changed', 'retention', {
    classes: classes.map(({ id, months }) => ({ id, months })) as unknown as JsonObject[],
  })

export interface HeldThing {
  kind: 'thread' | 'contact' | 'everything'
  thread: string | null
  contact: string | null
}

export const holdPlaced = (hold: string, of: HeldThing, reason: string): Draft =>
  draft('hold.placed', hold, { ...of }, { reason })

/** `thread` and `contact` as when it was placed, so that it is found with them. */
export const holdLifted = (hold: string, of: HeldThing, reason: string): Draft =>
  draft('hold.lifted', hold, { ...of }, { reason })

/** Whose thread or card it was is not said: the card's own entries would tell whose private thread went with it. */
export interface ErasureData {
  run: string
  scope: ErasureScope['kind']
  ground: string
}

/** `contents` and `lines` (kept aside) that were there to erase. */
export const erasureStarted = (
  run: string,
  { scope, ground }: Omit<ErasureData, 'run'>,
  found: { contents: number; lines: number },
): Draft => draft('erasure.started', run, { scope, ground, ...found })

/** One of several where there is much: no commit keeps an officer waiting. */
export const contentErased = ({ run, scope, ground }: ErasureData, seqs: readonly number[]): Draft =>
  draft(CONTENT_ERASED, run, { scope, ground, seqs: [...seqs] })

/** Nothing of it is left in the files of the station; copies elsewhere are. */
export const erasureFinished = (run: string, erased: { contents: number; lines: number }): Draft =>
  draft('erasure.finished', run, erased)
