import type { HandoffItem, HandoffPromise, ItemOutcome } from '../../../../contract/handoff.ts'

/** What became of a handoff, counted and put in order. Pure. */

export interface PromiseCounts {
  promised: number
  kept: number
  late: number
  broken: number
  open: number
}

export function countsOf(outcomes: readonly ItemOutcome[]): PromiseCounts {
  const counts: PromiseCounts = { promised: 0, kept: 0, late: 0, broken: 0, open: 0 }
  for (const { promise } of outcomes) {
    if (!promise) continue
    counts.promised++
    counts[promise.state]++
  }
  return counts
}

/** `none`: nothing was promised, because it was kept, closed, or moved by itself. */
export type Mark = HandoffPromise['state'] | 'none'
export const markOf = (outcome: ItemOutcome | undefined): Mark => outcome?.promise?.state ?? 'none'

export interface Followed {
  item: HandoffItem
  outcome: ItemOutcome | undefined
  mark: Mark
}

const order: Record<Mark, number> = { broken: 0, late: 1, open: 2, kept: 3, none: 4 }

/** What went wrong first; of what went alike the sheet's own order, most severe first. */
export function followed(items: readonly HandoffItem[], outcomes: readonly ItemOutcome[]): Followed[] {
  const byItem = new Map(outcomes.map((outcome) => [outcome.item, outcome]))
  return items
    .map((item) => {
      const outcome = byItem.get(item.id)
      return { item, outcome, mark: markOf(outcome) }
    })
    .toSorted((a, b) => order[a.mark] - order[b.mark])
}
