import type { Profile } from '../../channels/wecom/desk.ts'
import { type Decision, entries, refuse } from '../decision.ts'
import { namelessName } from '../people/nameless.ts'
import { contactProfiled, type ProfileContent } from './entries.ts'

/** What the channel says of a resident, and the name that follows from it. Pure. */

export interface Known {
  id: string
  account: string
  name: string
  external: string
  villageGroup: string | null
  household: string | null
  phone: string | null
  tags: string[]
  /** As the channel said it last. */
  nickname: string | null
  profiled: boolean
}

/** Longer names are cut; so the label of a contact may be. */
const mostCharacters = 100

/** The officers' own label stays; one that was only the nickname, or none, follows the nickname. */
export function profile(known: Known | null, told: Omit<Profile, 'external'> | null): Decision {
  if (known === null) return refuse({ code: 'nothing_to_do' })
  const nickname = cut(told?.name ?? null)
  if (known.profiled && (nickname === null || nickname === known.nickname))
    return refuse({ code: 'nothing_to_do' })
  const unlabelled = known.name === namelessName(known.external) || known.name === known.nickname
  const content: ProfileContent = {
    name: unlabelled && nickname !== null ? nickname : known.name,
    external: known.external,
    villageGroup: known.villageGroup,
    household: known.household,
    phone: known.phone,
    tags: known.tags,
    nickname,
    gender: told?.gender ?? 'unknown',
    avatar: told?.avatar?.toWellFormed() ?? null,
  }
  return entries(contactProfiled(known.id, known.account, content))
}

function cut(name: string | null): string | null {
  const trimmed = [...(name ?? '').toWellFormed().trim()].slice(0, mostCharacters).join('')
  return trimmed === '' ? null : trimmed
}
