import type { ExportScope } from '../../../contract/proof.ts'
import type { Place } from '../../stores/navigation.ts'

export const scopeKinds = ['period', 'shift', 'handoff', 'thread', 'whole'] as const
export type ScopeKind = (typeof scopeKinds)[number]

const week = 7 * 24 * 3_600_000

export interface ScopeAsked {
  kind: ScopeKind
  /** Instants. */
  from: string | null
  to: string | null
  shift: string | null
  handoff: string | null
  thread: string | null
}

/** What is offered at first: what the place names, else the last week. */
export function askedAt({ thread, handoff, shift }: Place, now: number): ScopeAsked {
  return {
    kind: thread ? 'thread' : handoff ? 'handoff' : shift ? 'shift' : 'period',
    from: new Date(now - week).toISOString(),
    to: new Date(now).toISOString(),
    shift: shift ?? null,
    handoff: handoff ?? null,
    thread: thread ?? null,
  }
}

/** What is asked for, once all of it is there. */
export function scopeOf({ kind, from, to, shift, handoff, thread }: ScopeAsked): ExportScope | null {
  switch (kind) {
    case 'whole':
      return { kind }
    case 'period':
      return from === null || to === null || Date.parse(to) <= Date.parse(from) ? null : { kind, from, to }
    case 'shift':
      return shift === null ? null : { kind, shift: Number(shift) }
    case 'handoff':
      return handoff === null ? null : { kind, handoff }
    case 'thread':
      return thread === null ? null : { kind, thread }
  }
}
