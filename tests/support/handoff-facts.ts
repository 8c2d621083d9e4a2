import type { Decision } from '../../src/desk/decision.ts'
import type { HandoffState, ItemState } from '../../src/desk/handoff/item.ts'

/** A handoff and its items as the rules see them. */

export const now = Date.parse('2026-11-23T02:00:00.000Z')
export const minute = 60_000
export const iso = (ms: number) => new Date(ms).toISOString()
export const zhang = { user: 'zhang', role: 'officer' }
export const li = { user: 'li', role: 'officer' }
export const chief = { user: 'chief', role: 'supervisor' }
export const types = (decision: Decision) =>
  'entries' in decision ? decision.entries.map(({ type }) => type) : decision.refused.code

export const handoff = (over: Partial<HandoffState> = {}): HandoffState => ({
  id: 'h1',
  post: null,
  state: 'preparing',
  from: 'zhang',
  to: null,
  signedBy: null,
  signOff: false,
  offeredAt: null,
  overdue: false,
  corrects: null,
  ...over,
})
export const offered = (over: Partial<HandoffState> = {}) => ({
  ...handoff({ state: 'offered', signedBy: 'zhang', offeredAt: now, ...over }),
  to: 'li',
})
export const item = (over: Partial<ItemState> = {}): ItemState => ({
  id: 't1',
  kind: 'thread',
  severity: 'routine',
  thread: 't1',
  lastSeq: 9,
  closed: false,
  holder: 'zhang',
  decision: null,
  readBack: false,
  accepted: false,
  questions: 0,
  ...over,
})
export const handOver = { do: 'handOver', nextAction: '回电话', deadline: null, ifThen: null } as const
export const keep = { do: 'keep', reason: '我熟悉' } as const
export const given = (over: Partial<ItemState> = {}) => item({ decision: { ...handOver, seq: 20 }, ...over })
