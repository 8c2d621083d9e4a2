import type { BroadcastCounts, BroadcastRow, RecipientState } from '../../../contract/broadcasts.ts'

/** Figures of a broadcast as they are shown: pure. */

/** In the order of bar, chart and table. */
export const resultStates = [
  'sent',
  'waiting',
  'notFriend',
  'quota',
  'unsent',
] as const satisfies readonly RecipientState[]

export interface ResultPart {
  state: RecipientState
  n: number
  /** Of all residents, 0 to 1. */
  share: number
}

export function resultParts(counts: BroadcastCounts): ResultPart[] {
  return resultStates.map((state) => ({
    state,
    n: counts[state],
    share: counts.residents === 0 ? 0 : counts[state] / counts.residents,
  }))
}

/** `0.4 %` is not nothing, and `99.8 %` is not all. */
export function percent(share: number): string {
  const whole = Math.round(share * 100)
  if ((whole === 0 && share > 0) || (whole === 100 && share < 1))
    return `${(Math.trunc(share * 1000) / 10).toFixed(1)} %`
  return `${whole} %`
}

/** For a state these colours of the theme. */
export const resultColours: Record<RecipientState, string> = {
  sent: '--dd-ok',
  waiting: '--dd-line-strong',
  notFriend: '--dd-danger',
  quota: '--dd-warn',
  unsent: '--dd-muted',
}

/** Which sentence of `broadcasts.state` says how it stands. */
export function stateKey({ state, counts }: Pick<BroadcastRow, 'state' | 'counts'>) {
  return state === 'sending' && counts !== null && counts.members > 0 && counts.confirmed === counts.members
    ? 'results'
    : state
}

/** What waits for this supervisor comes first; everything else stays in the order of the core, newest first. */
export function waitingFirst<Row extends Pick<BroadcastRow, 'state' | 'draftedBy'>>(
  rows: readonly Row[],
  supervisor: string | null,
): Row[] {
  if (supervisor === null) return [...rows]
  const rank = (row: Row) => (row.state !== 'drafted' ? 2 : row.draftedBy === supervisor ? 1 : 0)
  return rows.toSorted((a, b) => rank(a) - rank(b))
}
