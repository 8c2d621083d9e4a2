import type { ExportScope } from '../../../contract/proof.ts'

export const scopeKinds = ['period', 'shift', 'handoff', 'thread', 'whole'] as const
export type ScopeKind = (typeof scopeKinds)[number]

export interface ScopeAsked {
  kind: ScopeKind
  /** ms since 1970. */
  from: number | null
  to: number | null
  shift: string | null
  handoff: string | null
  thread: string | null
}

/** What is asked for, once all of it is there. */
export function scopeOf({ kind, from, to, shift, handoff, thread }: ScopeAsked): ExportScope | null {
  switch (kind) {
    case 'whole':
      return { kind }
    case 'period':
      return from === null || to === null || to <= from
        ? null
        : { kind, from: new Date(from).toISOString(), to: new Date(to).toISOString() }
    case 'shift':
      return shift === null ? null : { kind, shift: Number(shift) }
    case 'handoff':
      return handoff === null ? null : { kind, handoff }
    case 'thread':
      return thread === null || thread.trim() === '' ? null : { kind, thread: thread.trim() }
  }
}
