import type { Audience, AudiencePreview, WhyUnreachable } from '../../../contract/broadcasts.ts'
import { whyUnreachable } from '../../../contract/broadcasts.ts'

/** Whom a broadcast is meant for, as parts of a sentence: pure. */

export type AudiencePart =
  | { part: 'everyone' | 'onlyPicked' }
  | { part: 'accounts' | 'villageGroups' | 'tags'; names: string[] }

/** Conditions that all have to be met. */
export function whereParts(
  { where }: Audience,
  accountName: (id: string) => string = (id) => id,
): AudiencePart[] {
  if (where === null) return [{ part: 'onlyPicked' }]
  const parts: AudiencePart[] = [
    { part: 'accounts', names: where.accounts.map(accountName) },
    { part: 'villageGroups', names: where.villageGroups },
    { part: 'tags', names: where.tags },
  ]
  const named = parts.filter((part) => 'names' in part && part.names.length > 0)
  return named.length > 0 ? named : [{ part: 'everyone' }]
}

/** One place in each list only: who is added is not left out, and the other way round. */
export function picked(audience: Audience, list: 'also' | 'without', contact: string): Audience {
  const other = list === 'also' ? 'without' : 'also'
  const mine = audience[list].includes(contact) ? audience[list] : [...audience[list], contact]
  return { ...audience, [list]: mine, [other]: audience[other].filter((one) => one !== contact) }
}

export function unpicked(audience: Audience, list: 'also' | 'without', contact: string): Audience {
  return { ...audience, [list]: audience[list].filter((one) => one !== contact) }
}

/** Reasons there are, most residents first. */
export function reasonsIn(unreachable: AudiencePreview['unreachable']): { why: WhyUnreachable; n: number }[] {
  return whyUnreachable
    .map((why) => ({ why, n: unreachable[why] ?? 0 }))
    .filter(({ n }) => n > 0)
    .sort((a, b) => b.n - a.n)
}

export const unreachedIn = (preview: Pick<AudiencePreview, 'residents' | 'reachable'>): number =>
  preview.residents - preview.reachable
