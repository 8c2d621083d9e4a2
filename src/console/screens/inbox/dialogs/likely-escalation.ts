import type { Thread } from '../../../../contract/threads.ts'

/** What an officer will most often choose; all of it can be chosen otherwise. */
type Told = Pick<Thread, 'category' | 'mark'>

const deskOf = {
  dispute: 'mediation',
  noise: 'mediation',
  crisis: 'supervisor',
  scam: 'antiFraud',
} as const

/** Null where the words say nothing of it or the station has no such desk. */
export function likelyDesk({ category, mark }: Told, desks: readonly string[]): string | null {
  const byMark = mark?.kind === 'fraud' ? 'antiFraud' : mark?.kind === 'dispute' ? 'mediation' : null
  const likely =
    (category !== null && category in deskOf ? deskOf[category as keyof typeof deskOf] : null) ?? byMark
  return likely !== null && desks.includes(likely) ? likely : null
}

/** Quarrels, despair and violence at home are nobody's business but those who help. */
export function likelyPrivate({ category, mark }: Told): boolean {
  return (
    category === 'dispute' ||
    category === 'crisis' ||
    mark?.kind === 'dispute' ||
    mark?.kind === 'crisis' ||
    mark?.kind === 'violence'
  )
}
